import Testing

@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct LiveWindowTests {
  private typealias Limit = LiveWindow.Limit

  private let window = LiveWindow(engine: Engine(rules: []))

  /// The samples, with the last frame `id` milliseconds after the first.
  private func note(_ id: Int, client: Int? = nil, _ findings: [Finding] = []) throws {
    var transcript = try Sample.transcript(id, isFailed: !findings.isEmpty, lastTime: Sample.time(Int64(id)))
    transcript.client = Sample.client(client ?? id)
    window.note(transcript, Sample.verdict(findings), isOver: true)
  }

  /// What went well elsewhere makes way; what went well between the same hosts may be the next try, and stays.
  @Test func keepsWhatBelongsToATrouble() throws {
    try note(1, [Sample.mismatchFinding(1)])
    try note(2, client: 1)
    for id in 3...(3 * Limit.connections) { try note(id) }
    let updates = window.update(at: Sample.time(20_000), Inquiries(), isLast: true)
    let told = try #require(updates.first)
    #expect(updates.count == 1)
    #expect(told.finding.rule == "sample-mismatch")
    #expect(told.one?.connections == [1, 2])
    #expect(window.limitsReached == 0)
  }

  /// Of those with findings the oldest go when there are too many, and are counted.
  @Test func countsTroubleThatFoundNoRoom() throws {
    let excess = 10
    for id in 1...(Limit.connections - Limit.quietConnections + excess) { try note(id, [Sample.mismatchFinding(id)]) }
    let updates = window.update(at: Sample.time(20_000), Inquiries(), isLast: true)
    #expect(window.limitsReached == excess)
    #expect(updates.flatMap(\.finding.connections).min() == excess + 1)
  }
}
