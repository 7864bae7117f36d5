import Diagnosis
import Rules

@testable import smbdx

/// What a finding claims, to be compared between two reports of the same traffic.
struct Claim: Hashable {
  var rule: String
  var severity: Severity
  var confidence: Confidence
  var isPrimary: Bool
  var frames: [Int]

  /// - Parameter frame: the number that a frame has in the other report.
  init(_ finding: Finding, frame: (Int) -> Int = { $0 }) {
    (rule, severity, confidence) = (finding.rule.id, finding.severity, finding.confidence)
    (isPrimary, frames) = (finding.isPrimary, finding.evidence.map { frame($0.frame) })
  }
}
