import Foundation
import Testing

@testable import Diagnosis
@testable import Packets
@testable import Protocols
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct JSONReportTests {
  static func json(_ report: Report) -> String { written { report.writeJSON(to: $0) } }

  @Test func matchesTheSnapshot() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["fs01.pcapng"])
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict([Sample.mismatchFinding(1)]))
    try expectSnapshot(Self.json(builder.finish(capture: Sample.facts(), engine: Engine(rules: []))), "report.json")
  }

  @Test func everythingKeepsTheContract() throws {
    try expectContract(Self.json(Sample.everything()))
  }

  @Test func severalFilesKeepTheContract() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap", "b.pcap"])
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict([Sample.mismatchFinding(1)]))
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: [])) {
      FramePlace(file: 1, frame: $0)
    }
    let text = Self.json(report)
    try expectContract(text)
    #expect(text.contains("\"fileFrame\": 14"))
  }

  @Test func inputThatIsNoCaptureKeepsTheContract() throws {
    let report = Report(
      toolVersion: "0.1.0", files: ["notes.txt"], diagnosis: Diagnosis(notACapture: "notes.txt is not a packet capture"))
    let text = Self.json(report)
    try expectContract(text)
    #expect(text.contains("\"rule\": \"not-a-capture\""))
    #expect(report.summary.worstSeverity == .critical)
  }

  /// The schema is worth something only if it refuses.
  @Test func theSchemaRefusesWhatIsWrong() throws {
    let text = Self.json(try Sample.everything())
    for (right, wrong) in [
      ("\"passed\"", "\"fine\""), ("\"frames\": 4812", "\"frames\": -1"),
      ("\"severity\": \"critical\"", "\"gravity\": 1"),
      ("T05:32:17.123456789Z", " 05:32:17Z"),
    ] {
      let changed = text.replacingOccurrences(of: right, with: wrong)
      #expect(changed != text)
      #expect(throws: (any Error).self) { try expectContract(changed) }
    }
  }

  @Test func isDeterministic() throws {
    let first = Self.json(try Sample.everything())
    for _ in 0..<5 { #expect(Self.json(try Sample.everything()) == first) }
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
      (1_795_239_137_123_456_789, "2026-11-21T05:32:17.123456789Z"),
      (4_107_542_399_999_999_999, "2100-02-28T23:59:59.999999999Z"), (.max, "2262-04-11T23:47:16.854775807Z"),
      (.min, "1677-09-21T00:12:43.145224192Z"),
    ] as [(Int64, String)])
  func writesTimes(nanoseconds: Int64, expected: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == expected)
  }
}
