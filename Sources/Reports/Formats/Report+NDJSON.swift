import Diagnosis

extension Report {
  /// An event for each connection and each finding, and one at the end.
  package func writeNDJSON(to write: @escaping (String) -> Void) {
    let events = EventWriter(toolVersion: toolVersion, write: write)
    for connection in connections { events.write(connection, file: onlyFile) }
    let byID = Dictionary(connections.map { ($0.id, $0) }) { first, _ in first }
    let caseByID = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
    for finding in findings {
      events.write(
        finding, of: finding.connections.lazy.compactMap { byID[$0] }.first, finding.caseID.flatMap { caseByID[$0] },
        start: capture.firstTime, report: self)
    }
    events.writeEnd(self)
  }
}
