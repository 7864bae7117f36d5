import Diagnosis
import Packets
import TestSupport
import Testing
import Transcripts

@Suite struct ResponseTimeTests {
  /// Two connections number their messages alike; each answer is timed by the request of its own connection.
  @Test func timesEachConnectionByItself() throws {
    let delays: [Int64] = [2, 5]
    let conversations = delays.enumerated().map { index, delay in
      var conversation = Conversation.healthy(client: Endpoint(address: Endpoint.testClient.address, port: UInt16(50_000 + index)))
      conversation.request(.request(9, 20, session: Conversation.session, tree: 5, .counting(64)))
      conversation.wait(seconds: delay)
      conversation.response(.response(9, 20, session: Conversation.session, tree: 5, .counting(17)))
      return conversation
    }
    var analysis = Analysis()
    let frames = conversations.flatMap(\.frames).sorted { $0.time < $1.time }
    for (index, frame) in frames.enumerated() {
      analysis.accept(
        Frame(number: index + 1, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet),
        ByteView(frame.bytes.span))
    }
    let writes = try #require(analysis.finish().responseTimes.rows.first { $0.key.step == .write }).histogram
    #expect(writes.count == 2)
    #expect(writes.longest == .milliseconds(5_001))
    let median = try #require(writes.percentile(50))
    #expect((TimeSpan.milliseconds(1_800)...TimeSpan.milliseconds(2_200)).contains(median))
  }
}
