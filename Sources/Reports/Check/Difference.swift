import Diagnosis
package import Rules

/// Something that a capture gave and was not expected to, or the other way round.
package struct Difference: Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable {
    case appeared, vanished, moved, changed
  }

  package var kind: Kind
  /// The rule it is about; nil for what is no finding.
  package var rule: String?
  package var severity: Severity?
  package var connections: [Int] = []
  package var text: String

  init(_ kind: Kind, _ finding: ReportDigest.Finding, _ text: String) {
    self.kind = kind
    rule = finding.rule
    severity = finding.severity
    connections = finding.connections
    self.text = text
  }

  init(_ kind: Kind, rule: String? = nil, _ text: String) {
    self.kind = kind
    self.rule = rule
    self.text = text
  }

  /// nil when nothing changed.
  init?<Value: Equatable>(_ name: String, _ before: Value, _ now: Value) {
    guard before != now else { return nil }
    self.init(.changed, "\(name): \(before) → \(now)")
  }

  /// `+ error[auth-logon-failure] on connection 1, frames 9, 11`
  package var description: String {
    let sign = switch kind {
    case .appeared: "+"
    case .vanished: "-"
    case .moved, .changed: "~"
    }
    let finding = rule.map { "\(severity?.rawValue ?? "")[\($0)] " } ?? ""
    return "\(sign) \(finding)\(text)"
  }
}
