import Packets
import Rules
import Transcripts

/// Collects what is found, connection by connection, in bounded memory.
struct DiagnosisBuilder {
  enum Limit {
    /// Listed connections without findings; further ones are counted.
    static let quietConnections = 10_000
    /// Failed connections and those with warnings or worse. Without findings each takes about 1 KiB.
    static let notableConnections = 10_000
    /// Findings kept of one connection.
    static let findingsOfConnection = 64
    /// Findings kept of one rule on one connection; more of them say nothing new.
    static let repetitions = 3
    /// Findings kept of all connections, without those of level info; each takes about 3 KiB.
    static let findings = 5_000
    /// Of these, findings that do not explain how a connection ended: the others are more useful.
    static let contributingFindings = 2_500
    /// Findings of level info that are kept.
    static let notes = 2_500
    /// Findings kept that belong to no connection.
    static let otherFindings = 2048
    /// Findings of a rule that are always kept, so that every rule has an example.
    static let examples = 4
  }

  private let isFiltered: Bool
  private let site: Site
  private var connections: [DiagnosedConnection] = []
  private var findings: [Finding] = []
  /// Of connections and findings that are not kept.
  private var unlisted = Summary()
  /// Of them, connections without SMB.
  private var unlistedKnocks = UnlistedKnocks()
  private var quietCount = 0
  private var hasKnocks = false
  private var limitsReached: [String: Int] = [:]
  private var conflictingSegments = 0
  private var unreadableMessages = 0
  private var openFailures = OpenFailures()
  /// Failed connections whose goal was reached by one that is not listed.
  private var madeUpFor: Set<Int> = []
  private var kept = Kept()
  private var responseTimes = ResponseTimes()
  private var candidates: [Candidate] = []
  private var recordingIndex = RecordingIndex()
  /// Lists of rules that many connections share.
  private var ruleLists: Set<[String]> = []
  private var lastWritten = LastWritten()

  /// What ``findings`` holds.
  private struct Kept {
    var explaining = 0
    var contributing = 0
    var notes = 0
    var others = 0
    var ofRule: [String: Int] = [:]
  }

  /// - Parameter isFiltered: only some frames are seen, so connections cannot be numbered as Wireshark does.
  init(site: Site, isFiltered: Bool) {
    self.isFiltered = isFiltered
    self.site = site
    // Address space only, and no moving to a larger place when memory is fullest, at the end of the capture.
    connections.reserveCapacity(Limit.quietConnections + Limit.notableConnections)
  }

  /// Takes a connection that is over.
  mutating func add(_ transcript: Transcript, _ verdict: ConnectionFindings) {
    if let candidate = verdict.candidate { recordingIndex.record(candidate) }
    count(Unshown(transcript))
    responseTimes.record(transcript)
    guard isWorthRoom(verdict.findings, transcript.outcome) else {
      recordUnlisted(transcript.outcome, [], of: transcript.client.address) { ConnectionBrief(transcript) }
      return
    }
    let (connection, findings) = DiagnosedConnection.make(transcript, verdict, site) { shared($0, $1) }
    if findings.isEmpty {
      take(connection, [], verdict.candidate)
    } else {
      take(connection, findings, verdict.candidate) { RemedyFacts.Source(transcript) }
    }
  }

  /// Takes a connection that another process has judged.
  mutating func add(_ judged: JudgedConnection) {
    if let candidate = judged.candidate { recordingIndex.record(candidate) }
    count(judged.unshown)
    responseTimes.record(judged.times)
    var connection = judged.connection
    guard isWorthRoom(judged.findings, connection.outcome) else {
      recordUnlisted(connection.outcome, [], of: connection.client.address) { connection.brief }
      return
    }
    for index in connection.notChecked.indices {
      connection.notChecked[index].rules = ruleLists.insert(connection.notChecked[index].rules).memberAfterInsert
    }
    take(connection, judged.findings, judged.candidate)
  }

  /// The fast path for most connections of a large recording: nothing was found, and no room is left.
  private func isWorthRoom(_ findings: [Finding], _ outcome: ConnectionOutcome) -> Bool {
    !findings.isEmpty || outcome == .failed || quietCount < Limit.quietConnections
  }

  /// - Parameter remedyFacts: for findings whose remedies are not written yet.
  private mutating func take(
    _ connection: consuming DiagnosedConnection, _ findings: [Finding], _ candidate: Candidate?,
    remedyFacts: () -> RemedyFacts.Source? = { nil }
  ) {
    var record = consume connection
    guard hasRoom(for: record) else {
      recordUnlisted(record.outcome, findings, of: record.client.address) { record.brief }
      return
    }
    if record.outcome == .failed { openFailures.record(record.brief) }
    if isFiltered { record.tcpStream = nil }
    recordLimit("unreadable-messages", record.unreadableNotKept)
    if !findings.isEmpty {
      let before = unlisted
      record.findingsNotKept = findings.count - keep(findings, remedyFacts)
      if record.brief.isKnock { unlistedKnocks.record(unlisted.since(before), of: record.client.address) }
    }
    if record.brief.isKnock { hasKnocks = true }
    connections.append(consume record)
    if let candidate, candidate.isWorthKeeping { candidates.append(candidate) }
  }

  /// The recording is over: judges what only the whole of it shows.
  ///
  /// - Parameters:
  ///   - facts: what the recording shows as a whole.
  ///   - lookups: what clients asked of KDCs and resolvers.
  ///   - ledger: the times of frames that findings may cite.
  ///   - locate: finds the file of a frame; only for a recording of several files.
  ///   - onLookups: sees the look-ups of each case, and those that belong to none.
  consuming func finish(
    capture: CaptureFacts, engine: Engine, facts: RecordingFacts, lookups: Lookups,
    commandTimes: ResponseTimes = ResponseTimes(), ledger: FrameLedger = FrameLedger(), locate: ((Int) -> FramePlace?)? = nil,
    onLookups: ((Lookups, Case?) -> Void)? = nil
  ) -> Diagnosis {
    var keeper = self
    keeper.responseTimes.record(lookups)
    keeper.responseTimes.add(commandTimes)
    var capture = capture
    capture.conflictingSegments = keeper.conflictingSegments
    capture.unreadableMessages = keeper.unreadableMessages
    capture.recordLimit("response-times", keeper.responseTimes.limitsReached)
    capture.recordLimit("surroundings", keeper.recordingIndex.limitsReached + keeper.unlistedKnocks.limitsReached)
    var facts = facts
    facts.sweeps = keeper.setSweepsAside(lookups.names)
    for var finding in engine.judge(facts) {
      finding.accept(by: keeper.site.acceptances, between: [])
      if keeper.keep(finding) { keeper.findings.append(finding) }
    }
    let late = keeper.candidates.flatMap { engine.judge($0, keeper.recordingIndex) }
    // Taken out, so that changing the lists does not copy them.
    let (connections, findings) = (keeper.connections, keeper.findings)
    (keeper.connections, keeper.findings) = ([], [])
    let (site, madeUpFor, isFiltered) = (keeper.site, keeper.madeUpFor, keeper.isFiltered)
    var conclusion = Conclusion(
      connections, findings, lookups, late: late, engine: engine, site: site, facts: facts, madeUpFor: madeUpFor,
      doubt: DoubtAboutSilence(capture), onLookups: onLookups
    ) { keeper.keep($0) }
    for (name, count) in keeper.limitsReached { capture.recordLimit(name, count) }
    capture.recordLimit("frame-times", conclusion.dateFindings(lookups, ledger))
    if capture.isOfWindows { conclusion.changeFindings { $0.adviseRecordersOfWindows() } }
    if let locate { conclusion.locate(by: locate) }
    let summary = conclusion.summary(withUnlisted: keeper.unlisted)
    if isFiltered { conclusion.withoutStreams() }
    var diagnosis = Diagnosis(capture: capture, conclusion, summary: summary)
    diagnosis.responseTimes = keeper.responseTimes
    diagnosis.hosts = facts.hosts
    diagnosis.hidden = facts.hidden
    diagnosis.recordHosts(lookups)
    return diagnosis
  }

  /// What a sweep of the network found is one fact, and no failure of each host.
  private mutating func setSweepsAside(_ lookups: [NameLookup]) -> [HostSweep] {
    guard hasKnocks else { return [] }
    let sweeps = HostSweep.sweeps(among: connections.lazy.map(\.brief), lookups)
    guard !sweeps.isEmpty else { return [] }
    let knocks = Set(sweeps.lazy.flatMap(\.connections))
    for index in connections.indices where knocks.contains(connections[index].id) { connections[index].setAside() }
    findings.removeAll { !$0.connections.isEmpty && knocks.isSuperset(of: $0.connections) }
    for sweep in sweeps { unlisted.setAside(unlistedKnocks.of(sweep.client)) }
    return sweeps
  }

  // MARK: Keeping

  private mutating func count(_ unshown: Unshown) {
    recordLimit("connection-state", unshown.connectionState)
    recordLimit("gaps", unshown.gaps)
    recordLimit("compressed-messages", unshown.compressedMessages)
    conflictingSegments += unshown.conflictingSegments
    unreadableMessages += unshown.unreadableMessages
  }

  /// A connection finds no room, but it may have reached what a listed one failed to reach.
  private mutating func recordUnlisted(
    _ outcome: ConnectionOutcome, _ findings: [Finding], of client: IPAddress, _ brief: () -> ConnectionBrief
  ) {
    recordLimit("connections", 1)
    var counted = Summary()
    counted.count(outcome, isSuperseded: false)
    for finding in findings { counted.count(finding.severity) }
    unlisted.add(counted)
    if outcome != .established {
      if brief().isKnock { unlistedKnocks.record(counted, of: client) }
    } else if !openFailures.isEmpty {
      madeUpFor.formUnion(openFailures.close(by: brief()))
    }
  }

  private mutating func recordLimit(_ name: String, _ count: Int) {
    if count > 0 { limitsReached[name, default: 0] += count }
  }

  private mutating func hasRoom(for connection: DiagnosedConnection) -> Bool {
    if connection.outcome == .failed || connection.isNotable {
      return connections.count - quietCount < Limit.notableConnections
    }
    guard quietCount < Limit.quietConnections else { return false }
    quietCount += 1
    return true
  }

  private mutating func shared(_ obstacle: Obstacle, _ rules: [String]) -> DiagnosedConnection.NotChecked {
    DiagnosedConnection.NotChecked(
      reason: obstacle.reason, rules: ruleLists.insert(rules).memberAfterInsert, needs: obstacle.remedy)
  }

  /// Keeps the findings of a connection, without repetitions; the primary one before all.
  ///
  /// - Returns: how many.
  private mutating func keep(_ new: [Finding], _ remedyFacts: () -> RemedyFacts.Source?) -> Int {
    var ofRule: [String: Int] = [:]
    let chosen = new.filter { finding in
      if finding.isPrimary { return true }
      ofRule[finding.rule.id, default: 0] += 1
      return ofRule[finding.rule.id, default: 0] <= Limit.repetitions
    }
    let limited = chosen.filter(\.isPrimary) + chosen.filter { !$0.isPrimary }.prefix(Limit.findingsOfConnection - 1)
    if limited.count < new.count {
      recordLimit("findings", new.count - limited.count)
      for finding in new { unlisted.count(finding.severity) }
      for finding in limited { unlisted.discount(finding.severity) }
    }
    let first = findings.count
    for finding in limited where keep(finding) { findings.append(finding) }
    // Only what is shown is worth the words.
    let facts = first < findings.count ? remedyFacts() : nil
    if let facts { for index in first..<findings.count { findings[index].writeRemedies(from: facts, &lastWritten) } }
    return findings.count - first
  }

  /// Whether there is room for a finding among those of its kind; the first ones of a rule always find some.
  private mutating func keep(_ finding: Finding) -> Bool {
    let number = kept.ofRule[finding.rule.id, default: 0] + 1
    let hasRoom: Bool
    if finding.connections.isEmpty {
      hasRoom = kept.others < Limit.otherFindings
      kept.others += 1
    } else if finding.severity == .info {
      hasRoom = kept.notes < Limit.notes
      kept.notes += hasRoom ? 1 : 0
    } else if finding.isPrimary {
      hasRoom = kept.explaining + kept.contributing < Limit.findings
      kept.explaining += hasRoom ? 1 : 0
    } else {
      hasRoom = kept.contributing < Limit.contributingFindings && kept.explaining + kept.contributing < Limit.findings
      kept.contributing += hasRoom ? 1 : 0
    }
    guard hasRoom || number <= Limit.examples else {
      recordLimit("all-findings", 1)
      unlisted.count(finding.severity)
      return false
    }
    kept.ofRule[finding.rule.id] = number
    return true
  }
}

extension DiagnosedConnection {
  /// A connection with its findings, judged by itself; one of them may explain how it ended.
  ///
  /// - Parameter share: keeps what many connections have in common.
  static func make(
    _ transcript: Transcript, _ verdict: ConnectionFindings, _ site: Site, share: (Obstacle, [String]) -> NotChecked
  ) -> (connection: DiagnosedConnection, findings: [Finding]) {
    // As it is returned: the parts of a large value are copied to be put together.
    var made = (
      connection: DiagnosedConnection(transcript, notChecked: verdict.notChecked.map { share($0.obstacle, $0.rules) }),
      findings: verdict.findings
    )
    let (client, server) = (made.connection.client.address, made.connection.server.address)
    made.connection.clientName = site.names[client]
    made.connection.serverName = site.names[server]
    // With one way out the large value is returned without a copy.
    if !made.findings.isEmpty {
      made.connection.settle(&made.findings, transcript, site)
    } else if made.connection.outcome != .established {
      made.connection.datedFrames = transcript.datedFrames
    }
    return made
  }

  /// Takes over what its findings say of it, and gives them what it knows.
  private mutating func settle(_ findings: inout [Finding], _ transcript: Transcript, _ site: Site) {
    if !site.acceptances.isEmpty {
      for index in findings.indices { findings[index].accept(by: site.acceptances, between: [client.address, server.address]) }
    }
    settle(by: findings)
    primary = findings.first(where: \.isPrimary)?.rule.id
    isNotable = findings.contains { $0.severity > .info }
    datedFrames = transcript.datedFrames
    let clock = FrameClock(transcript.frameStamps)
    for index in findings.indices { clock.date(&findings[index]) }
  }
}
