import Diagnosis
import Packets
import Reports
import Rules
import Testing
import Transcripts

/// Further channels of a session (multichannel), cut off in every way at every step: the main connection works, so nobody is
/// kept out.
@Suite struct ChannelTests {
  private static let fixture = "session-second-channel"

  /// The two connections, the main one first.
  private static func connections() throws -> (main: [RecordedFrame], channel: [Segment]) {
    let frames = try RecordedFrame.all(of: fixture)
    let segments = frames.compactMap(Segment.init).filter { $0.ports.contains(445) }
    let first = try #require(segments.first).ports
    return (frames.filter { Segment($0).map { $0.ports == first } ?? true }, segments.filter { $0.ports != first })
  }

  static let faults: [Fault] = [
    .confirmedThenFIN20, .confirmedThenRST60, .confirmedWaiting70, .repeatedThenRST, .serverFIN, .serverRST, .clientRST, .forgedRST,
    .answeredClientFIN, .answeredServerRST, .answerRepeated,
  ]

  @Test(arguments: [HealthyRecording.Step.negotiate, .firstLeg, .lastLeg], faults)
  func aChannelKeepsNobodyOut(step: HealthyRecording.Step, fault: Fault) throws {
    let (main, channel) = try Self.connections()
    let (request, response) = try #require(FaultMatrix.place(of: step, in: channel, port: [445]))
    var beginning = try #require(Beginning(channel, upTo: fault.isBehindAnswer ? response : request, port: [445]))
    FaultMatrix.inject(fault, into: &beginning)
    // The main connection stays open for as long.
    let last = try #require(main.last { Segment($0)?.command != nil })
    let end = beginning.segments.map(\.frame.time).max() ?? last.time
    let kept = main.map { $0.time < last.time ? $0 : RecordedFrame(time: $0.time + (end.since(last.time) + .seconds(1)), bytes: $0.bytes) }
    let report = (kept + beginning.segments.map(\.frame)).sorted { $0.time < $1.time }.report
    #expect(report.findings.filter { $0.severity >= .error }.map(\.rule.id) == [], "\(report.gist)")
    #expect(report.connections.first?.outcome == .established)
    #expect(report.cases.map(\.outcome) == [.established])
    #expect(report.summary.failedForGood == 0)
  }

  /// Without a main connection that works it is a failure like any other.
  @Test func theOnlyConnectionIsNoChannel() throws {
    let (_, channel) = try Self.connections()
    let (request, _) = try #require(FaultMatrix.place(of: .negotiate, in: channel, port: [445]))
    var beginning = try #require(Beginning(channel, upTo: request, port: [445]))
    FaultMatrix.inject(.confirmedWaiting70, into: &beginning)
    #expect(beginning.report.gist == ["failed", "negotiate-unanswered-60s critical"])
  }
}
