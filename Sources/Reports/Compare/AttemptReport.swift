package import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

/// What is said of an attempt that works and one that does not; every output format is written from it.
package struct AttemptReport: Sendable {
  package var toolVersion: String
  package var comparison: AttemptComparison

  package init(toolVersion: String, comparison: AttemptComparison) {
    self.toolVersion = toolVersion
    self.comparison = comparison
  }

  /// 0 when nothing differs that matters, 1 when something does, 2 when there is nothing to compare.
  package var status: Int32 { problemText != nil ? 2 : hasDifferences ? 1 : 0 }

  /// Sizes and the like decide nothing.
  var hasDifferences: Bool { comparison.parting != nil || comparison.differences.contains { $0.weight >= .agreement } }

  /// Why nothing can be compared.
  package var problemText: String? {
    for (recording, role) in [(comparison.good, "--good"), (comparison.bad, "--bad")] where recording.attempt == nil {
      return "\(recording.name) (\(role)) has no SMB connection, so smbdx has nothing to compare"
    }
    return nil
  }

  /// What should be known of the choice, as sentences.
  var remarks: [String] {
    guard let good = comparison.good.attempt, let bad = comparison.bad.attempt else { return [] }
    var remarks: [String] = []
    if good.outcome != .established { remarks.append("in \(comparison.good.name) no connection reached a share: the good attempt failed") }
    if bad.outcome == .established, comparison.parting == nil { remarks.append("in \(comparison.bad.name) no connection failed: both attempts work") }
    return remarks
  }

  /// Where the two part, as a sentence.
  var headline: String {
    guard let step = comparison.parting else { return "both attempts take the same steps; other differences are below" }
    guard let fact = comparison.partingFact else {
      return "the attempts diverge at \(step.name): \(comparison.good.name) gets through, \(comparison.bad.name) does not"
    }
    let good = fact.good.map { $0 + place(fact.goodFrame) } ?? "absent"
    let bad = fact.bad.map { $0 + place(fact.badFrame) } ?? "absent"
    return "the attempts diverge at \(step.name): \(fact.name) is \(good) in \(comparison.good.name), and \(bad) in \(comparison.bad.name)"
  }

  private func place(_ frame: Int) -> String { frame > 0 ? " (frame \(grouped(frame)))" : "" }

  /// Steps with how both attempts went.
  var steps: [(step: AttemptStep, good: StageOutcome, bad: StageOutcome)] {
    guard let good = comparison.good.attempt, let bad = comparison.bad.attempt else { return [] }
    return AttemptStep.allCases.filter { $0 != .use }.map { ($0, good.outcome(of: $0), bad.outcome(of: $0)) }
      .filter { $0.good != .notApplicable || $0.bad != .notApplicable }
  }

  /// What the bad recording alone finds.
  var findings: [Finding] {
    let findings = comparison.bad.diagnosis.findings
    let stream = comparison.bad.attempt?.tcpStream
    let id = comparison.bad.diagnosis.connections.first { $0.tcpStream == stream }?.id
    return findings.filter { finding in (id.map(finding.connections.contains) ?? false) && (finding.isPrimary || finding.severity >= .error) }
  }
}

