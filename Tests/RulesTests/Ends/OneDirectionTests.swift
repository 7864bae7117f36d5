import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Recordings of what the client sends, and of nothing else: its acknowledgments tell how far the server's answers came.
@Suite struct OneDirectionTests {
  private static let ends = [
    ConversationCase("NEGOTIATE, and nothing comes back for a minute", "negotiate-unanswered-60s critical likely") {
      $0.open()
      $0.ask()
      $0.send(.server)
      leave(&$0, .seconds(60))
    },
    ConversationCase("an answer that comes after a minute") {
      $0.open()
      $0.ask()
      $0.wait(seconds: 59)
      $0.answer()
      $0.send(.client)
      leave(&$0, .seconds(1))
    },
    ConversationCase("an answer of which only the closing segment tells") {
      $0.open()
      $0.ask()
      $0.answer()
      leave(&$0, .seconds(60))
    },
    ConversationCase("a reset that says nothing of what came before it") {
      $0.open()
      $0.ask()
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst])
    },
    ConversationCase("a client that leaves at once") {
      $0.open()
      $0.ask()
      leave(&$0, .seconds(2))
    },
    ConversationCase("the logon", "session-setup-unanswered critical likely") {
      $0.open()
      $0.negotiate()
      $0.begin()
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: [0x60])))
      leave(&$0, .seconds(60))
    },
    ConversationCase("a share, behind IPC$", "tree-connect-unanswered error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree(3, path: #"\\fs01\IPC$"#)
      $0.request(.request(3, 4, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\data"#)))
      leave(&$0, .seconds(60))
    },
    ConversationCase("a file", "request-unanswered-in-use error possible") {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
      leave(&$0, .seconds(60))
    },
    ConversationCase("a client that works, rests and leaves") {
      $0.open()
      $0.negotiate()
      $0.setUpSession()
      $0.connectTree()
      $0.create(4)
      $0.send(.client)
      leave(&$0, .seconds(300))
    },
  ]

  private static func leave(_ one: inout Conversation, _ later: TimeSpan) {
    one.wait(seconds: later.nanoseconds / 1_000_000_000)
    one.send(.client, flags: [.rst, .ack])
  }

  @Test(arguments: ends) func isProvenByAcknowledgments(_ one: ConversationCase) {
    let client = one.client.address
    let frames = one.frames.filter { frame in Array(frame.bytes[26..<30]) == (0..<4).map { UInt8(truncatingIfNeeded: client.low >> (24 - 8 * $0)) } }
    let judged = Judged(frames)
    #expect(judged.findings.map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" } == one.expected)
    #expect(judged.findings.allSatisfy { $0.observation.summary.contains("acknowledgments stand still") })
  }
}
