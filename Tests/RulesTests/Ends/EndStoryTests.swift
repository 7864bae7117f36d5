import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// What the evidence makes of a connection that one side left: first cause and first remedy.
@Suite struct EndStoryTests {
  private static let hash: (type: UInt16, data: [UInt8]) = (1, [1, 0, 0, 0, 1, 0])
  private static let ciphers: (type: UInt16, data: [UInt8]) = (2, [1, 0, 2, 0])

  static let examples: [StoryCase] = [
    StoryCase(
      "a router refuses each copy of NEGOTIATE", "message-not-delivered error likely",
      cause: "10.0.0.254 answers that it cannot or may not deliver", remedy: "Record the same attempt"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      for seconds in [1, 2, 4] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(4)
        $0.icmp(code: 13, about: 4)
      }
      $0.wait(seconds: 10)
    },
    // The server's FIN, by its acknowledgment number, says that NEGOTIATE never came.
    StoryCase(
      "NEGOTIATE never arrives, until the server's timer runs out", "message-not-delivered error likely",
      cause: "a device on the path drops this message", remedy: "Record the same attempt"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.wait(seconds: 20)
      $0.resend(4)
      $0.wait(seconds: 10)
      $0.send(.server, flags: [.fin, .ack]) { $0.acknowledgment = 1_001 }
    },
    StoryCase(
      "NEGOTIATE arrives at the second try, and the server closes", "negotiate-reset-by-server critical likely",
      cause: "a proxy, port forwarding or load balancer", remedy: "Count the server's processes"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.wait(seconds: 1)
      $0.resend(4)
      $0.send(.server)
      $0.wait(seconds: 30)
      $0.send(.server, flags: [.fin, .ack])
    },
    StoryCase(
      "a session that is encrypted as a whole, for a client that leaves", "session-rejected-by-client error possible",
      cause: "the client cannot encrypt", remedy: "Try another client"
    ) {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: [hash, ciphers], serverContexts: [hash, ciphers])
      $0.setUpSession(flags: 4, logon: NTLMLogon(), isSigned: true)
    },
    StoryCase(
      "the answer to NEGOTIATE is malformed", "negotiate-reset-by-client error likely", cause: "a fault in the server's software",
      remedy: "Update the server's software"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
      $0.response(.response(0, 0, [UInt8](repeating: 0, count: 24)))
    },
    StoryCase(
      "the end of a logon on 3.1.1 is not signed", "session-rejected-by-client error likely", cause: "the server cannot sign",
      remedy: "Switch signing on at the server"
    ) {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: [hash, ciphers], serverContexts: [hash, ciphers])
      $0.setUpSession(logon: NTLMLogon())
    },
    StoryCase(
      "it is signed", "session-rejected-by-client error possible", cause: "the signature of the server's answer is wrong",
      remedy: "Look at the client's"
    ) {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: [hash, ciphers], serverContexts: [hash, ciphers])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
    },
    StoryCase(
      "SMB 2.1 for a client that offers encryption", "session-rejected-by-client error possible",
      cause: "the client demands encryption", remedy: "Let the server use SMB 3"
    ) {
      $0.negotiate(dialect: 0x0210, serverCapabilities: 0x07)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
    },
    StoryCase(
      "SMB 2.1 for a client that has no more", "session-rejected-by-client error possible",
      cause: "the signature of the server's answer is wrong", remedy: "Look at the client's"
    ) {
      $0.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210], clientCapabilities: 0, serverCapabilities: 0x07)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
    },
    StoryCase(
      "IPC$ alone, and no cipher", "tree-rejected-by-client error possible", cause: "the client demands encryption",
      remedy: "Switch encryption on at the server"
    ) {
      $0.negotiate(serverCapabilities: 0x07)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(path: #"\\fs01\IPC$"#, isSigned: true, body: SMB2BodyBytes.treeConnectResponse(shareType: 2))
    },
    StoryCase(
      "encryption that was not agreed", "connection-reset-in-use error likely", cause: "the client is set to encrypt",
      remedy: "Switch encryption on at the server"
    ) {
      $0.negotiate(serverCapabilities: 0x07)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 120)))
      $0.send(.server, flags: [.fin, .ack])
    },
    StoryCase(
      "a second NEGOTIATE that is refused", "negotiate-invalid-parameter error proven", cause: "an error in the client",
      remedy: "Update the client's program"
    ) {
      $0.negotiate(dialect: 0x0210)
      $0.request(.request(0, 1, SMB2BodyBytes.negotiateRequest()))
      $0.response(.response(0, 1, status: 0xC000_000D, SMB2BodyBytes.error()))
    },
    StoryCase(
      "the first NEGOTIATE is refused", "negotiate-invalid-parameter error proven", cause: "a device on the path rewrites NEGOTIATE",
      remedy: "Record the same attempt"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0202, 0x0210])))
      $0.response(.response(0, 0, status: 0xC000_000D, SMB2BodyBytes.error()))
    },
    StoryCase(
      "the first NEGOTIATE is refused, of a client up to 3.0.2", "negotiate-invalid-parameter error proven",
      cause: "possibly no algorithm in common: SMB 3.0.2 and older", remedy: "Allow at least one common signing algorithm"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0210, 0x0300, 0x0302])))
      $0.response(.response(0, 0, status: 0xC000_000D, SMB2BodyBytes.error()))
    },
    StoryCase(
      "a client without a SIGNING context is refused", "negotiate-invalid-parameter error proven",
      cause: "possibly no signing algorithm in common: the client sends no SIGNING context", remedy: "Allow at least one common signing algorithm"
    ) {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0302, 0x0311], contexts: [hash, ciphers])))
      $0.response(.response(0, 0, status: 0xC000_000D, SMB2BodyBytes.error()))
    },
    StoryCase(
      "no patience for NEGOTIATE", "negotiate-reset-by-client error likely", cause: "a program that only checks whether the port is open",
      remedy: "Look at the client's"
    ) { $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest())) },
    StoryCase(
      "an answer after the client has left", "session-setup-unanswered critical likely", cause: "the server waits for a domain controller",
      remedy: "Check on a Windows server that it finds"
    ) {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
      $0.wait(seconds: 5)
      $0.response(.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()))
    },
    StoryCase(
      "a share that the server closed", "create-share-unusable error proven", cause: "the share or its disk was removed", remedy: "List the shares"
    ) {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree()
      $0.create(4)
      $0.wait(seconds: 600)
      $0.create(5, status: 0xC000_00C9)
    },
  ]

  @Test(arguments: examples)
  func putsTheEvidenceFirst(example: StoryCase) throws { example.expect(of: try example.finding) }

  /// What the server closed, the client may connect again.
  @Test func isContentWithAShareThatIsConnectedAgain() {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_00C9)
      $0.connectTree(6, path: #"\\fs01\DATA"#, tree: 6)
      $0.create(7, tree: 6)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired(except: ["vni-missing"]).isEmpty)
  }

  /// The recording has the beginnings of messages only.
  @Test func readsTheStatusOfACutMessage() {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree()
      $0.create(4)
      $0.wait(seconds: 600)
      let answer = nbss(SMB2Bytes.response(5, 5, status: 0xC000_0203, session: Conversation.session, tree: 5, SMB2BodyBytes.error()).bytes)
      $0.request(.request(5, 5, session: Conversation.session, tree: 5, [UInt8](repeating: 0, count: 57)))
      $0.send(.server, answer)
      $0.cutLast(toPayload: 42)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired().contains("session-deleted error"), "\(judged.fired())")
  }

  /// A frame that ends in the logon: with a ticket there is no password to be wrong.
  @Test(arguments: [("krb5", "the server has no key for the ticket"), ("ntlm", "a wrong password")])
  func knowsTheTicketInACutLogon(kind: String, cause: String) throws {
    let token = kind == "krb5" ? KerberosBytes.token(for: "cifs/fs01.lab.example") + [UInt8](repeating: 1, count: 1_000) : [UInt8](repeating: 0x4e, count: 1_200)
    let judged = Judged {
      $0.open()
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: token)))
      $0.cutLast(toPayload: 180)
      $0.response(.response(1, 1, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "auth-logon-failure" }, "\(judged.fired())")
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// Of the refusal and of the work before it the capture has no more than the headers.
  @Test(arguments: [(false, ["last-request-refused warning"]), (true, [])])
  func seesAFullDiskInCutFrames(goesOn: Bool, expected: [String]) {
    let judged = Judged {
      $0.open()
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      for (messageID, status) in [(UInt64(5), UInt32(0xC000_007F)), (6, 0)].prefix(goesOn ? 2 : 1) {
        $0.request(.request(9, messageID, session: Conversation.session, tree: 5, [UInt8](repeating: 0, count: 57)))
        $0.cutLast(toPayload: 30)
        $0.response(.response(9, messageID, status: status, session: Conversation.session, tree: 5, [UInt8](repeating: 0, count: 17)))
        $0.cutLast(toPayload: 30)
      }
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired().filter { $0.hasPrefix("last-request-refused") } == expected, "\(judged.fired())")
  }
}
