import Packets
import Protocols
import Rules
import Transcripts

/// The last minutes of a capture that is still going on: judges the clients of which something changed as if the recording
/// ended now, and reports what was not reported before.
///
/// Nothing is reported of a recording only because it ends, so what holds for its beginning is sound; what later
/// frames change is reported as an update. Numbers of connections are their `tcpStream` plus one, and cases are numbered in
/// the order in which they were first mentioned: other numbers than in the report at the end.
final class LiveWindow {
  enum Limit {
    /// Connections judged together.
    static let connections = 20_480
    /// Of these, healthy connections of healthy clients: judging them repeatedly would take too much time from the
    /// frames.
    static let quietConnections = 1024
    /// Findings remembered as reported, and cases remembered by their first connection.
    static let remembered = 16_384
  }

  /// Twice ``Case/timeout``: nothing changes a case so long after its last frame.
  static let span = Case.timeout * 2
  /// A finding has to hold for so long before it is reported: the next try is often there already.
  private static let settling = TimeSpan.seconds(1)
  /// The same for what belongs to no connection; its connection may be on the way.
  private static let settlingOfOthers = TimeSpan.seconds(3)

  /// A connection as it stood last.
  private struct Entry {
    var connection: DiagnosedConnection
    var findings: [Finding]
    var candidate: Candidate?
    let isOver: Bool
    /// It went well, and nothing is found of it or of its case.
    var isQuiet: Bool
    /// Its case was judged since it was noted.
    var isJudged = false

    var client: IPAddress { connection.client.address }
    var lastTime: Timestamp { connection.brief.lastFrame.time }
  }

  private let engine: Engine
  private let site: Site
  private let maximumConnections: Int
  private let maximumQuiet: Int
  /// By the number of the connection.
  private var entries: [Int: Entry] = [:]
  private var byClient: [IPAddress: Set<Int>] = [:]
  /// A client with several addresses (multichannel) is one, by its ClientGuid.
  private var addresses: [GUID: Set<IPAddress>] = [:]
  /// Clients of which something changed since they were judged.
  private var changed: Set<IPAddress> = []
  /// Findings that wait for their ``settling``, by client, with the time of their first appearance.
  private var pending: [IPAddress: [ReportedFindings.Key: Timestamp]] = [:]
  private var reported = ReportedFindings(limit: Limit.remembered)
  private var caseNumbers: [Int: Int] = [:]
  private var caseCount = 0
  private var recordingIndex = RecordingIndex()
  /// The last frame of the look-ups that were taken.
  private var lastLookupFrame = 0
  /// Connections that found no room, though there may have been something to report.
  private(set) var limitsReached = 0

  /// - Parameters:
  ///   - maximumConnections: judged together.
  ///   - maximumQuiet: of these, healthy connections of healthy clients.
  init(
    engine: Engine, site: Site = Site(), maximumConnections: Int = Limit.connections, maximumQuiet: Int = Limit.quietConnections
  ) {
    self.engine = engine
    self.site = site
    self.maximumConnections = maximumConnections
    self.maximumQuiet = maximumQuiet
  }

  /// Takes a connection as it stands.
  ///
  /// - Parameter isOver: nothing more will come of it.
  func record(_ transcript: Transcript, _ verdict: ConnectionFindings, isOver: Bool) {
    var transcript = transcript
    var verdict = verdict
    transcript.id = transcript.tcpStream + 1
    for index in verdict.findings.indices { verdict.findings[index].scope = .connection(transcript.id) }
    verdict.candidate?.connection = transcript.id
    if let candidate = verdict.candidate { recordingIndex.record(candidate) }
    let (connection, made) = DiagnosedConnection.make(transcript, verdict, site) {
      DiagnosedConnection.NotChecked(reason: $0.reason, rules: $1, needs: $0.remedy)
    }
    var findings = made
    if !findings.isEmpty {
      let facts = RemedyFacts.Source(transcript)
      for index in findings.indices { findings[index].writeRemedies(from: facts) }
    }
    let client = connection.client.address
    entries[transcript.id] = Entry(
      connection: connection, findings: findings, candidate: verdict.candidate.flatMap { $0.isWorthKeeping ? $0 : nil },
      isOver: isOver, isQuiet: findings.isEmpty && connection.outcome == .established)
    byClient[client, default: []].insert(transcript.id)
    if let guid = connection.brief.clientGUID { addresses[guid, default: []].insert(client) }
    changed.insert(client)
    // The next update may be late.
    if entries.count > 2 * maximumConnections { trim(at: transcript.lastFrame.time) }
  }

  /// Whether ``update(at:_:isLast:)`` may have something to say.
  var isWaiting: Bool { !changed.isEmpty || !pending.isEmpty }

  /// Judges the clients of which something changed.
  ///
  /// - Parameters:
  ///   - now: the capture's clock.
  ///   - lookups: those since ``span`` ago.
  ///   - isLast: nothing more will come, so nothing is waited for.
  /// - Returns: what is new, client by client, the gravest first in each case.
  func update(at now: Timestamp, _ lookups: Lookups, isLast: Bool = false) -> [FindingChange] {
    trim(at: now)
    let byClient = Dictionary(grouping: lookups.byClient) { $0.client ?? IPAddress(ipv4: 0) }.compactMapValues(\.first)
    recordLookups(byClient)
    var changes: [FindingChange] = []
    var left = isLast ? Set(self.byClient.keys).union(byClient.keys) : changed.union(pending.keys)
    changed = []
    // In the order of their first connections, so that the same capture gives the same stream.
    let order = left.map { ($0, self.byClient[$0]?.min() ?? .max) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    for (client, _) in order where left.contains(client) {
      let group = self.group(of: client)
      left.subtract(group)
      changes += judge(group, at: now, byClient, isLast: isLast)
    }
    return changes
  }

  // MARK: What is looked at

  /// Clients whose questions or answers are new, or go on being unanswered.
  private func recordLookups(_ byClient: [IPAddress: Lookups]) {
    var last = lastLookupFrame
    for (client, ours) in byClient {
      for frame in ours.lastFrames where frame > lastLookupFrame {
        changed.insert(client)
        last = max(last, frame)
      }
      if ours.isAwaitingAnswer { changed.insert(client) }
    }
    lastLookupFrame = last
  }

  /// All addresses of a client, as far as its ClientGuid tells.
  private func group(of client: IPAddress) -> Set<IPAddress> {
    var group: Set = [client]
    var open = [client]
    while let next = open.popLast() {
      for id in byClient[next] ?? [] {
        guard let guid = entries[id]?.connection.brief.clientGUID else { continue }
        for address in addresses[guid] ?? [] where group.insert(address).inserted { open.append(address) }
      }
    }
    return group
  }

  private func trim(at now: Timestamp) {
    var expired: [Int] = []
    for (id, entry) in entries where now.since(entry.lastTime) > Self.span { expired.append(id) }
    for id in expired { remove(id) }
    guard entries.count > maximumQuiet else { return }
    // Its next try may go to another address of the server.
    let troubled = Set(entries.values.lazy.filter { !$0.findings.isEmpty }.map(\.client))
    var dispensable: [(id: Int, time: Timestamp)] = []
    var needed: [(id: Int, time: Timestamp)] = []
    for (id, entry) in entries {
      let isDispensable = entry.isQuiet && !troubled.contains(entry.client)
      if isDispensable { dispensable.append((id, entry.lastTime)) } else { needed.append((id, entry.lastTime)) }
    }
    let dropped =
      Self.oldest(of: dispensable, beyond: maximumQuiet)
      + Self.oldest(of: needed, beyond: maximumConnections - maximumQuiet)
    for entry in dropped.lazy.compactMap({ self.remove($0) }) {
      // Of a quiet one that was judged there was nothing to report.
      if !(entry.isQuiet && entry.isJudged) { limitsReached += 1 }
    }
  }

  @discardableResult
  private func remove(_ id: Int) -> Entry? {
    guard let entry = entries.removeValue(forKey: id) else { return nil }
    let client = entry.client
    byClient[client]?.remove(id)
    guard byClient[client]?.isEmpty == true else { return entry }
    byClient[client] = nil
    if let guid = entry.connection.brief.clientGUID {
      addresses[guid]?.remove(client)
      if addresses[guid]?.isEmpty == true { addresses[guid] = nil }
    }
    return entry
  }

  private static func oldest(of entries: [(id: Int, time: Timestamp)], beyond limit: Int) -> [Int] {
    guard entries.count > limit else { return [] }
    return entries.sorted { ($0.time, $0.id) < ($1.time, $1.id) }.prefix(entries.count - limit).map(\.id)
  }

  // MARK: What is new

  private func judge(
    _ group: Set<IPAddress>, at now: Timestamp, _ byClient: [IPAddress: Lookups], isLast: Bool
  ) -> [FindingChange] {
    let ids = group.flatMap { self.byClient[$0] ?? [] }.sorted()
    var lookups = Lookups()
    for client in group.sorted() { if let ours = byClient[client] { lookups.append(ours) } }
    let ours = ids.compactMap { entries[$0] }
    let late = ours.compactMap(\.candidate).flatMap { engine.judge($0, recordingIndex) }
    let diagnosis = Diagnosis(
      capture: CaptureFacts(),
      Conclusion(
        ours.map(\.connection), ours.flatMap(\.findings), lookups, late: late, engine: engine, site: site),
      summary: Summary())
    for id in ids { entries[id]?.isJudged = true }
    for id in diagnosis.findings.lazy.flatMap(\.connections) { entries[id]?.isQuiet = false }
    return news(in: diagnosis, of: group, Set(ids), at: now, isLast: isLast)
  }

  private func news(
    in diagnosis: Diagnosis, of group: Set<IPAddress>, _ judged: Set<Int>, at now: Timestamp, isLast: Bool
  ) -> [FindingChange] {
    var changes: [FindingChange] = []
    var holding: [ReportedFindings.Key: Timestamp] = [:]
    var present: Set<ReportedFindings.Key> = []
    let waiting = group.reduce(into: [:]) { $0.merge(pending[$1] ?? [:]) { first, _ in first } }
    let connections = Dictionary(diagnosis.connections.map { ($0.id, $0) }) { first, _ in first }
    let cases = Dictionary(diagnosis.cases.map { ($0.id, $0) }) { first, _ in first }
    func completed(_ change: FindingChange, _ finding: Finding) -> FindingChange {
      var change = change
      change.connection = finding.connections.first.flatMap { connections[$0] }
      change.one = finding.caseID.flatMap { cases[$0] }.map { numbered($0) }
      return change
    }
    for finding in diagnosis.findings {
      let key = ReportedFindings.Key(finding)
      present.insert(key)
      guard !reported.contains(key) else {
        if let change = reported.change(of: finding, key, at: now) { changes.append(completed(change, finding)) }
        continue
      }
      guard isDecided(finding) else { continue }
      let since = waiting[key] ?? now
      let settling = finding.connections.isEmpty ? Self.settlingOfOthers : Self.settling
      guard isLast || now.since(since) >= settling else {
        holding[key] = since
        continue
      }
      var change = completed(FindingChange(kind: .finding, time: now, finding: finding), finding)
      change.finding.caseID = change.one?.id
      reported.remember(change.finding, key)
      changes.append(change)
    }
    for client in group { pending[client] = nil }
    if !holding.isEmpty, let client = group.min() { pending[client] = holding }
    return changes + withdrawals(present, among: judged, at: now)
  }

  /// Findings of connections that were judged again and no longer have them.
  private func withdrawals(_ present: Set<ReportedFindings.Key>, among judged: Set<Int>, at now: Timestamp) -> [FindingChange] {
    var withdrawn: [FindingChange] = []
    for connection in judged {
      guard let entry = entries[connection] else { continue }
      let rules = Set(entry.findings.map(\.rule.id))
      for finding in reported.withdraw(of: connection, except: present, rulesThatHold: rules) {
        withdrawn.append(FindingChange(kind: .withdrawn, time: now, finding: finding, connection: entry.connection))
      }
    }
    return withdrawn.sorted { $0.finding.id < $1.finding.id }
  }

  /// What only informs may be about to change as long as the connection goes on.
  private func isDecided(_ finding: Finding) -> Bool {
    finding.severity > .info || finding.connections.allSatisfy { entries[$0]?.isOver ?? true }
  }

  /// The case with the number that the stream uses for it.
  private func numbered(_ one: DiagnosedCase) -> DiagnosedCase {
    let number = one.connections.compactMap { caseNumbers[$0] }.first ?? caseCount + 1
    if number > caseCount { caseCount = number }
    if caseNumbers.count > Limit.remembered { caseNumbers = caseNumbers.filter { entries[$0.key] != nil } }
    for connection in one.connections { caseNumbers[connection] = number }
    var record = one
    record.id = number
    return record
  }
}

extension Lookups {
  fileprivate mutating func append(_ others: Lookups) {
    exchanges += others.exchanges
    names += others.names
    neighbors += others.neighbors
    hardware = others.hardware
  }

  /// Of the questions and answers.
  fileprivate var lastFrames: [Int] {
    exchanges.map { max($0.start.number, $0.reply?.number ?? 0) } + names.map { max($0.start.number, $0.answer?.number ?? 0) }
      + neighbors.map(\.last.number)
  }

  fileprivate var isAwaitingAnswer: Bool {
    exchanges.contains { $0.reply == nil || $0.isStep && !$0.isFollowed } || names.contains { !$0.isAnswered }
  }
}
