import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension AttemptReport {
  /// Writes the comparison for people.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    AttemptText(report: self, out: TextWriter(options, write: write), detail: options.detail).write()
  }
}

private struct AttemptText {
  private enum Limit {
    /// Further differences are rarely the reason.
    static let differences = 24
  }

  let report: AttemptReport
  let out: TextWriter
  let detail: TextOptions.Detail

  private var comparison: AttemptComparison { report.comparison }

  func write() {
    if detail != .quiet { writeAttempts() }
    if let problem = report.problemText {
      out.separate()
      return out.flow(Phrase.words(problem, .error), hanging: 2)
    }
    out.separate()
    out.flow([Phrase(report.sign, report.tone)] + Phrase.words(report.headline, .strong), hanging: 2)
    for remark in report.remarks { out.flow(Phrase.words(remark, .warning), hanging: 2) }
    guard detail != .quiet else { return }
    writeSteps()
    writeFindings()
    writeDifferences()
  }

  private func writeAttempts() {
    for (role, recording) in [("good", comparison.good), ("bad", comparison.bad)] {
      var phrases = [Phrase("\(role): \(recording.name):", .strong)]
      if let attempt = recording.attempt {
        phrases += Phrase.words(attempt.text)
        if recording.connections > 1 { phrases += Phrase.words("(of \(counted(recording.connections, "connection")))", .faint) }
      } else {
        phrases += Phrase.words("no SMB connection")
      }
      out.flow(phrases, hanging: 2)
    }
  }

  private func writeSteps() {
    out.separate()
    let steps = report.steps
    out.line("good  " + steps.map { "\($0.good.symbol) \($0.step.title)" }.joined(separator: "  "), indent: 2)
    out.line("bad   " + steps.map { "\($0.bad.symbol) \($0.step.title)" }.joined(separator: "  "), indent: 2)
  }

  private func writeFindings() {
    guard !report.findings.isEmpty else { return }
    out.separate()
    for finding in report.findings {
      out.flow(
        [Phrase("bad alone:", .faint), Phrase("\(finding.severity.rawValue)[\(finding.rule.id)]", Tone(finding.severity))]
          + Phrase.words("\(finding.summary) (\(finding.confidence.rawValue))"), indent: 2, hanging: 4)
    }
  }

  // MARK: Differences

  private func writeDifferences() {
    let all = comparison.differences
    guard !all.isEmpty else { return }
    out.separate()
    out.flow(Phrase.words("differences, most suspicious first; \(counted(comparison.same, "other fact is", "other facts are")) the same", .faint), hanging: 2)
    let shown = detail == .verbose ? all[...] : all.prefix(Limit.differences)
    for one in shown { write(one) }
    if all.count > shown.count { out.flow(Phrase.words("… and \(grouped(all.count - shown.count)) more (shown with -v)", .faint), indent: 2, hanging: 4) }
  }

  private func write(_ one: AttemptComparison.Difference) {
    let hanging = 9
    out.flow([Phrase("≠", one.tone)] + Phrase.words("\(one.step.title), \(one.name)", one.tone), indent: 2, hanging: 4)
    write("good", one.good, one.goodFrame, hanging)
    write("bad ", one.bad, one.badFrame, hanging)
  }

  private func write(_ role: String, _ value: String?, _ frame: Int?, _ hanging: Int) {
    var phrases = [Phrase(role, .faint)] + Phrase.words(value.map { Escaping.clipped($0, to: 240) } ?? "absent", gap: 1)
    if let frame { phrases.append(Phrase("frame \(grouped(frame))", .faint, gap: 2)) }
    out.flow(phrases, indent: 4, hanging: hanging)
  }
}
