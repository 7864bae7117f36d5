import Testing

@testable import Diagnosis
@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

@Suite struct TextReportTests {
  static func text(_ report: Report, _ options: TextOptions = TextOptions()) -> String {
    written { report.writeText(options, to: $0) }
  }

  static let looks: [(name: String, options: TextOptions)] = [
    ("80.txt", TextOptions(width: 80)),
    ("120.txt", TextOptions(width: 120)),
    ("80-color.txt", TextOptions(width: 80, isColored: true)),
    ("120-color.txt", TextOptions(width: 120, isColored: true)),
    ("100-verbose.txt", TextOptions(detail: .verbose)),
    ("100-quiet.txt", TextOptions(detail: .quiet)),
  ]

  @Test(arguments: looks.indices)
  func showsEverything(index: Int) throws {
    let look = Self.looks[index]
    try expectSnapshot(Self.text(Sample.everything(), look.options), "everything-\(look.name)")
  }

  /// Commands stay whole, so that they can be copied; all else fits.
  @Test(arguments: [80, 97, 120])
  func fitsTheScreen(width: Int) throws {
    let lines = Self.text(try Sample.everything(), TextOptions(width: width)).split(separator: "\n")
    for line in lines where !line.contains("Set-Smb") {
      #expect(line.count <= width, "\(line)")
      #expect(!line.hasSuffix(" "), "\(line)|")
    }
  }

  /// What stands for one character is not cut.
  @Test func keepsEscapesWhole() {
    var text = ""
    let out = TextWriter(width: 80, palette: Palette(isColored: false)) { text += $0 }
    out.flow([Phrase(String(repeating: "x\u{1b}", count: 60))], hanging: 2)
    let lines = text.split(separator: "\n")
    #expect(lines.count > 4)
    for line in lines { #expect(line.count <= 80 && (line.hasSuffix("}") || line.hasSuffix("x")), "\(line)") }
  }

  @Test func saysThatNothingIsWrong() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap", "b.pcap", "c.pcap", "d.pcap"])
    builder.add(try Sample.transcript(1), Sample.verdict())
    try expectSnapshot(Self.text(builder.finish(capture: Sample.facts(), engine: Engine(rules: []))), "healthy.txt")
  }

  @Test func isSilentWhenQuietAndNothingIsWrong() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    builder.add(try Sample.transcript(1), Sample.verdict())
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
    #expect(Self.text(report, TextOptions(detail: .quiet)).isEmpty)
  }

  @Test func saysThatThereIsNoSMB() throws {
    let builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    try expectSnapshot(Self.text(builder.finish(capture: Sample.facts(), engine: Engine(rules: []))), "no-smb.txt")
  }

  @Test func namesTheFileOfAFrame() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap", "b.pcap"])
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict([Sample.mismatchFinding(1)]))
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: [])) {
      FramePlace(file: $0 < 10 ? 0 : 1, frame: $0 % 10)
    }
    #expect(Self.text(report).contains(/frame 14 \(b.pcap 4\)  (05:32:17.137Z  )?client → server  VALIDATE/))
  }

  /// A flood of failures is told as what it is, with one example.
  @Test func doesNotRepeatItself() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    for id in 1...100 {
      builder.add(try Sample.transcript(id, isFailed: true), Sample.verdict([Sample.mismatchFinding(id)]))
    }
    let text = Self.text(builder.finish(capture: Sample.facts(), engine: Engine(rules: [])))
    #expect(text.split(separator: "\n").count { $0.contains("caution:") } == 1)
    #expect(text.split(separator: "\n").count { $0.contains("wireshark") } == 1)
    // In the list, above the example, and in it.
    #expect(text.split(separator: "\n").count { $0.contains("critical[sample-mismatch]") } == 3)
    #expect(text.split(separator: "\n").count < 60)
    #expect(text.contains("99 similar"))
  }

  @Test func explainsARule() throws {
    try expectSnapshot(
      written { Explanation(Sample.mismatch).writeText(TextOptions(width: 80), to: $0) }, "explain.txt")
  }

  @Test func listsRules() throws {
    try expectSnapshot(written { RuleListing(Sample.rules).writeText(TextOptions(width: 80), to: $0) }, "rules.txt")
    try expectSnapshot(written { RuleListing(Sample.rules).writeJSON(to: $0) }, "rules.json")
  }
}
