import Diagnosis
import Rules
import Transcripts

/// A report's connections as people read them, each with its findings and its case.
struct ReadingOrder {
  let report: Report
  /// Cases that failed first, then others with a warning or worse; in each the connection with the cause first, then
  /// as they ended.
  private(set) var notable: [DiagnosedConnection] = []
  // Of all connections there may be very many, so these are places in the lists of the report.
  private var healthyPlaces: [Int] = []
  private let findingsByConnection: [Int: [Finding]]
  private var caseOfConnection: [Int: Int] = [:]
  private let byID: [Int: Int]

  init(_ report: Report) {
    self.report = report
    byID = report.placesOfConnections
    findingsByConnection = Dictionary(grouping: report.findings.filter { !$0.connections.isEmpty }) { $0.connections[0] }
    for (place, one) in report.cases.enumerated() {
      for connection in one.connections { caseOfConnection[connection] = place }
    }
    // By place, and by stored parts: nearly all connections are healthy, and each is a large value to copy.
    var notablePlaces: [Int] = []
    let connections = report.connections
    for place in connections.indices {
      if isNotable(place) {
        notablePlaces.append(place)
      } else if connections[place].brief.outcome != .notSMB {
        healthyPlaces.append(place)
      }
    }
    notable = notablePlaces.map { (report.connections[$0], rank(report.connections[$0])) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  /// Those of which there is nothing to say, as they ended.
  var healthy: some RandomAccessCollection<DiagnosedConnection> { healthyPlaces.lazy.map { [report] in report.connections[$0] } }

  var hasSupersededAmongHealthy: Bool { healthyPlaces.contains { report.connections[$0].isSuperseded } }

  /// Connections without fault that the report does not list.
  var unlisted: Int {
    guard report.shown == nil else { return 0 }
    return report.summary.connections - report.summary.notSMB - healthyPlaces.count - notable.count { $0.outcome != .notSMB }
  }

  func connection(_ id: Int) -> DiagnosedConnection? { byID[id].map { report.connections[$0] } }

  func findings(of connection: DiagnosedConnection) -> [Finding] { findingsByConnection[connection.id] ?? [] }

  /// Findings that belong to no connection: about exchanges with a KDC, and about the capture.
  func others(where isWanted: (Finding) -> Bool) -> [Finding] {
    report.findings.filter { $0.connections.isEmpty && isWanted($0) }
  }

  /// The case of a connection, when it has others too.
  func attempt(of connection: DiagnosedConnection) -> DiagnosedCase? {
    caseOfConnection[connection.id].flatMap { report.cases[$0].connections.count > 1 ? report.cases[$0] : nil }
  }

  /// Something is wrong with it, and nothing that was found says what.
  func lacksExplanation(_ connection: DiagnosedConnection) -> Bool {
    !connection.isNotable && !findings(of: connection).contains { $0.severity > .info || $0.acceptance != nil || $0.phase == .transport }
  }

  /// nil when all were kept.
  func findingsNotKept(of connection: DiagnosedConnection) -> String? {
    let count = connection.findingsNotKept
    guard count > 0 else { return nil }
    let text = "… \(counted(count, "finding was", "findings were")) not kept because of a limit"
    guard let primary = connection.primary, findings(of: connection).isEmpty else { return text }
    return text + "; the most severe: \(primary)"
  }

  private func isNotable(_ place: Int) -> Bool {
    let connections = report.connections
    if connections[place].brief.outcome == .failed || connections[place].isNotable, !connections[place].isSuperseded { return true }
    return findingsByConnection[connections[place].brief.id]?.contains { $0.severity > .info } ?? false
  }

  private func rank(_ connection: DiagnosedConnection) -> (Int, Int, Int, Int) {
    let one = caseOfConnection[connection.id].map { report.cases[$0] }
    let hasCause = findings(of: connection).contains(where: \.isPrimary)
    return (one?.outcome == .failed ? 0 : 1, one?.id ?? 0, hasCause ? 0 : 1, connection.id)
  }
}

extension ReadingOrder {
  /// Those of ``notable`` that are shown in full where there is room for some only: first one example of everything that was
  /// found, the gravest first; then as they come.
  func examples(limit: Int) -> Set<Int> {
    guard notable.count > limit else { return Set(notable.map(\.id)) }
    var seen: Set<String> = []
    var chosen: Set<Int> = []
    for severity in Severity.allCases.reversed() {
      for connection in notable where chosen.count < limit {
        let new = findings(of: connection).filter { $0.severity == severity && !seen.contains($0.rule.id) }
        guard !new.isEmpty else { continue }
        seen.formUnion(findings(of: connection).map(\.rule.id))
        chosen.insert(connection.id)
      }
    }
    for connection in notable where chosen.count < limit { chosen.insert(connection.id) }
    return chosen
  }
}
