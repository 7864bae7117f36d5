import Diagnosis
import Rules

extension TextReport {
  /// Rules that could not be judged, by reason.
  func writeNotChecked() {
    let groups = report.notCheckedGroups
    guard !groups.isEmpty else { return }
    out.separate()
    out.line("not checked", .strong)
    for group in groups.prefix(Limit.reasons) {
      out.flow(
        Phrase.words(group.reason) + [Phrase("(\(group.scope))", .faint)], indent: 2, hanging: 4)
      out.flow([Phrase("needs", .faint)] + Phrase.words(group.needs, gap: 2), indent: 4, hanging: 11)
      if detail == .verbose {
        out.flow([Phrase("rules", .faint)] + group.rules.map { Phrase($0, .faint, gap: 2) }, indent: 4, hanging: 11)
      }
    }
    let more = groups.count - Limit.reasons
    if more > 0 { out.flow(Phrase.words("… and \(counted(more, "more reason"))", .faint), indent: 2, hanging: 2) }
  }

  /// Damage, limits that were reached, and frames that could not be used.
  func writeWarnings() {
    let lines = report.capture.sentences(limit: Limit.warnings)
    guard !lines.isEmpty else { return }
    out.separate()
    out.line("warnings", .strong)
    for line in lines { out.flow(Phrase.words(line, .warning), indent: 2, hanging: 4) }
  }
}
