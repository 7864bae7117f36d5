import Packets
import Protocols
import Testing

@Suite struct NTLMMessageTests {
  static func message(_ bytes: [UInt8]) throws -> NTLMMessage { try NTLMMessage(ByteView(bytes.span)) }
  static func negotiate(_ bytes: [UInt8]) throws -> NTLMNegotiate { try NTLMNegotiate(ByteView(bytes.span)) }
  static func challenge(_ bytes: [UInt8]) throws -> NTLMChallenge { try NTLMChallenge(ByteView(bytes.span)) }

  @Test func readsNegotiate() throws {
    let message = try Self.negotiate(NTLMSamples.negotiate)
    #expect(message.domain == "LAB")
    #expect(message.workstation == "WS07")
    #expect(message.version?.description == "10.0.20348")
    #expect(message.flags.isSuperset(of: [.unicode, .ntlm, .sign, .extendedSessionSecurity]))
  }

  /// Old clients end the message behind the flags, or behind the fields of the names.
  @Test(arguments: [16, 32])
  func readsAShortNegotiate(count: Int) throws {
    let bytes = Array("NTLMSSP\0".utf8) + NTLMSamples.u32(1) + NTLMSamples.u32(0x0000_8207)
    let message = try Self.negotiate(bytes + Array(repeating: 0xEE, count: count - 16))
    #expect(message.domain == nil)
    #expect(message.workstation == nil)
    #expect(message.version == nil)
  }

  @Test func readsChallenge() throws {
    let message = try Self.challenge(NTLMSamples.challenge)
    #expect(message.targetName == "LAB")
    #expect(message.version?.build == 20348)
    let info = try #require(message.targetInfo)
    #expect(info.nbComputerName == "FS01")
    #expect(info.nbDomainName == "LAB")
    #expect(info.dnsComputerName == "fs01.lab.example")
    #expect(info.dnsDomainName == "lab.example")
    #expect(info.dnsTreeName == "")
    #expect(info.timestamp == 0x019D_B1DE_D53E_8000)
    #expect(info.flags == [])
    #expect(info.targetName == nil)
  }

  @Test func readsAChallengeOfAnOldServer() throws {
    let bytes = NTLMSamples.message(
      2, .field(Array("LAB".utf8)), .fixed(NTLMSamples.u32(0x0081_0202)), .fixed(Array(1...8)))
    let message = try Self.challenge(bytes)
    #expect(message.targetName == "LAB")
    #expect(message.targetInfo == nil)
    #expect(message.version == nil)
  }

  @Test func choosesTheMessageByItsType() throws {
    guard case .negotiate = try Self.message(NTLMSamples.negotiate),
      case .challenge = try Self.message(NTLMSamples.challenge),
      case .authenticate = try Self.message(NTLMSamples.authenticate())
    else {
      Issue.record("not the expected messages")
      return
    }
    var other = NTLMSamples.negotiate
    other[8] = 4
    #expect(throws: DecodeError(offset: 8, reason: .unexpected(field: "MessageType", value: 4))) {
      try Self.message(other)
    }
    other[0] = 0
    let isCredible = NTLMMessage.isCredible(ByteView(other.span))
    #expect(!isCredible)
  }

  static let samples = [NTLMSamples.negotiate, NTLMSamples.challenge, NTLMSamples.authenticate()]

  /// A cut message is refused or, where its end is not read, understood; nothing traps.
  @Test(arguments: samples)
  func survivesATruncatedMessage(bytes: [UInt8]) {
    for count in bytes.indices {
      let cut = Array(bytes.prefix(count))
      let isRefused = (try? Self.message(cut)) == nil
      #expect(isRefused || count >= 16)
    }
  }

  @Test(arguments: samples)
  func survivesAWrongByte(bytes: [UInt8]) {
    for index in bytes.indices {
      for value in [0, 0x7F, 0x80, 0xFF, bytes[index] ^ 1] as [UInt8] {
        var damaged = bytes
        damaged[index] = value
        _ = try? Self.message(damaged)
      }
    }
  }
}
