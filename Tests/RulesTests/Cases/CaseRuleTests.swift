import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// What only several connections of one client tell.
@Suite struct CaseRuleTests {
  struct Example: CustomStringConvertible, Sendable {
    var description: String
    var expected: [String]
    var outcomes: [ConnectionOutcome]
    var conversations: @Sendable () -> [Conversation]

    init(
      _ description: String, _ expected: String..., outcomes: [ConnectionOutcome],
      conversations: @escaping @Sendable () -> [Conversation]
    ) {
      (self.description, self.expected, self.outcomes) = (description, expected, outcomes)
      self.conversations = conversations
    }
  }

  static let examples: [Example] = [
    Example("139 refused while 445 works", "netbios-port-closed info", outcomes: [.established]) {
      [.healthy(), start(from: 50_001, to: 139, at: 0) { $0.refuse() }]
    },
    Example("139 refused, and 445 not tried", "nbss-not-reached error", "netbios-port-closed info", outcomes: [.failed]) {
      [start(from: 50_001, to: 139, at: 0) { $0.refuse() }]
    },
    Example("139 open", outcomes: [.established]) {
      [start(from: 50_001, to: 139, at: 0) { $0.open() }, .healthy()]
    },
    Example("a SYN is answered from another address", "tcp-answer-from-other-address critical", outcomes: [.failed, .inconclusive]) {
      [start(from: 50_001, to: 445, at: 0) { $0.askInVain() }, stray(to: 50_001, at: 1)]
    },
    Example("a SYN-ACK to another port of the client", outcomes: [.failed, .inconclusive]) {
      [start(from: 50_001, to: 445, at: 0) { $0.askInVain() }, stray(to: 50_002, at: 1)]
    },
    // The verdict makes a note of the refusal, since the next connection gets an answer.
    Example("another NetBIOS name is accepted", "nbss-session-refused error", "nbss-name-retry info", outcomes: [.established]) {
      [
        start(from: 50_001, to: 139, at: 0) { $0.call("FILES", answer: [0x83, 0, 0, 1, 0x82]) },
        start(from: 50_002, to: 139, at: 1) {
          $0.call("*SMBSERVER", answer: [0x82, 0, 0, 0])
          $0.talk()
        },
      ]
    },
    Example(
      "the same NetBIOS name is refused for another reason", "nbss-session-refused info", "nbss-session-refused error", outcomes: [.failed]) {
      [
        start(from: 50_001, to: 139, at: 0) { $0.call("FILES", answer: [0x83, 0, 0, 1, 0x82]) },
        start(from: 50_002, to: 139, at: 1) { $0.call("FILES", answer: [0x83, 0, 0, 1, 0x83]) },
      ]
    },
    Example("every NetBIOS name is refused", "nbss-session-refused info", "nbss-session-refused error", outcomes: [.failed]) {
      [
        start(from: 50_001, to: 139, at: 0) { $0.call("FILES", answer: [0x83, 0, 0, 1, 0x82]) },
        start(from: 50_002, to: 139, at: 1) { $0.call("*SMBSERVER", answer: [0x83, 0, 0, 1, 0x82]) },
      ]
    },
    Example("NTLMv1 refused", "ntlmv1-used critical", outcomes: [.failed]) {
      [start(from: 50_001, to: 445, at: 0) { $0.logOn(SMB2Bytes.logonFailure) { $0.isVersion1 = true } }]
    },
    Example("NTLMv1 accepted", "ntlmv1-used warning", outcomes: [.established]) {
      [start(from: 50_001, to: 445, at: 0) { $0.logOn { $0.isVersion1 = true } }]
    },
    // The server takes NTLMv1, so it was the password.
    Example("NTLMv1 refused, and accepted later", "ntlmv1-used warning", "ntlmv1-used warning", outcomes: [.established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.logOn(SMB2Bytes.logonFailure) { $0.isVersion1 = true } },
        start(from: 50_002, to: 445, at: 3) { $0.logOn { $0.isVersion1 = true } },
      ]
    },
    Example("NTLMv2 refused", outcomes: [.failed]) {
      [start(from: 50_001, to: 445, at: 0) { $0.logOn(SMB2Bytes.logonFailure) { _ in } }]
    },
    Example("back in another dialect", "reconnect-dialect-change warning", outcomes: [.failed]) {
      [.healthy(), start(from: 50_001, to: 445, at: 20) { $0.comeBack(dialect: 0x0210) }]
    },
    Example("back in the same dialect", outcomes: [.failed]) {
      [.healthy(), start(from: 50_001, to: 445, at: 20) { $0.comeBack(dialect: 0x0302) }]
    },
    Example("a minute later it is another attempt", outcomes: [.established, .failed]) {
      [.healthy(), start(from: 50_001, to: 445, at: 120) { $0.comeBack(dialect: 0x0210) }]
    },
    // Who gets at a share is a matter of the user, whatever the way to log on.
    Example("a share refused to a ticket, then granted to another user", outcomes: [.failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(share: SMB2Bytes.accessDenied) },
        start(from: 50_002, to: 445, at: 3) { $0.logOn { $0.user = "admin" } },
      ]
    },
    Example("a share refused to a ticket, then granted to one", outcomes: [.established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(share: SMB2Bytes.accessDenied) },
        start(from: 50_002, to: 445, at: 3) { $0.showTicket() },
      ]
    },
    Example("a share refused to one ticket, then granted to another", outcomes: [.failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(share: SMB2Bytes.accessDenied) },
        start(from: 50_002, to: 445, at: 3) { $0.showTicket(id: 2) },
      ]
    },
    Example("a share that was not available, then granted to another ticket", outcomes: [.established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(share: 0xC000_0480) },
        start(from: 50_002, to: 445, at: 3) { $0.showTicket(id: 2) },
      ]
    },
    Example("an address that the server gave for further channels does not answer", outcomes: [.established, .established]) {
      [
        start(from: 50_001, to: 445, at: 0) {
          $0.logOn { _ in }
          $0.learnInterfaces()
          $0.goOn(after: 20)
        },
        fail(toReach: IPAddress(ipv4: 0x0a63_0005), at: 2),
      ]
    },
    Example("an address that the server did not give does not answer", outcomes: [.established, .failed]) {
      [
        start(from: 50_001, to: 445, at: 0) {
          $0.logOn { _ in }
          $0.learnInterfaces()
          $0.goOn(after: 20)
        },
        fail(toReach: IPAddress(ipv4: 0x0a63_0006), at: 2),
      ]
    },
    // The verdict makes a note of it, since the client works at the other target.
    Example(
      "the first target of a DFS link has no such share, and the second one works", "dfs-target-unreachable error",
      outcomes: [.established, .established, .established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#, #"\\fs03\docs"#]) },
        open(#"\\fs02\docs"#, on: IPAddress(10, 0, 0, 12), at: 2, status: 0xC000_00CC),
        open(#"\\fs03\docs"#, on: IPAddress(10, 0, 0, 13), at: 4),
      ]
    },
    Example("the only target of a DFS link has no such share", "dfs-target-unreachable error", outcomes: [.established, .failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#]) },
        open(#"\\fs02\docs"#, on: IPAddress(10, 0, 0, 12), at: 2, status: 0xC000_00CC),
      ]
    },
    // Nothing in the recording says what the target's address is.
    Example("the client goes on to a dead host right behind a referral", "dfs-target-unreachable error", outcomes: [.established, .failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#]) },
        fail(toReach: IPAddress(10, 0, 0, 12), at: 1),
      ]
    },
    Example("the client goes on to a dead host much later", outcomes: [.established, .failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#]) },
        fail(toReach: IPAddress(10, 0, 0, 12), at: 30),
      ]
    },
    // The client would have connected within this time.
    Example("the target of a DFS link is never contacted", "dfs-target-unreachable warning", outcomes: [.established]) {
      [
        start(from: 50_001, to: 445, at: 0) {
          $0.askForReferral(to: [#"\\fs02\docs"#])
          $0.send(.client, flags: [.fin, .ack])
        }
      ]
    },
    Example("the client has a share already, and does not follow a referral", outcomes: [.established, .established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#]) },
        open(#"\\fs03\docs"#, on: IPAddress(10, 0, 0, 13), at: 4),
      ]
    },
    Example("a server that resets one connection after the other", "connection-reset-in-use warning", outcomes: [.established]) {
      (0..<4).map { index in start(from: 50_001 + UInt16(index), to: 445, at: Int64(index) * 3) { $0.workAndBeReset() } }
    },
    Example("a server that resets two connections", outcomes: [.established]) {
      (0..<2).map { index in start(from: 50_001 + UInt16(index), to: 445, at: Int64(index) * 3) { $0.workAndBeReset() } }
    },
    Example("a server that resets idle connections", outcomes: [.established, .established, .established]) {
      (0..<3).map { index in start(from: 50_001 + UInt16(index), to: 445, at: Int64(index) * 900) { $0.workAndBeReset(idle: 800) } }
    },
    Example("a ticket refused, then NTLM", "kerberos-ap-modified error", outcomes: [.established]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(SMB2Bytes.logonFailure) },
        start(from: 50_002, to: 445, at: 3) { $0.logOn { $0.dnsDomain = "lab.example" } },
      ]
    },
    Example("a ticket refused, then an account of the server", "kerberos-ap-modified error", outcomes: [.failed]) {
      [
        start(from: 50_001, to: 445, at: 0) { $0.showTicket(SMB2Bytes.logonFailure) },
        start(from: 50_002, to: 445, at: 3) { $0.logOn { $0.domain = "FS01" } },
      ]
    },
  ]

  @Test(arguments: examples)
  func judges(_ example: Example) {
    var briefs: [ConnectionBrief] = []
    var tracker = Tracker { briefs.append(ConnectionBrief($0)) }
    let frames = example.conversations().flatMap(\.frames).sorted { $0.time < $1.time }
    for (index, frame) in frames.enumerated() {
      tracker.accept(
        Frame(number: index + 1, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet),
        ByteView(frame.bytes.span))
    }
    let lookups = tracker.finish()
    let cases = CaseBook.cases(of: briefs, joining: lookups).cases
    #expect(cases.map(\.outcome) == example.outcomes)
    let found = cases.flatMap { Engine().judge($0) }
    #expect(found.map { "\($0.rule.id) \($0.severity)" } == example.expected)
    for finding in found { #expect(!finding.frames.isEmpty && !finding.connections.isEmpty) }
  }

  /// What the target of a link refuses decides where to look first.
  @Test(arguments: [
    (UInt32(0xC000_00CC), "the link names a share that was renamed", "Look at the targets of the link"),
    (SMB2Bytes.accessDenied, "the user may not use the share", "On a Windows server look at the permissions"),
  ])
  func theTargetRefuses(status: UInt32, cause: String, remedy: String) throws {
    let conversations = [
      Self.start(from: 50_001, to: 445, at: 0) { $0.askForReferral(to: [#"\\fs02\docs"#]) },
      Self.open(#"\\fs02\docs"#, on: IPAddress(10, 0, 0, 12), at: 2, status: status),
    ]
    let judged = Judged(conversations.flatMap(\.frames).sorted { $0.time < $1.time })
    let finding = try #require(judged.ofCases.first { $0.rule.id == "dfs-target-unreachable" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(remedy) == true, "\(finding.remedies.map(\.text))")
  }

  /// Another connection of the same client, some seconds later.
  private static func open(_ path: String, on server: IPAddress, at seconds: Int64, status: UInt32 = 0) -> Conversation {
    var conversation = Conversation(
      client: Endpoint(address: Endpoint.testClient.address, port: 50_000 + UInt16(seconds)), server: Endpoint(address: server, port: 445))
    conversation.wait(seconds: seconds)
    conversation.open()
    conversation.negotiate(serverGUID: [UInt8](repeating: UInt8(truncatingIfNeeded: server.low), count: 16))
    conversation.setUpSession(logon: NTLMLogon())
    conversation.connectTree(path: path, status: status)
    if status == 0 { conversation.create(4) }
    conversation.send(.client, flags: [.fin, .ack])
    return conversation
  }

  private static func fail(toReach server: IPAddress, at seconds: Int64) -> Conversation {
    var conversation = Conversation(
      client: Endpoint(address: Endpoint.testClient.address, port: 50_009), server: Endpoint(address: server, port: 445))
    conversation.wait(seconds: seconds)
    conversation.refuse()
    return conversation
  }

  /// A SYN-ACK of a host that nobody asked.
  private static func stray(to port: UInt16, at seconds: Int64) -> Conversation {
    var conversation = Conversation(
      client: Endpoint(address: Endpoint.testClient.address, port: port), server: Endpoint(address: IPAddress(10, 0, 0, 21), port: 445))
    conversation.wait(seconds: seconds)
    conversation.send(.server, flags: [.syn, .ack])
    conversation.send(.client, flags: [.rst])
    return conversation
  }

  private static func start(
    from port: UInt16, to serverPort: UInt16, at seconds: Int64, _ build: (inout Conversation) -> Void
  ) -> Conversation {
    var conversation = Conversation(
      client: Endpoint(address: Endpoint.testClient.address, port: port),
      server: Endpoint(address: Endpoint.testServer.address, port: serverPort))
    conversation.wait(seconds: seconds)
    build(&conversation)
    return conversation
  }
}

extension Conversation {
  fileprivate mutating func askInVain() {
    send(.client, flags: [.syn])
    for seconds in [1, 2, 4, 8] as [Int64] {
      wait(seconds: seconds)
      resend(1)
    }
  }

  fileprivate mutating func refuse() {
    send(.client, flags: [.syn])
    send(.server, flags: [.rst, .ack])
  }

  /// FSCTL_DFS_GET_REFERRALS, answered with entries of version 1: MS-DFSC 2.2.2, 2.2.4.1.
  fileprivate mutating func askForReferral(to targets: [String]) {
    open()
    negotiate()
    setUpSession(logon: NTLMLogon())
    connectTree(path: #"\\fs01\IPC$"#, body: SMB2BodyBytes.treeConnectResponse(shareType: 2))
    let input = ByteWriter().u16le(4).raw([UInt8](utf16: #"\lab.example\dfs\docs"#)).u16le(0).bytes
    let entries = targets.flatMap { target in
      let name = [UInt8](utf16: target)
      return ByteWriter().u16le(1).u16le(UInt16(name.count + 10)).u16le(0).u16le(0).raw(name).u16le(0).bytes
    }
    let output = ByteWriter().u16le(44).u16le(UInt16(targets.count)).u32le(0).raw(entries).bytes
    request(.request(11, 4, session: Self.session, tree: 5, SMB2BodyBytes.ioctlRequest(controlCode: 0x0006_0194, input: input)))
    response(
      .response(11, 4, session: Self.session, tree: 5, SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: output)))
  }

  fileprivate mutating func workAndBeReset(idle seconds: Int64 = 1) {
    open()
    negotiate()
    setUpSession(logon: NTLMLogon())
    connectTree()
    create(4)
    wait(seconds: seconds)
    send(.server, flags: [.rst, .ack])
  }

  /// FSCTL_QUERY_NETWORK_INTERFACE_INFO, answered with 10.99.0.5: MS-SMB2 2.2.32.5.
  fileprivate mutating func learnInterfaces() {
    let address: [UInt8] = [2, 0, 0, 0, 10, 99, 0, 5] + [UInt8](repeating: 0, count: 120)
    let interface = ByteWriter().u32le(0).u32le(7).u32le(1).u32le(0).u64le(10_000_000_000).raw(address).bytes
    request(.request(11, 9, session: Self.session, tree: 5, SMB2BodyBytes.ioctlRequest(controlCode: 0x0014_01fc)))
    response(.response(11, 9, session: Self.session, tree: 5, SMB2BodyBytes.ioctlResponse(controlCode: 0x0014_01fc, output: interface)))
  }

  /// A logon, and with it a share.
  fileprivate mutating func logOn(_ status: UInt32 = 0, _ change: (inout NTLMLogon) -> Void) {
    open()
    negotiate()
    setUpSession(status: status, logon: NTLMLogon().with(change))
    if status == 0 {
      connectTree()
      request(.request(4, 4, session: Self.session, tree: 5, SMB2BodyBytes.empty))
      response(.response(4, 4, session: Self.session, tree: 5, SMB2BodyBytes.empty))
    }
    send(.client, flags: [.fin, .ack])
  }

  /// A logon with a ticket, and with it a share.
  fileprivate mutating func showTicket(_ status: UInt32 = 0, share: UInt32 = 0, id: UInt8 = 1) {
    open()
    negotiate()
    request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example", id: id))))
    response(
      .response(
        1, 1, status: status, session: Self.session, status == 0 ? SMB2BodyBytes.sessionSetupResponse() : SMB2BodyBytes.error()))
    if status == 0 {
      connectTree(2, status: share)
      request(.request(4, 3, session: Self.session, tree: 5, SMB2BodyBytes.empty))
      response(.response(4, 3, session: Self.session, tree: 5, SMB2BodyBytes.empty))
    }
    send(.client, flags: [.fin, .ack])
  }

  /// A NetBIOS session request and its answer: RFC 1002 4.3.2.
  fileprivate mutating func call(_ name: String, answer: [UInt8]) {
    open()
    send(.client, [0x81, 0, 0, 68] + Self.encoded(name, suffix: 0x20) + Self.encoded("WS01", suffix: 0))
    send(.server, answer)
    if answer[0] == 0x83 {
      send(.server, flags: [.fin, .ack])
      send(.client, flags: [.fin, .ack])
    }
  }

  /// Half-ASCII: RFC 1001 14.1.
  private static func encoded(_ name: String, suffix: UInt8) -> [UInt8] {
    var padded = Array(name.utf8)
    padded.append(contentsOf: [UInt8](repeating: 0x20, count: 15 - padded.count))
    padded.append(suffix)
    var encoded: [UInt8] = [32]
    for byte in padded {
      encoded.append(0x41 + byte >> 4)
      encoded.append(0x41 + byte & 15)
    }
    return encoded + [0]
  }

  /// A logon that names the session of ``healthy(client:server:)`` as the one it replaces, and is reset.
  fileprivate mutating func comeBack(dialect: UInt16) {
    open()
    negotiate(dialect: dialect)
    let body = SMB2BodyBytes.sessionSetupRequest().setting(Self.session, at: 16)
    request(.request(1, 1, body))
    send(.server, flags: [.rst, .ack])
  }
}
