import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Diagnosis
@testable import Reports
@testable import Rules
@testable import Transcripts

/// The page for a browser.
@Suite struct HTMLReportTests {
  static func html(_ report: Report) throws -> String {
    var text = ""
    report.writeHTML { text += $0 }
    return text
  }

  /// The names and attributes of a page that is XML, and its text.
  private static func outline(_ html: String) throws -> Outline {
    let outline = Outline()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = outline
    try #require(parser.parse(), "\(parser.parserError.debugDescription) in line \(parser.lineNumber)")
    return outline
  }

  @Test func matchesItsSnapshot() throws {
    let html = try Self.html(Sample.everything())
    try expectSnapshot(html, "report.html")
    #expect(try html == Self.html(Sample.everything()))
  }

  @Test func saysTheVerdictFirst() throws {
    let outline = try Self.outline(Self.html(Sample.everything()))
    #expect(outline.headline == "26 SMB connections, 1 failed")
    let healthy = try Self.outline(Self.html(Self.report(names: "alice", isFailed: false)))
    #expect(healthy.headline == "Nothing wrong found: the SMB connection was established.")
    let empty = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
      .finish(capture: Sample.facts(), engine: Engine(rules: []))
    #expect(try Self.outline(Self.html(empty)).headline == "No SMB was seen in 12 TCP connections.")
  }

  @Test func drawsTheFramesThatProveIt() throws {
    let report = try Sample.everything()
    let finding = try #require(report.findings.first)
    let ladder = Ladder(try #require(report.connections.first), report.findings.filter { $0.connections == [1] })
    // A wrong value is shown by all that cite it, and not by how the connection ended.
    #expect(ladder.steps.filter { $0.weight == .decisive }.map(\.frame) == Set(finding.evidence.filter { !$0.isEnd }.map(\.frame)).sorted())
    #expect(ladder.steps.map(\.frame) == ladder.steps.map(\.frame).sorted())
    let html = try Self.html(report)
    let outline = try Self.outline(html)
    // An arrow for each frame whose sender is known.
    #expect(html.components(separatedBy: "class=\"tip\"").count - 1 == 4)
    // Three of the first connection, one of the last.
    #expect(outline.classes.count { $0 == "decisive" } == 4)
    #expect(outline.elements["caption"] == 2)
    #expect(outline.classes.contains("critical") && outline.classes.contains("plain"))
  }

  /// What client and KDC said beside the connection is not drawn as if the server had said it, nor as if its time were known.
  @Test func tellsTheKDCFromTheServer() throws {
    let record = try #require(try Self.report(names: "alice", isFailed: true).connections.first)
    let rule = try #require(Rule.named("kerberos-clock-skew"))
    let observation = Observation(
      .proven, "the clocks differ", evidence: [Evidence(13, .server, "NEGOTIATE response"), Evidence(15, .server, "KRB-ERROR")])
    var finding = Sample.finding(rule, observation, of: 1)
    finding.tcpStream = nil
    let ladder = Ladder(record, [finding])
    #expect(ladder.steps.filter(\.isWithKDC).map(\.frame) == [15])
    #expect(ladder.steps.map(\.moment) == ["0 ms", "13 ms", nil, "90 ms"])
    #expect(ladder.steps.map(\.x) == [1, 15.2, nil, 99])
  }

  /// Whatever a frame shows, the drawing keeps its size.
  @Test func drawsLongNotesInAFewLines() throws {
    let record = try #require(try Self.report(names: "alice", isFailed: true).connections.first)
    for note in [String(repeating: "x", count: 65_536), String(repeating: "word ", count: 10_000), "", String(repeating: "山", count: 999)] {
      let ladder = Ladder(record, [Sample.mismatchFinding(1, note: note)])
      #expect(ladder.steps.allSatisfy { $0.lines.count <= HTMLReport.Limit.lines })
      #expect(ladder.steps.flatMap(\.lines).allSatisfy { displayWidth($0.words) < 45 })
      #expect(ladder.drawingHeight < 1000)
    }
  }

  static let hostile = [
    "<script>alert(1)</script>", "\" onload=\"alert(1)\" x=\"", "' onclick='x", "</style></svg></title><img src=x>", "]]>&amp;\u{0}",
    "\u{202e}cba\u{2066}", "{{{.}}}{{/lead}}", "a\r\nb", "\u{2028}", String(repeating: "<", count: 65_536),
    String(repeating: "é", count: 65_536), "e" + String(repeating: "\u{301}", count: 65_536), "javascript:alert(1)",
  ]

  /// Whoever writes the packets chooses names, and no name may become an element, an attribute or a control character.
  @Test(arguments: hostile)
  func hostileNamesStayText(name: String) throws {
    let html = try Self.html(Self.report(names: name, isFailed: true))
    let plain = try Self.outline(Self.html(Self.report(names: "alice", isFailed: true)))
    let outline = try Self.outline(html)
    #expect(outline.attributes == plain.attributes)
    #expect(outline.elements.filter { !["text", "p", "span"].contains($0.key) }
      == plain.elements.filter { !["text", "p", "span"].contains($0.key) })
    #expect(!html.unicodeScalars.contains { $0 != "\n" && Escaping.isHazardous($0) })
    #expect(html.utf8.count < 200_000)
  }

  /// Everything is in the file, and the browser is told to load nothing.
  @Test func loadsNothing() throws {
    let outline = try Self.outline(Self.html(Sample.everything()))
    #expect(outline.attributes.isDisjoint(with: ["src", "srcset", "style", "onclick", "onload", "data", "action", "xlink:href"]))
    #expect(Set(outline.elements.keys).isDisjoint(with: ["link", "img", "iframe", "object", "embed", "form", "base"]))
    #expect(outline.targets.allSatisfy { $0.hasPrefix("#") })
    #expect(!HTMLPage.style.contains("url(") && !HTMLPage.style.contains("@import"))
    #expect(try Self.html(Sample.everything()).contains("default-src 'none'"))
    // A link leads to an element that is there, and no two have one name.
    #expect(Set(outline.targets.map { String($0.dropFirst()) }).isSubset(of: outline.identities))
    #expect(Set(outline.identities).count == outline.identities.count)
  }

  /// The same is told once, with one example; all connections are in the table.
  @Test func tellsTheSameOnce() throws {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: ["a.pcap"])
    for id in 1...(HTMLReport.Limit.inFull + 7) {
      builder.add(try Sample.transcript(id, isFailed: true), Sample.verdict([Sample.mismatchFinding(id)]))
    }
    let report = builder.finish(capture: Sample.facts(), engine: Engine(rules: []))
    let html = try Self.html(report)
    let outline = try Self.outline(html)
    #expect(outline.elements["article"] == 1)
    #expect(outline.classes.isEmpty || html.contains("class=\"list\""))
    #expect(html.contains("\(HTMLReport.Limit.inFull + 6) similar ones are in the table below"))
    #expect(html.components(separatedBy: "<a href=\"#group-1\">").count - 1 == HTMLReport.Limit.inFull + 7)
    #expect(Set(outline.targets.map { String($0.dropFirst()) }).isSubset(of: outline.identities))
    #expect(Set(outline.identities).count == outline.identities.count)
    // What is told once is not repeated.
    #expect(html.components(separatedBy: "What to do").count == 2)
  }

  /// A report in which everything that comes from the wire or from file names is `name`.
  static func report(names name: String, isFailed: Bool) throws -> Report {
    var builder = ReportBuilder(toolVersion: "0.1.0", files: [name])
    var finding = Sample.mismatchFinding(1, note: name)
    finding.observation.summary = name
    builder.add(
      try Sample.transcript(1, user: name, domain: name, share: #"\\fs01\"# + name, isFailed: isFailed),
      Sample.verdict(
        isFailed ? [finding] : [], notChecked: isFailed ? [(Obstacle(reason: name, remedy: name), ["rule"])] : []))
    var facts = Sample.facts()
    if isFailed { facts.warnings = [CaptureWarning(message: name, file: name, frame: 1, byte: nil)] }
    return builder.finish(capture: facts, engine: Engine(rules: []))
  }
}

/// What a document is made of.
private final class Outline: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var attributes: Set<String> = []
  var classes: [String] = []
  var targets: [String] = []
  var identities: [String] = []
  var headline = ""
  private var isHeadline = false

  func parser(
    _: XMLParser, didStartElement name: String, namespaceURI _: String?, qualifiedName _: String?,
    attributes these: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    attributes.formUnion(these.keys)
    // The elements of a drawing that have a class are groups.
    if let value = these["class"], name == "g" || name == "tr" { classes.append(value) }
    if let value = these["href"] { targets.append(value) }
    if let value = these["id"] { identities.append(value) }
    if name == "h1" { isHeadline = true }
  }

  func parser(_: XMLParser, foundCharacters text: String) {
    if isHeadline { headline += text }
  }

  func parser(_: XMLParser, didEndElement _: String, namespaceURI _: String?, qualifiedName _: String?) {
    isHeadline = false
  }
}
