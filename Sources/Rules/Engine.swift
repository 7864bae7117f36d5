package import Transcripts

/// What was found about one connection.
package struct Verdict: Sendable {
  package var findings: [Finding]
  /// Rules that could not be judged, by reason.
  package var notChecked: [(obstacle: Obstacle, rules: [String])]
  /// For rules that need the rest of the recording.
  package var candidate: Candidate?
}

/// Runs the rules. Holds no state: the same transcript always gives the same verdict.
package struct Engine: Sendable {
  /// What is needed of a rule to run it: what is healthy is judged by all of them, and their texts are heavy.
  private struct Entry<Judge: Sendable>: Sendable {
    var index: Int
    var needs: [Need] = []
    var judge: Judge
  }

  private let rules: [Rule]
  private let ofConnections: [Entry<@Sendable (Transcript) -> [Observation]>]
  private let ofCases: [Entry<@Sendable (Case) -> [Observation]>]
  private let ofCandidates: [Entry<@Sendable (Candidate, Surroundings) -> [Observation]>]

  /// - Parameter rules: those to run; the order of ``Rule/all`` is kept.
  package init(rules: [Rule] = Rule.all) {
    self.rules = rules
    ofConnections = rules.indices.compactMap { index in
      guard case .connection(let judge) = rules[index].judge else { return nil }
      return Entry(index: index, needs: rules[index].needs, judge: judge)
    }
    ofCases = rules.indices.compactMap { index in
      switch rules[index].judge {
      case .attempt(let judge): Entry(index: index, judge: judge)
      case .inquiries(let judge): Entry(index: index) { judge($0.inquiries, $0) }
      default: nil
      }
    }
    ofCandidates = rules.indices.compactMap { index in
      guard case .surroundings(let judge) = rules[index].judge else { return nil }
      return Entry(index: index, judge: judge)
    }
  }

  package func judge(_ transcript: Transcript) -> Verdict {
    var findings: [Finding] = []
    var notChecked: [(obstacle: Obstacle, rules: [String])] = []
    let obstacles = Need.allCases.reduce(into: [:]) { $0[$1] = transcript.obstacle(to: $1) }
    for entry in ofConnections {
      if !obstacles.isEmpty, let obstacle = entry.needs.lazy.compactMap({ obstacles[$0] }).first {
        if let index = notChecked.firstIndex(where: { $0.obstacle == obstacle }) {
          notChecked[index].rules.append(rules[entry.index].id)
        } else {
          notChecked.append((obstacle, [rules[entry.index].id]))
        }
        continue
      }
      let observations = entry.judge(transcript)
      if !observations.isEmpty { findings += observations.map { finding(rules[entry.index], $0, [transcript.id], tcpStream: transcript.tcpStream) } }
    }
    if !findings.isEmpty {
      let surroundings = RemedyFacts.Source(transcript)
      for index in findings.indices { findings[index].writeRemedies(from: surroundings) }
    }
    markPrimary(&findings, hasFailed: transcript.outcome == .failed)
    return Verdict(findings: findings, notChecked: notChecked, candidate: Candidate(transcript))
  }

  /// Findings about a case as a whole, and about what its client asked of KDCs and resolvers for it.
  package func judge(_ one: Case) -> [Finding] {
    var findings = ofCases.flatMap { entry in
      entry.judge(one).map {
        let connections = $0.connections.isEmpty ? one.connections.map(\.id) : $0.connections
        return finding(rules[entry.index], $0, connections, tcpStream: $0.tcpStream)
      }
    }
    for index in findings.indices { findings[index].writeRemedies(from: RemedyFacts.Source(one, findings[index].connections)) }
    return findings
  }

  /// Findings about what a client asked of KDCs and resolvers, as far as it belongs to no case. Beside SMB of the same
  /// client it only informs.
  package func judge(_ inquiries: Inquiries) -> [Finding] {
    inquiries.byClient.flatMap { ours in
      let isBesideSMB = ours.exchanges.contains(where: \.isBesideSMB) || ours.lookups.contains(where: \.isBesideSMB)
      return rules.flatMap { rule -> [Finding] in
        guard case .inquiries(let judge) = rule.judge else { return [] }
        return judge(ours, nil).map {
          Finding(
            rule: rule, severity: isBesideSMB ? .info : rule.severity(of: $0), observation: $0, connections: [],
            tcpStream: $0.tcpStream)
        }
      }
    }
  }

  /// Findings about connections that only the rest of the recording explains.
  package func judge(_ candidates: [Candidate], _ surroundings: Surroundings) -> [Finding] {
    candidates.flatMap { candidate in
      ofCandidates.flatMap { entry in
        entry.judge(candidate, surroundings).map { finding(rules[entry.index], $0, [candidate.connection]) }
      }
    }
  }

  /// Findings about the recording as a whole.
  package func judge(_ facts: RecordingFacts) -> [Finding] {
    rules.flatMap { rule -> [Finding] in
      guard case .capture(let judge) = rule.judge else { return [] }
      return judge(facts).map { finding(rule, $0, []) }
    }
  }

  private func finding(
    _ rule: Rule, _ observation: Observation, _ connections: [Int], tcpStream: Int? = nil
  ) -> Finding {
    Finding(
      rule: rule, severity: rule.severity(of: observation), observation: observation, connections: connections,
      tcpStream: tcpStream)
  }

  /// One primary diagnosis: of a failed connection always, of another only when something grave was found. The case
  /// has the last word.
  private func markPrimary(_ findings: inout [Finding], hasFailed: Bool) {
    let weights = findings.map { finding in
      // Among equals the order of the catalogue decides: `max` would take the last.
      (finding.explanatoryNature, finding.severity, finding.observation.confidence)
    }
    var best: Int?
    for index in findings.indices where findings[index].severity >= .error || (hasFailed && findings[index].severity > .info) {
      if best.map({ weights[index] > weights[$0] }) ?? true { best = index }
    }
    if let best { findings[best].isPrimary = true }
  }
}
