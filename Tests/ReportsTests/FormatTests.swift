import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Diagnosis
@testable import Packets
@testable import Reports
@testable import Rules
@testable import Transcripts

/// The formats that other programs read.
@Suite struct FormatTests {
  static func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func ndjsonIsALineForEachConnectionAndFindingAndTheEnd() throws {
    let report = try Sample.everything()
    let text = written { report.writeNDJSON(to: $0) }
    try expectSnapshot(text, "report.ndjson")
    let lines = try text.split(separator: "\n").map { try Self.json(String($0)) }
    #expect(lines.count == report.connections.count + report.findings.count + 1)
  }

  @Test func sarifNamesEachRuleOnce() throws {
    let report = try Sample.everything()
    let text = written { report.writeSARIF(to: $0) }
    try expectSnapshot(text, "report.sarif")
    let run = try #require((try Self.json(text)["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(Set(rules).count == rules.count)
    for result in try #require(run["results"] as? [[String: Any]]) {
      if let index = result["ruleIndex"] as? Int { #expect(rules[index] == result["ruleId"] as? String) }
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      // What GitHub shows a result by.
      let place = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
      #expect((place?["region"] as? [String: Any])?["startLine"] as? Int == 1)
    }
    #expect((run["automationDetails"] as? [String: Any])?["id"] as? String == "smbdx/analyze/")
    for rule in try #require(driver["rules"] as? [[String: Any]]) {
      let severity = ((rule["properties"] as? [String: Any])?["security-severity"] as? String).flatMap(Double.init)
      #expect(severity.map { (0.1...10).contains($0) } == true)
      if let address = rule["helpUri"] as? String { #expect(address.hasPrefix("https://")) }
    }
  }

  /// Programs look for the file where it is; people are told what it is called.
  @Test func namesPathsForPrograms() throws {
    var report = try Sample.everything()
    let names = report.files
    report.paths = names.map { "some/where/\($0)" }
    let path = "some/where/\(names[0])"
    #expect(written { report.writeSARIF(to: $0) }.contains("\"uri\": \"\(path)\""))
    #expect(written { report.writeGitHub(to: $0) }.contains("file=\(path),"))
    #expect(!written { report.writeJSON(to: $0) }.contains("some/where"))
    #expect(!written { report.writeText(TextOptions(), to: $0) }.contains("some/where"))
  }

  /// Who chooses names writes no lines, and calls nobody.
  @Test func namesStayOnTheirLines() throws {
    #expect(XML.escaped("a\nb <c>") == "a\\u{a}b &lt;c&gt;")
    #expect(Markdown.text("@team") == "@<!-- -->team")
    #expect(Markdown.text("alice@LAB") == "alice@LAB")
  }

  /// GitHub and GitLab make links and references of bare words.
  @Test(arguments: [
    ("http://e.x/<img src=https://evil.example/p.png>", #"http:<!-- -->//e.x/\<img src=https:<!-- -->//evil.example/p.png\>"#),
    ("www.example.com", "www<!-- -->.example.com"), ("WWW.example.com", "WWW<!-- -->.example.com"),
    ("alice@lab.example", "alice@<!-- -->lab.example"), ("mailto:a", "mailto:<!-- -->a"), ("xmpp:a", "xmpp:<!-- -->a"),
    ("#123", "\\#<!-- -->123"), ("!12", #"\!<!-- -->12"#), ("%milestone", "%<!-- -->milestone"), ("IPC$", "IPC$"),
    ("10.77.0.20:445", "10.77.0.20:445"), ("[a](b)", #"\[a\](b)"#), ("1. one", #"1\. one"#), ("- one", #"\- one"#),
    ("&lt;", #"\&<!-- -->lt;"#),
  ])
  func wordsAreNoLinks(text: String, expected: String) {
    #expect(Markdown.text(text) == expected)
  }

  /// A name in a command does not end the block it stands in.
  @Test func codeStaysCode() {
    #expect(Markdown.code("a ``` b", indent: "") == "````\na ``` b\n````\n")
    #expect(Markdown.code("a\n```", indent: "").split(separator: "\n").count == 3)
  }

  /// A rule without causes has no heading for them.
  @Test func sarifHelpHasNoEmptyParts() throws {
    let report = Report(toolVersion: "", files: ["a"], diagnosis: Diagnosis(notACapture: "it is none"))
    #expect(!written { report.writeSARIF(to: $0) }.contains("first:\\n\\n"))
  }

  /// What makes two results one is neither where in the recording it stands nor when it happened.
  @Test func fingerprintsStayTheSame() throws {
    func fingerprints(_ frame: Int) throws -> [String] {
      var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
      var transcript = try Sample.transcript(1, isFailed: true)
      transcript.client.port = UInt16(frame)
      builder.add(transcript, Sample.verdict([Sample.mismatchFinding(1)]))
      let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
      let run = try #require((try Self.json(written { report.writeSARIF(to: $0) })["runs"] as? [[String: Any]])?.first)
      return (run["results"] as? [[String: Any]] ?? []).compactMap { ($0["partialFingerprints"] as? [String: String])?["smbdx/1"] }
    }
    #expect(try fingerprints(1_000) == fingerprints(2_000))
    #expect(try fingerprints(1_000).count == 1)
  }

  @Test func junitHasACaseForEachPhase() throws {
    let report = try Sample.everything()
    let text = written { report.writeJUnit(failingFrom: .error, to: $0) }
    try expectSnapshot(text, "report.junit.xml")
    let counter = ElementCounter()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = counter
    #expect(parser.parse())
    #expect(counter.counts["testcase"] == Phase.allCases.count)
    #expect(counter.counts["failure"] == report.findings.count { $0.severity >= .error })
    // With --fail-on never nothing fails.
    #expect(!written { report.writeJUnit(failingFrom: nil, to: $0) }.contains("<failure"))
  }

  @Test func githubAndMarkdownMatchTheirSnapshots() throws {
    let report = try Sample.everything()
    try expectSnapshot(written { report.writeGitHub(to: $0) }, "report.github.txt")
    try expectSnapshot(written { report.writeMarkdown(to: $0) }, "report.md")
  }

  /// Whoever writes the packets chooses names, and no name may become markup or a line of its own.
  @Test(arguments: ["<script>alert(1)</script>", "a\r\n::error::b", "](http://x)|`x`", "\u{202e}cba", "]]>&amp;\u{0}", "%0A::stop-commands::x"])
  func hostileNamesStayText(name: String) throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: [name])
    var finding = Sample.mismatchFinding(1)
    finding.observation.summary = name
    finding.observation.evidence = [Evidence(4, .client, name)]
    builder.add(try Sample.transcript(1, isFailed: true), Sample.verdict([finding]))
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
    #expect(XMLParser(data: Data(written { report.writeJUnit(failingFrom: .error, to: $0) }.utf8)).parse())
    _ = try Self.json(written { report.writeSARIF(to: $0) })
    let github = written { report.writeGitHub(to: $0) }
    #expect(github.split(separator: "\n").count == report.findings.count)
    #expect(!github.contains("\r"))
    // A backslash makes a character one of text (CommonMark 2.4).
    let markdown = written { report.writeMarkdown(to: $0) }.replacing("\\<", with: "").replacing("\\]", with: "")
      .replacing("<!-- -->", with: " ")
    #expect(!markdown.contains("<") && !markdown.contains("](") && !markdown.unicodeScalars.contains("\u{202e}"))
  }
}

/// Elements of an XML document by their names.
private final class ElementCounter: NSObject, XMLParserDelegate {
  var counts: [String: Int] = [:]

  func parser(
    _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
    attributes _: [String: String] = [:]
  ) {
    counts[name, default: 0] += 1
  }
}
