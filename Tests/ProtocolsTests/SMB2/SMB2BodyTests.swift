import Packets
import Protocols
import TestSupport
import Testing

/// The body behind a header, decided by command, direction and status.
@Suite struct SMB2BodyTests {
  static func body(_ message: SMB2Bytes) throws(DecodeError) -> SMB2Body { try body(message.bytes) }

  static func body(_ bytes: [UInt8]) throws(DecodeError) -> SMB2Body {
    let view = ByteView(bytes.span)
    return try SMB2Body(view, header: SMB2Header(view))
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var message: SMB2Bytes
    var testDescription: String { name }
  }

  static let negotiateContexts: [(type: UInt16, data: [UInt8])] = [
    (1, ByteWriter().u16le(1).u16le(32).u16le(1).raw(.counting(32)).bytes),
    (2, ByteWriter().u16le(2).u16le(2).u16le(1).bytes),
    (3, ByteWriter().u16le(1).u16le(0).u32le(1).u16le(3).bytes),
    (5, [UInt8](utf16: "fs01")),
    (8, ByteWriter().u16le(3).u16le(2).u16le(1).u16le(0).bytes),
    (0x0100, .counting(16)),
    (6, ByteWriter().u32le(1).bytes),
    (7, ByteWriter().u16le(1).u16le(0).u32le(0).u16le(2).bytes),
  ]

  static let cases: [Case] = [
    Case(name: "NEGOTIATE request", message: .request(0, 0, SMB2BodyBytes.negotiateRequest())),
    Case(
      name: "NEGOTIATE response", message: .response(0, 0, SMB2BodyBytes.negotiateResponse(token: .counting(20)))),
    Case(name: "SESSION_SETUP request", message: .request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: .counting(9)))),
    Case(
      name: "SESSION_SETUP response", message: .response(1, 1, SMB2BodyBytes.sessionSetupResponse(token: .counting(9)))),
    Case(name: "TREE_CONNECT request", message: .request(3, 2, SMB2BodyBytes.treeConnectRequest())),
    Case(name: "TREE_CONNECT response", message: .response(3, 2, SMB2BodyBytes.treeConnectResponse())),
    Case(name: "VALIDATE_NEGOTIATE_INFO request", message: .request(11, 3, SMB2BodyBytes.validateRequest())),
    Case(name: "VALIDATE_NEGOTIATE_INFO response", message: .response(11, 3, SMB2BodyBytes.validateResponse())),
  ]

  /// Every cut must throw, and none may trap.
  @Test(arguments: cases)
  func refusesEveryCut(_ example: Case) throws {
    _ = try Self.body(example.message)
    let bytes = example.message.bytes
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self, "\(count) bytes") { try Self.body(Array(bytes.prefix(count))) }
    }
  }

  /// Every 16- and 32-bit field at its extremes: an answer or an error, and no trap.
  @Test(arguments: cases)
  func survivesHostileNumbers(_ example: Case) {
    let bytes = example.message.bytes
    for offset in 64..<bytes.count {
      for value in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] { _ = try? Self.body(bytes.setting(value, at: offset)) }
      if offset + 2 <= bytes.count { _ = try? Self.body(bytes.setting(UInt16.max, at: offset)) }
      if offset + 4 <= bytes.count {
        for value in [0x7fff_ffff, 0x8000_0000, 0xffff_ffff] as [UInt32] {
          _ = try? Self.body(bytes.setting(value, at: offset))
        }
      }
    }
  }

  @Test(arguments: cases)
  func refusesAnotherStructureSize(_ example: Case) {
    for size in [0, 8, 64, 0xffff] as [UInt16] {
      #expect(throws: DecodeError(offset: 64, reason: .unexpected(field: "StructureSize", value: UInt64(size)))) {
        try Self.body(example.message.bytes.setting(size, at: 64))
      }
    }
  }

  // MARK: NEGOTIATE

  @Test func readsANegotiateRequest() throws {
    let body = SMB2BodyBytes.negotiateRequest(dialects: [0x0202, 0x0302, 0x0222], securityMode: 3, capabilities: 0x44)
    guard case .negotiateRequest(let request) = try Self.body(.request(0, 0, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(request.securityMode == [.signingEnabled, .signingRequired])
    #expect(request.capabilities.rawValue == 0x44)
    #expect(request.dialects.map(\.rawValue) == [0x0202, 0x0302, 0x0222])
    #expect(request.clientGUID == (try guid(SMB2BodyBytes.clientGUID)))
    #expect(request.contexts == [])
  }

  @Test func readsNoDialectsAtAll() throws {
    guard case .negotiateRequest(let request) = try Self.body(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [])))
    else { return #expect(Bool(false), "another body") }
    #expect(request.dialects == [])
  }

  @Test func refusesMoreDialectsThanThereAre() {
    for count in [5, 0x7fff, 0xffff] as [UInt16] {
      let bytes = SMB2Bytes.request(0, 0, SMB2BodyBytes.negotiateRequest()).bytes.setting(count, at: 66)
      #expect(throws: DecodeError.self) { try Self.body(bytes) }
    }
  }

  static func contexts(of bytes: [UInt8]) throws -> [SMB2NegotiateContext] {
    switch try body(bytes) {
    case .negotiateRequest(let request): request.contexts
    case .negotiateResponse(let response): response.contexts
    default: []
    }
  }

  static let contextMessages: [Case] = [
    Case(
      name: "request",
      message: .request(
        0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0302, 0x0311], contexts: negotiateContexts))),
    Case(
      name: "response",
      message: .response(
        0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x0311, token: .counting(21), contexts: negotiateContexts))),
  ]

  @Test(arguments: contextMessages)
  func readsNegotiateContexts(_ example: Case) throws {
    let contexts = try Self.contexts(of: example.message.bytes)
    #expect(
      contexts == [
        .preauthIntegrity(hashAlgorithms: [1]), .encryption([SMB2Cipher(rawValue: 2), SMB2Cipher(rawValue: 1)]),
        .compression([3], isChained: true), .netName("fs01"), .signing([2, 1, 0]), .other(type: 0x0100), .transport(flags: 1),
        .rdmaTransform([2]),
      ])
    #expect(contexts.netName == "fs01")
    #expect(contexts.ciphers?.map(\.rawValue) == [2, 1])
  }

  /// A cut inside the contexts costs the rest of them, and says where; the fields before are kept.
  @Test(arguments: contextMessages)
  func keepsTheContextsBeforeACut(_ example: Case) throws {
    let bytes = example.message.bytes
    let whole = try Self.contexts(of: bytes)
    let isRequest = !example.message.isResponse
    let first = Int(try ByteView(bytes.span).u32le(at: isRequest ? 64 + 28 : 64 + 60))
    for count in first..<bytes.count {
      let contexts = try Self.contexts(of: Array(bytes.prefix(count)))
      guard case .unreadable(let error)? = contexts.last else { return #expect(Bool(false), "cut at \(count) unseen") }
      #expect(contexts.dropLast().elementsEqual(whole.prefix(contexts.count - 1)))
      #expect((first...bytes.count).contains(error.offset))
    }
  }

  /// 65,535 contexts, at every offset there is: the list ends where the message does.
  @Test(arguments: contextMessages, [0, 1, 63, 64, 100, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func survivesHostileContexts(_ example: Case, offset: UInt32) throws {
    let isRequest = !example.message.isResponse
    let bytes = example.message.bytes
      .setting(offset, at: isRequest ? 64 + 28 : 64 + 60).setting(UInt16.max, at: isRequest ? 64 + 32 : 64 + 6)
    let contexts = try Self.contexts(of: bytes)
    #expect(contexts.count <= bytes.count / 8 + 1)
    guard case .unreadable? = contexts.last else { return #expect(Bool(false), "the end went unseen") }
  }

  /// 2.2.3.1: a first context that is not aligned is read where NegotiateContextOffset says; the next are aligned again.
  @Test func readsContextsFromAnUnalignedStart() throws {
    let fixed = SMB2BodyBytes.negotiateRequest(dialects: [0x0311])
    let start = 64 + fixed.count  // 102
    let cipher = ByteWriter().u16le(2).u16le(4).u32le(0).u16le(1).u16le(1).bytes
    let name = ByteWriter().u16le(5).u16le(2).u32le(0).raw([UInt8](utf16: "x")).bytes
    let body = fixed.setting(UInt32(start), at: 28).setting(UInt16(2), at: 32)
    let bytes = SMB2Bytes.request(0, 0, ByteWriter().raw(body).raw(cipher).align(8, base: 64).raw(name).bytes).bytes
    #expect(try Self.contexts(of: bytes) == [.encryption([SMB2Cipher(rawValue: 1)]), .netName("x")])
  }

  @Test func readsAListThatClaimsTooMuchAsUnreadable() throws {
    let cipher = ByteWriter().u16le(0xffff).u16le(1).bytes
    let bytes = SMB2Bytes.request(
      0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0311], contexts: [(2, cipher), (5, [0x41, 0])])
    ).bytes
    let contexts = try Self.contexts(of: bytes)
    #expect(contexts.count == 1)
    guard case .unreadable? = contexts.first else { return #expect(Bool(false), "read as \(contexts)") }
  }

  @Test func readsANegotiateResponse() throws {
    let token: [UInt8] = .counting(20, from: 0x60)
    let body = SMB2BodyBytes.negotiateResponse(dialect: 0x0210, securityMode: 3, capabilities: 7, token: token)
    guard case .negotiateResponse(let response) = try Self.body(.response(0, 0, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.dialectRevision == .smb210)
    #expect(response.securityMode.contains(.signingRequired))
    #expect(response.capabilities.rawValue == 7)
    #expect(response.maxTransactSize == 0x10_0000)
    #expect(response.maxReadSize == 0x20_0000)
    #expect(response.maxWriteSize == 0x30_0000)
    #expect(response.systemTime.rawValue == 133_000_000_000_000_000)
    #expect(response.securityBuffer == token)
    #expect(response.contexts == [])
  }

  /// 6.2: no security buffer, whatever its offset says.
  @Test(arguments: [0, 64, 128, 0xffff] as [UInt16])
  func readsANegotiateResponseWithoutAToken(offset: UInt16) throws {
    let bytes = SMB2Bytes.response(0, 0, SMB2BodyBytes.negotiateResponse()).bytes.setting(offset, at: 64 + 56)
    guard case .negotiateResponse(let response) = try Self.body(bytes) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.securityBuffer == [])
  }

  // MARK: SESSION_SETUP

  @Test func readsASessionSetupRequest() throws {
    let body = SMB2BodyBytes.sessionSetupRequest(token: [1, 2, 3], flags: 1).setting(UInt64(0x77), at: 16)
    guard case .sessionSetupRequest(let request) = try Self.body(.request(1, 1, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(request.isBinding)
    #expect(request.securityMode == .signingEnabled)
    #expect(request.previousSessionID == 0x77)
    #expect(request.securityBuffer == [1, 2, 3])
  }

  @Test func followsTheOffsetOfTheSecurityBuffer() throws {
    let body = ByteWriter().raw(SMB2BodyBytes.sessionSetupRequest(token: [])).zeros(5).raw([9, 8]).bytes
    let bytes = SMB2Bytes.request(1, 1, body).bytes.setting(UInt16(93), at: 76).setting(UInt16(2), at: 78)
    guard case .sessionSetupRequest(let request) = try Self.body(bytes) else {
      return #expect(Bool(false), "another body")
    }
    #expect(request.securityBuffer == [9, 8])
    #expect(throws: DecodeError(offset: 94, reason: .truncated(needed: 2, available: 1))) {
      try Self.body(bytes.setting(UInt16(94), at: 76))
    }
  }

  /// 2.2.6: MORE_PROCESSING_REQUIRED looks like an error and carries a token.
  @Test(arguments: [0, SMB2Bytes.moreProcessingRequired])
  func readsASessionSetupResponse(status: UInt32) throws {
    let body = SMB2BodyBytes.sessionSetupResponse(flags: 5, token: [0xa1, 0x03])
    guard case .sessionSetupResponse(let response) = try Self.body(.response(1, 1, status: status, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.sessionFlags == [.isGuest, .encryptData])
    #expect(response.securityBuffer == [0xa1, 0x03])
  }

  // MARK: Errors

  /// The error body has eight bytes or nine, and its StructureSize is that of two other structures.
  @Test(arguments: [0, 1, 3, 11] as [UInt16], [true, false])
  func readsAnErrorAsAStatus(command: UInt16, hasFiller: Bool) throws {
    let message = SMB2Bytes.response(command, 1, status: SMB2Bytes.accessDenied, SMB2BodyBytes.error(hasFiller: hasFiller))
    #expect(message.bytes.count == (hasFiller ? 73 : 72))
    #expect(try Self.body(message) == .statusOnly)
  }

  @Test func readsAnErrorWithoutABody() throws {
    #expect(try Self.body(.response(3, 1, status: SMB2Bytes.badNetworkName, [])) == .statusOnly)
  }

  // MARK: TREE_CONNECT

  @Test func readsATreeConnectRequest() throws {
    guard case .treeConnectRequest(let request) = try Self.body(.request(3, 1, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\IPC$"#)))
    else { return #expect(Bool(false), "another body") }
    #expect(request.path == #"\\fs01\IPC$"#)
    #expect(request.flags == 0)
  }

  /// 2.2.9.1: an extension lies between the fixed part and the path; PathOffset leads over it, to an odd place too.
  @Test(arguments: [16, 17])
  func followsThePathOffset(extensionLength: Int) throws {
    let path = [UInt8](utf16: #"\\é\ü"#)
    let body = ByteWriter().u16le(9).u16le(4).u16le(UInt16(72 + extensionLength)).u16le(UInt16(path.count))
      .zeros(extensionLength).raw(path).bytes
    guard case .treeConnectRequest(let request) = try Self.body(.request(3, 1, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(request.path == #"\\é\ü"#)
    #expect(request.flags == 4)
  }

  @Test(arguments: [(0xffff, 2), (72, 0xffff), (0xffff, 0xffff)] as [(UInt16, UInt16)])
  func refusesAPathOutsideTheMessage(offset: UInt16, length: UInt16) {
    let bytes = SMB2Bytes.request(3, 1, SMB2BodyBytes.treeConnectRequest()).bytes.setting(offset, at: 68).setting(length, at: 70)
    #expect(throws: DecodeError.self) { try Self.body(bytes) }
  }

  @Test func readsATreeConnectResponse() throws {
    let body = SMB2BodyBytes.treeConnectResponse(shareType: 2).setting(UInt32(0x8030), at: 4).setting(UInt32(0x18), at: 8)
    guard case .treeConnectResponse(let response) = try Self.body(.response(3, 1, tree: 5, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.shareType.description == "pipe")
    #expect(response.shareFlags.contains(.encryptData))
    #expect(response.capabilities == 0x18)
    #expect(response.maximalAccess == 0x001f_01ff)
  }

  // MARK: IOCTL

  @Test func readsAValidateNegotiateExchange() throws {
    let ask = SMB2BodyBytes.validateRequest(dialects: [0x0202, 0x0311], securityMode: 2, capabilities: 0x7f)
    guard case .ioctlRequest(let request) = try Self.body(.request(11, 3, ask)),
      case .ioctlResponse(let response) = try Self.body(
        .response(11, 3, SMB2BodyBytes.validateResponse(dialect: 0x0210, securityMode: 3, capabilities: 0x2f)))
    else { return #expect(Bool(false), "another body") }
    #expect(request.controlCode == .validateNegotiateInfo)
    #expect(request.maxOutputResponse == 24)
    #expect(request.validateNegotiate?.dialects == [.smb202, .smb311])
    #expect(request.validateNegotiate?.capabilities.rawValue == 0x7f)
    #expect(request.validateNegotiate?.securityMode == .signingRequired)
    #expect(request.validateNegotiate?.clientGUID == (try guid(SMB2BodyBytes.clientGUID)))
    #expect(response.outputCount == 24)
    #expect(response.validateNegotiate?.dialect == .smb210)
    #expect(response.validateNegotiate?.capabilities.rawValue == 0x2f)
    #expect(response.validateNegotiate?.serverGUID == (try guid(SMB2BodyBytes.serverGUID)))
  }

  @Test func readsOtherControlCodesWithoutTheirData() throws {
    let ask = SMB2BodyBytes.ioctlRequest(controlCode: 0x0006_0194).setting(UInt32.max, at: 24).setting(UInt32.max, at: 28)
    let answer = SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194).setting(UInt32.max, at: 32)
      .setting(UInt32.max, at: 36)
    guard case .ioctlRequest(let request) = try Self.body(.request(11, 3, ask)),
      case .ioctlResponse(let response) = try Self.body(.response(11, 3, answer))
    else { return #expect(Bool(false), "another body") }
    #expect(request.validateNegotiate == nil)
    #expect(response.validateNegotiate == nil)
    #expect(response.outputCount == .max)
  }

  /// 2.2.32.6 is 24 bytes; a successful answer of another length is kept as what it is.
  @Test(arguments: [0, 8, 23, 25])
  func keepsTheLengthOfAWrongAnswer(length: Int) throws {
    let body = SMB2BodyBytes.ioctlResponse(controlCode: SMB2BodyBytes.validateNegotiateCode, output: .counting(length))
    guard case .ioctlResponse(let response) = try Self.body(.response(11, 3, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.outputCount == UInt32(length))
    #expect(response.validateNegotiate == nil)
  }

  @Test(arguments: [(0xffff_ffff, 24), (120, 0xffff_ffff), (0x7fff_ffff, 0x7fff_ffff), (0, 0)] as [(UInt32, UInt32)])
  func refusesAnInputOutsideTheMessage(offset: UInt32, count: UInt32) {
    let body = SMB2BodyBytes.validateRequest().setting(offset, at: 24).setting(count, at: 28)
    #expect(throws: DecodeError.self) { try Self.body(.request(11, 3, body)) }
  }

  @Test func refusesMoreDialectsThanTheInputHolds() {
    let body = SMB2BodyBytes.validateRequest().setting(UInt16.max, at: 56 + 22)
    #expect(throws: DecodeError.self) { try Self.body(.request(11, 3, body)) }
  }

  @Test func readsDataThatComesWithBufferOverflow() throws {
    let body = SMB2BodyBytes.ioctlResponse(controlCode: 0x0011_c017, output: [1, 2])
    guard case .ioctlResponse(let response) = try Self.body(.response(11, 3, status: 0x8000_0005, body)) else {
      return #expect(Bool(false), "another body")
    }
    #expect(response.outputCount == 2)
  }

  @Test func readsNothingOfOtherCommands() throws {
    #expect(try Self.body(.request(2, 1, SMB2BodyBytes.empty)) == .empty)
    #expect(try Self.body(.response(2, 1, SMB2BodyBytes.empty)) == .statusOnly)
    #expect(try Self.body(.request(0x7777, 1, [])) == .empty)
  }

  @Test func survivesAnyBytes() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<20_000 {
      var message = SMB2Bytes.request([0, 1, 3, 11].randomElement(using: &generator)!, 1, [])
      message.isResponse = Bool.random(using: &generator)
      let size: UInt16 = [36, 65, 25, 9, 16, 57, 49].randomElement(using: &generator)!
      message.body = .littleEndian(size) + generator.bytes(Int.random(in: 0...120, using: &generator))
      _ = try? Self.body(message)
    }
  }
}
