import Diagnosis
import Rules
import Transcripts

extension Report {
  /// Writes a page for people: one file that loads nothing, for a browser, a phone or paper, and well-formed XML.
  package func writeHTML(to write: (String) -> Void) {
    let page = HTMLReport(self)
    write(HTMLPage.head)
    write(Template(HTMLPage.title).render(OpeningView(page)))
    writeBody(page, write)
    write(Template(HTMLPage.legend).render(LegendView()))
    write(HTMLPage.end)
  }

  /// A part of a page of several recordings.
  ///
  /// - Parameter number: of the part. Everything that the page may have once gets it.
  func writeHTML(asPart number: Int, to write: (String) -> Void) {
    // All that a recording brings is escaped: this is the page's own.
    let changes = [
      ("<main>", "<div>"), ("</main>", "</div>"), ("<h1 ", "<h2 "), ("</h1>", "</h2>"), (" id=\"", " id=\"file-\(number)-"),
      ("href=\"#", "href=\"#file-\(number)-"), ("class=\"list\"", "class=\"list still\""),
      ("aria-label=\"All connections\"", "aria-label=\"All connections of file \(number)\""),
    ]
    writeBody(HTMLReport(self)) { piece in
      write(changes.reduce(piece) { $0.replacing($1.0, with: $1.1) })
    }
  }

  private func writeBody(_ page: HTMLReport, _ write: (String) -> Void) {
    var page = page
    write(Template(HTMLPage.opening).render(OpeningView(page)))
    if page.isGrouped { page.writeGroups(write) } else { page.writeEach(write) }
    if page.hasTable { ConnectionTable(page).write(to: write) }
    write(Template(HTMLPage.closing).render(page.closing()))
  }
}

/// What the sections of the page share.
struct HTMLReport {
  enum Limit {
    /// Connections described in full, failed ones first; further ones are counted, so that browsers can open the page.
    static let inFull = 50
    /// Kinds of warnings in the overview; errors are always shown.
    static let warnings = 50
    /// Connections without fault that get a line.
    static let healthy = 50
    /// Findings without a connection, of each kind; further ones are counted.
    static let otherFindings = 50
    /// Files named.
    static let files = 8
    /// Frames of evidence of one finding.
    static let evidence = 24
    /// Frames drawn of one connection, the decisive ones first.
    static let drawn = 24
    /// Lines of text at one arrow; the full text is beside the drawing.
    static let lines = 4
    /// Reasons for rules that were not checked.
    static let reasons = 24
    /// Response times.
    static let times = 500
    /// Warnings about the files.
    static let remarks = 24
  }

  let report: Report
  let order: ReadingOrder
  /// Connections in full: where there is no room for all, with an example of everything that was found.
  let shown: [DiagnosedConnection]
  let overview: Overview
  let clock: ClockText
  /// Too many connections to tell each by itself.
  let isGrouped: Bool
  private let told: Set<Int>
  /// Groups that the page has, by their place.
  let folded: Set<Int>
  /// Where a rule's causes and remedies were told, by all of them: they are not repeated.
  private var advised: [[String]: String] = [:]

  init(_ report: Report) {
    self.report = report
    order = ReadingOrder(report)
    overview = Overview(report)
    clock = ClockText(report.capture)
    isGrouped = order.notable.count > TextReport.Limit.withoutOverview
    let examples = isGrouped ? Self.examples(overview) : order.examples(limit: Limit.inFull)
    told = examples
    folded = isGrouped ? Self.folded(overview) : []
    shown = order.notable.filter { examples.contains($0.id) }
  }

  /// Of each group the connection that stands for it.
  private static func examples(_ overview: Overview) -> Set<Int> {
    Set(overview.leading.lazy.compactMap { $0.group.example.connections.first }.prefix(Limit.inFull))
  }

  /// All that say error or worse, and the first of the others.
  private static func folded(_ overview: Overview) -> Set<Int> {
    let (grave, others) = (overview.leading.filter { $0.group.severity > .warning }, overview.leading.filter { $0.group.severity <= .warning })
    return Set(grave.map(\.place) + others.prefix(Limit.warnings).map(\.place))
  }

  /// It has a part of the page to itself.
  func isTold(_ connection: DiagnosedConnection) -> Bool { told.contains(connection.id) }

  var hasTable: Bool { report.connections.count > ConnectionTable.fewConnections || isGrouped }

  /// Connections in full, case by case.
  mutating func writeEach(_ write: (String) -> Void) {
    let connection = Template(HTMLPage.connection)
    var lastCase = 0
    for record in shown {
      let attempt = order.attempt(of: record)
      write(connection.render(view(of: record, attempt: attempt?.id == lastCase ? nil : attempt)))
      lastCase = attempt?.id ?? lastCase
    }
  }

  /// The same diagnosis once, folded, with one connection in full.
  mutating func writeGroups(_ write: (String) -> Void) {
    let view = OverviewView(self)
    write(Template(HTMLPage.overview).render(view))
    let (opening, connection, end) = (Template(HTMLPage.group), Template(HTMLPage.connection), Template(HTMLPage.groupEnd))
    var written: Set<Int> = []
    for (place, group) in overview.leading where folded.contains(place) {
      let folded = GroupView(group, place: place, self)
      write(opening.render(folded))
      if let record = group.example.connections.first.flatMap(order.connection) {
        if told.contains(record.id), written.insert(record.id).inserted {
          write(connection.render(self.view(of: record, attempt: nil)))
        } else if told.contains(record.id) {
          write("<p><a href=\"#connection-\(record.id)\">Connection \(record.id)</a> is an example.</p>\n")
        }
      }
      write(end.render(folded))
    }
    write(Template(HTMLPage.overviewEnd).render(view))
  }

  mutating func view(of record: DiagnosedConnection, attempt: DiagnosedCase?) -> ConnectionView {
    let findings = order.findings(of: record)
    var notes = record.unreadable.map { NoteView(text: "unreadable: \($0.description)", tone: .warning) }
    if record.unreadableNotKept > 0 {
      notes.append(NoteView(text: "… and \(grouped(record.unreadableNotKept)) more unreadable", tone: .faint))
    }
    if let text = order.findingsNotKept(of: record) { notes.append(NoteView(text: text, tone: .faint)) }
    if order.lacksExplanation(record) { notes.append(NoteView(text: report.lackOfExplanation(of: record), tone: .warning)) }
    let ladder = Ladder(record, findings, clock)
    return ConnectionView(
      record, mark: OutcomeMark(record), attempt: attempt?.headline,
      ladder: ladder, lead: findings.prefix(1).map { finding in
        var view = inFull(finding)
        view.isDrawn = ladder.tellsAll
        return view
      },
      // What contributes is told in short.
      others: findings.indices.dropFirst().map { index in
        FindingView(findings[index], in: report, known: findings[..<index].flatMap(\.evidence))
      },
      notes: notes)
  }

  mutating func closing() -> ClosingView {
    let sections = [
      section("Kerberos and names") { !$0.isOfRecording && $0.severity > .info },
      section("Capture") { $0.isOfRecording && $0.severity > .info },
      section("Kerberos and names, for information") { !$0.isOfRecording && $0.severity == .info },
      section("Capture, for information") { $0.isOfRecording && $0.severity == .info },
    ]
    return ClosingView(self, sections: sections.filter { !$0.findings.isEmpty })
  }

  private mutating func section(_ title: String, where isWanted: (Finding) -> Bool) -> SectionView {
    let findings = order.others(where: isWanted)
    let shown = findings.prefix(Limit.otherFindings).map { $0.severity > .info ? inFull($0) : FindingView($0, in: report) }
    return SectionView(title: title, findings: shown, more: remainder(findings.count - shown.count, "finding"))
  }

  private mutating func inFull(_ finding: Finding) -> FindingView {
    let advice = [finding.rule.id] + finding.causes + finding.remedies.compactMap(\.command)
    let known = advised[advice]
    if known == nil { advised[advice] = finding.id }
    return FindingView(finding, in: report, advice: known.map { .toldWith($0) } ?? .told)
  }
}

/// `… and 3 more findings`; nil for none.
func remainder(_ count: Int, _ noun: String) -> String? {
  count > 0 ? "… and \(counted(count, "more \(noun)"))" : nil
}
