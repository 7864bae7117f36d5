import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// SMB1 logons and shares are sessions and trees like those of SMB2.
@Suite struct SMB1SessionTests {
  static func transcript(_ conversation: Conversation) throws -> Transcript {
    try #require(Recorded(conversation).transcripts.first)
  }

  @Test func followsALogonWithExtendedSecurity() throws {
    var conversation = Conversation.smb1()
    conversation.logOnToSMB1()
    conversation.request(SMB1Bytes.request(4, user: 2048, .share(#"\\fs01\data"#)))
    conversation.response(SMB1Bytes.response(4, user: 2048, tree: 9, .connected()))
    conversation.request(SMB1Bytes.request(5, user: 2048, tree: 9, SMB1Bytes.Block(0x71)))
    conversation.request(SMB1Bytes.request(6, user: 2048, SMB1Bytes.Block(0x74)))
    let transcript = try Self.transcript(conversation)
    #expect(transcript.outcomes == [.passed, .passed, .passed, .passed, .notApplicable])
    #expect(transcript.outcome == .established)
    #expect(transcript.smb1?.chosen == "NT LM 0.12" && transcript.smb1?.response?.hasExtendedSecurity == true)
    #expect(transcript.sessions.count == 1 && transcript.trees.count == 1)
    let session = try #require(transcript.sessions.first)
    #expect(session.id == 2048 && session.legs == 2 && session.identity.mechanism == .ntlm)
    #expect(session.identity.user == "alice" && session.identity.domain == "LAB")
    #expect(session.establishedFrame == 9 && session.logoffFrame == 13)
    let tree = try #require(transcript.trees.first)
    #expect(tree.path == #"\\fs01\data"# && tree.id == 9 && tree.sessionID == 2048)
    #expect(tree.requestStamp.frame == 10 && tree.replyStamp?.frame == 11 && tree.disconnectFrame == 12)
    #expect(transcript.wasLeftOrderly && transcript.unreadable.isEmpty)
  }

  @Test(arguments: [(24, true), (60, false)])
  func followsALogonInClearWithItsShare(unicode: Int, isVersion1: Bool) throws {
    var conversation = Conversation.smb1(isExtended: false)
    conversation.request(
      SMB1Bytes.request(2, .logon("alice", domain: "LAB", unicode: unicode), .share(#"\\fs01\data"#)))
    conversation.response(SMB1Bytes.response(2, user: 7, tree: 3, .loggedOn(), .connected()))
    let transcript = try Self.transcript(conversation)
    #expect(transcript.outcome == .established)
    let session = try #require(transcript.sessions.first)
    #expect(session.identity.user == "alice" && session.identity.domain == "LAB" && session.isEstablished)
    #expect(session.ntlm?.isVersion1 == isVersion1)
    #expect(transcript.trees.first?.isConnected == true && transcript.trees.first?.sessionID == 7)
  }

  /// The status of a chain is that of its last command.
  @Test func knowsWhichCommandOfAChainWasRefused() throws {
    var refused = Conversation.smb1(isExtended: false)
    refused.request(SMB1Bytes.request(2, .logon("alice", domain: "LAB"), .share(#"\\fs01\data"#)))
    var noShare = refused
    refused.response(SMB1Bytes.response(2, status: SMB2Bytes.logonFailure, SMB1Bytes.Block(0x73)))
    let first = try Self.transcript(refused)
    #expect(first.outcomes == [.passed, .passed, .failed, .notReached, .notApplicable])
    #expect(first.sessions.first?.refusal?.rawValue == SMB2Bytes.logonFailure && first.trees.isEmpty)
    noShare.response(
      SMB1Bytes.response(2, status: SMB2Bytes.badNetworkName, user: 7, .loggedOn(), SMB1Bytes.Block(0x75)))
    let second = try Self.transcript(noShare)
    #expect(second.outcomes == [.passed, .passed, .passed, .failed, .notApplicable])
    #expect(second.trees.first?.replyStamp?.status?.rawValue == SMB2Bytes.badNetworkName)
  }

  @Test func knowsErrorsOfDOS() throws {
    var conversation = Conversation.smb1(isExtended: false)
    conversation.request(SMB1Bytes.request(2, .logon("BOB", domain: "", unicode: nil, isUnicode: false)).old)
    conversation.response(SMB1Bytes.response(2, status: 0x0002_0002, SMB1Bytes.Block(0x73)).old)
    #expect(try Self.transcript(conversation).sessions.first?.refusal?.rawValue == SMB2Bytes.logonFailure)
  }

  /// Reads and writes pass by their length; nobody is shown them, and what a server sends by itself is no request.
  @Test func passesOtherCommands() throws {
    var conversation = Conversation.smb1()
    conversation.logOnToSMB1()
    let before = Recorded(conversation).messages.count
    let write = SMB1Bytes.request(9, user: 2048, tree: 9, SMB1Bytes.Block(0x2f) { _ in .counting(9_000) }).bytes
    for start in stride(from: 0, to: write.count + 4, by: 1_400) {
      conversation.send(.client, Array(nbss(write)[start..<min(start + 1_400, write.count + 4)]))
    }
    let lastRequest = conversation.count - 6
    conversation.send(.server, nbss(SMB1Bytes.request(0xffff, SMB1Bytes.Block(0x24)).bytes))
    let recorded = Recorded(conversation)
    #expect(recorded.messages.count == before)
    let transcript = try #require(recorded.transcripts.first)
    #expect(transcript.traffic.lastRequestFrame == lastRequest && transcript.unreadable.isEmpty)
    #expect(!transcript.traffic.isAwaitingAnswer)
  }

  /// Who logs off in the middle of a logon did not fail at it.
  @Test func doesNotBlameAClientThatLogsOff() throws {
    var conversation = Conversation.smb1()
    let logon = NTLMLogon()
    conversation.request(SMB1Bytes.request(2, .logon(token: logon.negotiate)))
    conversation.response(
      SMB1Bytes.response(2, status: SMB2Bytes.moreProcessingRequired, user: 5, .loggedOn(token: logon.challenge)))
    var cutOff = conversation
    conversation.request(SMB1Bytes.request(3, user: 5, SMB1Bytes.Block(0x74)))
    conversation.send(.client, flags: [.fin, .ack])
    #expect(try Self.transcript(conversation).outcome == .inconclusive)
    cutOff.send(.client, flags: [.fin, .ack])
    #expect(try Self.transcript(cutOff).outcome(of: .sessionSetup) == .failed)
  }

  /// In the middle of a connection there is no NEGOTIATE to have failed.
  @Test func doesNotMissWhatCameBefore() throws {
    var conversation = Conversation()
    conversation.request(SMB1Bytes.request(2, user: 7, tree: 3, SMB1Bytes.Block(0x2e)))
    conversation.response(SMB1Bytes.response(2, user: 7, tree: 3, SMB1Bytes.Block(0x2e)))
    conversation.send(.client, flags: [.fin, .ack])
    let transcript = try Self.transcript(conversation)
    #expect(transcript.outcome(of: .negotiate) == .notSeen && transcript.outcome == .established)
  }
}
