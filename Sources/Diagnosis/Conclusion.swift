import Algorithms
import Packets
import Rules
import Transcripts

/// Decides the cases, the outcome of each connection and the standing of each finding from all connections and look-ups: for a
/// whole recording, and for the last minutes of one client in `live`.
struct Conclusion {
  var connections: [DiagnosedConnection]
  private(set) var cases: [DiagnosedCase] = []
  /// Of the connections first, then those that came with the end.
  private(set) var findings: [Finding]
  private let site: Site

  /// - Parameters:
  ///   - connections: in the order of their numbers.
  ///   - findings: of each of them alone.
  ///   - lateFindings: those that the rest of the recording gave.
  ///   - facts: of the recording; nil while it goes on.
  ///   - madeUpFor: failed connections whose goal was reached by one that is not among these.
  ///   - doubt: why a missing answer may not be missing.
  ///   - onLookups: sees what clients asked of KDCs and resolvers, case by case, and last what belongs to none.
  ///   - isKept: takes each finding that comes with the end; what it refuses is only counted.
  init(
    _ connections: [DiagnosedConnection], _ findings: [Finding], _ lookups: Lookups, late lateFindings: [Finding],
    engine: Engine, site: Site, facts: RecordingFacts? = nil, madeUpFor: Set<Int> = [], doubt: DoubtAboutSilence = DoubtAboutSilence(),
    onLookups: ((Lookups, Case?) -> Void)? = nil,
    isKept: (Finding) -> Bool = { _ in true }
  ) {
    self.connections = connections
    self.findings = findings
    self.site = site
    let (cases, others) = CaseBook.cases(of: connections.map(\.brief), joining: lookups)
    var found = cases
    var late: [(finding: Finding, of: Int?)] = lateFindings.map { ($0, nil) }
    for index in found.indices {
      let new = engine.judge(found[index])
      if !new.isEmpty {
        settle(&found[index], by: new)
        late += new.map { ($0, index) }
      }
      if let facts, !found[index].isUneventful { record(engine.notChecked(found[index], in: facts), of: found[index]) }
    }
    if let onLookups {
      for one in found where !one.lookups.isEmpty { onLookups(one.lookups, one) }
      if !others.isEmpty { onLookups(others, nil) }
    }
    take(late, found, isKept)
    var clock = FrameClock()
    clock.record(others)
    for var finding in engine.judge(others) {
      finding.accept(by: site.acceptances, between: [])
      clock.date(&finding)
      if isKept(finding) { self.findings.append(finding) }
    }
    express(doubt)
    close(found, madeUpFor: madeUpFor)
  }

  mutating func changeFindings(_ change: (inout Finding) -> Void) {
    for index in findings.indices { change(&findings[index]) }
  }

  private func index(of connection: Int) -> Int? {
    let index = connections.partitioningIndex { $0.id >= connection }
    return index < connections.count && connections[index].id == connection ? index : nil
  }

  /// A connection whose end shows no failure has failed all the same if the case explains it.
  private mutating func settle(_ one: inout Case, by findings: [Finding]) {
    for finding in findings where finding.endsAttempt && !one.hasSuperseded(finding) {
      for connection in finding.connections {
        guard let index = index(of: connection) else { continue }
        connections[index].settle(by: CollectionOfOne(finding))
        if connections[index].outcome == .failed { one.fail(connection, at: connections[index].brief.failedStage) }
      }
    }
  }

  /// The rules that could not be checked for clients that did not get in.
  private mutating func record(_ notChecked: [(obstacle: Obstacle, rules: [String])], of one: Case) {
    guard !notChecked.isEmpty else { return }
    let entries = notChecked.map {
      DiagnosedConnection.NotChecked(reason: $0.obstacle.reason, rules: $0.rules, needs: $0.obstacle.remedy)
    }
    for connection in one.connections where connection.outcome != .established {
      if let index = index(of: connection.id) { connections[index].notChecked += entries }
    }
  }

  /// Findings that come with the end, those of a case one after the other.
  private mutating func take(_ late: [(finding: Finding, of: Int?)], _ cases: [Case], _ isKept: (Finding) -> Bool) {
    // Made once for a case, which may have thousands of them.
    var last: (place: Int, facts: RemedyFacts.Source)?
    for entry in late {
      take(entry.finding, isKept) { finding in
        guard let place = entry.of else { return }
        let facts = last.flatMap { $0.place == place ? $0.facts : nil } ?? RemedyFacts.Source(cases[place])
        last = (place, facts)
        finding.writeRemedies(from: facts.of(finding.connections, in: cases[place]))
      }
    }
  }

  /// A finding about connections that are listed.
  private mutating func take(_ finding: Finding, _ isKept: (Finding) -> Bool, complete: (inout Finding) -> Void) {
    var finding = finding
    let concerned = finding.connections.first.flatMap(index)
    let ends = concerned.map { [connections[$0].client.address, connections[$0].server.address] } ?? []
    finding.accept(by: site.acceptances, between: ends)
    if isKept(finding) {
      complete(&finding)
      findings.append(finding)
    } else if let concerned {
      connections[concerned].findingsNotKept += 1
    }
  }

  /// Silence proves little when the recording may lack the answer, or when its clock cannot be trusted.
  private mutating func express(_ doubt: DoubtAboutSilence) {
    if let reason = doubt.reason {
      for index in findings.indices where findings[index].rule.nature == .silence {
        findings[index].observation.confidence = .possible
        findings[index].observation.summary += "; \(reason)"
      }
    }
    guard let losses = doubt.losses else { return }
    for connection in connections.indices {
      for index in connections[connection].notChecked.indices
      where connections[connection].notChecked[index].needs == Obstacle.wholeCapture {
        connections[connection].notChecked[index].reason += "; \(losses)"
      }
    }
  }

  /// Gives each finding its case and its standing, and each connection what its case makes of it.
  private mutating func close(_ found: [Case], madeUpFor: Set<Int>) {
    var caseOfConnection: [Int: Int] = [:]
    for index in found.indices {
      for place in found[index].connections.indices { caseOfConnection[found[index].connections[place].id] = index }
    }
    var ours = [[Int]](repeating: [], count: found.count)
    for index in findings.indices {
      guard let one = findings[index].connections.first.flatMap({ caseOfConnection[$0] }) else { continue }
      ours[one].append(index)
    }
    cases = found.indices.map { close(found[$0], ours[$0], madeUpFor) }
  }

  private mutating func close(_ one: Case, _ places: [Int], _ madeUpFor: Set<Int>) -> DiagnosedCase {
    let clock = clock(of: one, places)
    for place in places {
      clock?.date(&findings[place])
      findings[place].caseID = one.id
      if findings[place].gravity > .info, isSuperseded(findings[place], in: one, madeUpFor) {
        findings[place].standing = .superseded
      }
    }
    confirmRepeated(places)
    let failed = one.failedForGood.filter { !madeUpFor.contains($0.id) }
    let stages = Dictionary(failed.map { ($0.id, $0.failedStage) }) { first, _ in first }
    let primary = explanation(among: places.map { findings[$0] }, ofFailures: stages).map { places[$0] }
    if let primary { addOrigin(to: primary, among: places) }
    let reasons = reasons(among: places)
    for place in places {
      findings[place].mark(primary: place == primary)
      let reason = [primary, findings[place].connections.first.flatMap { reasons[$0] }].lazy.compactMap(\.self)
        .first { findings[place].isExplained(by: findings[$0]) }
      if let reason { findings[place].standing = .explained(by: findings[reason].rule.id) }
      guard findings[place].severity > .info else { continue }
      for index in findings[place].connections.compactMap(index) { connections[index].isNotable = true }
    }
    let record = DiagnosedCase(
      one, failed: Set(failed.map(\.id)), madeUpFor: madeUpFor, primary: primary.map { findings[$0] }, names: site.names)
    for index in record.superseded.compactMap(index) { connections[index].isSuperseded = true }
    return record
  }

  /// Beside the reason why a host cannot be used it counts what sent the client there.
  private mutating func addOrigin(to primary: Int, among places: [Int]) {
    for place in places where place != primary {
      guard let origin = findings[place].observation.origin,
        !Set(findings[place].connections).isDisjoint(with: findings[primary].connections)
      else { continue }
      return findings[primary].add(origin)
    }
  }

  /// By connection, the first finding that is more than a guess.
  private func reasons(among places: [Int]) -> [Int: Int] {
    var reasons: [Int: Int] = [:]
    for place in places
    where findings[place].standing == .contributing && findings[place].gravity >= .error && findings[place].confidence > .possible {
      for connection in findings[place].connections where reasons[connection] == nil { reasons[connection] = place }
    }
    return reasons
  }

  /// A *possible* cause on one connection is likely when a client fails in the same way again and again.
  private mutating func confirmRepeated(_ places: [Int]) {
    let guesses = places.filter { findings[$0].rule.isConfirmedByRepetition && findings[$0].confidence == .possible }
    for places in Dictionary(grouping: guesses, by: { findings[$0].rule.id }).values where places.count >= Self.repetitions {
      for place in places { findings[place].observation.confidence = .likely }
    }
  }

  private static let repetitions = 3

  /// Knows when frames came that findings of the case cite, where that is not known yet.
  private func clock(of one: Case, _ places: [Int]) -> FrameClock? {
    guard places.contains(where: { findings[$0].evidence.contains { $0.time == nil } }) else { return nil }
    var clock = FrameClock()
    clock.record(one)
    for connection in one.connections { if let index = index(of: connection.id) { clock.record(connections[index].datedFrames) } }
    return clock
  }

  private func isSuperseded(_ finding: Finding, in one: Case, _ madeUpFor: Set<Int>) -> Bool {
    if finding.rule.supersededBySuccess, !finding.connections.isEmpty, madeUpFor.isSuperset(of: finding.connections) { return true }
    return one.hasSuperseded(finding)
  }
}
