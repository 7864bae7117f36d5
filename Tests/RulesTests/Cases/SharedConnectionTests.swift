import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Several users on one connection: what one of them gets makes up for nothing that another was refused.
@Suite struct SharedConnectionTests {
  static let cases: [RuleCase] = [
    RuleCase("refused, logged off, and another user gets the share in a session with the same number", "tree-access-denied error proven") {
      $0.begin(as: "alice", session: 8)
      $0.connectTree(3, session: 8, status: SMB2Bytes.accessDenied)
      $0.logOff(4, session: 8)
      $0.setUpSession(5, session: 8, logon: NTLMLogon().with { $0.user = "bob" })
      $0.work(7, session: 8)
    },
    RuleCase("refused, logged off, and the same user gets the share in a session with the same number", "tree-access-denied info proven") {
      $0.begin(as: "alice", session: 8)
      $0.connectTree(3, session: 8, status: SMB2Bytes.accessDenied)
      $0.logOff(4, session: 8)
      $0.setUpSession(5, session: 8, logon: NTLMLogon())
      $0.work(7, session: 8)
    },
    RuleCase("a share that is gone for one user, while another one disconnects it later", "tree-network-name-deleted error proven") {
      $0.begin(as: "alice", session: 8)
      $0.connectTree(3, session: 8, status: 0xC000_00C9)
      $0.setUpSession(4, session: 9, logon: NTLMLogon().with { $0.user = "bob" })
      $0.connectTree(6, session: 9)
      $0.request(.request(4, 7, session: 9, tree: 5, SMB2BodyBytes.empty))
      $0.response(.response(4, 7, session: 9, tree: 5, SMB2BodyBytes.empty))
    },
    RuleCase("a further share is refused to the same user", "tree-access-denied error proven") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.connectTree(5, path: #"\\fs01\other"#, session: 8, tree: 6, status: SMB2Bytes.accessDenied)
    },
    RuleCase("a further share whose first request is reset", "connection-reset-in-use error proven") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.connectTree(5, path: #"\\fs01\other"#, session: 8, tree: 6)
      $0.request(.request(5, 6, session: 8, tree: 6, SMB2BodyBytes.empty))
      $0.send(.server, flags: [.rst, .ack])
    },
    RuleCase("a share that is not answered, and that the same user gets later") {
      $0.begin(as: "alice", session: 8)
      $0.request(.request(3, 3, session: 8, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\data"#)))
      $0.send(.server)
      $0.wait(seconds: 28)
      $0.logOff(4, session: 8)
      $0.setUpSession(5, session: 8, logon: NTLMLogon())
      $0.work(7, session: 8)
    },
    RuleCase("a second request on a share, which is reset", "connection-reset-in-use warning proven") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.request(.request(5, 6, session: 8, tree: 5, SMB2BodyBytes.empty))
      $0.send(.server, flags: [.rst, .ack])
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) {
    let judged = Judged {
      example.build(&$0)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired(in: [.treeConnect, .transport]) == example.expected)
  }

  static let sessions: [RuleCase] = [
    RuleCase("one user's session expires, and another user logs on", "session-expired error proven") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.expire(5, session: 8)
      $0.setUpSession(6, session: 9, logon: NTLMLogon().with { $0.user = "bob" })
      $0.work(8, session: 9)
    },
    RuleCase("a session expires, and the same user logs on again") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.expire(5, session: 8)
      $0.setUpSession(6, session: 9, logon: NTLMLogon())
      $0.work(8, session: 9)
    },
    RuleCase("the server resets the connection instead of renewing the session", "session-setup-reset-by-server critical likely") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.expire(5, session: 8)
      $0.request(.request(1, 6, session: 8, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.send(.server, flags: [.rst, .ack])
    },
    RuleCase("a further user gets a session, and the client leaves at once with the share of another open", "session-rejected-by-client error possible") {
      $0.begin(as: "alice", session: 8)
      $0.work(3, session: 8)
      $0.setUpSession(5, session: 9, logon: NTLMLogon().with { $0.user = "bob" })
    },
  ]

  @Test(arguments: sessions)
  func judgesSessions(example: RuleCase) {
    let judged = Judged {
      example.build(&$0)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired(in: [.sessionSetup]).filter { !$0.hasPrefix("session-several-users") } == example.expected)
  }
}

extension SharedConnectionTests {
  /// Bob is refused on a new connection, and lets alice's older one have his share: earlier, later, or much later.
  @Test(arguments: [(-5, "error"), (2, "info"), (70, "error")])
  func countsFromWhenAFurtherUserGetsIn(seconds: Int64, severity: String) throws {
    var old = Conversation()
    old.open()
    old.begin(as: "alice", session: 8)
    old.work(3, session: 8)
    var new = Conversation(client: Endpoint(address: old.client.address, port: 50_200))
    new.wait(seconds: 20)
    new.open()
    new.begin(as: "bob", session: 9)
    new.connectTree(3, path: #"\\fs01\other"#, session: 9, status: SMB2Bytes.accessDenied)
    new.send(.client, flags: [.fin, .ack])
    old.wait(seconds: 20 + seconds)
    old.setUpSession(5, session: 10, logon: NTLMLogon().with { $0.user = "bob" })
    old.connectTree(7, path: #"\\fs01\other"#, session: 10, tree: 7)
    let frames = (old.frames + new.frames).sorted { $0.time < $1.time }
    var analysis = Analysis()
    for (index, frame) in frames.enumerated() {
      analysis.accept(Frame(number: index + 1, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet), ByteView(frame.bytes.span))
    }
    let finding = try #require(analysis.finish().findings.first { $0.rule.id == "tree-access-denied" })
    #expect(finding.severity.rawValue == severity)
  }
}

extension Conversation {
  fileprivate mutating func begin(as user: String, session: UInt64) {
    negotiate()
    setUpSession(session: session, logon: NTLMLogon().with { $0.user = user })
  }

  /// A share and something opened on it.
  fileprivate mutating func work(_ messageID: UInt64, session: UInt64) {
    connectTree(messageID, session: session)
    request(.request(5, messageID + 1, session: session, tree: 5, SMB2BodyBytes.empty))
    response(.response(5, messageID + 1, session: session, tree: 5, SMB2BodyBytes.empty))
  }

  fileprivate mutating func expire(_ messageID: UInt64, session: UInt64) {
    request(.request(5, messageID, session: session, tree: 5, SMB2BodyBytes.empty))
    response(.response(5, messageID, status: 0xC000_035C, session: session, tree: 5, SMB2BodyBytes.error()))
  }

  fileprivate mutating func logOff(_ messageID: UInt64, session: UInt64) {
    request(.request(2, messageID, session: session, SMB2BodyBytes.empty))
    response(.response(2, messageID, session: session, SMB2BodyBytes.empty))
  }
}
