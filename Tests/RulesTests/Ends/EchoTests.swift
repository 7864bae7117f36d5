import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// ECHO asks only whether the server is there.
@Suite struct EchoTests {
  private static func echo(_ one: inout Conversation, _ messageID: UInt64, isAnswered: Bool = true) {
    one.request(.request(13, messageID, SMB2BodyBytes.empty))
    if isAnswered { one.response(.response(13, messageID, SMB2BodyBytes.empty)) } else { one.send(.server) }
  }

  /// In the middle of a connection of which the recording has nothing but this.
  @Test(arguments: [(false, ["request-unanswered-in-use warning likely"]), (true, [])])
  func isAllThatTheRecordingHas(areAnswered: Bool, expected: [String]) {
    var one = Conversation()
    Self.echo(&one, 7)
    for messageID in 8..<11 {
      one.wait(seconds: 60)
      Self.echo(&one, UInt64(messageID), isAnswered: areAnswered)
    }
    one.send(.client, flags: [.fin, .ack])
    #expect(Judged(one).fired(in: [.transport]) == expected)
  }

  /// Of the idle time they are no end, wherever the frames are cut.
  @Test(arguments: [
    (24, "a limit of idle time", 1_500), (24, "a limit of idle time", 96), (1, "the file service was stopped", 1_500),
    (1, "the file service was stopped", 96),
  ])
  func doesNotCountAsUse(echoes: Int, cause: String, length: Int) throws {
    var one = Conversation()
    one.open()
    one.negotiate()
    one.setUpSession(logon: NTLMLogon())
    one.connectTree()
    one.create(4)
    for messageID in 5..<(5 + echoes) {
      one.wait(seconds: 5)
      Self.echo(&one, UInt64(messageID))
    }
    one.send(.client)
    one.wait(seconds: 1)
    one.send(.server, flags: [.fin, .ack])
    one.send(.client)
    one.wait(seconds: 3)
    one.request(.request(5, UInt64(5 + echoes), session: Conversation.session, tree: 5, .counting(57)))
    one.send(.server, flags: [.rst])
    let judged = Judged(one.frames.map { TestFrame(nanoseconds: $0.time.nanoseconds, Array($0.bytes.prefix(length)), originalLength: $0.bytes.count) })
    let finding = try #require(judged.findings.first { $0.rule.id == "connection-reset-in-use" }, "\(judged.fired())")
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.observation.summary.contains("without a request other than ECHO"))
  }
}
