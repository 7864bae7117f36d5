import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// A request that no client sends is no evidence of what the client sent before.
@Suite struct VNIRequestMalformedTests {
  static let cases: [ConversationCase] = [
    ConversationCase("no dialects", "vni-request-malformed warning likely") {
      $0.begin()
      $0.ask(dialects: [])
      $0.confirmValidation()
    },
    ConversationCase("the dialects that were offered") {
      $0.begin()
      $0.ask(dialects: [0x0202, 0x0210, 0x0300, 0x0302])
      $0.confirmValidation()
    },
  ]

  @Test(arguments: cases)
  func judges(_ one: ConversationCase) {
    #expect(Judged(one.frames).fired(in: [.validateNegotiate]) == one.expected)
  }
}

extension Conversation {
  fileprivate mutating func begin() {
    open()
    negotiate()
    setUpSession()
    connectTree()
  }

  fileprivate mutating func ask(dialects: [UInt16]) {
    request(SMB2Bytes.request(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.validateRequest(dialects: dialects)).signed)
  }

  fileprivate mutating func confirmValidation() {
    response(SMB2Bytes.response(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.validateResponse()).signed)
  }
}
