package import Rules

/// Everything a rule says of itself, for `smbdx explain`.
package struct Explanation {
  private let rule: Rule

  package init(_ rule: Rule) { self.rule = rule }

  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(options, write: write)
    out.flow(
      [Phrase("\(rule.severity.rawValue)[\(rule.id)]", Tone(rule.severity))] + Phrase.words(rule.summary, .strong),
      hanging: 2)
    for paragraph in paragraphs(of: rule.explanation) {
      out.separate()
      out.flow(Phrase.words(paragraph), hanging: 0)
    }
    writeSection("when it is harmless", rule.whenBenign, to: out)
    writeSection("how to verify", rule.howToVerify, to: out)
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
    // All software: nothing is known of the reader's.
    writeNumbered(rule.remedies.flatMap(\.all), indent: 2, to: out)
  }
}

/// What a word or number may be, and the rules about it, for `smbdx explain`.
package struct LookUpListing {
  private let hits: [LookUp.Hit]

  package init(_ hits: [LookUp.Hit]) { self.hits = hits }

  /// The whole explanation when there is one rule and no doubt.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(options, write: write)
    for hit in hits {
      out.separate()
      out.flow(Phrase.words(hit.what, .strong), hanging: 2)
      guard hits.count > 1 || hit.rules.count > 1 else { continue }
      for rule in hit.rules { list(rule, to: out) }
    }
    out.separate()
    guard hits.count > 1 || hits.contains(where: { $0.rules.count > 1 }) else {
      for rule in hits.flatMap(\.rules) { Explanation(rule).writeText(options, to: write) }
      return
    }
    out.flow(Phrase.words("smbdx explain ID explains one.", .faint), hanging: 0)
  }

  private func list(_ rule: Rule, to out: TextWriter) {
    let severity = rule.severity.rawValue
    out.flow(
      [Phrase(severity, Tone(rule.severity)), Phrase(rule.id, .strong, gap: Self.idColumn - 2 - severity.count)], indent: 2,
      hanging: Self.idColumn)
    out.flow(Phrase.words(rule.summary), indent: Self.idColumn, hanging: Self.idColumn)
  }

  /// Behind the longest severity.
  private static let idColumn = 12
}

/// The paragraphs of a text, which empty lines separate; the lines of one are joined.
func paragraphs(of text: String) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false)
    .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
}
