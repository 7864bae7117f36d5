import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension IncidentReport {
  /// For a ticket.
  package func writeMarkdown(to write: (String) -> Void) {
    write("## \(Markdown.text(headline))\n\n")
    for recording in recordings { write("- \(Markdown.text(recording))\n") }
    for (point, label) in zip(points, labels) {
      for warning in warnings(point) { write("- warning: \(Markdown.text("\(label): \(warning)"))\n") }
    }
    for sentence in known { write("- \(Markdown.text(sentence))\n") }
    guard problemText == nil else { return }
    for hop in comparison.hops { writeMarkdown(hop, write) }
    write("\n\(Markdown.text(closing))\n")
  }

  private func writeMarkdown(_ hop: HopComparison, _ write: (String) -> Void) {
    if points.count > 2 { write("\n### Between \(Markdown.text(labels[hop.near])) and \(Markdown.text(labels[hop.far]))\n") }
    if let clock = hop.clock { write("- \(Markdown.text(text(of: clock, hop)))\n") }
    if hop.pairs.isEmpty { write("- \(Markdown.text(strangers(hop)))\n") }
    write("\n")
    for verdict in hop.verdicts {
      let frames = text(of: verdict.frames)
      var line = "**\(verdict.sign) \(verdict.title)\(verdict.matters ? " (\(verdict.confidence.rawValue))" : ""):** \(Markdown.text(verdict.deed))"
      if !frames.isEmpty { line += " — \(frames)" }
      if verdict.pairs.count > 1, !verdict.isOfOthers { line += ", on \(grouped(verdict.pairs.count)) connections" }
      if let why = verdict.reason { line += " (why: \(Markdown.text(why)))" }
      write("- \(line)\n")
    }
    for place in hop.pairs.tamperedPlaces.prefix(CompareLimit.tables) {
      writeMarkdown(hop.pairs[place], hop, write)
      writeSettlements(hop, place, write)
    }
  }

  private func writeMarkdown(_ pair: PairComparison, _ hop: HopComparison, _ write: (String) -> Void) {
    write("\n#### \(pair.near.client) → \(pair.near.server)\n\n| | \(Markdown.text(labels[hop.near])) | | \(Markdown.text(labels[hop.far])) | what | |\n|---|---|---|---|---|---|\n")
    for step in pair.steps.prefix(CompareLimit.rows) {
      let arrow = step.sender == .client ? "→" : "←"
      let near = step.near.map { grouped($0.number) } ?? "-"
      let far = step.far.map { grouped($0.number) } ?? "-"
      let fate = step.isTheSame && !step.isHeldUp ? "" : step.fateText
      write("| \(step.sign) | \(near) | \(arrow) | \(far) | \(Markdown.text(step.name)) | \(Markdown.text(fate)) |\n")
    }
    for note in pair.notes { write("\n- \(Markdown.text(note.text))") }
    for sentence in pair.notCompared.sentences { write("\n- not compared: \(Markdown.text(sentence))") }
    if !pair.notes.isEmpty || !pair.notCompared.isEmpty { write("\n") }
  }

  /// What each recording finds alone, and what becomes of it.
  private func writeSettlements(_ hop: HopComparison, _ place: Int, _ write: (String) -> Void) {
    let all = hop.settlements(of: place, points)
    if !all.isEmpty { write("\nWhat each recording says alone:\n\n") }
    for one in all {
      let title = "\(one.finding.severity.rawValue)[\(one.finding.rule.id)]"
      let sentence = one.sentence.map { " — \(Markdown.text($0))" } ?? ""
      write("- \(Markdown.text(labels[one.point])): **\(title)** \(Markdown.text(one.finding.summary)) (\(one.words))\(sentence)\n")
    }
  }
}

extension AttemptReport {
  /// For a ticket.
  package func writeMarkdown(to write: (String) -> Void) {
    write("## \(Markdown.text(problemText ?? headline))\n\n")
    for recording in recordings { write("- \(Markdown.text(recording))\n") }
    for remark in remarks { write("- \(Markdown.text(remark))\n") }
    guard problemText == nil else { return }
    write("\n| step | good | bad |\n|---|---|---|\n")
    for one in steps { write("| \(one.step.title) | \(one.good.symbol) \(one.good.rawValue) | \(one.bad.symbol) \(one.bad.rawValue) |\n") }
    write("\n")
    for finding in findings { write("- **\(finding.rule.id)**: \(Markdown.text(finding.summary)) (\(finding.confidence.rawValue))\n") }
    guard !comparison.differences.isEmpty else { return }
    write("\nDifferences, most suspicious first:\n\n| step | what | good | bad |\n|---|---|---|---|\n")
    for one in comparison.differences.prefix(CompareLimit.rows) {
      write("| \(one.step.title) | \(Markdown.text(one.name)) | \(Markdown.text(one.goodText)) | \(Markdown.text(one.badText)) |\n")
    }
  }
}

/// What a ticket takes.
private enum CompareLimit {
  static let tables = 5
  static let rows = 60
}
