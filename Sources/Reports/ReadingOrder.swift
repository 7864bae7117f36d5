import Rules
import Transcripts

/// A report's connections as people read them, each with its findings and its case.
struct ReadingOrder {
  let report: Report
  /// Cases that failed first, then others with a warning or worse; in each the connection with the cause first, then
  /// as they ended.
  private(set) var notable: [ConnectionRecord] = []
  /// Those of which there is nothing to say, as they ended.
  private(set) var healthy: [ConnectionRecord] = []
  private let findingsByConnection: [Int: [FindingRecord]]
  private var caseOfConnection: [Int: CaseRecord] = [:]

  init(_ report: Report) {
    self.report = report
    findingsByConnection = Dictionary(grouping: report.findings.filter { !$0.connections.isEmpty }) { $0.connections[0] }
    for one in report.cases {
      for connection in one.connections { caseOfConnection[connection] = one }
    }
    notable = report.connections.filter(isNotable).map { ($0, rank($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
    let listed = Set(notable.map(\.id))
    healthy = report.connections.filter { $0.outcome != .notSMB && !listed.contains($0.id) }
  }

  /// Connections without fault that the report does not list.
  var unlisted: Int {
    report.summary.connections - report.summary.notSMB - report.connections.count { $0.outcome != .notSMB }
  }

  func findings(of connection: ConnectionRecord) -> [FindingRecord] { findingsByConnection[connection.id] ?? [] }

  /// Findings that belong to no connection: about exchanges with a KDC, and about the capture.
  func others(where isWanted: (FindingRecord) -> Bool) -> [FindingRecord] {
    report.findings.filter { $0.connections.isEmpty && isWanted($0) }
  }

  /// The case of a connection, when it has others too.
  func attempt(of connection: ConnectionRecord) -> CaseRecord? {
    caseOfConnection[connection.id].flatMap { $0.connections.count > 1 ? $0 : nil }
  }

  /// It failed, and a later connection of its case made up for it.
  func isOvercome(_ connection: ConnectionRecord) -> Bool {
    caseOfConnection[connection.id]?.overcome.contains(connection.id) ?? false
  }

  /// Something is wrong with it, and nothing that was found says what.
  func lacksExplanation(_ connection: ConnectionRecord) -> Bool {
    !connection.isNotable && !findings(of: connection).contains { $0.severity > .info || $0.acceptance != nil || $0.phase == .transport }
  }

  /// nil when all were kept.
  func findingsNotKept(of connection: ConnectionRecord) -> String? {
    let count = connection.findingsNotKept
    guard count > 0 else { return nil }
    let text = "… \(counted(count, "finding was", "findings were")) not kept, beyond a limit"
    guard let primary = connection.primary, findings(of: connection).isEmpty else { return text }
    return text + "; the gravest: \(primary)"
  }

  private func isNotable(_ connection: ConnectionRecord) -> Bool {
    (connection.outcome == .failed || connection.isNotable) && !isOvercome(connection)
      || findings(of: connection).contains { $0.severity > .info }
  }

  private func rank(_ connection: ConnectionRecord) -> (Int, Int, Int, Int) {
    let one = caseOfConnection[connection.id]
    let hasCause = findings(of: connection).contains(where: \.isPrimary)
    return (one?.outcome == .failed ? 0 : 1, one?.id ?? 0, hasCause ? 0 : 1, connection.id)
  }
}
