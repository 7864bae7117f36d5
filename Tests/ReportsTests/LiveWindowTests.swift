import Testing

@testable import Diagnosis
@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct LiveWindowTests {
  /// Small ones, because each connection is judged. Those of the program are ``LiveWindow/Limit``.
  private enum Limit {
    static let connections = 400
    static let quietConnections = 20
  }

  private let window = LiveWindow(
    engine: Engine(rules: []), maximumConnections: Limit.connections, maximumQuiet: Limit.quietConnections)

  /// The samples, with the last frame `id` milliseconds after the first.
  private func record(_ id: Int, client: Int? = nil, _ findings: [Finding] = []) throws {
    var transcript = try Sample.transcript(id, isFailed: !findings.isEmpty, lastTime: Sample.time(Int64(id)))
    transcript.client = Sample.client(client ?? id)
    window.record(transcript, Sample.verdict(findings), isOver: true)
  }

  /// What went well elsewhere makes way; what went well for the same client may be the next try, and stays.
  @Test func keepsWhatBelongsToATrouble() throws {
    try record(1, [Sample.mismatchFinding(1)])
    try record(2, client: 1)
    for id in 3...(2 * Limit.connections) { try record(id) }
    let updates = window.update(at: Sample.time(20_000), Lookups(), isLast: true)
    let told = try #require(updates.first)
    #expect(updates.count == 1)
    #expect(told.finding.rule.id == "sample-mismatch")
    #expect(told.one?.connections == [1, 2])
    // Nobody had looked at the others.
    #expect(window.limitsReached == 2 * Limit.connections - 2 - Limit.quietConnections)
  }

  /// Those that were judged, and of which there was nothing to tell, are not missed.
  @Test func letsGoWhatWasJudged() throws {
    for id in 1...(2 * Limit.quietConnections) {
      try record(id)
      if id % Limit.quietConnections == 0 { #expect(window.update(at: Sample.time(20_000), Lookups()).isEmpty) }
    }
    #expect(window.limitsReached == 0)
  }

  /// Of those with findings the oldest go when there are too many, and are counted.
  @Test func countsTroubleThatFoundNoRoom() throws {
    let excess = 10
    for id in 1...(Limit.connections - Limit.quietConnections + excess) { try record(id, [Sample.mismatchFinding(id)]) }
    let updates = window.update(at: Sample.time(20_000), Lookups(), isLast: true)
    #expect(window.limitsReached == excess)
    #expect(updates.flatMap(\.finding.connections).min() == excess + 1)
  }
}
