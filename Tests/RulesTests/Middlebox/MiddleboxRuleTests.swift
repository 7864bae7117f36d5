import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Devices that the lab does not have; each with what an honest path shows.
@Suite struct MiddleboxRuleTests {
  private static let plain: [UInt8] = [2, 4, 0x05, 0xb4, 1, 3, 3, 7, 4, 2, 1, 1]
  private static func timestamp(_ value: UInt32) -> [UInt8] { ByteWriter().raw([1, 1, 8, 10]).u32be(value).u32be(0).bytes }

  static let cases: [ConversationCase] = [
    ConversationCase("ordinary options") { $0.open(plain, plain) },
    ConversationCase("option 76", "mbx-riverbed-probe info likely") { $0.open(plain + [76, 4, 1, 1], plain) },
    ConversationCase("option 78 in the SYN-ACK", "mbx-riverbed-probe info likely") { $0.open(plain, plain + [78, 4, 1, 1]) },
    ConversationCase("option 33", "mbx-cisco-waas info likely") { $0.open(plain + [33, 4, 1, 1], plain) },
    ConversationCase("a window scale that nobody offered", "mbx-tcp-options-stripped info likely") {
      $0.open([2, 4, 0x05, 0xb4], plain)
    },
    ConversationCase("fewer options in the answer") { $0.open(plain, [2, 4, 0x05, 0xb4]) },
    ConversationCase("a second SYN without options") {
      $0.send(.client, flags: [.syn]) { $0.options = [2, 4, 0x05, 0xb4] }
      $0.wait(seconds: 1)
      $0.resend(1)
      $0.send(.server, flags: [.syn, .ack]) { $0.options = plain }
      $0.send(.client)
      $0.talk()
    },
    ConversationCase("the SYN-ACK comes from nearby", "mbx-ttl-asymmetry info possible") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack]) { $0.hopLimit = 60 }
      $0.send(.client)
      $0.talk()
    },
    ConversationCase("a TTL one off, as between two interfaces") {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.syn, .ack]) { $0.hopLimit = 63 }
      $0.send(.client)
      $0.talk()
    },
    ConversationCase("answers that all take 80 ms", "mbx-ack-latency-split info possible") {
      $0.open()
      $0.talk(latency: [80, 85, 82])
    },
    ConversationCase("answers that take as they like") {
      $0.open()
      $0.talk(latency: [80, 200, 30])
    },
    ConversationCase("timestamps that grow") {
      $0.open(timestamp(100_000), timestamp(700_000))
      for value in [700_005, 700_010, 700_009] as [UInt32] { $0.send(.server, [0]) { $0.options = timestamp(value) } }
      $0.talk(options: timestamp(700_100))
    },
    ConversationCase("a timestamp that goes back", "mbx-window-or-timestamp-inconsistent info possible") {
      $0.open(timestamp(100_000), timestamp(700_000))
      $0.ask(options: timestamp(100_001))
      $0.send(.server) { $0.options = timestamp(700_001) }
      $0.send(.server, nbss(SMB2Bytes.response(0, 0, SMB2BodyBytes.negotiateResponse()).bytes)) { $0.options = timestamp(700_002) }
      $0.send(.server, nbss([UInt8](repeating: 0, count: 4), type: 0x85)) { $0.options = timestamp(5_000) }
    },
    ConversationCase("data without the timestamp", "mbx-window-or-timestamp-inconsistent info possible") {
      $0.open(timestamp(100_000), timestamp(700_000))
      $0.ask(options: timestamp(100_001))
      $0.answer()
    },
  ]

  @Test(arguments: cases)
  func judges(_ one: ConversationCase) {
    #expect(Judged(one.frames).fired(in: [.middlebox]) == one.expected)
  }

  /// A reset while something is unanswered, and one of a client that has all it wanted.
  @Test(arguments: [true, false])
  func tellsABusyConnection(isBusy: Bool) {
    var conversation = Conversation()
    conversation.open()
    conversation.talk()
    conversation.request(.request(8, 9, session: 7, tree: 5, SMB2BodyBytes.empty))
    if !isBusy { conversation.response(.response(8, 9, session: 7, tree: 5, SMB2BodyBytes.empty)) }
    conversation.send(.server, flags: [.rst, .ack])
    #expect(Judged(conversation.frames).all.contains { $0.rule.id == "connection-reset-in-use" } == isBusy)
  }
}

extension Conversation {
  fileprivate mutating func open(_ syn: [UInt8], _ synAck: [UInt8]) {
    send(.client, flags: [.syn]) { $0.options = syn }
    send(.server, flags: [.syn, .ack]) { $0.options = synAck }
    send(.client)
  }

  fileprivate mutating func ask(options: [UInt8]) {
    send(.client, nbss(SMB2Bytes.request(0, 0, SMB2BodyBytes.negotiateRequest()).bytes)) { $0.options = options }
  }
}
