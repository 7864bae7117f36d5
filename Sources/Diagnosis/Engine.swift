import Packets
package import Rules
package import Transcripts

/// What was found about one connection by itself.
package struct ConnectionFindings: Sendable {
  package var findings: [Finding]
  /// Rules that could not be judged, by reason.
  package var notChecked: [(obstacle: Obstacle, rules: [String])]
  /// For rules that need the rest of the recording.
  package var candidate: Candidate?
}

/// Runs the rules. Holds no state: the same transcript always gives the same findings.
package struct Engine: Sendable {
  /// A rule without its texts, so that it is cheap to copy: every connection is judged by all rules.
  private struct Entry<Judge: Sendable>: Sendable {
    var index: Int
    /// The rule is about a status, a reset or silence, so it finds nothing where everything went well.
    var isOfTrouble: Bool
    var judge: Judge

    init(_ rules: [Rule], _ index: Int, _ judge: Judge) {
      self.index = index
      self.judge = judge
      isOfTrouble = [.status, .reset, .silence].contains(rules[index].nature)
    }
  }

  // Values of their own: a function that a generic value holds by itself is called with copies of what it takes, and
  // transcripts and cases are large.
  private struct JudgeOfConnection: Sendable {
    var needs: Needs
    var call: @Sendable (Transcript) -> [Observation]
  }
  private struct JudgeOfCase: Sendable {
    var call: @Sendable (Case) -> [Observation]
  }

  /// The needs as bits, because every rule asks for every connection.
  private struct Needs: OptionSet {
    var rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ needs: [Need]) {
      rawValue = Need.allCases.indices.reduce(0) { $0 | (needs.contains(Need.allCases[$1]) ? 1 << $1 : 0) }
    }
  }

  private let rules: [Rule]
  private let ofConnections: [Entry<JudgeOfConnection>]
  /// Of these, the ones that may have something to say where everything went well.
  private let ofUneventfulConnections: [Entry<JudgeOfConnection>]
  private let ofCases: [Entry<JudgeOfCase>]
  private let ofUneventfulCases: [Entry<JudgeOfCase>]
  private let ofClients: [Entry<@Sendable (Lookups, Case?) -> [Observation]>]
  /// Rules of cases and clients that need more than connections show.
  private let byNeedOfCases: [(need: Need, rules: [String])]
  private let ofCandidates: [Entry<@Sendable (Candidate, RecordingIndex) -> [Observation]>]

  /// - Parameter rules: those to run.
  package init(rules: [Rule] = Rule.all) {
    self.rules = rules
    ofConnections = rules.indices.compactMap { index in
      guard case .connection(let judge) = rules[index].judge else { return nil }
      return Entry(rules, index, JudgeOfConnection(needs: Needs(rules[index].needs), call: judge))
    }
    ofUneventfulConnections = ofConnections.filter { !$0.isOfTrouble }
    byNeedOfCases = [Need.kerberosTraffic, .nameTraffic].map { need in
      (need, rules.lazy.filter { $0.needs.contains(need) }.map(\.id))
    }
    ofClients = rules.indices.compactMap { index in
      guard case .lookups(let judge) = rules[index].judge else { return nil }
      return Entry(rules, index, judge)
    }
    ofCases = rules.indices.compactMap { index in
      if let judge = rules[index].judgeOfCase { return Entry(rules, index, JudgeOfCase(call: judge)) }
      return switch rules[index].judge {
      case .attempt(let judge): Entry(rules, index, JudgeOfCase(call: judge))
      case .lookups(let judge): Entry(rules, index, JudgeOfCase { judge($0.lookups, $0) })
      default: nil
      }
    }
    ofUneventfulCases = ofCases.filter { !$0.isOfTrouble }
    ofCandidates = rules.indices.compactMap { index in
      guard case .recordingIndex(let judge) = rules[index].judge else { return nil }
      return Entry(rules, index, judge)
    }
  }

  package func judge(_ transcript: Transcript) -> ConnectionFindings {
    var findings: [Finding] = []
    var notChecked: [(obstacle: Obstacle, rules: [String])] = []
    let damage = Damage(transcript)
    let isUneventful = transcript.isUneventful
    assert(!isUneventful || ofConnections.allSatisfy { !$0.isOfTrouble || $0.judge.call(transcript).isEmpty })
    let obstacles = isUneventful ? [] : obstacles(to: transcript)
    assert(!isUneventful || self.obstacles(to: transcript).isEmpty)
    for entry in isUneventful ? ofUneventfulConnections : ofConnections {
      if !obstacles.isEmpty, let obstacle = obstacles.first(where: { entry.judge.needs.contains($0.need) })?.obstacle {
        if let index = notChecked.firstIndex(where: { $0.obstacle == obstacle }) {
          notChecked[index].rules.append(rules[entry.index].id)
        } else {
          notChecked.append((obstacle, [rules[entry.index].id]))
        }
        continue
      }
      for seen in entry.judge.call(transcript) {
        var observation = damage.lower(seen, of: rules[entry.index])
        transcript.putPathFirst(in: &observation, of: rules[entry.index])
        findings.append(Finding(rules[entry.index], .connection(transcript.id), observation, tcpStream: transcript.tcpStream))
      }
    }
    markPrimary(&findings, transcript)
    return ConnectionFindings(findings: findings, notChecked: notChecked, candidate: Candidate(transcript))
  }

  private func obstacles(to transcript: Transcript) -> [(need: Needs, obstacle: Obstacle)] {
    Need.allCases.compactMap { need in transcript.obstacle(to: need).map { (Needs([need]), $0) } }
  }

  /// The finding that explains the end of the connection, by the connection alone. The case may choose another one.
  private func markPrimary(_ findings: inout [Finding], _ transcript: Transcript) {
    guard !findings.isEmpty else { return }
    let failure = transcript.outcome == .failed ? [transcript.id: transcript.failedStage] : [:]
    if let place = explanation(among: findings, ofFailures: failure) { findings[place].mark(primary: true) }
  }

  /// Findings about a case as a whole, and about what its client asked of KDCs and resolvers for it.
  package func judge(_ one: Case) -> [Finding] {
    let isUneventful = one.isUneventful
    assert(!isUneventful || ofCases.allSatisfy { !$0.isOfTrouble || $0.judge.call(one).isEmpty })
    let damage = Damage(one)
    var findings: [Finding] = []
    for entry in isUneventful ? ofUneventfulCases : ofCases {
      for observation in entry.judge.call(one) {
        let connections = observation.connections.isEmpty ? one.connections.map(\.id) : observation.connections
        let lowered = damage.lower(observation, of: rules[entry.index])
        findings.append(Finding(rules[entry.index], .attempt(connections), lowered, tcpStream: observation.tcpStream))
      }
    }
    return findings
  }

  /// Rules that could not be judged of a case, since the recording lacks what its client asked of others.
  func notChecked(_ one: Case, in facts: RecordingFacts) -> [(obstacle: Obstacle, rules: [String])] {
    // Nothing is unclear in a case where everything went well.
    if one.isUneventful { return [] }
    return byNeedOfCases.compactMap { entry in
      guard !entry.rules.isEmpty, let obstacle = one.obstacle(to: entry.need, in: facts) else { return nil }
      return (obstacle, entry.rules)
    }
  }

  /// Findings about Kerberos exchanges and look-ups that belong to no case. They only inform if the recording has SMB of the
  /// same client.
  package func judge(_ lookups: Lookups) -> [Finding] {
    lookups.byClient.flatMap { ours in
      let client = ours.client ?? IPAddress(ipv4: 0)
      let source = RemedyFacts.Source(ours)
      return ofClients.flatMap { entry in
        entry.judge(ours, nil).map {
          let isBesideSMB = rules[entry.index].phase == .kerberos ? ours.exchanges.contains(where: \.isBesideSMB) : ours.areBesideSMB
          let gravity = isBesideSMB && !rules[entry.index].isOfLogon ? $0.severity ?? .info : nil
          var finding = Finding(rules[entry.index], .client(client), $0, gravity: gravity, tcpStream: $0.tcpStream)
          finding.writeRemedies(from: source)
          return finding
        }
      }
    }
  }

  /// Findings about a connection that only the rest of the recording explains.
  package func judge(_ candidate: Candidate, _ recordingIndex: RecordingIndex) -> [Finding] {
    ofCandidates.flatMap { entry in
      entry.judge(candidate, recordingIndex).map { Finding(rules[entry.index], .connection(candidate.connection), $0) }
    }
  }

  /// Findings about the recording as a whole.
  package func judge(_ facts: RecordingFacts) -> [Finding] {
    rules.flatMap { rule -> [Finding] in
      guard case .capture(let judge) = rule.judge else { return [] }
      return judge(facts).map { Finding(rule, .recording, $0) }
    }
  }
}
