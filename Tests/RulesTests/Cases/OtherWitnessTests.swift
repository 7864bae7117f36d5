import Diagnosis
import Packets
import Protocols
import Rules
import TestSupport
import Testing
import Transcripts

/// What else the recording shows about a failure: other clients, other names, earlier and later frames.
@Suite struct OtherWitnessTests {
  private static let other = Endpoint(address: IPAddress(10, 0, 0, 9), port: 50_009)

  private static func finding(_ id: String, of judged: Judged) throws -> Finding {
    try #require((judged.findings + judged.ofCases).last { $0.rule.id == id }, "\(judged.fired())")
  }

  private static func healthy(client: Endpoint, path: String = #"\\fs01\data"#, logon: NTLMLogon = NTLMLogon(), at now: Int64 = 1_000_000_000) -> Conversation {
    var conversation = Conversation(client: client)
    conversation.now = now
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession(logon: logon)
    conversation.connectTree(path: path)
    conversation.create(5)
    conversation.send(.client, flags: [.fin, .ack])
    conversation.send(.server, flags: [.fin, .ack])
    return conversation
  }

  private static func sorted(_ conversations: Conversation...) -> Judged {
    Judged(conversations.flatMap(\.frames).sorted { $0.time < $1.time })
  }

  @Test(arguments: [(true, "a firewall, the list of allowed hosts"), (false, "the file service is stopped")])
  func aPortThatIsOpenForOthers(isOpen: Bool, cause: String) throws {
    var refused = Conversation()
    refused.now = 1_500_000_000
    refused.send(.client, flags: [.syn])
    refused.send(.server, flags: [.rst, .ack])
    let judged = isOpen ? Self.sorted(Self.healthy(client: Self.other), refused) : Judged(refused.frames)
    let finding = try Self.finding("tcp-syn-refused", of: judged)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// Shares of a cluster belong to a name.
  @Test(arguments: [(#"\\10.0.0.2\data"#, "the server has this share only under the name fs01"), (#"\\fs01\data"#, "the share was removed")])
  func aShareUnderAnotherName(path: String, cause: String) throws {
    var refused = Conversation()
    refused.now = 3_000_000_000
    refused.open()
    refused.negotiate()
    refused.setUpSession(logon: NTLMLogon().with { $0.user = "carol" })
    refused.connectTree(path: path, status: SMB2Bytes.badNetworkName)
    refused.send(.client, flags: [.fin, .ack])
    let finding = try Self.finding("tree-bad-network-name", of: Self.sorted(Self.healthy(client: Self.other), refused))
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  @Test(arguments: [("alice", "the permissions of the share, or the groups of the user, were changed since frame"), ("carol", "the permissions of the share do not")])
  func aShareThatTheUserHadBefore(user: String, cause: String) throws {
    var refused = Conversation()
    refused.now = 3_000_000_000
    refused.open()
    refused.negotiate()
    refused.setUpSession(logon: NTLMLogon().with { $0.user = user })
    refused.connectTree(status: SMB2Bytes.accessDenied)
    refused.send(.client, flags: [.fin, .ack])
    let finding = try Self.finding("tree-access-denied", of: Self.sorted(Self.healthy(client: Self.other), refused))
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// After LOGOFF a server may give the number of a guest's session to a user, who signs.
  @Test func aSessionIDThatIsUsedAgain() {
    let judged = Judged {
      $0.negotiate(dialect: 0x0311, dialects: [0x0302, 0x0311])
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(path: #"\\fs01\IPC$"#)
      $0.request(.request(2, 4, session: Conversation.session, [4, 0, 0, 0]))
      $0.response(.response(2, 4, session: Conversation.session, [4, 0, 0, 0]))
      $0.setUpSession(5, logon: NTLMLogon(), isSigned: true)
      $0.connectTree(7, tree: 6, isSigned: true)
      $0.create(8)
    }
    #expect(!judged.fired().contains { $0.hasPrefix("tree-311-unsigned") }, "\(judged.fired())")
  }

  /// AUTHENTICATE is in a hole of the recording, and the answer to it is not.
  @Test func aLogonWhoseLastRequestIsMissing() throws {
    let judged = Judged {
      $0.negotiate(dialect: 0x0311, dialects: [0x0302, 0x0311])
      $0.begin(1, logon: NTLMLogon())
      let authenticate = SMB2Bytes.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate))
      $0.send(.client, nbss(SMB2Bytes.compound([authenticate])), isCaptured: false)
      $0.response(.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse(flags: 1)))
      $0.connectTree(status: SMB2Bytes.accessDenied)
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try Self.finding("tree-access-denied", of: judged)
    #expect(finding.summary.contains("the session is a guest's"), "\(finding.summary)")
  }

  /// The recording begins behind NEGOTIATE.
  @Test func anEncryptedShareThatIsUsedInClear() throws {
    var conversation = Conversation()
    conversation.setUpSession(logon: NTLMLogon())
    conversation.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
    conversation.create(4, status: SMB2Bytes.accessDenied)
    conversation.send(.client, flags: [.fin, .ack])
    let finding = try Self.finding("encryption-required-not-honoured", of: Judged(conversation.frames))
    #expect(finding.causes.first?.contains("does not show their NEGOTIATE") == true, "\(finding.causes)")
    #expect(finding.severity == .error)
  }

  /// Only what the server sends was recorded.
  @Test(arguments: [(true, "critical"), (false, "info")])
  func aServerThatSignsWithZeros(isRefused: Bool, severity: String) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.begin(1, logon: NTLMLogon())
    conversation.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
    var granted = SMB2Bytes.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()).signed
    granted.signature = [UInt8](repeating: 0, count: 16)
    conversation.response(granted)
    conversation.connectTree(3, isSigned: true)
    if !isRefused { conversation.create(4) }
    conversation.send(.client, flags: [.fin, .ack])
    conversation.send(.server, flags: [.fin, .ack])
    let ofServer = conversation.frames.filter { $0.bytes[34...].starts(with: [0x01, 0xbd]) }
    let finding = try Self.finding("session-setup-signature-zero", of: Judged(ofServer))
    #expect("\(finding.severity)" == severity)
  }

  /// A host that says why nothing can be reached is believed.
  @Test(arguments: [
    (UInt8(0), 0, "no route", "Look at the routes"), (1, 3, "the server is down", "Check that the name"), (1, 0, "no route", "Look at the routes"),
    (3, 0, "a firewall", "Open TCP 445"), (13, 0, "a firewall", "Open TCP 445"),
  ] as [(UInt8, Int64, String, String)])
  func aReasonOfARouter(code: UInt8, seconds: Int64, cause: String, remedy: String) throws {
    var conversation = Conversation()
    conversation.send(.client, flags: [.syn])
    // A router looks for the host before it gives up.
    conversation.wait(seconds: seconds)
    conversation.icmp(code: code, about: 1)
    let finding = try Self.finding("tcp-icmp-unreachable", of: Judged(conversation.frames))
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(remedy) == true, "\(finding.remedies.map(\.text))")
    // A prohibition means a rule of a firewall.
    #expect((finding.causes.count == 1) == (code == 13))
  }

  /// A server with SMB1 alone reads a request of SMB2 and closes; one that spoke SMB2 elsewhere does it for another reason.
  @Test(arguments: [(false, 0, "client and server have no version"), (true, 0, "the server is at its limit"), (false, 5, "a proxy")] as [(Bool, Int64, String)])
  func aCloseInsteadOfAnAnswer(isKnown: Bool, wait: Int64, cause: String) throws {
    var refused = Conversation()
    refused.now = 3_000_000_000
    refused.open()
    refused.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    refused.send(.server)
    refused.wait(seconds: wait)
    refused.send(.server, flags: [.fin, .ack])
    let judged = isKnown ? Self.sorted(Self.healthy(client: Self.other), refused) : Judged(refused.frames)
    let finding = try Self.finding("negotiate-reset-by-server", of: judged)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// A server with encryption switched off, over SMB 3.0.2: a share hardly demands it, and who refuses every logon may.
  @Test func aServerWithoutEncryption() throws {
    let ofShare = Judged {
      $0.negotiate(serverCapabilities: 0x3f)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(!ofShare.fired().contains { $0.hasPrefix("tree-encryption-required") }, "\(ofShare.fired())")
    let share = try Self.finding("tree-access-denied", of: ofShare)
    #expect(share.causes.first?.hasPrefix("the permissions of the share") == true, "\(share.causes)")
    #expect(share.causes.last?.hasPrefix("the share demands encryption") == true, "\(share.causes)")
    let ofLogon = Judged {
      $0.negotiate(serverCapabilities: 0x3f)
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.response(.response(1, 1, status: SMB2Bytes.accessDenied, session: Conversation.session, SMB2BodyBytes.error()))
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(ofLogon.fired().contains { $0.hasPrefix("encryption-required-session") }, "\(ofLogon.fired())")
  }

  /// A router next to the server resets in its name: it is not as many hops away.
  @Test(arguments: [(UInt8(63), true), (64, false)])
  func aResetFromTheNextRouter(hopLimit: UInt8, isForeign: Bool) {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession(logon: NTLMLogon())
    conversation.send(.server)
    conversation.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
    conversation.send(.server, flags: [.rst]) { ($0.hopLimit, $0.identification) = (hopLimit, 0) }
    let judged = Judged(conversation.frames)
    #expect((judged.transcripts[0].forgedReset.map { $0.suspicion == .possible } ?? false) == isForeign)
  }

  /// Windows sends its own account first, and Finder a guest; the person then gives another one.
  @Test(arguments: [("WS07", "hp", true), ("MicrosoftAccount", "hp@outlook.com", true), ("", "guest", true), ("LAB", "carol", false)])
  func anAccountThatNobodyTyped(domain: String, user: String, isMadeUpFor: Bool) {
    var refused = Conversation()
    refused.open()
    refused.negotiate()
    refused.setUpSession(
      status: NTStatus.logonFailure.rawValue,
      logon: NTLMLogon().with { ($0.domain, $0.user) = (domain, user) })
    refused.send(.client, flags: [.fin, .ack])
    let client = Endpoint(address: refused.client.address, port: 50_444)
    let judged = Self.sorted(refused, Self.healthy(client: client, at: 20_000_000_000))
    #expect(judged.cases.count == 1)
    #expect(judged.cases.first.map { $0.failedForGood.isEmpty } == isMadeUpFor)
  }

  /// Two hosts answer one SYN: the client obeys the first.
  @Test func aResetBeforeTheAnswer() throws {
    var conversation = Conversation()
    conversation.send(.client, flags: [.syn])
    conversation.send(.server, flags: [.rst, .ack]) { ($0.sequence, $0.hopLimit) = (0, 57) }
    conversation.send(.server, flags: [.syn, .ack]) { $0.sequence = 900_000 }
    conversation.send(.client, flags: [.rst])
    let judged = Judged(conversation.frames)
    let finding = try Self.finding("tcp-syn-refused", of: judged)
    #expect(finding.causes.first?.hasPrefix("two hosts have the same address") == true, "\(finding.causes)")
    #expect(judged.transcripts.map(\.outcome) == [.failed])
  }
}
