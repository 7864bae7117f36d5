import Algorithms
import Rules

extension CheckReport {
  /// Writes SARIF 2.1.0: a result for each difference; those that the baseline accepts are suppressed.
  package func writeSARIF(to out: @escaping (String) -> Void) {
    let rules = captures.flatMap(\.allDifferences).compactMap { $0.rule.flatMap(Rule.named) }.map(\.id).uniqued()
      .compactMap(Rule.named)
    SARIF.write(
      toolVersion: toolVersion, task: "check", rules: rules, artifacts: captures.map(\.path),
      notices: notices, to: out
    ) { json in
      for one in captures {
        for difference in one.differences { write(difference, in: one, rules, to: json) }
        for (difference, entry) in one.accepted {
          write(difference, in: one, rules, reason: baseline?.entries[entry].reason, to: json)
        }
        if let problem = one.problem { write(problem, in: one, to: json) }
      }
    }
  }

  private func write(
    _ difference: Difference, in one: CheckedCapture, _ rules: [Rule], reason: String? = nil, to json: JSONWriter
  ) {
    json.object {
      json.member("ruleId", difference.rule ?? "report-differs")
      if let index = rules.firstIndex(where: { $0.id == difference.rule }) { json.member("ruleIndex", index) }
      json.member("level", (difference.severity ?? .error).sarifLevel)
      json.object("message") { json.member("text", Escaping.clipped(difference.description, to: Escaping.sentenceLimit)) }
      writeLocation(one, connection: difference.connections.first, to: json)
      // Neither a frame nor a connection's number is in it: both change with the capture.
      let mark = SARIF.fingerprint("\(one.path)\n\(difference.rule ?? difference.text)\n\(difference.kind)")
      json.object("partialFingerprints") { json.member("smbdxCheck/1", mark) }
      if let reason { SARIF.writeSuppression(reason, to: json) }
    }
  }

  private func write(_ problem: (level: String, text: String), in one: CheckedCapture, to json: JSONWriter) {
    json.object {
      json.member("ruleId", "expectation")
      json.member("level", problem.level)
      json.object("message") { json.member("text", problem.text) }
      writeLocation(one, connection: nil, to: json)
    }
  }

  private func writeLocation(_ one: CheckedCapture, connection: Int?, to json: JSONWriter) {
    json.array("locations") {
      json.object {
        SARIF.writePlace(one.path, to: json)
        guard let connection else { return }
        json.array("logicalLocations") {
          json.object {
            json.member("fullyQualifiedName", "connection \(connection)")
            json.member("kind", "element")
          }
        }
      }
    }
  }
}

extension CheckedCapture {
  fileprivate var differences: [Difference] {
    if case .different(let differences) = outcome { differences } else { [] }
  }

  fileprivate var allDifferences: [Difference] { differences + accepted.map(\.difference) }

  /// What kept it from being compared.
  fileprivate var problem: (level: String, text: String)? {
    switch outcome {
    case .asExpected, .different: nil
    case .withoutExpectation: ("note", "\(expectation) is missing")
    case .unreadable(let why): ("error", why)
    }
  }
}
