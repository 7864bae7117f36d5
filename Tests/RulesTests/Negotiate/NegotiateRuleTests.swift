import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// NEGOTIATE that goes wrong in ways for which the lab has no peer, and the near misses.
@Suite struct NegotiateRuleTests {
  static let silence: [ConversationCase] = [
    ConversationCase("nothing for a minute, then the client resets", "negotiate-unanswered-60s critical likely") {
      $0.open()
      $0.ask()
      $0.send(.server)
      $0.wait(seconds: 60)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("nothing for more than a minute, and still open", "negotiate-unanswered-60s critical likely") {
      $0.open()
      $0.ask()
      $0.send(.server)
      $0.goOn(after: 70)
    },
    ConversationCase("nothing yet", "negotiate-no-answer-yet info proven") {
      $0.open()
      $0.ask()
      $0.goOn(after: 50)
    },
    ConversationCase("the client waits as long as smbclient does", "negotiate-unanswered-60s critical likely") {
      $0.open()
      $0.ask()
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the server hangs up", "negotiate-reset-by-server critical likely") {
      $0.open()
      $0.ask()
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("the server hangs up while NEGOTIATE is on its way", "negotiate-reset-by-server critical likely") {
      $0.open()
      $0.send(.server, flags: [.fin, .ack])
      $0.ask()
      $0.send(.server, flags: [.rst])
    },
    ConversationCase("the answer was lost by the capture") {
      $0.open()
      $0.ask()
      $0.send(.server, nbss(SMB2Bytes.response(0, 0, SMB2BodyBytes.negotiateResponse()).bytes), isCaptured: false)
      $0.send(.client)
      $0.send(.client, flags: [.rst, .ack])
    },
    ConversationCase("something else answered") {
      $0.open()
      $0.ask()
      $0.send(.server, Array("SSH-2.0-OpenSSH".utf8))
      $0.send(.server, flags: [.fin, .ack])
    },
    ConversationCase("answered after six seconds", "negotiate-slow info proven") {
      $0.open()
      $0.ask()
      $0.wait(seconds: 6)
      $0.answer()
    },
    ConversationCase("answered after four seconds") {
      $0.open()
      $0.ask()
      $0.wait(seconds: 4)
      $0.answer()
    },
    ConversationCase("a version probe", "negotiate-reset-by-client info possible") {
      $0.open()
      $0.ask()
      $0.answer()
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("sizes that no client may accept", "negotiate-reset-by-client error likely") {
      $0.open()
      $0.ask()
      $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse().setting(UInt32(4096), at: 32)))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("open, and nothing asked yet") {
      $0.open()
      $0.ask()
      $0.answer()
    },
  ]

  static let refusals: [ConversationCase] = [
    ConversationCase("malformed", "negotiate-invalid-parameter error proven") { $0.refuse(0xc000_000d) },
    ConversationCase("no hash", "negotiate-no-preauth-hash error proven") { $0.refuse(0xc05d_0000) },
    ConversationCase("no resources", "negotiate-error-status error proven") { $0.refuse(0xc000_0205) },
    ConversationCase("no dialect", "negotiate-no-common-dialect critical proven") { $0.refuse(0xc000_00bb) },
  ]

  private static let hash: (type: UInt16, data: [UInt8]) = (1, [1, 0, 0, 0, 1, 0])

  static let contexts: [ConversationCase] = [
    ConversationCase("SMB 3.1.1 as it should be") { $0.negotiate311(request: [hash], response: [hash]) },
    ConversationCase("no context in the response", "negotiate-missing-preauth-context error proven") {
      $0.negotiate311(request: [hash], response: [])
    },
    ConversationCase("only a cipher in the response", "negotiate-missing-preauth-context error proven") {
      $0.negotiate311(request: [hash], response: [(2, [1, 0, 2, 0])])
    },
    ConversationCase("contexts outside the message", "negotiate-invalid-contexts error proven") {
      $0.negotiate311(request: [hash], response: [hash], contextOffset: 9000)
    },
    ConversationCase("none in the request, and the server takes it") { $0.negotiate311(request: [], response: [hash]) },
  ]

  static let upgrades: [ConversationCase] = [
    ConversationCase("0x02FF, and that was it", "multi-protocol-upgrade-incomplete error possible") {
      $0.upgrade()
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("0x02FF on port 139, and that was it", port: 139) {
      $0.upgrade()
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("0x02FF, and the recording ends") { $0.upgrade() },
    ConversationCase("0x02FF, and on it goes") {
      $0.upgrade()
      $0.request(.request(0, 1, SMB2BodyBytes.negotiateRequest()))
      $0.response(.response(0, 1, SMB2BodyBytes.negotiateResponse()))
    },
  ]

  @Test(arguments: silence + refusals + contexts + upgrades)
  func judges(_ one: ConversationCase) {
    let fired = Judged(one.frames).fired(in: [.negotiate]).filter { !$0.hasPrefix("server-clock") }
    #expect(fired == one.expected)
  }

  @Test func printsTheSentence() throws {
    let finding = try #require(Judged(Self.silence[0].frames).all.first)
    #expect(finding.observation.summary.hasPrefix("TCP acknowledged it (1 ms), but the SMB service never answered NEGOTIATE in 60 s"))
  }

  /// SystemTime of built responses is far from the times of built frames.
  @Test func comparesClocks() {
    func clocks(_ servers: [Endpoint], day: Int64 = 10_000) -> [String] {
      let frames = servers.flatMap { server in
        var conversation = Conversation(server: server)
        // In 1970 a recording has no date.
        conversation.wait(seconds: day * 86_400)
        conversation.open()
        conversation.ask()
        conversation.answer()
        return conversation.frames
      }
      return Judged(frames).all.filter { $0.rule.id == "server-clock-offset" }.map(\.observation.summary)
    }
    let other = Endpoint(address: IPAddress(10, 0, 0, 3), port: 445)
    #expect(clocks([.testServer]).map { $0.hasPrefix("the clock of 10.0.0.2 is") } == [true])
    #expect(clocks([.testServer], day: 0).isEmpty)
    #expect(clocks([.testServer, other]).map { $0.hasPrefix("the clocks of all 2 servers") } == [true])
  }
}

extension Conversation {
  fileprivate mutating func refuse(_ status: UInt32) {
    open()
    ask()
    response(.response(0, 0, status: status, SMB2BodyBytes.error()))
    send(.client, flags: [.fin, .ack])
  }

  fileprivate mutating func negotiate311(
    request asked: [(type: UInt16, data: [UInt8])], response answered: [(type: UInt16, data: [UInt8])], contextOffset: UInt32? = nil
  ) {
    open()
    request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0302, 0x0311], contexts: asked)))
    var body = SMB2BodyBytes.negotiateResponse(dialect: 0x0311, contexts: answered)
    if let contextOffset { body = body.setting(contextOffset, at: 60) }
    response(.response(0, 0, body))
  }

  fileprivate mutating func upgrade() {
    open()
    send(.client, nbss(smb1Negotiate(["NT LM 0.12", "SMB 2.???"])))
    response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x02ff)))
  }

  /// An answer in the old protocol to a client that offers only the new one.
  @Test(arguments: [(Conversation.Host.client), .server])
  func answersInSMB1(host: Conversation.Host) {
    let judged = Judged {
      $0.request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0202, 0x0210], securityMode: 1, capabilities: 0, contexts: [])))
      $0.response(SMB1Bytes.response(0, .negotiated(isExtended: true, securityMode: 3)))
      $0.send(host, flags: [.fin, .ack])
    }
    #expect(judged.fired(in: [.negotiate]) == ["smb1-only-server error proven"])
  }

  /// A client that offers both and leaves when the server chooses SMB1 did not get in.
  @Test func refusesSMB1() {
    let judged = Judged {
      $0.send(.client, nbss(smb1Negotiate(["NT LM 0.12", "SMB 2.002"])))
      $0.response(SMB1Bytes.response(0, .negotiated(isExtended: true, securityMode: 3)))
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired(in: [.negotiate]).contains("smb1-only-server error likely"), "\(judged.fired())")
    #expect(judged.transcripts.map(\.outcome) == [.failed])
  }
}
