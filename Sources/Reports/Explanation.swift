package import Rules

/// Everything a rule says of itself, for `smbdx explain`.
package struct Explanation {
  private let rule: Rule

  package init(_ rule: Rule) { self.rule = rule }

  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(width: options.width, palette: Palette(isColored: options.isColored), write: write)
    out.flow(
      [Phrase("\(rule.severity.rawValue)[\(rule.id)]", Tone(rule.severity))] + Phrase.words(rule.summary, .strong),
      hanging: 2)
    for paragraph in paragraphs(of: rule.explanation) {
      out.separate()
      out.flow(Phrase.words(paragraph), hanging: 0)
    }
    writeSection("when it is harmless", rule.harmless, to: out)
    writeSection("how to make sure", rule.confirmation, to: out)
    writeCauses(to: out)
    writeRemedies(to: out)
    out.separate()
    out.flow([Phrase("phase", .faint), Phrase(rule.phase.rawValue, gap: 6)], hanging: Self.column)
    if !rule.needs.isEmpty {
      out.flow(
        [Phrase("needs", .faint)] + Phrase.words(rule.needs.map(\.description).joined(separator: "; "), gap: 6),
        hanging: Self.column)
    }
    let references = rule.references.enumerated().map { index, reference in
      Phrase(reference + (index < rule.references.count - 1 ? " ·" : ""))
    }
    out.flow([Phrase("references", .faint)] + references, hanging: Self.column)
  }

  private static let column = 11

  private func writeSection(_ title: String, _ text: String, to out: TextWriter) {
    guard !text.isEmpty else { return }
    out.separate()
    out.line(title, .faint)
    for paragraph in paragraphs(of: text) { out.flow(Phrase.words(paragraph), indent: 2, hanging: 2) }
  }

  private func writeCauses(to out: TextWriter) {
    guard !rule.causes.isEmpty else { return }
    out.separate()
    out.line("causes, most likely first", .faint)
    for (index, cause) in rule.causes.enumerated() {
      out.flow([Phrase("\(index + 1).")] + Phrase.words(cause), indent: 2, hanging: 5)
    }
  }

  private func writeRemedies(to out: TextWriter) {
    guard !rule.remedies.isEmpty else { return }
    out.separate()
    out.line("what to do", .faint)
    writeNumbered(rule.remedies, indent: 2, to: out)
  }
}

/// The paragraphs of a text, which empty lines separate; the lines of one are joined.
func paragraphs(of text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false)
    .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
}
