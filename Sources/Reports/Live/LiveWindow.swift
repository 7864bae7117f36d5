package import Packets
package import Rules
package import Transcripts

/// The last minutes of a capture that is still going on: judges them again and again as if the recording ended now,
/// and tells what was not said before.
///
/// Nothing is reported of a recording only because it ends, so what holds for its beginning is sound; what later
/// frames change is told as an update. Numbers of connections are their `tcpStream` plus one, and cases are numbered in
/// the order in which they were first mentioned: other numbers than in the report at the end.
package final class LiveWindow {
  enum Limit {
    /// Connections looked at together.
    static let connections = 4096
    /// Of them, those that went well, of clients for which all went well: judging them again and again would take the
    /// time that frames need.
    static let quietConnections = 1024
    /// Findings remembered as said, and cases remembered by their first connection.
    static let remembered = 16_384
  }

  /// Nothing changes a case any more so long after its last frame: ``Case/patience`` and as much again, nanoseconds.
  package static let span = 2 * Case.patience
  /// A finding has to hold for so long before it is told, in nanoseconds: the next try is often there already.
  private static let settling: Int64 = 1_000_000_000
  /// The same for what belongs to no connection; its connection may be on the way.
  private static let settlingOfOthers: Int64 = 3_000_000_000

  /// A connection as it stood last.
  private final class Entry {
    let transcript: Transcript
    let verdict: Verdict
    let isOver: Bool
    /// It went well, and nothing is found of it or of its case.
    var isQuiet: Bool
    /// Its case was judged since it was noted.
    var isJudged = false

    init(_ transcript: Transcript, _ verdict: Verdict, isOver: Bool) {
      self.transcript = transcript
      self.verdict = verdict
      self.isOver = isOver
      isQuiet = verdict.findings.isEmpty && transcript.outcome == .established
    }

    var client: IPAddress { transcript.client.address }
    var lastTime: Timestamp { transcript.lastFrame.time }
  }

  private struct Said {
    var finding: FindingRecord
    var isWithdrawn = false
  }

  private let engine: Engine
  private let site: Site
  /// By the number of the connection.
  private var entries: [Int: Entry] = [:]
  /// Findings that hold since a moment and are not told yet.
  private var pending: [String: Timestamp] = [:]
  private var said: [String: Said] = [:]
  /// Keys of ``said``, the oldest first.
  private var order: [String] = []
  private var caseNumbers: [Int: Int] = [:]
  private var caseCount = 0
  private var hasChanged = false
  /// Connections that found no room, though there may have been something to tell.
  package private(set) var limitsReached = 0

  package init(engine: Engine, site: Site = Site()) {
    self.engine = engine
    self.site = site
  }

  /// Takes a connection as it stands.
  ///
  /// - Parameter isOver: it is reported elsewhere too, and nothing more will come of it.
  package func note(_ transcript: Transcript, _ verdict: Verdict, isOver: Bool) {
    var transcript = transcript
    var verdict = verdict
    transcript.id = transcript.tcpStream + 1
    for index in verdict.findings.indices { verdict.findings[index].connections = [transcript.id] }
    verdict.candidate?.connection = transcript.id
    entries[transcript.id] = Entry(transcript, verdict, isOver: isOver)
    hasChanged = true
    // It may be long until they are looked at.
    if entries.count > 2 * Limit.connections { trim(at: transcript.lastFrame.time) }
  }

  /// Whether ``update(at:_:)`` may have something to say.
  package var isWaiting: Bool { hasChanged || !pending.isEmpty }

  /// Judges what is there.
  ///
  /// - Parameters:
  ///   - now: the capture's clock.
  ///   - inquiries: those since ``span`` ago.
  ///   - isLast: nothing more will come, so nothing is waited for.
  /// - Returns: what is new, the gravest first in each case.
  package func update(at now: Timestamp, _ inquiries: Inquiries, isLast: Bool = false) -> [LiveUpdate] {
    trim(at: now)
    hasChanged = false
    var builder = ReportBuilder(toolVersion: "", files: [], site: site)
    for (_, entry) in entries.sorted(by: { $0.key < $1.key }) {
      builder.add(entry.transcript, entry.verdict)
      entry.isJudged = true
    }
    let report = builder.finish(capture: CaptureFacts(), engine: engine, inquiries: inquiries)
    for connection in report.findings.lazy.flatMap(\.connections) { entries[connection]?.isQuiet = false }
    return news(in: report, at: now, isLast: isLast)
  }

  // MARK: What is looked at

  private func trim(at now: Timestamp) {
    entries = entries.filter { now.since($0.value.lastTime) <= Self.span }
    guard entries.count > Limit.quietConnections else { return }
    // Its next try may go to another address of the server.
    let troubled = Set(entries.values.lazy.filter { !$0.verdict.findings.isEmpty }.map(\.client))
    var dispensable: [(id: Int, time: Timestamp)] = []
    var needed: [(id: Int, time: Timestamp)] = []
    for (id, entry) in entries {
      let isDispensable = entry.isQuiet && !troubled.contains(entry.client)
      if isDispensable { dispensable.append((id, entry.lastTime)) } else { needed.append((id, entry.lastTime)) }
    }
    let dropped =
      Self.oldest(of: dispensable, beyond: Limit.quietConnections)
      + Self.oldest(of: needed, beyond: Limit.connections - Limit.quietConnections)
    for entry in dropped.lazy.compactMap({ self.entries.removeValue(forKey: $0) }) {
      // Of a quiet one that was judged there was nothing to tell.
      if !(entry.isQuiet && entry.isJudged) { limitsReached += 1 }
    }
  }

  private static func oldest(of entries: [(id: Int, time: Timestamp)], beyond limit: Int) -> [Int] {
    guard entries.count > limit else { return [] }
    return entries.sorted { ($0.time, $0.id) < ($1.time, $1.id) }.prefix(entries.count - limit).map(\.id)
  }

  // MARK: What is new

  private func news(in report: Report, at now: Timestamp, isLast: Bool) -> [LiveUpdate] {
    var updates: [LiveUpdate] = []
    var holding: [String: Timestamp] = [:]
    var present: Set<String> = []
    let connections = Dictionary(report.connections.map { ($0.id, $0) }) { first, _ in first }
    let cases = Dictionary(report.cases.map { ($0.id, $0) }) { first, _ in first }
    for finding in report.findings where !finding.isOfRecording {
      let key = key(of: finding)
      present.insert(key)
      guard said[key] == nil else {
        if let update = change(of: finding, key, at: now) { updates.append(update) }
        continue
      }
      guard isDecided(finding) else { continue }
      let since = pending[key] ?? now
      let settling = finding.connections.isEmpty ? Self.settlingOfOthers : Self.settling
      guard isLast || now.since(since) >= settling else {
        holding[key] = since
        continue
      }
      var finding = finding
      let one = finding.caseID.flatMap { cases[$0] }.map { numbered($0) }
      finding.caseID = one?.id
      remember(finding, key)
      updates.append(
        LiveUpdate(
          kind: .finding, time: now, finding: finding, connection: finding.connections.first.flatMap { connections[$0] },
          one: one))
    }
    pending = holding
    return updates + withdrawals(present, at: now)
  }

  /// What only informs may be about to change as long as the connection goes on.
  private func isDecided(_ finding: FindingRecord) -> Bool {
    finding.severity > .info || finding.connections.allSatisfy { entries[$0]?.isOver ?? true }
  }

  /// What was asked of KDCs and resolvers may be joined to a connection later; it keeps its frame.
  private func key(of finding: FindingRecord) -> String {
    guard let rule = Rule.named(finding.rule), case .inquiries = rule.judge else { return finding.id }
    return "\(finding.rule)@\(finding.evidence.first?.frame ?? 0)"
  }

  private func change(of finding: FindingRecord, _ key: String, at now: Timestamp) -> LiveUpdate? {
    guard let known = said[key] else { return nil }
    let isGraded = known.isWithdrawn || known.finding.severity != finding.severity
    guard isGraded || known.finding.isPrimary != finding.isPrimary else { return nil }
    var updated = known.finding
    updated.severity = finding.severity
    updated.isPrimary = finding.isPrimary
    said[key] = Said(finding: updated)
    return LiveUpdate(kind: .changed, time: now, finding: updated, isAboutPrimary: !isGraded)
  }

  /// Said of connections that are still looked at, and that show another picture now.
  private func withdrawals(_ present: Set<String>, at now: Timestamp) -> [LiveUpdate] {
    var updates: [LiveUpdate] = []
    for (key, known) in said where !known.isWithdrawn && !present.contains(key) {
      guard let connection = known.finding.connections.first, let entry = entries[connection],
        !entry.verdict.findings.contains(where: { $0.rule.id == known.finding.rule }), known.finding.isOfOneConnection
      else { continue }
      said[key]?.isWithdrawn = true
      updates.append(LiveUpdate(kind: .withdrawn, time: now, finding: known.finding))
    }
    return updates.sorted { $0.finding.id < $1.finding.id }
  }

  private func remember(_ finding: FindingRecord, _ key: String) {
    said[key] = Said(finding: finding)
    order.append(key)
    guard order.count > Limit.remembered else { return }
    for key in order.prefix(order.count / 2) { said[key] = nil }
    order.removeFirst(order.count / 2)
  }

  /// With the number under which the stream knows it.
  private func numbered(_ one: CaseRecord) -> CaseRecord {
    let number = one.connections.compactMap { caseNumbers[$0] }.first ?? caseCount + 1
    if number > caseCount { caseCount = number }
    if caseNumbers.count > Limit.remembered { caseNumbers = caseNumbers.filter { entries[$0.key] != nil } }
    for connection in one.connections { caseNumbers[connection] = number }
    var record = one
    record.id = number
    return record
  }
}

extension FindingRecord {
  /// Judged on its connection alone, and not with others of its case.
  fileprivate var isOfOneConnection: Bool {
    guard let rule = Rule.named(rule), case .connection = rule.judge else { return false }
    return true
  }
}
