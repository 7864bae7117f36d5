package import Rules
import Transcripts

/// What was counted, connections and findings that are not listed too.
package struct Summary: Sendable, Equatable {
  package internal(set) var connections = 0
  package internal(set) var failed = 0
  /// Of those that failed: a later attempt reached what they wanted, or they were not needed.
  package internal(set) var superseded = 0
  package internal(set) var established = 0
  package internal(set) var inconclusive = 0
  package internal(set) var notSMB = 0
  package internal(set) var critical = 0
  package internal(set) var error = 0
  package internal(set) var warning = 0
  package internal(set) var info = 0

  package init() {}
}

extension Summary {
  package var worstSeverity: Severity? {
    if critical > 0 { return .critical }
    if error > 0 { return .error }
    if warning > 0 { return .warning }
    return info > 0 ? .info : nil
  }

  /// Failed for good: nothing made up for them.
  package var failedForGood: Int { failed - superseded }

  mutating func count(_ severity: Severity) { self[severity] += 1 }

  mutating func discount(_ severity: Severity) { self[severity] -= 1 }

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

  mutating func add(_ other: Summary) {
    connections += other.connections
    failed += other.failed
    superseded += other.superseded
    established += other.established
    inconclusive += other.inconclusive
    notSMB += other.notSMB
    critical += other.critical
    error += other.error
    warning += other.warning
    info += other.info
  }

  /// What was found since then.
  func since(_ before: Summary) -> Summary {
    var change = Summary()
    change.critical = critical - before.critical
    change.error = error - before.error
    change.warning = warning - before.warning
    change.info = info - before.info
    return change
  }

  /// Of what it counts, this was no SMB, and nothing was found of it.
  mutating func setAside(_ part: Summary) {
    failed -= part.failed
    inconclusive -= part.inconclusive
    notSMB += part.failed + part.inconclusive
    critical -= part.critical
    error -= part.error
    warning -= part.warning
    info -= part.info
  }

  mutating func count(_ outcome: ConnectionOutcome, isSuperseded: Bool) {
    connections += 1
    switch outcome {
    case .failed:
      failed += 1
      if isSuperseded { superseded += 1 }
    case .established: established += 1
    case .inconclusive: inconclusive += 1
    case .notSMB: notSMB += 1
    }
  }
}
