import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// What the end of a connection shows of the path, and of the requests that it left open.
@Suite struct PathEvidenceTests {
  private static func logOn(_ one: inout Conversation) {
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
  }

  private static func connectIPC(_ one: inout Conversation, asksForReferral: Bool = true) {
    logOn(&one)
    one.connectTree(path: #"\\fs01\IPC$"#, body: SMB2BodyBytes.treeConnectResponse(shareType: 2))
    guard asksForReferral else { return }
    let input = ByteWriter().u16le(4).raw([UInt8](utf16: #"\fs01\data"#)).u16le(0).bytes
    one.request(
      .request(11, 4, session: Conversation.session, tree: 5, SMB2BodyBytes.ioctlRequest(controlCode: 0x0006_0194, input: input)))
    one.response(.response(11, 4, status: 0xC000_0225, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
    one.request(.request(4, 5, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
  }

  static let ends = [
    // The server's own answer comes behind a reset in its name.
    ConversationCase("a reset of another device on the way from IPC$ to the share", "rst-injected-by-third-party critical likely") {
      connectIPC(&$0)
      $0.send(.server, flags: [.rst, .ack]) { $0.hopLimit = 57 }
      $0.response(.response(4, 5, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
      $0.send(.client, flags: [.rst])
    },
    ConversationCase("a server that answers the goodbye to IPC$, and a client that goes") {
      connectIPC(&$0, asksForReferral: false)
      $0.request(.request(4, 5, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
      $0.response(.response(4, 5, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the client's host no longer knows the connection", "connection-reset-in-use error likely") {
      connectIPC(&$0)
      $0.response(.response(4, 5, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
      $0.send(.client, flags: [.rst])
    },
    // A recording at the server: the client's acknowledgment comes from behind bytes that the server never got.
    ConversationCase("a request that does not reach the server", "message-not-delivered error likely") {
      logOn(&$0)
      $0.send(.client, [UInt8](repeating: 0, count: 112), isCaptured: false)
      $0.send(.client)
      $0.goOn(after: 30)
    },
    // The recorder lost the end, not the path: the client's acknowledgment is ahead of what was recorded of the server.
    ConversationCase("the recording lacks the last packets of both") {
      logOn(&$0)
      $0.send(.client, [UInt8](repeating: 0, count: 112), isCaptured: false)
      $0.send(.server, [UInt8](repeating: 0, count: 84), isCaptured: false)
      $0.send(.client)
      $0.goOn(after: 30)
    },
    // Another message had to be repeated before.
    ConversationCase("the last request never gets through", "message-not-delivered error likely") {
      $0.open()
      $0.ask()
      for _ in 0..<2 {
        $0.wait(seconds: 1)
        $0.resend(4)
      }
      $0.answer()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
      let request = $0.count
      for seconds in [1, 3, 9, 20] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(request)
      }
      $0.goOn(after: 60)
    },
    ConversationCase("READ is not answered, and the client closes the file", "request-unanswered-in-use warning likely") {
      logOn(&$0)
      $0.connectTree()
      $0.create(4)
      $0.request(.request(8, 5, session: Conversation.session, tree: 5, .counting(49)))
      $0.send(.server)
      $0.wait(seconds: 20)
      $0.request(.request(6, 6, session: Conversation.session, tree: 5, .counting(24)))
      $0.response(.response(6, 6, session: Conversation.session, tree: 5, .counting(60)))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("READ is answered late") {
      logOn(&$0)
      $0.connectTree()
      $0.create(4)
      $0.request(.request(8, 5, session: Conversation.session, tree: 5, .counting(49)))
      $0.send(.server)
      $0.wait(seconds: 8)
      $0.response(.response(8, 5, session: Conversation.session, tree: 5, .counting(60)))
      $0.request(.request(6, 6, session: Conversation.session, tree: 5, .counting(24)))
      $0.response(.response(6, 6, session: Conversation.session, tree: 5, .counting(60)))
      $0.send(.client, flags: [.fin, .ack])
    },
  ]

  @Test(arguments: ends)
  func judges(_ one: ConversationCase) {
    let besides = ["server-clock", "ntlm-mic", "vni-missing", "tcp-packet-loss"]
    let fired = Judged(one.frames).findings.filter { finding in !besides.contains { finding.rule.id.hasPrefix($0) } }
      .map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
    #expect(fired == one.expected)
  }

  /// A server that takes no data from the beginning; one whose window opens again.
  @Test(arguments: [(false, ["tcp-zero-window-stall error proven"]), (true, [])])
  func aServerThatTakesNoData(opens: Bool, expected: [String]) {
    var one = Conversation()
    one.send(.client, flags: [.syn])
    one.send(.server, flags: [.syn, .ack]) { $0.window = 0 }
    one.send(.client)
    for seconds in [1, 2, 4, 8] as [Int64] {
      one.wait(seconds: seconds)
      one.send(.client) { $0.sequence &-= 1 }
      one.send(.server) { $0.window = 0 }
    }
    if opens { one.talk() }
    let fired = Judged(one.frames).findings.filter { $0.rule.id.hasPrefix("tcp-zero") }.map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
    #expect(fired == expected)
  }

  /// All that the capture has is the goodbye, or a question on the way to a share: that is no success.
  @Test func whatIsNoSuccess() {
    var goodbye = Conversation()
    goodbye.request(.request(2, 9, session: Conversation.session, SMB2BodyBytes.empty))
    goodbye.response(.response(2, 9, session: Conversation.session, SMB2BodyBytes.empty))
    goodbye.send(.client, flags: [.fin, .ack])
    #expect(Judged(goodbye.frames).transcripts.map(\.outcome) == [.inconclusive])
    var work = Conversation()
    work.create(9)
    work.send(.client, flags: [.fin, .ack])
    #expect(Judged(work.frames).transcripts.map(\.outcome) == [.established])
    var question = Conversation()
    Self.connectIPC(&question)
    #expect(Judged(question.frames).transcripts.map(\.outcome) == [.inconclusive])
    var pipe = Conversation()
    Self.connectIPC(&pipe, asksForReferral: false)
    #expect(Judged(pipe.frames).transcripts.map(\.outcome) == [.established])
  }

  /// A share that is connected when the client has turned away, also where an earlier message is missing.
  @Test(arguments: [true, false])
  func anAnswerBehindTheGoodbye(isWhole: Bool) {
    var one = Conversation()
    one.open()
    one.ask()
    if isWhole { one.answer() } else { one.send(.server, nbss(SMB2Bytes.response(0, 0, SMB2BodyBytes.negotiateResponse()).bytes), isCaptured: false) }
    one.setUpSession(logon: NTLMLogon())
    one.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\data"#)))
    one.send(.server)
    one.wait(seconds: 20)
    one.request(.request(4, 4, session: Conversation.session, tree: 0, SMB2BodyBytes.empty))
    one.wait(seconds: 5)
    one.response(.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()))
    one.response(.response(4, 4, session: Conversation.session, tree: 0, SMB2BodyBytes.empty))
    one.send(.client, flags: [.fin, .ack])
    #expect(Judged(one.frames).findings.contains { $0.rule.id == "tree-connect-unanswered" && $0.severity == .error })
  }

  /// A file is opened and read, and then nothing happens for long. One message of the client is missing, or the client's frames come
  /// late: each request has its answer all the same.
  @Test(arguments: ["whole", "hole", "late"])
  func whatHasItsAnswer(kind: String) {
    var one = Conversation()
    one.open()
    one.ask()
    one.answer()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree()
    one.create(4)
    one.request(.request(8, 5, session: Conversation.session, tree: 5, .counting(49)))
    one.response(.response(8, 5, session: Conversation.session, tree: 5, .counting(60)))
    one.wait(seconds: 30)
    one.send(.client, flags: [.fin, .ack])
    var frames = one.frames
    // NEGOTIATE, and each answer before its request.
    if kind == "hole" { frames.remove(at: 3) }
    if kind == "late" { for place in stride(from: frames.count - 3, to: 11, by: -2) { frames.swapTimes(place, place + 1) } }
    let findings = Judged(frames).findings.filter { $0.severity >= .warning }
    #expect(!findings.contains { $0.rule.id.hasPrefix("request-unanswered") }, "\(findings.map(\.rule.id))")
  }

  /// The server closes over the first file, also where an earlier message of the client is missing.
  @Test(arguments: [true, false])
  func aCloseInsteadOfAnAnswer(isWhole: Bool) {
    var one = Conversation()
    one.open()
    one.ask()
    one.answer()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree()
    one.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
    one.send(.server, flags: [.fin, .ack])
    one.goOn(after: 30)
    var frames = one.frames
    if !isWhole { frames.remove(at: 3) }
    #expect(Judged(frames).findings.contains { $0.rule.id == "connection-reset-in-use" && $0.severity == .error })
  }

  private static func causes(_ id: String, _ build: (inout Conversation) -> Void) throws -> Finding {
    var conversation = Conversation()
    build(&conversation)
    let judged = Judged(conversation.frames)
    return try #require(judged.findings.first { $0.rule.id == id }, "\(judged.findings.map(\.rule.id))")
  }

  /// The time to live of the reset is another, which alone proves nothing.
  @Test(arguments: [(57, true), (64, false)] as [(UInt8, Bool)])
  func aResetThatMayBeAnothers(hopLimit: UInt8, isSuspicious: Bool) throws {
    let finding = try Self.causes("session-setup-reset-by-server") {
      $0.open()
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.send(.server, flags: [.rst, .ack]) { $0.hopLimit = hopLimit }
    }
    #expect(finding.causes.first?.hasPrefix("a device on the path sent the reset") == isSuspicious)
    #expect(finding.remedies.first?.text.hasPrefix("Look for an intrusion prevention system") == isSuspicious)
  }

  /// The server acknowledges from behind bytes that never arrived.
  @Test(arguments: [true, false])
  func anAnswerThatWasLost(isSent: Bool) throws {
    let finding = try Self.causes("negotiate-unanswered-60s") {
      $0.open()
      $0.ask()
      $0.send(.server)
      if isSent { $0.send(.server, [UInt8](repeating: 0, count: 288), isCaptured: false) }
      $0.wait(seconds: 20)
      // What comes from the server next.
      $0.send(.server)
      $0.send(.client, flags: [.fin, .ack]) { if isSent { $0.acknowledgment -= 288 } }
    }
    #expect(finding.causes.first?.hasPrefix("the path loses the server's answer") == isSent)
    #expect(finding.summary.contains("no answer arrived") == isSent)
  }
}

extension [TestFrame] {
  /// The recording has two neighbours in the other order.
  fileprivate mutating func swapTimes(_ one: Int, _ other: Int) {
    let times = (self[one].time, self[other].time)
    swapAt(one, other)
    (self[one].time, self[other].time) = times
  }
}
