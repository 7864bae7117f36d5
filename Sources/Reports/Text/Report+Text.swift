import Diagnosis
import Rules

/// How a text report is to look.
package struct TextOptions: Sendable {
  package enum Detail: Sendable {
    /// Findings and nothing else.
    case quiet
    case normal
    /// Every finding in full, and the rules that could not be judged by name.
    case verbose
  }

  /// Columns; 80 at least.
  package var width: Int
  package var isColored: Bool
  /// ASCII signs alone, for terminals that show nothing else.
  package var isPlain: Bool
  package var detail: Detail

  package init(width: Int = 100, isColored: Bool = false, isPlain: Bool = false, detail: Detail = .normal) {
    self.width = width
    self.isColored = isColored
    self.isPlain = isPlain
    self.detail = detail
  }
}

extension Report {
  /// Writes the report for people, section by section.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(options, write: write)
    TextReport(report: self, out: out, detail: options.detail).write()
  }
}

/// The sections of the text report, in their order.
final class TextReport {
  enum Limit {
    /// Connections without fault that get a line.
    static let healthy = 20
    /// Connections described in full; of further ones only the names of their findings.
    static let inFull = 20
    /// Files named in the first line.
    static let files = 3
    /// Lines of evidence of one finding.
    static let evidence = 12
    /// Reasons for rules that were not checked.
    static let reasons = 8
    /// Warnings about the files.
    static let warnings = 10
    /// Unreadable messages of one connection.
    static let unreadable = 3
    /// Up to this many connections with findings are described individually.
    static let withoutOverview = 4
    /// Up to this many findings without a connection are all shown; of more, one of each kind.
    static let withoutExamples = 8
    /// Connections without fault that get a line after an overview.
    static let healthyBehindOverview = 0
    /// The same where the user chose what is shown.
    static let healthyChosen = 1000
  }

  let report: Report
  let out: TextWriter
  let detail: TextOptions.Detail
  /// Rules, with the causes and commands they gave, whose remedies were shown: they are not repeated.
  var advised: Set<[String]> = []
  let order: ReadingOrder
  let overview: Overview
  let clock: ClockText
  /// Too many connections to tell each by itself.
  let isGrouped: Bool

  init(report: Report, out: TextWriter, detail: TextOptions.Detail) {
    self.report = report
    self.out = out
    self.detail = detail
    order = ReadingOrder(report)
    overview = Overview(report)
    clock = ClockText(report.capture)
    isGrouped = order.notable.count > Limit.withoutOverview
  }

  func write() {
    if detail != .quiet { writeHeader() }
    if isGrouped { writeOverview() }
    if isGrouped, detail != .verbose { writeExamples() } else { writeEach() }
    // What only informs comes after the connections.
    writeSection("Kerberos and names", order.others { !$0.isOfRecording && $0.severity > .info })
    writeSection("capture", order.others { $0.isOfRecording && $0.severity > .info })
    guard detail != .quiet else { return }
    writeHealthy(order.healthy)
    writeSection("Kerberos and names, for information", order.others { !$0.isOfRecording && $0.severity == .info })
    writeSection("capture, for information", order.others { $0.isOfRecording && $0.severity == .info })
    if detail == .verbose { writeResponseTimes() }
    writeNotChecked()
    writeWarnings()
    writeSummary()
  }

  /// Every connection by itself, case by case.
  private func writeEach() {
    var lastCase = 0
    let examples = detail == .verbose ? [] : order.examples(limit: Limit.inFull)
    for connection in order.notable {
      if let one = order.attempt(of: connection), one.id != lastCase {
        writeCase(one)
        lastCase = one.id
      }
      writeNotable(connection, inFull: detail == .verbose || examples.contains(connection.id))
    }
  }

  // MARK: First and last lines

  /// `fs01.pcapng: 4,812 frames in 61 s; 3 SMB connections, 1 failed`
  private func writeHeader() {
    var phrases = [Phrase(report.fileList(limit: Limit.files) + ":", .strong)] + Phrase.words(report.extent)
    if let failures = report.failures {
      phrases[phrases.count - 1] = Phrase(phrases[phrases.count - 1].text + ",")
      phrases += Phrase.words(failures, report.summary.failedForGood > 0 ? .critical : .faint)
    }
    out.flow(phrases, hanging: 2)
    if let shown = report.shown { out.flow(Phrase.words(shown.sentence, .warning), hanging: 2) }
  }

  private func writeSummary() {
    out.separate()
    for sentence in report.verdict(rest: .above) {
      if sentence.tone == .command {
        // Whole, so that it can be copied.
        out.line(sentence.text, .command, indent: 2)
      } else {
        out.flow(Phrase.words(sentence.text, sentence.tone), hanging: 2)
      }
    }
  }
}
