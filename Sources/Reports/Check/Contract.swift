import Diagnosis
package import Rules

/// What a user demands of the report of a capture, and nothing else.
package struct Contract: Sendable, Equatable {
  /// A finding, by as much of it as is said.
  package struct Demand: Sendable, Equatable {
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

  package func differences(to actual: ReportDigest) -> [Difference] {
    let missing = (must ?? []).filter { demand in !actual.findings.contains { demand.isMet(by: $0) } }
      .map { Difference(.vanished, rule: $0.rule, "is missing\($0.details)\($0.found(in: actual))") }
    let forbidden = actual.findings.filter { finding in (mustNot ?? []).contains { matches(finding.rule, $0) } }
      .map { Difference(.appeared, $0, "\($0.place), is forbidden") }
    let unforeseen = actual.findings.filter { finding in
      guard let allow, finding.severity >= .warning, !forbidden.contains(where: { $0.rule == finding.rule }) else { return false }
      return !allow.contains { matches(finding.rule, $0) } && !(must ?? []).contains { $0.isMet(by: finding) }
    }.map { Difference(.appeared, $0, "\($0.place), is not allowed") }
    return missing + forbidden + unforeseen + [outcome.flatMap { Difference("outcome", $0, actual.outcome) }].compactMap(\.self)
  }
}

extension Contract: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case must, mustNot, outcome, allow
    case schema = "$schema"
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(keyedBy: CodingKeys.self, in: "a contract")
    must = try members.decodeIfPresent([Demand].self, forKey: .must)
    mustNot = try members.decodeIfPresent([String].self, forKey: .mustNot)
    outcome = try members.decodeIfPresent(String.self, forKey: .outcome)
    allow = try members.decodeIfPresent([String].self, forKey: .allow)
    for pattern in (mustNot ?? []) + (allow ?? []) { try decoder.checkPattern(pattern) }
    if let outcome { try decoder.checkWord(outcome, "outcome", among: ReportDigest.outcomes) }
    if must == nil, mustNot == nil, outcome == nil, allow == nil { throw decoder.fault("it has no demands") }
  }
}

extension Contract.Demand: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case rule, connection, severity, frames
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(keyedBy: CodingKeys.self, in: "a demand")
    rule = try members.decode(String.self, forKey: .rule)
    connection = try members.decodeIfPresent(Int.self, forKey: .connection)
    frames = try members.decodeIfPresent([Int].self, forKey: .frames)
    let word = try members.decodeIfPresent(String.self, forKey: .severity)
    severity = word.flatMap(Severity.init)
    if let word { try decoder.checkWord(word, "severity", among: Severity.allCases.reversed().map(\.rawValue)) }
    try decoder.checkPattern(rule)
    try decoder.checkCount(connection.map { [$0] } ?? [], "connection")
    try decoder.checkCount(frames ?? [], "a frame")
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
    return near.isEmpty ? "" : "; found instead: \(near.joined(separator: "; "))"
  }

  /// ` on connection 1, as error, frames 4, 6`
  var details: String {
    (connection.map { " on connection \($0)" } ?? "") + (severity.map { ", as \($0.rawValue)" } ?? "")
      + (frames.map { ", frames \($0.map(String.init).joined(separator: ", "))" } ?? "")
  }
}

extension ReportDigest {
  /// Those of a capture as a whole, the first that there is.
  static let outcomes = ["failed", "established", "inconclusive", "notSMB"]

  var outcome: String {
    Self.outcomes.first { outcome in cases.contains { $0.outcome == outcome } } ?? "notSMB"
  }
}

/// Whether an identifier is meant by a pattern, in which a star at the end stands for anything.
package func matches(_ rule: String, _ pattern: String) -> Bool {
  pattern.hasSuffix("*") ? rule.hasPrefix(pattern.dropLast()) : rule == pattern
}
