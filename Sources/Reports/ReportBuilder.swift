import Packets
package import Rules
package import Transcripts

/// Collects what is reported, connection by connection, in bounded memory.
package struct ReportBuilder {
  enum Limit {
    /// Connections listed of which there is nothing to say; further ones are counted.
    static let quietConnections = 10_000
    /// Failed connections and those with warnings or worse; nobody reads more. Without findings each takes about 1 KiB.
    static let notableConnections = 10_000
    /// Findings kept of one connection.
    static let findingsOfConnection = 64
    /// Findings kept of one rule on one connection; more of them say nothing new.
    static let repetitions = 3
    /// Findings kept of all connections, those that only inform apart; each takes about 3 KiB.
    static let findings = 5_000
    /// Of them, those that do not explain how a connection ended: the others are worth more.
    static let contributingFindings = 2_500
    /// Findings kept that only inform.
    static let notes = 2_500
    /// Findings kept that belong to no connection.
    static let otherFindings = 2048
  }

  private let toolVersion: String
  private let files: [String]
  private let isFiltered: Bool
  private let rulesLeftOut: Int
  private let site: Site
  private var connections: [ConnectionRecord] = []
  private var findings: [Finding] = []
  private var summary = Summary()
  private var quietCount = 0
  private var limitsReached: [String: Int] = [:]
  private var conflictingSegments = 0
  private var unreadableMessages = 0
  private var caseBook = CaseBook()
  /// Failed connections whose goal was reached by one that is not listed.
  private var overcome: Set<Int> = []
  private var cases: [CaseRecord] = []
  /// What ``findings`` holds of connections.
  private var kept = (explaining: 0, contributing: 0, notes: 0)
  private var candidates: [Candidate] = []
  private var surroundings = Surroundings()
  /// Lists of rules that many connections share.
  private var ruleLists: Set<[String]> = []

  /// - Parameters:
  ///   - files: base names, in the order given.
  ///   - isFiltered: only some frames are seen, so connections cannot be numbered as Wireshark does.
  ///   - rulesLeftOut: rules that the user does not want.
  ///   - site: what the user says of the network.
  package init(
    toolVersion: String, files: [String], isFiltered: Bool = false, rulesLeftOut: Int = 0, site: Site = Site()
  ) {
    self.toolVersion = toolVersion
    self.files = files
    self.isFiltered = isFiltered
    self.rulesLeftOut = rulesLeftOut
    self.site = site
    // Address space only, and no moving to a larger place when memory is fullest, at the end of the capture.
    connections.reserveCapacity(Limit.quietConnections + Limit.notableConnections)
  }

  /// The gravest severity so far, for live output.
  package var worstSeverity: Severity? { summary.worstSeverity }

  /// Takes a connection that is over.
  package mutating func add(_ transcript: Transcript, _ verdict: Verdict) {
    var verdict = verdict
    accept(&verdict.findings, between: [transcript.client.address, transcript.server.address])
    summary.count(transcript.outcome)
    for finding in verdict.findings { summary.count(finding.reportedSeverity) }
    if let candidate = verdict.candidate { surroundings.note(candidate) }
    countWhatIsNotShown(of: transcript)
    let isKept = hasRoom(for: transcript, verdict)
    overcome.formUnion(caseBook.add(ConnectionBrief(transcript), isKept: isKept))
    guard isKept else {
      noteLimit("connections", 1)
      return
    }
    var record = ConnectionRecord(transcript, notChecked: verdict.notChecked.map { shared($0.obstacle, $0.rules) })
    if isFiltered { record.tcpStream = nil }
    record.clientName = site.names[record.client.address]
    record.serverName = site.names[record.server.address]
    record.primary = verdict.findings.first(where: \.isPrimary)?.rule.id
    record.isNotable = verdict.findings.contains { $0.reportedSeverity > .info }
    if transcript.outcome != .established || !verdict.findings.isEmpty { record.datedFrames = transcript.datedFrames }
    noteLimit("unreadable-messages", record.unreadableNotKept)
    let kept = verdict.findings.isEmpty ? 0 : keep(ofConnection: verdict.findings)
    record.findingsNotKept = verdict.findings.count - kept
    connections.append(record)
    if let candidate = verdict.candidate, candidate.isWorthKeeping { candidates.append(candidate) }
  }

  /// Takes findings about the capture itself.
  package mutating func add(capture findings: [Finding]) { addOther(findings) }

  /// The recording is over: judges what only the whole of it shows.
  ///
  /// - Parameters:
  ///   - inquiries: what clients asked of KDCs and resolvers.
  ///   - locate: finds the file of a frame; only for a recording of several files.
  package consuming func finish(
    capture: CaptureFacts, engine: Engine, inquiries: Inquiries = Inquiries(), locate: ((Int) -> FramePlace?)? = nil
  ) -> Report {
    var capture = capture
    capture.conflictingSegments = conflictingSegments
    capture.unreadableMessages = unreadableMessages
    capture.noteLimit("surroundings", surroundings.limitsReached)
    addLate(engine.judge(candidates, surroundings))
    let (found, strays) = caseBook.cases(joining: inquiries)
    for one in found {
      addLate(engine.judge(one), between: [one.client, one.server])
    }
    addOther(engine.judge(strays))
    doubtSilence(DoubtAboutSilence(capture))
    close(found)
    for (name, count) in limitsReached { capture.noteLimit(name, count) }
    return Report(
      toolVersion: toolVersion, files: files, capture: capture, connections: connections, cases: cases,
      findings: records(locate), summary: summary, rulesLeftOut: rulesLeftOut)
  }

  // MARK: Keeping

  private mutating func countWhatIsNotShown(of transcript: Transcript) {
    noteLimit("connection-state", transcript.visibility.limitsReached)
    noteLimit("gaps", transcript.visibility.lostNotKept)
    noteLimit("compressed-messages", transcript.longCompressedMessages)
    conflictingSegments += transcript.visibility.conflictingSegments
    unreadableMessages += transcript.unreadable.count + transcript.unreadableNotKept
  }

  private mutating func noteLimit(_ name: String, _ count: Int) {
    if count > 0 { limitsReached[name, default: 0] += count }
  }

  private mutating func hasRoom(for transcript: Transcript, _ verdict: Verdict) -> Bool {
    if transcript.outcome == .failed || verdict.findings.contains(where: { $0.reportedSeverity > .info }) {
      return connections.count - quietCount < Limit.notableConnections
    }
    guard quietCount < Limit.quietConnections else { return false }
    quietCount += 1
    return true
  }

  private mutating func shared(_ obstacle: Obstacle, _ rules: [String]) -> ConnectionRecord.NotChecked {
    ConnectionRecord.NotChecked(
      reason: obstacle.reason, rules: ruleLists.insert(rules).memberAfterInsert, needs: obstacle.remedy)
  }

  /// Keeps the findings of a connection, without repetitions; the primary one before all.
  ///
  /// - Returns: how many.
  private mutating func keep(ofConnection new: [Finding]) -> Int {
    var ofRule: [String: Int] = [:]
    let chosen = new.filter { finding in
      if finding.isPrimary { return true }
      ofRule[finding.rule.id, default: 0] += 1
      return ofRule[finding.rule.id, default: 0] <= Limit.repetitions
    }
    let limited = chosen.filter(\.isPrimary) + chosen.filter { !$0.isPrimary }.prefix(Limit.findingsOfConnection - 1)
    noteLimit("findings", new.count - limited.count)
    return limited.count { keep($0) }
  }

  /// Keeps a finding of a connection while there is room among those of its kind.
  private mutating func keep(_ finding: Finding) -> Bool {
    let hasRoom: Bool
    if finding.reportedSeverity == .info {
      hasRoom = kept.notes < Limit.notes
      kept.notes += hasRoom ? 1 : 0
    } else if finding.isPrimary {
      hasRoom = kept.explaining + kept.contributing < Limit.findings
      kept.explaining += hasRoom ? 1 : 0
    } else {
      hasRoom = kept.contributing < Limit.contributingFindings && kept.explaining + kept.contributing < Limit.findings
      kept.contributing += hasRoom ? 1 : 0
    }
    guard hasRoom else {
      noteLimit("all-findings", 1)
      return false
    }
    findings.append(finding)
    return true
  }

  /// Notes what the user accepts.
  private func accept(_ findings: inout [Finding], between ends: [IPAddress]) {
    guard !site.acceptances.isEmpty else { return }
    for index in findings.indices { findings[index].accept(by: site.acceptances, between: ends) }
  }

  private mutating func addOther(_ new: [Finding]) {
    var new = new
    accept(&new, between: [])
    for finding in new { summary.count(finding.reportedSeverity) }
    findings += new.prefix(Limit.otherFindings)
    noteLimit("findings", new.count - Limit.otherFindings)
  }

  /// Findings that come with the end of the recording, about connections that are listed.
  ///
  /// - Parameter ends: the hosts concerned; those of the connections where nil.
  private mutating func addLate(_ late: [Finding], between ends: [IPAddress]? = nil) {
    for var finding in late {
      let record = finding.connections.first.flatMap(indexOfConnection)
      let known = record.map { [connections[$0].client.address, connections[$0].server.address] } ?? []
      finding.accept(by: site.acceptances, between: ends ?? known)
      summary.count(finding.reportedSeverity)
      if !keep(finding) {
        if let record { connections[record].findingsNotKept += 1 }
      } else if let record, finding.reportedSeverity > .info {
        connections[record].isNotable = true
      }
    }
  }

  private func indexOfConnection(_ id: Int) -> Int? {
    let index = connections.partitioningIndex { $0.id >= id }
    return index < connections.count && connections[index].id == id ? index : nil
  }

  // MARK: Doubts

  /// Silence proves little when the recording may lack the answer, or when its clock cannot be trusted.
  private mutating func doubtSilence(_ doubt: DoubtAboutSilence) {
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

  // MARK: Cases

  /// Gives each finding its case, lowers what was overcome, and chooses the one that explains each case.
  private mutating func close(_ found: [Case]) {
    var caseOfConnection: [Int: Int] = [:]
    for (index, one) in found.enumerated() {
      for connection in one.connections { caseOfConnection[connection.id] = index }
    }
    let indices = Dictionary(grouping: findings.indices) { caseOfConnection[findings[$0].connections.first ?? 0] ?? -1 }
    cases = found.enumerated().map { position, one in
      let ours = indices[position] ?? []
      for index in ours {
        findings[index].caseID = one.id
        findings[index].isPrimary = false
        guard findings[index].severity > .info, isOvercome(findings[index], in: one) else { continue }
        summary.move(findings[index].reportedSeverity, to: .info)
        findings[index].severity = .info
      }
      let primary = one.primary(among: ours.map { findings[$0] }).map { ours[$0] }
      if let primary { findings[primary].isPrimary = true }
      return CaseRecord(one, overcome: overcome, primary: primary.map { findings[$0] }, names: site.names)
    }
  }

  private func isOvercome(_ finding: Finding, in one: Case) -> Bool {
    if finding.rule.yieldsToSuccess, !finding.connections.isEmpty, overcome.isSuperset(of: finding.connections) { return true }
    return one.hasOvercome(finding)
  }

  // MARK: Naming

  private func records(_ locate: ((Int) -> FramePlace?)?) -> [FindingRecord] {
    var used: [String: Int] = [:]
    let named = findings.map { finding in
      let base = Self.baseID(finding)
      used[base, default: 0] += 1
      let count = used[base, default: 1]
      var record = FindingRecord(finding, id: count == 1 ? base : "\(base)-\(count)", locate: locate)
      if isFiltered { record.tcpStream = nil }
      return record
    }
    // A stable order: by case, the gravest first, then as found.
    return named.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      let (firstCase, secondCase) = (first.caseID ?? .max, second.caseID ?? .max)
      if firstCase != secondCase { return firstCase < secondCase }
      if FindingRecord.isGraver(first, second) { return true }
      if FindingRecord.isGraver(second, first) { return false }
      return left.offset < right.offset
    }.map(\.element)
  }

  private static func baseID(_ finding: Finding) -> String {
    if let connection = finding.connections.first { return "\(connection)-\(finding.rule.id)" }
    if case .capture = finding.rule.judge { return "capture-\(finding.rule.id)" }
    return "\(finding.rule.phase.rawValue)-\(finding.frames.first ?? 0)-\(finding.rule.id)"
  }
}

extension Summary {
  package var worstSeverity: Severity? {
    if critical > 0 { return .critical }
    if error > 0 { return .error }
    if warning > 0 { return .warning }
    return info > 0 ? .info : nil
  }

  mutating func count(_ severity: Severity) { self[severity] += 1 }

  /// A finding that was counted has another severity now.
  mutating func move(_ old: Severity, to new: Severity) {
    self[old] -= 1
    self[new] += 1
  }

  private subscript(severity: Severity) -> Int {
    get {
      switch severity {
      case .critical: critical
      case .error: error
      case .warning: warning
      case .info: info
      }
    }
    set {
      switch severity {
      case .critical: critical = newValue
      case .error: error = newValue
      case .warning: warning = newValue
      case .info: info = newValue
      }
    }
  }

  mutating func count(_ outcome: ConnectionOutcome) {
    connections += 1
    switch outcome {
    case .failed: failed += 1
    case .established: established += 1
    case .inconclusive: inconclusive += 1
    case .notSMB: notSMB += 1
    }
  }
}

extension RandomAccessCollection {
  /// The first index whose element and all after it satisfy the predicate, in a sorted collection.
  func partitioningIndex(where belongsInSecond: (Element) -> Bool) -> Index {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if belongsInSecond(self[middle]) { high = middle } else { low = index(after: middle) }
    }
    return low
  }
}
