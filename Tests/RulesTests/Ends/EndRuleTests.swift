import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Ends of connections that were in use, and ends that no fixture has: identifier, severity, confidence.
@Suite struct EndRuleTests {
  /// CREATE on the connected share, and its answer.
  private static func work(_ one: inout Conversation, _ messageID: UInt64) {
    one.request(.request(5, messageID, session: Conversation.session, tree: 5, []))
    one.response(.response(5, messageID, session: Conversation.session, tree: 5, []))
  }

  private static func ask(_ one: inout Conversation, _ messageID: UInt64, command: UInt16 = 5) {
    one.request(.request(command, messageID, session: Conversation.session, tree: 5, []))
    one.send(.server)
  }

  /// - Parameter size: of the message before it is encrypted.
  private static func encrypted(_ one: inout Conversation, _ host: Conversation.Host, _ size: Int) {
    one.send(host, nbss(encryptedMessage(session: Conversation.session, ciphertext: size)))
  }

  private static func connect(_ one: inout Conversation) {
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree()
  }

  static let ends = [
    ConversationCase("a request hangs while others are answered", "request-unanswered-in-use warning likely") {
      connect(&$0)
      $0.create(4)
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, .counting(57)))
      for messageID in 6..<9 {
        $0.wait(seconds: 25)
        $0.create(UInt64(messageID))
      }
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("a request that is answered late, behind others") {
      connect(&$0)
      $0.create(4)
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, .counting(57)))
      for messageID in 6..<9 {
        $0.wait(seconds: 25)
        $0.create(UInt64(messageID))
      }
      $0.response(.response(5, 5, session: Conversation.session, tree: 5, .counting(88)))
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("a request in use without an answer", "request-unanswered-in-use warning likely") {
      connect(&$0)
      work(&$0, 4)
      ask(&$0, 5)
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the first request on the share without an answer", "request-unanswered-in-use error likely") {
      connect(&$0)
      ask(&$0, 4)
      $0.goOn(after: 70)
    },
    ConversationCase("the client tidies up and leaves after 15 s without an answer", "request-unanswered-in-use error likely") {
      connect(&$0)
      ask(&$0, 4)
      $0.wait(seconds: 15)
      $0.request(.request(2, 5, session: Conversation.session, SMB2BodyBytes.empty))
      $0.response(.response(2, 5, session: Conversation.session, SMB2BodyBytes.empty))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a file that the server goes on opening for ever", "request-unanswered-in-use error likely") {
      connect(&$0)
      ask(&$0, 4)
      $0.response(SMB2Bytes.response(5, 4, session: Conversation.session, tree: 5, []).interim)
      $0.goOn(after: 70)
    },
    ConversationCase("a file that the server opens in the end") {
      connect(&$0)
      ask(&$0, 4)
      $0.response(SMB2Bytes.response(5, 4, session: Conversation.session, tree: 5, []).interim)
      $0.wait(seconds: 30)
      $0.response(.response(5, 4, session: Conversation.session, tree: 5, []))
      $0.goOn(after: 70)
    },
    ConversationCase("the client looks whether the server is there", "request-unanswered-in-use warning likely") {
      connect(&$0)
      work(&$0, 4)
      ask(&$0, 5)
      $0.wait(seconds: 60)
      ask(&$0, 6, command: 13)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("an answer in the last moment") {
      connect(&$0)
      work(&$0, 4)
      ask(&$0, 5)
      $0.wait(seconds: 40)
      $0.response(.response(5, 5, session: Conversation.session, tree: 5, []))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the server resets over a request", "connection-reset-in-use warning proven") {
      connect(&$0)
      work(&$0, 4)
      ask(&$0, 5)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the client resets in use", "connection-reset-in-use info proven") {
      connect(&$0)
      work(&$0, 4)
      ask(&$0, 5)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("the server closes an idle connection") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 900)
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("the server closes an idle connection, and resets over the next request", "connection-reset-in-use warning likely") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 900)
      $0.send(.server, flags: [.fin, .ack])
      $0.send(.client)
      $0.wait(seconds: 30)
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, []))
      $0.send(.server, flags: [.rst])
      $0.wait(seconds: 60)
    },
    ConversationCase("a client that is gone", "connection-reset-in-use info likely") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 600)
      for _ in 0..<3 {
        $0.send(.server) { $0.sequence &-= 1 }
        $0.wait(seconds: 75)
      }
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("an idle server that resets") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 600)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("a server that is gone", "connection-reset-in-use warning likely") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 600)
      for _ in 0..<3 {
        $0.send(.client) { $0.sequence &-= 1 }
        $0.wait(seconds: 75)
      }
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("an idle client that leaves by a reset") {
      connect(&$0)
      work(&$0, 4)
      $0.send(.client)
      $0.wait(seconds: 600)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("an idle server that does not answer ECHO", "request-unanswered-in-use warning likely") {
      connect(&$0)
      work(&$0, 4)
      $0.wait(seconds: 60)
      ask(&$0, 5, command: 13)
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("ECHO answered, and the client leaves") {
      connect(&$0)
      work(&$0, 4)
      $0.wait(seconds: 60)
      $0.request(.request(13, 5, session: 0, []))
      $0.response(.response(13, 5, session: 0, []))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the first encrypted message, and the server resets", "connection-reset-in-use error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      encrypted(&$0, .client, 110)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("a later encrypted message, and the server resets", "connection-reset-in-use error proven") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      encrypted(&$0, .client, 110)
      encrypted(&$0, .server, 80)
      encrypted(&$0, .client, 140)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("a share that demands encryption, and nothing but errors on it", "tree-refused-encrypted warning likely", "tree-share-encrypted info proven") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
      for _ in 0..<2 {
        encrypted(&$0, .client, 110)
        encrypted(&$0, .server, 73)
      }
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a share that demands encryption, and a file on it", "tree-share-encrypted info proven") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
      encrypted(&$0, .client, 110)
      encrypted(&$0, .server, 156)
      encrypted(&$0, .client, 110)
      encrypted(&$0, .server, 73)
      $0.send(.client, flags: [.fin, .ack])
    },
    // A client that has forgotten its session logs off from none.
    ConversationCase("an encrypted LOGOFF without a session, and the server closes") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      for _ in 0..<12 {
        encrypted(&$0, .client, 110)
        encrypted(&$0, .server, 80)
      }
      $0.send(.client, nbss(encryptedMessage(session: 0, ciphertext: 68)))
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("an encrypted answer of the size of an error, and the client leaves", "tree-refused-encrypted error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      encrypted(&$0, .client, 110)
      encrypted(&$0, .server, 73)
      encrypted(&$0, .client, 68)
      encrypted(&$0, .server, 68)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("IPC$ and then an error, encrypted", "tree-refused-encrypted error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      for (asked, answered) in [(110, 80), (124, 73), (68, 68), (112, 73)] {
        encrypted(&$0, .client, asked)
        encrypted(&$0, .server, answered)
      }
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a share and a file, encrypted") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      for (asked, answered) in [(110, 80), (140, 152), (105, 73), (68, 68)] {
        encrypted(&$0, .client, asked)
        encrypted(&$0, .server, answered)
      }
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a share is connected last, encrypted") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      for (asked, answered) in [(110, 80), (124, 73), (112, 80), (68, 68)] {
        encrypted(&$0, .client, asked)
        encrypted(&$0, .server, answered)
      }
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("compressed though not agreed, and the server resets", "connection-reset-in-use error likely") {
      connect(&$0)
      let create = SMB2Bytes.request(5, 4, session: Conversation.session, tree: 5, [UInt8](repeating: 7, count: 300)).bytes
      $0.send(.client, nbss(compressed(create, 1, clear: 0)))
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("a session that is gone, and no other", "session-deleted error proven") {
      connect(&$0)
      work(&$0, 4)
      $0.wait(seconds: 900)
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, []))
      $0.response(.response(5, 5, status: 0xC000_0203, session: Conversation.session, tree: 5, []))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the answer for a share comes when the client has turned away", "tree-connect-unanswered error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.send(.server)
      $0.wait(seconds: 20)
      ask(&$0, 4, command: 4)
      $0.wait(seconds: 5)
      $0.response(.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the first file hangs, the client gives up, and the server resets", "request-unanswered-in-use error likely") {
      connect(&$0)
      ask(&$0, 4)
      $0.wait(seconds: 20)
      ask(&$0, 5, command: 4)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("one listing hangs, and the client closes the folder", "request-unanswered-in-use warning likely") {
      connect(&$0)
      $0.create(4)
      $0.request(.request(14, 5, session: Conversation.session, tree: 5, .counting(33)))
      $0.send(.server)
      $0.wait(seconds: 20)
      $0.request(.request(6, 6, session: Conversation.session, tree: 5, .counting(24)))
      $0.response(.response(6, 6, session: Conversation.session, tree: 5, .counting(60)))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a share without an answer, and the client goes to another", "tree-connect-unanswered error likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.send(.server)
      $0.wait(seconds: 20)
      ask(&$0, 4, command: 2)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the server hangs up behind the logon", "session-setup-reset-by-server critical likely") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.send(.client)
      $0.send(.server, flags: [.rst, .ack])
    },
    ConversationCase("the logon succeeds, and the client logs off") {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      ask(&$0, 3, command: 2)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the client never goes on with its logon", "session-setup-reset-by-client critical likely") {
      $0.open()
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.goOn(after: 120)
    },
    ConversationCase("an answer that never arrives", "message-not-delivered error likely") {
      $0.open()
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.response(
        .response(1, 1, status: 0xC000_0016, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse(token: NTLMLogon().challenge)))
      let answer = $0.count
      for seconds in [1, 2, 4, 8] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(answer)
      }
      $0.goOn(after: 5)
    },
  ]

  @Test(arguments: ends)
  func judges(_ one: ConversationCase) {
    let judged = Judged(one.frames)
    let fired = judged.findings.filter { !$0.rule.id.hasPrefix("server-clock") && !$0.rule.id.hasPrefix("ntlm-mic") && !$0.rule.id.hasPrefix("vni-missing") && !$0.rule.id.hasPrefix("vni-hidden") && !$0.rule.id.hasPrefix("tcp-packet") }
      .map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
    #expect(fired == one.expected)
    #expect(judged.findings.flatMap(\.frames).allSatisfy { (1...one.frames.count).contains($0) })
  }
}
