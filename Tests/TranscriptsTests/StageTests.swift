import Packets
import Protocols
import TestSupport
import Testing
import Transcripts

/// How far a connection got, and why no further.
@Suite struct StageTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// Transport, negotiate, session setup, tree connect, validate negotiate.
    var outcomes: [StageOutcome]
    var outcome: ConnectionOutcome
    var build: @Sendable (inout Conversation) -> Void
    var testDescription: String { name }

    init(
      _ name: String, _ outcomes: [StageOutcome], _ outcome: ConnectionOutcome,
      _ build: @escaping @Sendable (inout Conversation) -> Void
    ) {
      (self.name, self.outcomes, self.outcome, self.build) = (name, outcomes, outcome, build)
    }
  }

  static let cases: [Case] = [
    // Transport.
    Case("a SYN refused", [.failed, .notReached, .notReached, .notReached, .notReached], .failed) {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.rst, .ack])
    },
    Case("a SYN without an answer", [.inconclusive, .notReached, .notReached, .notReached, .notReached], .inconclusive) {
      $0.send(.client, flags: [.syn])
    },
    Case("opened and nothing said", [.passed, .notReached, .notReached, .notReached, .notReached], .inconclusive) {
      $0.open()
    },
    // Negotiate.
    Case("negotiate unanswered at the end of the capture", [.passed, .inconclusive, .notReached, .notReached, .notReached], .inconclusive) {
      $0.open()
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    },
    Case("negotiate answered with FIN", [.passed, .failed, .notReached, .notReached, .notReached], .failed) {
      $0.open()
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.send(.server, flags: [.fin, .ack])
    },
    Case("negotiate answered with RST", [.passed, .failed, .notReached, .notReached, .notReached], .failed) {
      $0.open()
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.send(.server, flags: [.rst])
    },
    Case("negotiate refused with a status", [.passed, .failed, .notReached, .notReached, .notReached], .failed) {
      $0.open()
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.response(.response(0, 0, status: SMB2Bytes.notSupported, SMB2BodyBytes.error()))
    },
    Case("SMB1 negotiate ended without an answer", [.passed, .failed, .notReached, .notReached, .notApplicable], .failed) {
      $0.open()
      $0.send(.client, nbss(smb1Negotiate(["NT LM 0.12"])))
      $0.send(.server, flags: [.rst, .ack])
    },
    Case("upgrade offered and not taken", [.passed, .failed, .notReached, .notReached, .notApplicable], .failed) {
      $0.open()
      $0.send(.client, nbss(smb1Negotiate(HistoryTests.strings)))
      $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x02ff)))
      $0.send(.client, flags: [.fin, .ack])
    },
    // Session setup.
    Case("negotiated, then left", [.passed, .passed, .notReached, .notReached, .notReached], .inconclusive) {
      $0.open()
      $0.negotiate()
      $0.send(.client, flags: [.fin, .ack])
    },
    Case("logon refused", [.passed, .passed, .failed, .notReached, .notReached], .failed) {
      $0.open()
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure)
      $0.send(.client, flags: [.rst, .ack])
    },
    Case("logon ended between two legs", [.passed, .passed, .failed, .notReached, .notReached], .failed) {
      $0.open()
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.response(
        .response(1, 1, status: SMB2Bytes.moreProcessingRequired, session: 7, SMB2BodyBytes.sessionSetupResponse()))
      $0.send(.client, flags: [.fin, .ack])
    },
    Case("logon refused, then granted", [.passed, .passed, .passed, .passed, .notSeen], .established) {
      $0.open()
      $0.negotiate()
      $0.setUpSession(session: 9, status: SMB2Bytes.logonFailure)
      $0.setUpSession(3)
      $0.connectTree(5)
    },
    // Tree connect.
    Case("share refused", [.passed, .passed, .passed, .failed, .notReached], .failed) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree(status: SMB2Bytes.badNetworkName)
    },
    Case("one share refused and another connected", [.passed, .passed, .passed, .passed, .notSeen], .established) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree(status: SMB2Bytes.badNetworkName)
      $0.connectTree(4)
    },
    Case("share answered with RST", [.passed, .passed, .passed, .failed, .notReached], .failed) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.send(.server, flags: [.rst])
    },
    // Validate negotiate.
    Case("validation answered with FIN", [.passed, .passed, .passed, .passed, .failed], .failed) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.askForValidation()
      $0.send(.server, flags: [.fin, .ack])
    },
    Case("validation unanswered at the end of the capture", [.passed, .passed, .passed, .passed, .inconclusive], .established) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.askForValidation()
    },
    Case("validation with another dialect", [.passed, .passed, .passed, .passed, .failed], .failed) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.askForValidation()
      $0.response(
        SMB2Bytes.response(11, 4, session: Conversation.session, SMB2BodyBytes.validateResponse(dialect: 0x0210)).signed)
      $0.send(.client, flags: [.fin, .ack])
    },
    Case("validation answered without a signature, and on it goes", [.passed, .passed, .passed, .passed, .failed], .established) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.askForValidation()
      $0.response(.response(11, 4, session: Conversation.session, SMB2BodyBytes.validateResponse()))
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, .counting(57)))
    },
    Case("SMB 3.1.1 has no validation", [.passed, .passed, .passed, .passed, .notApplicable], .established) {
      $0.open()
      $0.negotiate(dialect: 0x0311)
      $0.setUpSession()
      $0.connectTree()
    },
    Case("encrypted behind the logon", [.passed, .passed, .passed, .notSeen, .notSeen], .inconclusive) {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 120)))
      $0.send(.server, nbss(encryptedMessage(session: Conversation.session, ciphertext: 80)))
    },
    // What the capture does not show.
    Case("from the middle of a connection on", [.notSeen, .notSeen, .notSeen, .notSeen, .notSeen], .established) {
      $0.request(.request(8, 40, session: 1, tree: 5, .counting(49)))
      $0.response(.response(8, 40, session: 1, tree: 5, .counting(80)))
    },
    Case("the server's side is not captured", [.passed, .inconclusive, .inconclusive, .notReached, .notReached], .inconclusive) {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack], isCaptured: false)
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.send(.server, .counting(200), isCaptured: false)
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.send(.client, flags: [.fin, .ack])
    },
  ]

  @Test(arguments: cases)
  func tellsHowFarItGot(_ example: Case) throws {
    var conversation = Conversation()
    example.build(&conversation)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcomes == example.outcomes)
    #expect(transcript.outcome == example.outcome)
  }

  /// Silence is a failure only when the capture goes on long enough.
  @Test(arguments: [(59, StageOutcome.inconclusive), (61, .failed)] as [(Int64, StageOutcome)])
  func takesLongSilenceForAFailure(seconds: Int64, outcome: StageOutcome) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    conversation.wait(seconds: seconds)
    conversation.send(.client)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcome(of: .negotiate) == outcome)
  }

  /// A lost reply proves nothing about the server, even when the connection ended.
  @Test func doesNotBlameTheServerForAHole() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
    conversation.send(.server, nbss(SMB2Bytes.response(3, 3, tree: 4, SMB2BodyBytes.treeConnectResponse()).bytes), isCaptured: false)
    conversation.send(.client)
    conversation.send(.server, flags: [.fin, .ack])
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcome(of: .treeConnect) == .inconclusive)
    #expect(transcript.visibility.missingFromServer > 0)
    #expect(transcript.visibility.lost.map(\.sender) == [.server])
  }

  @Test func notesTheSideThatIsNotCaptured() throws {
    let frames = Conversation.healthy().frames.filter { frame in
      // Source port 445: the server's.
      !(frame.bytes[34] == 0x01 && frame.bytes[35] == 0xbd)
    }
    let transcript = try #require(Recorded(frames).transcripts.first)
    #expect(transcript.visibility.unseenPeer == .server)
  }
}
