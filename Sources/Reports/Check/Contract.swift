package import Rules

/// What somebody demands of the report of a capture, and nothing else of it.
package struct Contract: Sendable, Equatable, Codable {
  /// A finding, by as much of it as is said.
  package struct Demand: Sendable, Equatable, Codable {
    /// An identifier; `vni-*` means all that begin so.
    package var rule: String
    package var connection: Int?
    package var severity: Severity?
    /// All of these are cited.
    package var frames: [Int]?
  }

  package var must: [Demand]?
  package var mustNot: [String]?
  /// Of the capture: `failed` when a connection failed for good, else `established` when one was established.
  package var outcome: String?
  /// Rules that may report a warning or worse beside those that must; any others may not, once this is there.
  package var allow: [String]?

  static let keys: Set<String> = ["must", "mustNot", "outcome", "allow"]

  package func differences(to actual: ReportDigest) -> [Difference] {
    let missing = (must ?? []).filter { demand in !actual.findings.contains { demand.isMet(by: $0) } }
      .map { Difference(.vanished, rule: $0.rule, "must be there\($0.details)\($0.found(in: actual))") }
    let forbidden = actual.findings.filter { finding in (mustNot ?? []).contains { matches(finding.rule, $0) } }
      .map { Difference(.appeared, $0, "\($0.place), must not be there") }
    let unforeseen = actual.findings.filter { finding in
      guard let allow, finding.severity >= .warning, !forbidden.contains(where: { $0.rule == finding.rule }) else { return false }
      return !allow.contains { matches(finding.rule, $0) } && !(must ?? []).contains { $0.isMet(by: finding) }
    }.map { Difference(.appeared, $0, "\($0.place), is not allowed for") }
    return missing + forbidden + unforeseen + [outcome.flatMap { Difference("outcome", $0, actual.outcome) }].compactMap(\.self)
  }
}

extension Contract {
  /// A rule that the contract names and nobody knows.
  var unknownRule: String? {
    let named = (must ?? []).map(\.rule) + (mustNot ?? []) + (allow ?? [])
    return named.first { pattern in !Rule.all.contains { matches($0.id, pattern) } }
  }
}

extension Contract.Demand {
  func isMet(by finding: ReportDigest.Finding) -> Bool {
    matches(finding.rule, rule) && connection.map(finding.connections.contains) ?? true
      && (severity ?? finding.severity) == finding.severity && Set(frames ?? []).isSubset(of: finding.frames)
  }

  /// What there is of the rule instead.
  func found(in actual: ReportDigest) -> String {
    let near = actual.findings.filter { matches($0.rule, rule) }.map { "\($0.severity.rawValue) \($0.place)" }
    return near.isEmpty ? "" : "; it is there as \(near.joined(separator: ", and as "))"
  }

  /// ` on connection 1, as error, frames 4, 6`
  var details: String {
    (connection.map { " on connection \($0)" } ?? "") + (severity.map { ", as \($0.rawValue)" } ?? "")
      + (frames.map { ", frames \($0.map(String.init).joined(separator: ", "))" } ?? "")
  }
}

extension ReportDigest {
  /// Of the capture as a whole.
  var outcome: String {
    for outcome in ["failed", "established", "inconclusive"] where cases.contains(where: { $0.outcome == outcome }) {
      return outcome
    }
    return "notSMB"
  }
}

/// Whether an identifier is meant by a pattern, in which a star at the end stands for anything.
package func matches(_ rule: String, _ pattern: String) -> Bool {
  pattern.hasSuffix("*") ? rule.hasPrefix(pattern.dropLast()) : rule == pattern
}
