import Packets
import Protocols
import TestSupport
import Testing

@Suite struct SMB1HeaderTests {
  static let wellFormed = smb1Message(command: 0x73, isResponse: true, status: 0xc000_006d)

  @Test func readsTheFields() throws {
    let header = try SMB1Header(ByteView(Self.wellFormed.span))
    #expect(header.command == .sessionSetupAndX)
    #expect(header.status == NTStatus(rawValue: 0xc000_006d))
    #expect(header.isResponse)
    #expect(header.flags.contains(.ntStatus) && header.flags.contains(.unicode) && !header.isSigned)
    let request = smb1Message(command: 0x75).setting(UInt16(0x0001), at: 10)
    let other = try SMB1Header(ByteView(request.span))
    #expect(other.command == .treeConnectAndX)
    #expect(!other.isResponse)
    #expect(!other.flags.contains(.ntStatus))
  }

  @Test(arguments: 0..<32)
  func refusesACutHeader(count: Int) {
    let cut = Array(Self.wellFormed.prefix(count))
    #expect(throws: DecodeError.self) { try SMB1Header(ByteView(cut.span)) }
  }

  @Test func namesTheCommands() {
    #expect(SMB1Command.negotiate.description == "SMB_COM_NEGOTIATE")
    #expect(SMB1Command(rawValue: 0x2e).description == "0x2e")
  }
}

@Suite struct SMB1NegotiateTests {
  static func request(_ message: [UInt8]) throws -> SMB1NegotiateRequest {
    try SMB1NegotiateRequest(ByteView(message.span))
  }

  static func response(_ message: [UInt8]) throws -> SMB1NegotiateResponse {
    try SMB1NegotiateResponse(ByteView(message.span))
  }

  @Test(arguments: [
    (["NT LM 0.12", "SMB 2.002", "SMB 2.???"], true, true),
    (["PC NETWORK PROGRAM 1.0", "NT LM 0.12", "SMB 2.002"], true, false),
    (["NT LM 0.12"], false, false),
    (["SMB 2.???"], true, true),
    ([], false, false),
    ([""], false, false),
  ] as [([String], Bool, Bool)])
  func readsTheDialects(_ dialects: [String], offersSMB2: Bool, offersUpgrade: Bool) throws {
    let request = try Self.request(smb1Negotiate(dialects))
    #expect(request.dialects == dialects)
    #expect(request.offersSMB2 == offersSMB2)
    #expect(request.offersUpgrade == offersUpgrade)
  }

  @Test func refusesEveryCut() {
    let message = smb1Negotiate(["NT LM 0.12", "SMB 2.???"])
    for count in 0..<message.count {
      #expect(throws: DecodeError.self) { try Self.request(Array(message.prefix(count))) }
    }
  }

  @Test func namesTheBadByteOfTheList() {
    let message = smb1Negotiate(["A", "B"]).setting(UInt8(0x04), at: 38)
    #expect(throws: DecodeError(offset: 38, reason: .unexpected(field: "BufferFormat", value: 4))) {
      try Self.request(message)
    }
  }

  @Test func refusesADialectWithoutAnEnd() {
    let message = smb1Message(command: 0x72, bytes: [0x02] + Array("NT LM 0.12".utf8))
    #expect(throws: DecodeError.self) { try Self.request(message) }
  }

  @Test func followsTheWordCount() throws {
    let message = smb1Message(command: 0x72, words: [1, 2, 3, 4], bytes: [0x02, 0x41, 0x00])
    #expect(try Self.request(message).dialects == ["A"])
    #expect(throws: DecodeError.self) { try Self.request(message.setting(UInt8(0xff), at: 32)) }
  }

  @Test func refusesAByteCountPastTheEnd() {
    let message = smb1Negotiate(["NT LM 0.12"]).setting(UInt16.max, at: 33)
    #expect(throws: DecodeError.self) { try Self.request(message) }
  }

  @Test func readsTheAnswer() throws {
    func answer(_ index: UInt16) throws -> Int? {
      try Self.response(smb1Message(command: 0x72, isResponse: true, words: .littleEndian(index) + .counting(32)))
        .dialectIndex
    }
    #expect(try answer(0) == 0)
    #expect(try answer(9) == 9)
    #expect(try answer(0xffff) == nil)
    let cut = Array(smb1Message(command: 0x72, isResponse: true, words: [0, 0]).prefix(34))
    #expect(throws: DecodeError.self) { try Self.response(cut) }
  }
}
