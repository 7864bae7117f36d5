import Diagnosis
package import Rules
import Transcripts

/// What a report says, without its words: the form in which two of them are compared.
package struct ReportDigest: Sendable, Equatable, Codable {
  package struct Capture: Sendable, Equatable, Codable {
    package var frames: Int
    package var complete: Bool
  }

  package struct Connection: Sendable, Equatable, Codable {
    package var id: Int
    package var outcome: String
    package var dialect: String?
    package var stages: [String: String]
  }

  package struct Case: Sendable, Equatable, Codable {
    package var id: Int
    package var outcome: String
    package var primary: String?
  }

  package struct Finding: Sendable, Equatable, Codable {
    package struct Proof: Sendable, Equatable, Codable {
      package var frame: Int
    }

    package var id: String
    package var rule: String
    package var severity: Severity
    package var confidence: String
    package var connections: [Int]
    package var evidence: [Proof]

    package var frames: [Int] { evidence.map(\.frame) }
  }

  package var schema: String
  package var capture: Capture
  package var connections: [Connection]
  package var cases: [Case]
  package var findings: [Finding]
}

extension ReportDigest {
  package init(_ report: Report) {
    schema = Report.schema
    capture = Capture(frames: report.capture.frames, complete: report.capture.isComplete)
    connections = report.connections.map { connection in
      Connection(
        id: connection.id, outcome: connection.outcome.rawValue, dialect: connection.dialect,
        stages: Dictionary(uniqueKeysWithValues: connection.stageOutcomes.map { ($0.rawValue, $1.rawValue) }))
    }
    cases = report.cases.map { Case(id: $0.id, outcome: $0.outcome.rawValue, primary: $0.primary) }
    findings = report.findings.map { finding in
      Finding(
        id: finding.id, rule: finding.rule.id, severity: finding.severity, confidence: finding.confidence.rawValue,
        connections: finding.connections, evidence: finding.evidence.map { Finding.Proof(frame: $0.frame) })
    }
  }

  /// What is different in `actual`, in the order of a report.
  package func differences(to actual: ReportDigest) -> [Difference] {
    differencesOfCapture(actual) + differencesOfFindings(actual) + differencesOfConnections(actual)
      + differencesOfCases(actual)
  }

  private func differencesOfCapture(_ actual: ReportDigest) -> [Difference] {
    [
      Difference("frames", capture.frames, actual.capture.frames),
      Difference("the capture is complete", capture.complete, actual.capture.complete),
    ].compactMap(\.self)
  }

  /// A finding is the same when its identifier is; one of the same rule elsewhere has moved.
  private func differencesOfFindings(_ actual: ReportDigest) -> [Difference] {
    var gone = findings.filter { one in !actual.findings.contains { $0.id == one.id } }
    var result: [Difference] = []
    for finding in actual.findings {
      if let before = findings.first(where: { $0.id == finding.id }) {
        result += before.changes(to: finding)
      } else if let index = gone.firstIndex(where: { $0.rule == finding.rule }) {
        let before = gone.remove(at: index)
        result.append(Difference(.moved, finding, "was \(before.place); is \(finding.place)"))
        result += before.changes(to: finding)
      } else {
        result.append(Difference(.appeared, finding, finding.place))
      }
    }
    return result + gone.map { Difference(.vanished, $0, $0.place) }
  }

  private func differencesOfConnections(_ actual: ReportDigest) -> [Difference] {
    var result = [Difference("connections", connections.count, actual.connections.count)].compactMap(\.self)
    for before in connections {
      guard let now = actual.connections.first(where: { $0.id == before.id }) else { continue }
      let name = "connection \(now.id)"
      result += [
        Difference("\(name): outcome", before.outcome, now.outcome),
        Difference("\(name): dialect", before.dialect ?? "none", now.dialect ?? "none"),
      ].compactMap(\.self)
      result += before.stages.keys.sorted().compactMap { stage in
        Difference("\(name): \(stage)", before.stages[stage] ?? "none", now.stages[stage] ?? "none")
      }
    }
    return result
  }

  private func differencesOfCases(_ actual: ReportDigest) -> [Difference] {
    var result = [Difference("cases", cases.count, actual.cases.count)].compactMap(\.self)
    for before in cases {
      guard let now = actual.cases.first(where: { $0.id == before.id }) else { continue }
      result += [
        Difference("case \(now.id): outcome", before.outcome, now.outcome),
        Difference("case \(now.id): primary", before.primary ?? "none", now.primary ?? "none"),
      ].compactMap(\.self)
    }
    return result
  }
}

extension ReportDigest.Finding {
  /// `on connection 1, frames 4, 6`
  var place: String {
    let whose = connections.isEmpty ? "on no connection" : "on connection \(list(connections))"
    return frames.isEmpty ? whose : "\(whose), frames \(list(frames))"
  }

  fileprivate func changes(to now: Self) -> [Difference] {
    [
      severity == now.severity ? nil : Difference(.changed, now, "severity \(severity.rawValue) → \(now.severity.rawValue)"),
      confidence == now.confidence ? nil : Difference(.changed, now, "confidence \(confidence) → \(now.confidence)"),
      frames == now.frames ? nil : Difference(.changed, now, "frames \(list(frames)) → \(list(now.frames))"),
    ].compactMap(\.self)
  }

  private func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
}
