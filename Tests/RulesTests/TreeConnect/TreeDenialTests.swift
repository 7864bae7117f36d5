import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// STATUS_ACCESS_DENIED to TREE_CONNECT: told apart by which requests were signed, accepted and refused.
@Suite struct TreeDenialTests {
  typealias Example = StoryCase

  static let ipc = #"\\fs01\IPC$"#

  static let examples: [Example] = [
    Example(
      "a path with slashes", "tree-bad-network-name error proven", cause: "the path has slashes", remedy: "Correct the path"
    ) { $0.missShare("//fs01/data") },
    Example(
      "a share with a space at its end", "tree-bad-network-name error proven", cause: "the share's name ends with a space",
      remedy: "Correct the path"
    ) { $0.missShare(#"\\fs01\data "#) },
    Example(
      "a share in quotation marks", "tree-bad-network-name error proven", cause: "the share's name has quotation marks",
      remedy: "Correct the path"
    ) { $0.missShare(#"\\fs01\"data""#) },
    Example(
      "a share with a space within its name", "tree-bad-network-name error proven", cause: "a misspelled or removed share",
      remedy: "List the shares of a Windows server"
    ) { $0.missShare(#"\\fs01\my data"#) },
    Example(
      "SYSVOL of a domain controller", "tree-bad-network-name error proven", cause: "this domain controller does not share SYSVOL",
      remedy: "On the domain controller look"
    ) { $0.missShare(#"\\fs01\SYSVOL"#) },
    Example(
      "the name of another server", "tree-bad-network-name error proven", cause: "fs01.lab.example, the server to which the name fs99.lab.example leads",
      remedy: "Check that the name leads"
    ) { $0.missShare(#"\\fs99.lab.example\data"#) },
    Example(
      "a storage account in a government's cloud", "tree-access-denied error proven", cause: "the security settings of the storage account",
      remedy: "In Azure compare the SMB security settings"
    ) {
      var logon = NTLMLogon()
      logon.service = "cifs/acct.file.core.usgovcloudapi.net"
      $0.negotiate()
      $0.setUpSession(logon: logon)
      $0.connectTree(path: #"\\acct.file.core.usgovcloudapi.net\data"#, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a guest who signs", "guest-cannot-sign error proven", cause: "a fault in the client's software",
      remedy: "Use an account that the server knows"
    ) {
      $0.negotiate311()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a guest who does not sign", "tree-access-denied error proven", cause: "the server accepted no user",
      remedy: "Use an account that the server knows"
    ) {
      $0.negotiate311()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    Example(
      "a guest of a server that requires signing", "guest-cannot-sign error likely", cause: "the server maps an unknown user",
      remedy: "Use an account that the server knows"
    ) {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    Example(
      "the account Guest at such a server", "guest-cannot-sign error likely", cause: "the client logs on with the account Guest",
      remedy: "Use an account that the server knows"
    ) {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(flags: 1, logon: NTLMLogon().with { $0.user = "guest" })
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    Example(
      "an anonymous user", "tree-access-denied error proven", cause: "the client sent no user",
      remedy: "Use an account that the server knows"
    ) {
      $0.negotiate311()
      $0.setUpSession(flags: 2, logon: .anonymous)
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    Example(
      "the first signed request, for IPC$", "tree-access-denied error proven", cause: "possibly the signature",
      remedy: "Try the same user with an older dialect"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: ipc, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "the first signed request, for a share", "tree-access-denied error proven", cause: "possibly the signature",
      remedy: "Try the same user with an older dialect"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "the first signed request of smbclient", "tree-access-denied error proven", cause: "the permissions of the share",
      remedy: "On a Windows server look at the permissions"
    ) {
      let contexts: [(type: UInt16, data: [UInt8])] = [(1, [1, 0, 0, 0, 1, 0]), (2, [1, 0, 2, 0]), (8, [1, 0, 1, 0]), (5, [UInt8](utf16: "fs01"))]
      $0.negotiate(
        dialect: 0x0311, dialects: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311], clientContexts: contexts, serverContexts: Array(contexts.prefix(3)))
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a share asked for in vain, and the request cancelled", "tree-other-status error proven", cause: "the storage behind the share hangs",
      remedy: "As a test, switch off or update antivirus"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\data"#)))
      $0.wait(seconds: 30)
      $0.response(.response(3, 3, status: 0xC000_0120, session: Conversation.session, SMB2BodyBytes.error()))
    },
    Example(
      "IPC$ was granted before", "tree-access-denied error proven", cause: "the permissions of the share",
      remedy: "On a Windows server look at the permissions"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: ipc, tree: 4, isSigned: true, body: SMB2BodyBytes.treeConnectResponse(shareType: 2))
      $0.connectTree(5, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a share for administrators", "tree-access-denied error proven", cause: "the user is not an administrator",
      remedy: "Check whether the user is a member"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: #"\\fs01\C$"#, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a share for administrators, and an account of the server", "tree-access-denied error proven",
      cause: "the user is a local account of the server", remedy: "Use a domain account"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon().with { $0.domain = "FS01" }, isSigned: true)
      $0.connectTree(path: #"\\fs01\ADMIN$"#, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a share whose name only begins like a drive", "tree-access-denied error proven", cause: "possibly the signature",
      remedy: "Try the same user with an older dialect"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: #"\\fs01\cd$"#, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a session that demands encryption", "tree-access-denied error proven", cause: "a fault in the client's software",
      remedy: "Update the client's program"
    ) {
      $0.negotiate311()
      $0.setUpSession(flags: 4, logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "IPC$ that is not there", "tree-bad-network-name error proven", cause: "the server does not accept the name in the path as its own",
      remedy: "Open the share by the server's own name"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: ipc, status: SMB2Bytes.badNetworkName)
    },
    Example(
      "a folder behind the share's name", "tree-bad-network-name error proven", cause: "the path continues after the share's name",
      remedy: "Let the client connect"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: #"\\fs01\data\films"#, status: SMB2Bytes.badNetworkName)
    },
    Example(
      "another share was not found", "tree-access-denied error proven", cause: "the permissions of the share",
      remedy: "On a Windows server look at the permissions"
    ) {
      $0.negotiate311()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: #"\\fs01\old"#, status: SMB2Bytes.badNetworkName, isSigned: true)
      $0.connectTree(4, status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a share over SMB 3.0.2", "tree-access-denied error proven", cause: "the permissions of the share",
      remedy: "On a Windows server look at the permissions"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a server that cannot sign", "session-setup-signature-zero critical proven", cause: "the server cannot compute signatures",
      remedy: "On a ksmbd server"
    ) {
      $0.negotiate311()
      $0.endLogonWithZeros()
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    Example(
      "a client that never signs", "signing-required-unsupported critical likely", cause: "the client's program does not sign",
      remedy: "Let the client sign"
    ) {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    Example(
      "SessionId 0", "tree-session-deleted error proven", cause: "a fault in the client's software", remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.request(.request(3, 3, SMB2BodyBytes.treeConnectRequest()))
      $0.response(.response(3, 3, status: 0xC000_0203, SMB2BodyBytes.error()))
    },
    Example(
      "a session that the client had left", "tree-session-deleted error proven", cause: "a fault in the client's software",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.request(.request(2, 3, session: Conversation.session, SMB2BodyBytes.empty))
      $0.response(.response(2, 3, session: Conversation.session, SMB2BodyBytes.empty))
      $0.connectTree(4, status: 0xC000_0203)
    },
    Example(
      "a session that the server ended", "tree-session-deleted error proven", cause: "the server ended the session",
      remedy: "Look at the server's log"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(status: 0xC000_0203)
    },
  ]

  @Test(arguments: examples)
  func putsTheEvidenceFirst(example: Example) throws {
    let finding = try example.finding
    #expect(finding.isPrimary || example.testDescription == "another share was not found")
    example.expect(of: finding)
  }

  /// Users of one share, one connection after the other.
  ///
  /// - Parameters:
  ///   - isOpen: the first is still there when the second comes.
  ///   - isKsmbd: the server has no GUID.
  static func twoUsers(_ first: String, _ second: String, isOpen: Bool, isKsmbd: Bool) -> [TestFrame] {
    var frames: [TestFrame] = []
    for (index, user) in [first, second].enumerated() {
      var conversation = Conversation(
        client: Endpoint(address: Endpoint.testClient.address, port: UInt16(50_001 + index)), server: .testServer)
      conversation.wait(seconds: Int64(index * (isOpen ? 2 : 8)))
      conversation.open()
      conversation.negotiate(dialect: 0x0210, dialects: [0x0210], serverGUID: isKsmbd ? .init(repeating: 0, count: 16) : SMB2BodyBytes.serverGUID)
      conversation.setUpSession(logon: NTLMLogon().with { $0.user = user })
      conversation.connectTree(status: index == 0 ? 0 : SMB2Bytes.accessDenied)
      if index == 0, isOpen { conversation.wait(seconds: 10) }
      conversation.send(.client, flags: [.fin, .ack])
      conversation.send(.server, flags: [.fin, .ack])
      conversation.send(.client)
      frames += conversation.frames
    }
    return frames.sorted { $0.time < $1.time }
  }

  @Test(arguments: [
    ("alice", true, true, ["tree-too-many likely"]), ("alice", false, true, ["tree-access-denied proven"]),
    ("bob", true, true, ["tree-access-denied proven"]),
    // Others have a status of their own for it.
    ("alice", true, false, ["tree-access-denied proven"]),
  ])
  func tellsTheLimitOfUsers(second: String, isOpen: Bool, isKsmbd: Bool, expected: [String]) {
    let judged = Judged(Self.twoUsers("alice", second, isOpen: isOpen, isKsmbd: isKsmbd))
    // The first client leaves without using the share, which is another matter.
    let found = judged.findings.filter { $0.severity == .error && $0.rule.id != "tree-rejected-by-client" }
    #expect(found.map { "\($0.rule.id) \($0.observation.confidence)" } == expected)
  }

  /// The server took this client's signature before, on another connection: now it is the permissions.
  @Test(arguments: [(true, "the permissions of the share"), (false, "possibly the signature")])
  func knowsAcceptedSignatures(isAccepted: Bool, cause: String) throws {
    var frames: [TestFrame] = []
    for index in 0...1 {
      var conversation = Conversation(
        client: Endpoint(address: Endpoint.testClient.address, port: UInt16(50_001 + index)), server: .testServer)
      conversation.wait(seconds: Int64(index * 5))
      conversation.open()
      conversation.negotiate311()
      conversation.setUpSession(logon: NTLMLogon(), isSigned: true)
      let path = index == 0 ? #"\\fs01\public"# : #"\\fs01\hr"#
      conversation.connectTree(path: path, status: index == 0 && isAccepted ? 0 : SMB2Bytes.accessDenied, isSigned: true)
      conversation.send(.client, flags: [.fin, .ack])
      frames += conversation.frames
    }
    let finding = try #require(Judged(frames).findings.last { $0.rule.id == "tree-access-denied" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// Two computers of one image; one that was found twice.
  @Test(arguments: [("WS07", "WS08", 1), ("WS07", "WS07", 0), ("WS07", "", 0)])
  func seesSharedMachineIdentifiers(first: String, second: String, count: Int) {
    var frames: [TestFrame] = []
    for (index, name) in [first, second].enumerated() {
      var conversation = Conversation(client: Endpoint(address: IPAddress(10, 0, 0, UInt8(7 + index)), port: 50_001), server: .testServer)
      conversation.wait(seconds: Int64(index * 2))
      conversation.open()
      conversation.negotiate()
      conversation.setUpSession(logon: NTLMLogon().with { ($0.workstation, $0.machine) = (name, 5) })
      conversation.connectTree()
      frames += conversation.frames
    }
    let found = Judged(frames).ofRecording.filter { $0.rule.id == "ntlm-machine-id-shared" }
    #expect(found.map(\.observation.evidence.count) == [Int](repeating: 2, count: count))
  }
}

extension Conversation {
  fileprivate mutating func missShare(_ path: String) {
    negotiate()
    setUpSession(logon: NTLMLogon())
    connectTree(path: path, status: 0xC000_00CC)
  }

  fileprivate mutating func negotiate311() { 
    let contexts: [(type: UInt16, data: [UInt8])] = [(1, [1, 0, 0, 0, 1, 0]), (2, [1, 0, 2, 0])]
    negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: contexts, serverContexts: contexts)
  }

  /// A logon whose last answer has the SIGNED flag and no signature.
  fileprivate mutating func endLogonWithZeros() {
    begin(logon: NTLMLogon())
    request(.request(1, 2, session: Self.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
    var answer = SMB2Bytes.response(1, 2, session: Self.session, SMB2BodyBytes.sessionSetupResponse())
    answer.flags = 0x08
    response(answer)
  }
}
