import Packets
import Protocols
import TestSupport
import Testing

@Suite struct SMB2HeaderTests {
  static func header(_ message: SMB2Bytes) throws -> SMB2Header { try header(message.bytes) }
  static func header(_ bytes: [UInt8]) throws -> SMB2Header { try SMB2Header(ByteView(bytes.span)) }

  @Test func readsTheFields() throws {
    var message = SMB2Bytes.response(3, 0x0102_0304_0506_0708, status: 0xc000_00cc, session: 0x1122, tree: 0x99, [])
    message.nextCommand = 120
    let header = try Self.header(message.signed)
    #expect(header.creditCharge == 1)
    #expect(header.command == .treeConnect)
    #expect(header.isResponse)
    #expect(header.isSigned)
    #expect(header.status == NTStatus(rawValue: 0xc000_00cc))
    #expect(header.nextCommand == 120)
    #expect(header.messageID == 0x0102_0304_0506_0708)
    #expect(header.treeID == 0x99)
    #expect(header.sessionID == 0x1122)
    #expect(!header.signature.isZero)
    #expect(!header.isInterim)
    #expect(!header.isUnsolicited)
  }

  @Test(arguments: 0..<64)
  func refusesACutHeader(count: Int) {
    let cut = Array(SMB2Bytes.request(0, 1, []).bytes.prefix(count))
    #expect(throws: DecodeError.self) { try Self.header(cut) }
  }

  /// 2.2.1.2: the status field of a request is ChannelSequence.
  @Test func hasNoStatusInARequest() throws {
    var message = SMB2Bytes.request(8, 1, [])
    message.status = 0xc000_0022
    #expect(try Self.header(message).status == nil)
  }

  /// 2.2.1.1: AsyncId lies over Reserved and TreeId.
  @Test func hasNoTreeInTheAsyncForm() throws {
    let header = try Self.header(SMB2Bytes.response(11, 4, []).interim)
    #expect(header.treeID == nil)
    #expect(header.isInterim)
  }

  @Test func isNotInterimWithoutTheAsyncFlag() throws {
    #expect(try !Self.header(.response(11, 4, status: SMB2Bytes.pending, [])).isInterim)
    var request = SMB2Bytes.request(11, 4, []).interim
    request.isResponse = false
    #expect(try !Self.header(request).isInterim)
  }

  /// 3.1.1 clients set priority bits; they change nothing.
  @Test func ignoresPriorityBits() throws {
    var message = SMB2Bytes.request(1, 1, [])
    message.flags = 0x10
    let header = try Self.header(message)
    #expect(!header.isResponse)
    #expect(!header.isSigned)
    #expect(header.treeID == 0)
  }

  @Test func tellsUnsolicitedMessages() throws {
    #expect(try Self.header(.response(0x12, .max, [])).isUnsolicited)
  }

  @Test func refusesOtherProtocolsAndSizes() {
    let message = SMB2Bytes.request(0, 1, []).bytes
    #expect(throws: DecodeError(offset: 0, reason: .unexpected(field: "ProtocolId", value: 0xfd53_4d42))) {
      try Self.header(message.setting(UInt8(0xfd), at: 0))
    }
    #expect(throws: DecodeError(offset: 4, reason: .unexpected(field: "StructureSize", value: 65))) {
      try Self.header(message.setting(UInt16(65), at: 4))
    }
  }

  @Test func namesCommands() {
    #expect(SMB2Command.negotiate.name == "NEGOTIATE")
    #expect(SMB2Command(rawValue: 0x13).name == "SERVER_TO_CLIENT_NOTIFICATION")
    #expect(SMB2Command(rawValue: 0x14).name == "0x14")
    #expect(SMB2Command(rawValue: .max).name == "0xffff")
    #expect(!SMB2Command(rawValue: 0x14).isKnown)
    let controlPlane = (0...0x13).map { SMB2Command(rawValue: $0) }.filter(\.isControlPlane)
    #expect(controlPlane == [.negotiate, .sessionSetup, .logoff, .treeConnect, .treeDisconnect, .ioctl])
  }
}

/// The GUID in these bytes.
func guid(_ bytes: [UInt8], at offset: Int = 0) throws -> GUID { try GUID(ByteView(bytes.span), at: offset) }

@Suite struct SMB2TypesTests {
  @Test func printsAGUIDMixedEndian() throws {
    let bytes = [UInt8].counting(16)
    #expect(try guid(bytes).description == "03020100-0504-0706-0809-0a0b0c0d0e0f")
    let zero = [UInt8](repeating: 0, count: 16)
    #expect(try guid(zero).isZero)
    #expect(throws: DecodeError.self) { try guid(bytes, at: 1) }
  }

  @Test func printsDialects() {
    let texts = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311, 0x02ff, 0x0222].map { SMB2Dialect(rawValue: $0).description }
    #expect(texts == ["2.0.2", "2.1", "3.0", "3.0.2", "3.1.1", "2.???", "0x0222"])
    #expect(SMB2Dialect.smb302.hex == "0x0302")
    #expect(SMB2Dialect.smb202 < .smb311)
  }

  @Test func printsNumbersInFullWidth() {
    #expect(hexadecimal(UInt8(0x0a)) == "0x0a")
    #expect(hexadecimal(UInt32(0)) == "0x00000000")
    #expect(hexadecimal(UInt64.max) == "0xffffffffffffffff")
    #expect(SMB2SecurityMode(rawValue: 3).description == "0x0003 (signing required)")
    #expect(SMB2SecurityMode(rawValue: 1).description == "0x0001 (signing enabled)")
    #expect(SMB2SecurityMode(rawValue: 0).description == "0x0000 (no signing)")
    #expect(SMB2ControlCode(rawValue: 0x0006_0194).description == "FSCTL_DFS_GET_REFERRALS")
    #expect(SMB2ControlCode(rawValue: 0x0009_0000).description == "0x00090000")
    #expect(SMB2Cipher(rawValue: 2).description == "AES-128-GCM")
    #expect(SMB2Cipher(rawValue: 9).description == "0x0009")
    #expect((0...4).map { SMB2ShareType(rawValue: $0).description } == ["0x00", "disk", "pipe", "printer", "0x04"])
  }
}
