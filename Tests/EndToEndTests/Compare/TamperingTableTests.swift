import Capture
import Compare
import Diagnosis
import Foundation
import Rules
import Testing

/// `Documentation/tampering.md` is made of the recorded pairs: what two captures show together, and what each shows alone.
@Suite struct TamperingTableTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  @Test func tellsWhatOneCaptureDoesNot() throws {
    var page = """
      # Tampering: two captures and one

      Each scenario was recorded on the client and on the server, with a device between them that did what the name says \
      ([`Tests/Pairs`](../Tests/Pairs/README.md)); in the healthy ones it did nothing. The table shows the result of `smbdx compare`, and the primary finding of \
      each capture alone. A test writes this page (`UPDATE_SNAPSHOTS=1 swift test --filter TamperingTableTests`).

      | scenario | client's capture alone | server's capture alone | both together |
      |---|---|---|---|

      """
    for pair in PairTests.all {
      let comparison = try Self.comparison(pair.testDescription)
      let alone = comparison.points.map(\.diagnosis).map(Self.finding)
      page += "| \(pair.testDescription) | \(alone.joined(separator: " | ")) | \(Self.verdict(comparison)) |\n"
    }
    try expectSnapshot(page, at: Self.root.appending(path: "Documentation/tampering.md"))
  }

  private static func comparison(_ name: String) throws -> IncidentComparison {
    let points = try ["client", "server"].map { side in
      var reader = PointReader(name: side)
      try Recording(paths: [root.appending(path: "Tests/Pairs/\(name)/\(side).pcap").path]).forEachFrame { reader.accept($0, $2) }
      return reader.finish()
    }
    return IncidentComparison(points)
  }

  private static func finding(_ diagnosis: Diagnosis) -> String {
    guard let primary = diagnosis.findings.first(where: \.isPrimary) else { return "no error" }
    return "\(primary.confidence.rawValue): `\(primary.rule.id)`: \(primary.summary)"
  }

  private static func verdict(_ comparison: IncidentComparison) -> String {
    let verdicts = comparison.hops.flatMap(\.verdicts).filter(\.matters)
    guard !verdicts.isEmpty else {
      let notes = comparison.hops.flatMap { $0.pairs.flatMap(\.notes) }.filter(\.isSuspicious).map(\.text)
      return (["every message is the same at both points"] + notes).joined(separator: "; ")
    }
    return verdicts.map { verdict in
      let frames = verdict.frames.map { "\(comparison.labels[$0.point]) frame \($0.frame)" }.joined(separator: ", ")
      return "\(verdict.confidence.rawValue): \(verdict.deed) (\(frames))"
    }.joined(separator: "; ")
  }
}
