import Compare
import Diagnosis
import Rules
import Transcripts

extension AttemptReport {
  /// Writes a page for people: one file that loads nothing.
  package func writeHTML(to write: (String) -> Void) {
    write(HTMLPage.head)
    write(Template(ComparePage.opening).render(CompareOpening(self)))
    if problemText == nil { write(Template(ComparePage.attempts).render(AttemptsView(self))) }
    write(ComparePage.end)
  }

  /// `good: monday.pcapng, 10.0.0.1:4711 → 10.0.0.2:445, established`
  var recordings: [String] {
    [("good", comparison.good), ("bad", comparison.bad)].map { role, recording in
      guard let attempt = recording.attempt else { return "\(role): \(recording.name), no SMB connection" }
      return "\(role): \(recording.name), \(attempt.text)"
    }
  }
}

extension AttemptComparison.Difference {
  var tone: Tone { weight == .result ? .critical : weight == .agreement ? .warning : .plain }

  /// `3.0.2 (frame 6)`
  var goodText: String { Self.text(good, goodFrame) }
  var badText: String { Self.text(bad, badFrame) }

  private static func text(_ value: String?, _ frame: Int?) -> String {
    (value.map { Escaping.clipped($0) } ?? "absent") + (frame.map { " (frame \(grouped($0)))" } ?? "")
  }
}

private struct AttemptsView {
  /// Rows without a colour; “plain” ones are folded on narrow screens.
  private static let quiet = "quiet"

  struct StepView {
    var name: String
    var good: String
    var bad: String
    var tone: String
  }

  struct DifferenceView {
    var step: String
    var name: String
    var good: String
    var bad: String
    var tone: String
  }

  var steps: [StepView]
  var findings: [String]
  var count: String
  var differences: [DifferenceView]

  init(_ report: AttemptReport) {
    steps = report.steps.map { one in
      StepView(
        name: one.step.title, good: "\(one.good.symbol) \(one.good.rawValue)", bad: "\(one.bad.symbol) \(one.bad.rawValue)",
        tone: one.step == report.comparison.parting ? Tone.critical.rawValue : Self.quiet)
    }
    findings = report.findings.map { "\($0.severity.rawValue)[\($0.rule.id)] \($0.summary) (\($0.confidence.rawValue))" }
    count = "Most suspicious first. \(counted(report.comparison.same, "other fact is", "other facts are")) the same."
    differences = report.comparison.differences.map {
      DifferenceView(step: $0.step.title, name: $0.name, good: $0.goodText, bad: $0.badText, tone: $0.tone == .plain ? Self.quiet : $0.tone.rawValue)
    }
  }
}
