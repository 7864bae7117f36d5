import Protocols

/// Statuses of MS-ERREF 2.3 that mean the same to an administrator: one rule.
struct StatusFamily: Sendable {
  var id: String
  var severity = Severity.error
  /// Empty for all that no other family lists.
  var codes: Set<UInt32>
  var summary: String
  var explanation: String
  var whenBenign: String
  var howToVerify: String
  var causes: [String]
  var remedies: [Remedy]
  /// Beside those of the message and of its statuses.
  var references: [String] = []
  /// See ``Rule/isOfFallback``.
  var isOfFallback = false
}
