import Foundation
import Testing

@testable import Diagnosis
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct EscapingTests {
  static let hostile = [
    "\u{1b}[2J\u{1b}[H", "a\r\nb", "\u{7}", "\u{9b}31m", "\u{7f}", "\u{202e}gnp.exe", "\u{2066}x\u{2069}", "\u{200f}",
    "\u{61c}", "\u{2028}x", "\u{feff}", "\u{e0041}", "\u{378}", "\u{e000}", "\0",
  ]

  @Test(arguments: hostile)
  func showsWhatWouldTroubleATerminal(text: String) {
    let shown = Escaping.visible(text)
    #expect(shown.contains("\\u{"))
    #expect(!shown.unicodeScalars.contains { Escaping.isHazardous($0) })
  }

  @Test(arguments: ["alice", "Zoë", "山田", "Ωμέγα", "👍", "\\\\fs01\\Büro 2"])
  func leavesOrdinaryNames(text: String) {
    #expect(Escaping.visible(text) == text)
  }

  @Test func cutsByScalars() {
    #expect(Escaping.clipped(String(repeating: "x", count: 256)).count == 256)
    #expect(Escaping.clipped(String(repeating: "x", count: 257)) == String(repeating: "x", count: 256) + "…")
    // One character of ten thousand scalars.
    #expect(Escaping.clipped("e" + String(repeating: "\u{301}", count: 10_000)).unicodeScalars.count == 257)
  }

  /// Whatever is in the names, no control character but the line feed reaches the screen, and no line is forged.
  @Test(arguments: hostile)
  func reportsAreSafe(text: String) throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["f\(text).pcap"])
    builder.add(
      try Sample.transcript(1, user: text, domain: text, share: #"\\fs01\"# + text, isFailed: true),
      Sample.verdict(
        [Sample.mismatchFinding(1, note: text)],
        notChecked: [(Obstacle(reason: text, remedy: text), ["rule"])]))
    builder.add(try Sample.transcript(2, user: text + String(repeating: "x", count: 70_000)), Sample.verdict())
    var facts = Sample.facts()
    facts.warnings = [CaptureWarning(message: text, file: text, frame: nil, byte: nil)]
    let report = builder.finish(capture: facts, engine: Engine(rules: []))
    let outputs = [
      TextReportTests.text(report, TextOptions(detail: .verbose)), written { report.writeJSON(to: $0) },
    ]
    for output in outputs {
      let scalars = output.unicodeScalars.filter { $0 != "\n" }
      #expect(!scalars.contains { Escaping.isHazardous($0) })
    }
    #expect(outputs[0].split(separator: "\n").allSatisfy { $0.count <= 100 || $0.contains("Set-Smb") })
    #expect(outputs[0].utf8.count < 20_000)
  }

  @Test(arguments: hostile + ["\"\\/", "👍\u{e0041}", "tab\t"])
  func jsonKeepsTheValue(text: String) throws {
    let json = written { write in
      let writer = JSONWriter(.line, write: write)
      writer.array { writer.object { writer.member(text, text) } }
    }
    let decoded = try JSONDecoder().decode([[String: String]].self, from: Data(json.utf8))
    #expect(decoded == [[text: text]])
  }
}
