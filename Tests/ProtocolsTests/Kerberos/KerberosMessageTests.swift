import Packets
import Protocols
import Testing

@Suite struct KerberosMessageTests {
  static let samples: [(name: String, bytes: [UInt8])] = [
    ("AS-REQ", KerberosSamples.asReq), ("AS-REP", KerberosSamples.asRep), ("TGS-REQ", KerberosSamples.tgsReq),
    ("TGS-REP", KerberosSamples.tgsRep), ("AP-REQ", KerberosSamples.apReq(KerberosSamples.fileTicket)),
    ("AP-REP", KerberosSamples.apRep), ("KRB-ERROR", KerberosSamples.error(7)),
  ]

  static func isCredible(_ bytes: [UInt8]) -> Bool { KerberosMessage.isCredible(ByteView(bytes.span)) }

  @Test(arguments: samples)
  func recognisesEachType(name: String, bytes: [UInt8]) throws {
    #expect(Self.isCredible(bytes))
    #expect(try KerberosMessage(bytes).type.description == name)
  }

  /// Every cut must throw, and none may trap.
  @Test(arguments: samples)
  func refusesATruncatedMessage(name: String, bytes: [UInt8]) {
    for count in bytes.indices {
      let cut = Array(bytes.prefix(count))
      #expect(throws: DecodeError.self) { try KerberosMessage(cut) }
      #expect(!Self.isCredible(cut))
    }
  }

  /// Any byte may be wrong: the message is read or refused, and nothing traps.
  @Test(arguments: samples)
  func survivesAWrongByte(name: String, bytes: [UInt8]) {
    for index in bytes.indices {
      for value in [0, 0x1F, 0x7F, 0x80, 0x84, 0xFF, bytes[index] ^ 1] as [UInt8] {
        var damaged = bytes
        damaged[index] = value
        _ = try? KerberosMessage(damaged)
      }
    }
  }

  @Test func ignoresWhatFollowsAMessage() throws {
    #expect(try KerberosMessage(KerberosSamples.apRep + [0, 0, 0]) == KerberosMessage(KerberosSamples.apRep))
  }

  @Test func keepsAMessageThatALoginDoesNotNeed() throws {
    let krbPriv = application(21, sequence(context(0, integer(5)), context(1, integer(21))))
    #expect(try KerberosMessage(krbPriv) == .other(KerberosMessageType(rawValue: 21)))
  }

  @Test func refusesAMessageTypeThatContradictsItsTag() {
    let wrong = application(15, sequence(context(0, integer(5)), context(1, integer(14))))
    #expect(throws: DecodeError(offset: 0, reason: .unexpected(field: "msg-type", value: 14))) {
      try KerberosMessage(wrong)
    }
  }

  @Test(
    arguments: [
      [], [0x6A], [0x6A, 0x82, 0xFF], [0x6A, 0x02, 0x31, 0x00], [0x6A, 0x80, 0x30, 0x00, 0, 0], [0x30, 0x00],
      [0x61, 0x02, 0x30, 0x00], [0x6A, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
    ] as [[UInt8]])
  func isNotCredible(bytes: [UInt8]) {
    #expect(!Self.isCredible(bytes))
  }

  @Test func refusesDeepNesting() {
    let nested = (0..<10_000).reduce([]) { inner, _ in sequence(inner) }
    #expect(throws: DecodeError(offset: 0, reason: .malformed("Kerberos message: the bytes are not well-formed BER"))) {
      try KerberosMessage(application(10, nested))
    }
  }

  @Test func refusesAVeryLongMessage() {
    let long = application(10, Array(repeating: 0, count: KerberosMessage.maximumCount))
    let error = DecodeError(
      offset: 0, reason: .unexpected(field: "Kerberos message length", value: UInt64(long.count)))
    #expect(throws: error) { try KerberosMessage(long) }
  }

  @Test func namesTheMissingField() {
    let empty = application(10, sequence())
    #expect(throws: DecodeError(offset: 0, reason: .malformed("AS-REQ: field [2] is missing"))) {
      try KerberosMessage(empty)
    }
  }
}
