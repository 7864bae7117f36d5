import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// DFS: referrals, and what clients do behind them.
@Suite struct ReferralTests {
  static let cases: [RuleCase] = [
    RuleCase("a referral is refused, and the client leaves", "dfs-referral-refused error") { $0.askAndLeave(status: 0xC000_026D) },
    RuleCase("a referral has no target, and the client leaves", "dfs-referral-refused error") { $0.askAndLeave() },
    RuleCase("a referral is refused, and the share works without") {
      $0.askAndLeave(status: 0xC000_0225, thenConnects: true)
    },
    RuleCase("the target of a link is the link itself", "dfs-referral-loop error") {
      $0.connectIPC()
      $0.askForReferral(4)
      let output = Conversation.referral(to: #"\fs01\data\link"#)
      $0.response(
        .response(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: output)))
      $0.connectTree(5, tree: 6)
      $0.create(6, tree: 6, status: 0xC000_0257)
    },
    RuleCase("a DFS path, and no referral to be had", "tree-dfs-not-covered error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0257)
      $0.askForReferral(5)
      $0.response(.response(11, 5, status: 0xC000_0225, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a share that leads elsewhere, and nobody is asked", "tree-dfs-not-covered error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: 0xC000_0257)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a client without DFS", "tree-dfs-not-covered error") {
      $0.negotiate(clientCapabilities: 0)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_0257)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a client with DFS that asks nobody, and got nothing", "tree-dfs-not-covered error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0257)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a client with DFS that may ask where nobody records", "tree-dfs-not-covered warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(3)
      $0.create(4, status: 0xC000_0257)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a client with DFS that may ask in what is encrypted") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0257)
      $0.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 120)))
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a share that the server does not know, and a referral to where it is", "tree-bad-network-name info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(path: #"\\fs01\data"#, status: 0xC000_00CC)
      $0.connectTree(4, path: #"\\fs01\IPC$"#)
      $0.askForReferral(5, #"\fs01\data"#)
      $0.response(
        .response(
          11, 5, session: Conversation.session, tree: 5,
          SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: Conversation.referral(to: #"\\fs02\data"#))))
      $0.send(.client, flags: [.fin, .ack])
    },
    followed,
  ]

  /// The data are on another server, and the client is told where.
  static let followed = RuleCase("a DFS path, and a referral") {
    $0.negotiate()
    $0.setUpSession(logon: NTLMLogon())
    $0.connectTree()
    $0.create(4, status: 0xC000_0257)
    $0.askForReferral(5)
    $0.response(
      .response(
        11, 5, session: Conversation.session, tree: 5,
        SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: Conversation.referral(to: #"\\fs02\data"#))))
    $0.send(.client, flags: [.fin, .ack])
  }

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.treeConnect]) == example.expected) }

  /// A client asks its domain controller for domains and controllers first; neither answer names where data are.
  @Test(arguments: [("", 0), (#"\lab.example"#, 0), (#"\lab.example\ns"#, 1)])
  func onlyPathsOfSharesHaveTargets(path: String, count: Int) throws {
    let judged = Judged {
      $0.connectIPC()
      $0.askForReferral(4, path)
      $0.response(
        .response(
          11, 4, session: Conversation.session, tree: 5,
          SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: Conversation.referral(to: #"\LAB"#))))
    }
    #expect(try #require(judged.transcripts.first?.referrals.first).targets.count == count)
  }

  @Test func readsTheTargetsOfAReferral() throws {
    let transcript = try #require(Judged(Self.followed.build).transcripts.first)
    #expect(transcript.referrals.map(\.path) == [#"\fs01\data\link"#])
    #expect(transcript.referrals.first?.targets == [#"\\fs02\data"#])
  }
}

extension Conversation {
  mutating func connectIPC() {
    negotiate()
    setUpSession(logon: NTLMLogon())
    connectTree(path: #"\\fs01\IPC$"#, body: SMB2BodyBytes.treeConnectResponse(shareType: 2))
  }

  /// IPC$, a request for a referral with this answer, and perhaps the share itself.
  fileprivate mutating func askAndLeave(status: UInt32 = 0, thenConnects: Bool = false) {
    connectIPC()
    askForReferral(4)
    // A header without entries.
    let output = [UInt8](repeating: 0, count: 8)
    response(
      .response(
        11, 4, status: status, session: Self.session, tree: 5,
        status == 0 ? SMB2BodyBytes.ioctlResponse(controlCode: 0x0006_0194, output: output) : SMB2BodyBytes.error()))
    if thenConnects {
      connectTree(5, tree: 6)
      create(6, tree: 6)
    }
    request(.request(2, 7, session: Self.session, SMB2BodyBytes.empty))
    response(.response(2, 7, session: Self.session, SMB2BodyBytes.empty))
    send(.client, flags: [.fin, .ack])
  }

  /// REQ_GET_DFS_REFERRAL: MS-DFSC 2.2.2.
  fileprivate mutating func askForReferral(_ messageID: UInt64, _ path: String = #"\fs01\data\link"#) {
    let input = ByteWriter().u16le(4).raw([UInt8](utf16: path)).u16le(0).bytes
    request(
      .request(11, messageID, session: Self.session, tree: 5, SMB2BodyBytes.ioctlRequest(controlCode: 0x0006_0194, input: input)))
  }

  /// RESP_GET_DFS_REFERRAL with one entry of version 3: MS-DFSC 2.2.4, 2.2.4.3.
  fileprivate static func referral(to target: String) -> [UInt8] {
    ByteWriter().u16le(30).u16le(1).u32le(2)
      .u16le(3).u16le(34).u16le(0).u16le(0).u32le(300).u16le(0).u16le(0).u16le(34).zeros(16)
      .raw([UInt8](utf16: target)).u16le(0).bytes
  }
}
