import Packets
import Rules

/// The findings that a live recording has reported: each is reported once, and again only when it changes.
struct ReportedFindings {
  /// What makes two findings the same one: the rule, where it holds, and the first frame that shows it. What was asked of
  /// KDCs and resolvers may be joined to a connection later.
  struct Key: Hashable {
    var rule: String
    var scope: Finding.Scope?
    var firstFrame: Int

    init(_ finding: Finding) {
      rule = finding.rule.id
      firstFrame = finding.frames.first ?? 0
      if case .lookups = finding.rule.judge {
        firstFrame = finding.evidence.first?.frame ?? 0
      } else if case .attempt(let ids) = finding.scope {
        // What comes to a case later may be earlier in it.
        scope = .connection(ids.first ?? 0)
      } else {
        scope = finding.scope
      }
    }
  }

  private struct Entry {
    var finding: Finding
    var isWithdrawn = false
  }

  private let limit: Int
  private var entries: [Key: Entry] = [:]
  /// Keys of ``entries``, the oldest first.
  private var order: [Key] = []
  private var keysOfConnection: [Int: [Key]] = [:]

  /// - Parameter limit: findings that are remembered; with more, the older half is forgotten.
  init(limit: Int) { self.limit = limit }

  func contains(_ key: Key) -> Bool { entries[key] != nil }

  mutating func remember(_ finding: Finding, _ key: Key) {
    entries[key] = Entry(finding: finding)
    order.append(key)
    if case .connection(let connection) = finding.scope { keysOfConnection[connection, default: []].append(key) }
    guard order.count > limit else { return }
    for key in order.prefix(order.count / 2) {
      if case .connection(let connection)? = entries.removeValue(forKey: key)?.finding.scope { keysOfConnection[connection] = nil }
    }
    order.removeFirst(order.count / 2)
  }

  /// - Returns: nil when it is as it was reported.
  mutating func change(of finding: Finding, _ key: Key, at now: Timestamp) -> FindingChange? {
    guard let known = entries[key] else { return nil }
    let isGraded = known.isWithdrawn || known.finding.severity != finding.severity
    guard isGraded || known.finding.isPrimary != finding.isPrimary else { return nil }
    var updated = known.finding
    updated.standing = finding.standing
    entries[key] = Entry(finding: updated)
    return FindingChange(kind: .changed, time: now, finding: updated, isAboutPrimary: !isGraded)
  }

  /// Withdraws what rules about connections found of one, and find no longer.
  ///
  /// - Parameters:
  ///   - present: what was found now.
  ///   - rules: those that found something of the connection now.
  mutating func withdraw(of connection: Int, except present: Set<Key>, rulesThatHold rules: Set<String>) -> [Finding] {
    var withdrawn: [Finding] = []
    for key in keysOfConnection[connection] ?? [] where !present.contains(key) && !rules.contains(key.rule) {
      guard let known = entries[key], !known.isWithdrawn, case .connection = known.finding.rule.judge else { continue }
      entries[key]?.isWithdrawn = true
      withdrawn.append(known.finding)
    }
    return withdrawn
  }
}
