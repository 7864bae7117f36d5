import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Sessions of which only sizes, directions and times can be read: identifier, severity, confidence.
@Suite struct EncryptedEndTests {
  private static func logOn(_ one: inout Conversation) {
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
  }

  /// - Parameter size: of the message before it is encrypted.
  private static func encrypted(_ one: inout Conversation, _ host: Conversation.Host, _ size: Int) {
    one.send(host, nbss(encryptedMessage(session: Conversation.session, ciphertext: size)))
  }

  private static func exchange(_ one: inout Conversation, _ sizes: [(asked: Int, answered: Int)]) {
    for size in sizes {
      encrypted(&one, .client, size.asked)
      encrypted(&one, .server, size.answered)
    }
  }

  static let ends = [
    // TREE_DISCONNECT after 20 s, which the server answers: that is no answer to the request for the share.
    ConversationCase("a share without an answer, and the client turns away", "request-unanswered-in-use error likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80)])
      encrypted(&$0, .client, 108)
      $0.send(.server)
      $0.wait(seconds: 20)
      exchange(&$0, [(68, 73)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the answer comes when the client has turned away", "request-unanswered-in-use error likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80)])
      encrypted(&$0, .client, 121)
      $0.send(.server)
      $0.wait(seconds: 20)
      encrypted(&$0, .client, 68)
      $0.wait(seconds: 12)
      encrypted(&$0, .server, 152)
      encrypted(&$0, .server, 68)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("files are opened, and a request without an answer", "request-unanswered-in-use warning likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152)])
      encrypted(&$0, .client, 98)
      $0.send(.server)
      $0.wait(seconds: 20)
      exchange(&$0, [(68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the client leaves behind the first answer", "session-rejected-by-client error possible") {
      logOn(&$0)
      exchange(&$0, [(110, 80)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the client disconnects the share, and leaves") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    // SMB 3.0.2: the answer to Validate Negotiate has 136 bytes, and opens nothing.
    ConversationCase("Validate Negotiate, and then an error", "tree-refused-encrypted error likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (152, 136), (68, 68), (108, 73)])
      $0.send(.client, flags: [.fin, .ack])
    },
    // The share stays connected until the goodbye that the server accepts.
    ConversationCase("the first share is refused, and IPC$ is not", "tree-refused-encrypted error likely") {
      logOn(&$0)
      exchange(&$0, [(110, 73), (108, 80), (120, 73), (68, 68), (68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("IPC$, and then a share that is refused", "tree-refused-encrypted error likely") {
      logOn(&$0)
      exchange(&$0, [(106, 80), (154, 73), (68, 68), (104, 73), (68, 73)])
      $0.send(.client, flags: [.fin, .ack])
    },
    // The server enters the folder for each request on the share, even for its end.
    ConversationCase("a share whose folder the server cannot enter", "tree-refused-encrypted error likely") {
      logOn(&$0)
      exchange(&$0, [(106, 80), (122, 73), (68, 73)])
      $0.send(.client, flags: [.fin, .ack])
    },
    // What is behind its beginning was not recorded; it comes before its answer all the same.
    ConversationCase("a refused share, of which the request was cut", "tree-refused-encrypted error likely") {
      logOn(&$0)
      encrypted(&$0, .client, 108)
      $0.cutLast(toPayload: 140)
      encrypted(&$0, .server, 73)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a share, and a file that is not there", "tree-refused-encrypted warning possible") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (140, 73), (68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("files, and then a share that is refused", "tree-refused-encrypted error possible") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152), (98, 1142), (88, 124), (112, 73), (68, 73)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("files, and the end of a listing") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152), (98, 1142), (98, 73), (68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a request is passed over, and the client goes on", "request-unanswered-in-use warning likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152)])
      encrypted(&$0, .client, 98)
      $0.send(.server)
      $0.wait(seconds: 20)
      exchange(&$0, [(88, 124), (68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a request is answered late, and the client goes on meanwhile") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152)])
      encrypted(&$0, .client, 98)
      $0.send(.server)
      $0.wait(seconds: 20)
      encrypted(&$0, .client, 88)
      encrypted(&$0, .server, 1142)
      encrypted(&$0, .server, 124)
      exchange(&$0, [(68, 68)])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("another logon in clear without an answer", "session-setup-unanswered critical likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152)])
      $0.request(.request(1, 20, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.send(.server)
      $0.wait(seconds: 16)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the server resets when the client has given up", "request-unanswered-in-use error likely") {
      logOn(&$0)
      exchange(&$0, [(110, 80)])
      encrypted(&$0, .client, 108)
      $0.send(.server)
      $0.wait(seconds: 20)
      encrypted(&$0, .client, 68)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the server resets over the second share", "connection-reset-in-use error proven") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (68, 68)])
      encrypted(&$0, .client, 108)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the server resets over a file after others", "connection-reset-in-use warning proven") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152)])
      encrypted(&$0, .client, 121)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the server resets over the goodbye to a share that was of no use", "connection-reset-in-use error proven") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (158, 73)])
      encrypted(&$0, .client, 68)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the server resets over the goodbye to a share that was used") {
      logOn(&$0)
      exchange(&$0, [(110, 80), (121, 152), (98, 68)])
      encrypted(&$0, .client, 68)
      $0.send(.server, flags: [.rst, .ack])
    },
  ]

  @Test(arguments: ends)
  func judges(_ one: ConversationCase) {
    let judged = Judged(one.frames)
    let besides = ["server-clock", "ntlm-mic", "vni-missing", "vni-hidden"]
    let fired = judged.findings.filter { finding in !besides.contains { finding.rule.id.hasPrefix($0) } }
      .map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
    #expect(fired == one.expected)
    #expect(judged.findings.flatMap(\.frames).allSatisfy { (1...one.frames.count).contains($0) })
  }
}
