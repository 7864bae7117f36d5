import Packets
import Rules
import Transcripts

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
  package var detail: Detail

  package init(width: Int = 100, isColored: Bool = false, detail: Detail = .normal) {
    self.width = width
    self.isColored = isColored
    self.detail = detail
  }
}

extension Report {
  /// Writes the report for people, section by section.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(width: options.width, palette: Palette(isColored: options.isColored), write: write)
    TextReport(report: self, out: out, detail: options.detail).write()
  }
}

/// The sections of the text report, in their order.
final class TextReport {
  enum Limit {
    /// Connections without fault that get a line.
    static let healthy = 20
    /// Connections told in full; further ones with the names of their findings only.
    static let inFull = 20
    /// Files named in the first line.
    static let files = 3
    /// Lines of evidence of one finding.
    static let evidence = 12
    /// Reasons for rules not judged.
    static let reasons = 8
    /// Warnings about the files.
    static let warnings = 10
    /// Unreadable messages of one connection.
    static let unreadable = 3
  }

  let report: Report
  let out: TextWriter
  let detail: TextOptions.Detail
  /// Rules, with the causes and commands they gave, whose remedies were shown: they are not repeated.
  var advised: Set<[String]> = []
  private let findingsByConnection: [Int: [FindingRecord]]
  private var caseOfConnection: [Int: CaseRecord] = [:]

  init(report: Report, out: TextWriter, detail: TextOptions.Detail) {
    self.report = report
    self.out = out
    self.detail = detail
    findingsByConnection = Dictionary(grouping: report.findings.filter { !$0.connections.isEmpty }) { $0.connections[0] }
    for one in report.cases {
      for connection in one.connections { caseOfConnection[connection] = one }
    }
  }

  func write() {
    if detail != .quiet { writeHeader() }
    let notable = notableConnections
    var lastCase = 0
    for (index, connection) in notable.enumerated() {
      if let one = caseOfConnection[connection.id], one.connections.count > 1, one.id != lastCase {
        writeCase(one)
        lastCase = one.id
      }
      writeNotable(connection, inFull: index < Limit.inFull || detail == .verbose)
    }
    // What only informs comes after the connections.
    writeSection("Kerberos and names", others { !$0.isOfRecording && $0.severity > .info })
    writeSection("capture", others { $0.isOfRecording && $0.severity > .info })
    guard detail != .quiet else { return }
    let listed = Set(notable.map(\.id))
    writeHealthy(report.connections.filter { $0.outcome != .notSMB && !listed.contains($0.id) })
    writeSection("Kerberos and names, for information", others { !$0.isOfRecording && $0.severity == .info })
    writeSection("capture, for information", others { $0.isOfRecording && $0.severity == .info })
    writeNotChecked()
    writeWarnings()
    writeSummary()
  }

  func findings(of connection: ConnectionRecord) -> [FindingRecord] { findingsByConnection[connection.id] ?? [] }

  private func others(where isWanted: (FindingRecord) -> Bool) -> [FindingRecord] {
    report.findings.filter { $0.connections.isEmpty && isWanted($0) }
  }

  /// Cases that failed first, then others with a warning or worse; in each the connection with the cause first, then
  /// as they ended.
  private var notableConnections: [ConnectionRecord] {
    let notable = report.connections.filter { connection in
      connection.outcome == .failed && !isOvercome(connection) || connection.isNotable && !isOvercome(connection)
        || findings(of: connection).contains { $0.severity > .info }
    }
    func rank(_ connection: ConnectionRecord) -> (Int, Int, Int, Int) {
      let one = caseOfConnection[connection.id]
      let hasCause = findings(of: connection).contains(where: \.isPrimary)
      return (one?.outcome == .failed ? 0 : 1, one?.id ?? 0, hasCause ? 0 : 1, connection.id)
    }
    return notable.map { ($0, rank($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// It failed, and a later connection of its case made up for it.
  func isOvercome(_ connection: ConnectionRecord) -> Bool {
    caseOfConnection[connection.id]?.overcome.contains(connection.id) ?? false
  }

  // MARK: First and last lines

  /// `fs01.pcapng: 4,812 frames in 61 s; 3 SMB connections, 1 failed`
  private func writeHeader() {
    let facts = report.capture
    var text = counted(facts.frames, "frame")
    if let first = facts.firstTime, let last = facts.lastTime { text += " in \(duration(last.since(first)))" }
    if let rejected = facts.rejectedFrames, rejected > 0 { text += ", \(grouped(rejected)) of them rejected by the filter" }
    let count = report.summary.connections - report.summary.notSMB
    text += "; " + (count == 0 ? "no SMB connection" : counted(count, "SMB connection"))
    var phrases = [Phrase(fileList + ":", .strong)] + Phrase.words(text)
    if failedForGood > 0 {
      phrases[phrases.count - 1] = Phrase(phrases[phrases.count - 1].text + ",")
      phrases.append(Phrase("\(grouped(failedForGood)) failed", .critical))
    }
    out.flow(phrases, hanging: 2)
  }

  /// Without those that a later or another connection made up for.
  private var failedForGood: Int { report.summary.failed - report.cases.reduce(0) { $0 + $1.overcome.count } }

  private var fileList: String {
    let names = report.files.prefix(Limit.files).map { Escaping.clipped($0) }.joined(separator: ", ")
    let more = report.files.count - Limit.files
    return more > 0 ? "\(names) and \(more) more" : names
  }

  private func writeSummary() {
    out.separate()
    let summary = report.summary
    let smbCount = summary.connections - summary.notSMB
    guard smbCount > 0 else { return writeNoSMB() }
    if failedForGood == 0, (summary.worstSeverity ?? .info) == .info {
      return writeNothingWrong(smbCount)
    }
    let outcomes = [
      (summary.failed, "failed"), (summary.established, "established"), (summary.inconclusive, "inconclusive"),
    ]
    .filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }.joined(separator: ", ")
    let severities = [
      (summary.critical, "critical", "critical"), (summary.error, "error", "errors"),
      (summary.warning, "warning", "warnings"), (summary.info, "info", "info"),
    ].filter { $0.0 > 0 }.map { counted($0.0, $0.1, $0.2) }.joined(separator: ", ")
    var text = counted(smbCount, "SMB connection") + ": \(outcomes)"
    text += severities.isEmpty ? "; no findings" : "; findings: \(severities)"
    out.flow(Phrase.words(text, .strong), hanging: 2)
  }

  private func writeNothingWrong(_ count: Int) {
    let open = report.summary.inconclusive
    let text =
      switch (count, open) {
      case _ where report.summary.failed > 0:
        "Nothing wrong found: what failed (\(counted(report.summary.failed, "connection"))) was made up for by another."
      case (1, 0): "Nothing wrong found: the SMB connection was established."
      case (_, 0): "Nothing wrong found: all \(grouped(count)) SMB connections were established."
      case (1, _): "Nothing wrong found, but the capture does not show whether the SMB connection was established."
      default:
        "Nothing wrong found, but the capture does not show whether \(grouped(open)) of \(grouped(count)) SMB connections were established."
      }
    out.flow(Phrase.words(text, open == 0 ? .good : .warning), hanging: 2)
    if !others(where: { $0.phase == .kerberos }).isEmpty {
      out.flow(Phrase.words("The Kerberos findings above may still be why a logon failed.", .warning), hanging: 2)
    }
    if report.rulesLeftOut > 0 {
      out.flow(
        Phrase.words(
          "\(counted(report.rulesLeftOut, "rule was", "rules were")) left out with --select or --ignore.", .warning),
        hanging: 2)
    }
    if !report.capture.isComplete || !report.capture.limitsReached.isEmpty {
      out.flow(Phrase.words("The capture was not read whole; see above.", .warning), hanging: 2)
    }
  }

  private func writeNoSMB() {
    let facts = report.capture
    if let rejected = facts.rejectedFrames, rejected > 0, rejected == facts.frames {
      out.flow(
        Phrase.words("The filter given with -f rejected every frame, so nothing was looked at; see pcap-filter(7).", .warning),
        hanging: 2)
      return
    }
    var text = "No SMB was seen"
    if facts.tcpConnections > 0 { text += " in \(counted(facts.tcpConnections, "TCP connection"))" }
    if report.summary.notSMB > 0 {
      text += " (\(grouped(report.summary.notSMB)) of them to port 445 or 139, but without SMB in them)"
    }
    out.flow(Phrase.words(text + ".", .warning), hanging: 2)
    out.flow(
      Phrase.words(
        "SMB runs on TCP port 445, over NetBIOS on 139; SMB over QUIC (UDP 443) and SMB Direct (RDMA) cannot be read. Record on the interface that leads to the other host, from before the connection is opened until after it failed:"
      ),
      hanging: 2)
    out.line("tcpdump -i any -s 0 -w smb.pcap 'port 445 or port 139 or port 88 or port 53'", .command, indent: 2)
  }
}
