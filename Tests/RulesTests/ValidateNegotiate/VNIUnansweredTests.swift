import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

@Suite struct VNIUnansweredTests {
  static let cases: [ConversationCase] = [
    ConversationCase("the first of two is passed over", "vni-unanswered error likely") {
      $0.open()
      $0.talk()
      $0.validate(3)
      $0.validate(4)
      $0.confirm(4)
    },
    ConversationCase("other requests are answered, this one is not", "vni-unanswered error likely") {
      $0.open()
      $0.talk()
      $0.validate(3)
      $0.request(.request(13, 4, session: 7, SMB2BodyBytes.empty))
      $0.response(.response(13, 4, session: 7, SMB2BodyBytes.empty))
      $0.wait(seconds: 12)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the answer is overtaken by another, and comes") {
      $0.open()
      $0.talk()
      $0.validate(3)
      $0.request(.request(13, 4, session: 7, SMB2BodyBytes.empty))
      $0.response(.response(13, 4, session: 7, SMB2BodyBytes.empty))
      $0.confirm(3)
    },
    ConversationCase("the answer is overtaken by another, and the recording ends") {
      $0.open()
      $0.talk()
      $0.validate(3)
      $0.request(.request(13, 4, session: 7, SMB2BodyBytes.empty))
      $0.response(.response(13, 4, session: 7, SMB2BodyBytes.empty))
    },
  ]

  /// What the client repeats is not what it said, and the server takes it.
  @Test(arguments: [(true, "warning"), (false, "critical")])
  func doubtsWhatTheServerAccepts(goesOn: Bool, severity: String) {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
      $0.request(
        SMB2Bytes.request(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.validateRequest(capabilities: 0x3f)).signed)
      $0.response(SMB2Bytes.response(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.validateResponse()).signed)
      if goesOn { $0.create(5) }
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired().filter { $0.contains("mismatch") } == ["vni-request-mismatch-capabilities \(severity)"], "\(judged.fired())")
  }

  @Test(arguments: cases)
  func judges(_ one: ConversationCase) {
    #expect(Judged(one.frames).fired(in: [.validateNegotiate]) == one.expected)
  }
}

extension Conversation {
  fileprivate mutating func validate(_ messageID: UInt64) {
    request(SMB2Bytes.request(11, messageID, session: 7, tree: 5, SMB2BodyBytes.validateRequest()).signed)
  }

  fileprivate mutating func confirm(_ messageID: UInt64) {
    response(SMB2Bytes.response(11, messageID, session: 7, tree: 5, SMB2BodyBytes.validateResponse()).signed)
  }
}
