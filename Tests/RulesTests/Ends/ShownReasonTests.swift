import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// A reason that the messages of both sides show goes before those that a status or a close suggests.
@Suite struct ShownReasonTests {
  private static let hash: (type: UInt16, data: [UInt8]) = (1, [1, 0, 0, 0, 1, 0])
  private static let ciphers: (type: UInt16, data: [UInt8]) = (2, [1, 0, 2, 0])
  private static let signing: (type: UInt16, data: [UInt8]) = (8, [1, 0, 1, 0])
  private static let invalidParameter: UInt32 = 0xC000_000D
  private static let sessionDeleted: UInt32 = 0xC000_0203

  static let logons: [StoryCase] = [
    StoryCase(
      "the second leg has SessionId 0", "session-deleted error proven", cause: "a fault in the client's software: it does not use the SessionId",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.authenticate(as: 0, status: sessionDeleted)
    },
    StoryCase(
      "the second leg has another SessionId, and the server calls it malformed", "auth-protocol-error error proven",
      cause: "a fault in the client's software: it sends another SessionId", remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.authenticate(as: 0x99, status: invalidParameter)
    },
    StoryCase(
      "the second leg has the right SessionId", "auth-protocol-error error proven", cause: "the server does not accept the security token of leg 2",
      remedy: "Install the current updates"
    ) {
      $0.negotiate()
      $0.authenticate(as: Conversation.session, status: invalidParameter)
    },
    StoryCase(
      "the server does not know the user of a ticket", "auth-wrong-password-named error proven", cause: "the server finds no account for the user of the ticket",
      remedy: "On a Samba member server check whether the user maps"
    ) {
      $0.negotiate()
      $0.logOnWithTicket(status: 0xC000_0064)
    },
    StoryCase(
      "a ticket and a server that wants to be reached by Kerberos", "auth-downgrade-detected error proven", cause: "a domain controller out of reach",
      remedy: "Check on a Windows server that it finds its domain controller"
    ) {
      $0.negotiate()
      $0.logOnWithTicket(status: 0xC000_0388)
    },
    StoryCase(
      "SMB1 after an answer that asked for SMB2", "session-setup-reset-by-server critical proven", cause: "an error in the client: after an answer in SMB2",
      remedy: "Update the client's program"
    ) {
      $0.send(.client, nbss(smb1Negotiate(["NT LM 0.12", "SMB 2.002", "SMB 2.???"])))
      $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x02ff)))
      $0.request(SMB1Bytes.request(2, .logon(token: NTLMLogon().negotiate)))
      $0.send(.server, flags: [.fin, .ack])
    },
  ]

  static let negotiations: [StoryCase] = [
    StoryCase(
      "a second NEGOTIATE in a session", "negotiate-reset-by-server critical proven", cause: "an error in the client: after a dialect",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(0, 3, SMB2BodyBytes.negotiateRequest()))
      $0.send(.server, flags: [.rst])
    },
    StoryCase(
      "a context that is in the list twice", "negotiate-invalid-parameter error proven", cause: "a fault in the client's software: ENCRYPTION is in the list twice",
      remedy: "Update the client's program"
    ) { $0.refuseNegotiate([hash, ciphers, ciphers], status: invalidParameter) },
    StoryCase(
      "a context without an algorithm", "negotiate-invalid-parameter error proven",
      cause: "a fault in the client's software: PREAUTH_INTEGRITY names no algorithm", remedy: "Update the client's program"
    ) { $0.refuseNegotiate([(1, [0, 0, 0, 0]), ciphers], status: invalidParameter) },
    StoryCase(
      "a list without a fault", "negotiate-invalid-parameter error proven", cause: "an old or embedded server that fails on a context",
      remedy: "Try the client without SMB 3.1.1"
    ) { $0.refuseNegotiate([hash, ciphers, (8, [3, 0, 0, 0, 1, 0, 2, 0])], status: invalidParameter) },
    StoryCase(
      "half a character in the name, and a server that closes", "negotiate-reset-by-server critical likely",
      cause: "a fault in the client's software: NETNAME has 5 bytes", remedy: "Update the client's program"
    ) { $0.refuseNegotiate([hash, ciphers, (5, [1, 0, 2, 0, 3])], status: nil) },
    StoryCase(
      "an answer with a context that was not asked for", "negotiate-reset-by-client error possible",
      cause: "the client does not accept an answer with a context (COMPRESSION)", remedy: "Update the server's software"
    ) {
      $0.negotiate(
        dialect: 0x0311, dialects: [0x0311], clientContexts: [hash, ciphers], serverContexts: [hash, ciphers, (3, [1, 0, 0, 0, 0, 0, 0, 0, 1, 0])])
    },
  ]

  static let shares: [StoryCase] = [
    StoryCase(
      "a share that is connected without a signature", "tree-rejected-by-client error likely",
      cause: "a device on the path answered in the server's name", remedy: "Look at the client's"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(SMB2Bytes.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()).signed)
      $0.response(.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()))
    },
    StoryCase(
      "the session is gone, and the client logs off behind that", "session-deleted error proven", cause: "the server",
      remedy: "Check whether the server ends idle sessions"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.wait(seconds: 30)
      $0.create(4, status: sessionDeleted)
      $0.request(.request(2, 5, session: Conversation.session, SMB2BodyBytes.empty))
      $0.response(.response(2, 5, status: sessionDeleted, session: Conversation.session, SMB2BodyBytes.error()))
    },
    StoryCase(
      "a file in place of a folder", "create-refused warning proven", cause: "the path behind the share names a file",
      remedy: "Connect the share without the folder"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0103)
    },
    StoryCase(
      "a share that is not available", "create-share-unusable error proven", cause: "the disk or volume behind the share",
      remedy: "List the shares"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0480)
    },
    StoryCase(
      "a request for a share that cannot be read", "tree-other-status error proven", cause: "a fault in the client's software: its request is malformed",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest().setting(UInt16(99), at: 0)))
      $0.response(.response(3, 3, status: invalidParameter, session: Conversation.session, SMB2BodyBytes.error()))
    },
    StoryCase(
      "a logon that cannot be read", "auth-protocol-error error proven", cause: "a fault in the client's software: its request is malformed",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest().setting(UInt16(99), at: 0)))
      $0.response(.response(1, 1, status: invalidParameter, SMB2BodyBytes.error()))
    },
    StoryCase(
      "a server that cannot sign refuses Validate Negotiate", "session-setup-signature-zero critical proven",
      cause: "the server cannot compute signatures", remedy: "On a ksmbd server"
    ) {
      $0.negotiate()
      $0.begin(1, logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      var answer = SMB2Bytes.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse())
      answer.flags |= 0x08
      $0.response(answer)
      $0.connectTree()
      $0.askForValidation(4)
      $0.response(.response(11, 4, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
    },
  ]

  @Test(arguments: logons + negotiations + shares)
  func tellsWhatTheMessagesShow(_ example: StoryCase) throws { example.expect(of: try example.finding) }

  /// That the server cannot sign is the reason, and an unsigned refusal is not.
  @Test func theServerThatCannotSignIsTheReason() throws {
    let example = try #require(Self.shares.last)
    let judged = Judged {
      example.build(&$0)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired().contains("vni-rejected-status critical"), "\(judged.fired())")
    #expect(!judged.fired().contains { $0.hasPrefix("vni-response-unsigned") }, "\(judged.fired())")
  }

  /// The recording begins behind NEGOTIATE: what follows is there.
  @Test(arguments: [(true, "tree-rejected-by-client error possible"), (false, "create-share-unusable error proven")])
  func aRecordingThatBeginsAtTheLogon(leavesAtOnce: Bool, expected: String) {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree()
    if !leavesAtOnce {
      one.request(.request(5, 4, session: Conversation.session, tree: 77, [UInt8](repeating: 0, count: 57)))
      one.response(.response(5, 4, status: 0xC000_00C9, session: Conversation.session, tree: 77, SMB2BodyBytes.error()))
    }
    one.send(.client, flags: [.fin, .ack])
    let judged = Judged(Array(one.frames.dropFirst(5)))
    #expect(judged.findings.map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }.contains(expected), "\(judged.fired())")
  }

  /// Only the SYNs are missing: a session that is refused on port 139 is refused by its own bytes.
  @Test func aRefusalOfTheNetBIOSSessionWithoutTheHandshake() {
    var one = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: 139))
    one.open()
    one.send(.client, nbss([UInt8](repeating: 0x20, count: 68), type: 0x81))
    one.send(.server, nbss([0x82], type: 0x83))
    one.send(.server, flags: [.fin, .ack])
    let judged = Judged(Array(one.frames.dropFirst(3)))
    #expect((judged.findings + judged.ofCases).contains { $0.rule.id == "nbss-session-refused" }, "\(judged.fired())")
  }

  /// Only the server was recorded: a refused logon with the id of a session that nobody has seen is still a refused logon.
  @Test func aRefusalInOneDirection() {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.logOnWithTicket(status: SMB2Bytes.logonFailure)
    one.send(.server, flags: [.fin, .ack])
    let judged = Judged(one.frames.filter { $0.bytes[26..<30].elementsEqual([10, 0, 0, 2]) })
    let finding = judged.findings.first { $0.rule.id == "auth-logon-failure" && $0.severity == .error }
    #expect(finding?.causes.first?.hasPrefix("the client sent a Kerberos ticket") == true, "\(judged.fired())")
  }

  /// Only the beginnings of the server's frames: one logon is refused, and the next one succeeds.
  @Test func aSecondLogonInCutFramesOfOneDirection() {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
    one.response(.response(1, 1, status: SMB2Bytes.notSupported, SMB2BodyBytes.error()))
    one.request(.request(1, 2, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example"))))
    one.response(.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse(token: [UInt8](repeating: 1, count: 300))))
    one.cutLast(toPayload: 200)
    one.connectTree()
    one.send(.server, flags: [.fin, .ack])
    let judged = Judged(one.frames.filter { $0.bytes[26..<30].elementsEqual([10, 0, 0, 2]) })
    #expect(judged.findings.allSatisfy { $0.severity < .error }, "\(judged.fired())")
  }

  /// The same behind a CHALLENGE: here a password was checked.
  @Test func aRefusedPasswordInOneDirection() {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon())
    one.send(.server, flags: [.fin, .ack])
    let judged = Judged(one.frames.filter { $0.bytes[26..<30].elementsEqual([10, 0, 0, 2]) })
    let finding = judged.findings.first { $0.rule.id == "auth-logon-failure" }
    #expect(finding?.causes.first?.hasPrefix("a wrong password") == true, "\(judged.fired())")
  }

  /// A user of another forest, beside the password.
  @Test(arguments: [("alice@contoso.com", true), ("alice@lab.example", false)])
  func aSuffixThatIsNotTheServers(user: String, isNamed: Bool) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.user, $0.domain, $0.dnsDomain) = (user, "", "lab.example") })
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "auth-logon-failure" }, "\(judged.fired())")
    #expect(finding.causes.dropFirst().first?.hasPrefix("the user belongs to contoso.com") == isNamed, "\(finding.causes)")
  }
}

extension Conversation {
  /// The first leg, and a second one under any SessionId.
  fileprivate mutating func authenticate(as session: UInt64, status: UInt32) {
    begin(1, logon: NTLMLogon())
    request(.request(1, 2, session: session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
    response(.response(1, 2, status: status, session: session, SMB2BodyBytes.error()))
  }

  fileprivate mutating func logOnWithTicket(status: UInt32) {
    request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example"))))
    response(.response(1, 1, status: status, session: Self.session, SMB2BodyBytes.error()))
  }

  /// - Parameter status: nil for a reset instead of an answer.
  fileprivate mutating func refuseNegotiate(_ contexts: [(type: UInt16, data: [UInt8])], status: UInt32?) {
    request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0302, 0x0311], contexts: contexts)))
    guard let status else { return send(.server, flags: [.rst]) }
    response(.response(0, 0, status: status, SMB2BodyBytes.error()))
  }
}
