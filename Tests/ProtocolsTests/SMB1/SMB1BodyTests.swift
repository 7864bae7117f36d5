import TestSupport
import Testing

@testable import Packets
@testable import Protocols

@Suite struct SMB1BodyTests {
  /// What ends the requests that are built; NativeLanMan is left out.
  static let system = SMB1NativeNames(operatingSystem: "Unix", lanManager: "")

  static func read(_ message: SMB1Bytes) throws -> SMB1Body { try read(message.bytes) }

  static func read(_ bytes: [UInt8]) throws -> SMB1Body {
    let view = ByteView(bytes.span)
    return SMB1Body(view, header: try SMB1Header(view))
  }

  @Test func readsATokenOfExtendedSecurity() throws {
    let body = try Self.read(SMB1Bytes.request(1, .logon(token: .counting(31))))
    #expect(body.commands == [.sessionSetupRequest(SMB1SessionSetupRequest(logon: .token(.counting(31)), system: Self.system))])
    #expect(body.damage == nil)
    let reply = try Self.read(SMB1Bytes.response(1, status: 0xc000_0016, .loggedOn(token: .counting(9))))
    #expect(reply.commands == [.sessionSetupResponse(SMB1SessionSetupResponse(isGuest: false, token: .counting(9)))])
  }

  /// Passwords of odd length move the text by one byte, for UTF-16 begins at an even offset.
  @Test(arguments: [0, 1, 24, 31], [true, false])
  func readsAnAccount(oem: Int, isUnicode: Bool) throws {
    var message = SMB1Bytes.request(1, .logon("älice", domain: "LAB", oem: oem, unicode: 57, isUnicode: isUnicode))
    if !isUnicode { message.flags = 0x4001 }
    let account = SMB1SessionSetupRequest.Account(
      name: "älice", domain: "LAB", oemPasswordCount: oem, unicodePasswordCount: 57)
    #expect(try Self.read(message).commands == [.sessionSetupRequest(SMB1SessionSetupRequest(logon: .account(account), system: Self.system))])
  }

  @Test func readsAnAccountOfLANMAN() throws {
    let message = SMB1Bytes.request(1, .logon("BOB", domain: "", oem: 24, unicode: nil, isUnicode: false)).old
    let account = SMB1SessionSetupRequest.Account(name: "BOB", domain: "", oemPasswordCount: 24, unicodePasswordCount: 0)
    #expect(try Self.read(message).commands == [.sessionSetupRequest(SMB1SessionSetupRequest(logon: .account(account), system: Self.system))])
    #expect(!account.isAnonymous)
    #expect(SMB1SessionSetupRequest.Account(name: "", domain: "", oemPasswordCount: 1, unicodePasswordCount: 0).isAnonymous)
  }

  @Test(arguments: [true, false])
  func readsAShare(isUnicode: Bool) throws {
    var message = SMB1Bytes.request(1, .share(#"\\FS01\DATA"#, service: "A:", isUnicode: isUnicode))
    if !isUnicode { message = message.old }
    #expect(
      try Self.read(message).commands
        == [.treeConnectRequest(SMB1TreeConnectRequest(path: #"\\FS01\DATA"#, service: "A:"))])
    let reply = try Self.read(SMB1Bytes.response(1, .connected(service: "IPC")))
    #expect(reply.commands == [.treeConnectResponse(SMB1TreeConnectResponse(service: "IPC"))])
  }

  @Test func followsAChain() throws {
    let request = try Self.read(SMB1Bytes.request(1, .logon("alice", domain: "LAB"), .share(#"\\FS01\IPC$"#)))
    #expect(request.commands.count == 2 && request.damage == nil)
    #expect(request.commands.last == .treeConnectRequest(SMB1TreeConnectRequest(path: #"\\FS01\IPC$"#, service: "?????")))
    let reply = try Self.read(SMB1Bytes.response(1, status: 0xc000_00cc, .loggedOn(isGuest: true), SMB1Bytes.Block(0x75)))
    #expect(
      reply.commands
        == [.sessionSetupResponse(SMB1SessionSetupResponse(isGuest: true)), .other(.treeConnectAndX)])
  }

  @Test func readsARefusal() throws {
    let body = try Self.read(SMB1Bytes.response(1, status: 0xc000_006d, SMB1Bytes.Block(0x73)))
    #expect(body.commands == [.other(.sessionSetupAndX)] && body.damage == nil)
  }

  static let messages = [
    SMB1Bytes.request(1, .logon(token: .counting(31))).bytes,
    SMB1Bytes.request(1, .logon("alice", domain: "LAB"), .share(#"\\FS01\DATA"#)).bytes,
    SMB1Bytes.response(1, .loggedOn(token: .counting(9))).bytes,
    SMB1Bytes.response(1, .loggedOn(), .connected()).bytes,
  ]

  /// Each cut is damage, and what stands before it is read.
  @Test(arguments: messages)
  func toleratesEveryCut(message: [UInt8]) throws {
    let whole = try Self.read(message)
    for count in SMB1Header.length..<message.count {
      let body = try Self.read(Array(message.prefix(count)))
      #expect(body.damage != nil, "\(count)")
      #expect(whole.commands.starts(with: body.commands))
    }
  }

  @Test func stopsAtAChainThatDoesNotAdvance() throws {
    for offset in [0, 31, 32] as [UInt16] {
      let logoff = SMB1Bytes.request(1, SMB1Bytes.Block(0x74)).bytes.setting(UInt8(0x74), at: 33).setting(offset, at: 35)
      let body = try Self.read(logoff)
      #expect(body.commands == [.other(.logoffAndX)])
      #expect(body.damage == DecodeError(offset: 35, reason: .unexpected(field: "AndXOffset", value: UInt64(offset))))
    }
  }

  @Test func survivesDamage() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      var message = Self.messages.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        message[Int.random(in: 9..<message.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      #expect(try Self.read(message).commands.count <= SMB1Body.Limit.commands)
    }
  }
}

@Suite struct DOSErrorTests {
  @Test(arguments: [
    (0x0002_0002, false, "STATUS_LOGON_FAILURE (0xC000006D)", true),
    (0x0006_0002, false, "STATUS_BAD_NETWORK_NAME (0xC00000CC)", true),
    (0x0005_0001, false, "STATUS_ACCESS_DENIED (0xC0000022)", true),
    // Without an NTSTATUS, whatever the flag says.
    (0x0016_0002, true, "DOS error class 2, code 22", true),
    (0x0016_0002, false, "DOS error class 2, code 22", true),
    (0, false, "STATUS_SUCCESS (0x00000000)", false),
    (0, true, "STATUS_SUCCESS (0x00000000)", false),
    (0xc000_006d, true, "STATUS_LOGON_FAILURE (0xC000006D)", true),
    (0x0000_0103, true, "STATUS_PENDING (0x00000103)", false),
  ] as [(UInt32, Bool, String, Bool)])
  func readsTheStatusField(field: UInt32, isNTStatus: Bool, description: String, isError: Bool) {
    let status = NTStatus(smb1: field, isNTStatus: isNTStatus)
    #expect(status.description == description)
    #expect(status.isError == isError)
  }
}
