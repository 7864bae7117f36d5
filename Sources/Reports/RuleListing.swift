package import Rules

/// The rules there are, for `smbdx rules`.
package struct RuleListing {
  private let rules: [Rule]

  package init(_ rules: [Rule] = Rule.all) { self.rules = rules }

  /// Grouped by phase, in the order of the catalogue.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(options, write: write)
    for phase in Phase.allCases {
      let ofPhase = rules.filter { $0.phase == phase }
      guard !ofPhase.isEmpty else { continue }
      out.separate()
      out.line(phase.rawValue, .faint)
      for rule in ofPhase {
        let severity = rule.severity.rawValue
        out.flow(
          [Phrase(severity, Tone(rule.severity)), Phrase(rule.id, .strong, gap: Self.idColumn - 2 - severity.count)],
          indent: 2, hanging: Self.idColumn)
        out.flow(Phrase.words(rule.summary), indent: Self.idColumn, hanging: Self.idColumn)
      }
    }
    out.separate()
    out.flow(
      Phrase.words("\(counted(rules.count, "rule")); smbdx explain ID explains one.", .faint), hanging: 0)
  }

  /// Behind the longest severity.
  private static let idColumn = 12

  package func writeJSON(to write: @escaping (String) -> Void) {
    let json = JSONWriter(.indented, write: write)
    json.array {
      for rule in rules {
        json.object {
          json.member("id", rule.id)
          json.member("severity", rule.severity.rawValue)
          json.member("phase", rule.phase.rawValue)
          json.member("summary", rule.summary)
          json.member("explanation", rule.explanation)
          json.member("harmless", rule.whenBenign)
          json.member("confirmation", rule.howToVerify)
          json.member("causes", rule.causes)
          json.array("remedies") { for remedy in rule.remedies.flatMap(\.all) { json.object { remedy.write(to: json) } } }
          json.member("references", rule.references)
          json.member("needs", rule.needs.map(\.description))
        }
      }
    }
  }
}

extension RuleListing {
  /// The reference page: every rule with all that `smbdx explain` says.
  package func writeMarkdown(to write: (String) -> Void) {
    write("# Rules\n\n\(counted(rules.count, "diagnosis", "diagnoses")), by phase. `smbdx rules --format markdown` prints this page.\n")
    for phase in Phase.allCases {
      let ofPhase = rules.filter { $0.phase == phase }
      guard !ofPhase.isEmpty else { continue }
      write("\n## \(phase.rawValue)\n")
      for rule in ofPhase { Self.write(rule, to: write) }
    }
  }

  private static func write(_ rule: Rule, to write: (String) -> Void) {
    write("\n### `\(rule.id)`\n\n**\(rule.severity.rawValue)** · \(rule.summary)\n")
    for paragraph in paragraphs(of: rule.explanation) { write("\n\(paragraph)\n") }
    for (title, text) in [("When it is harmless", rule.whenBenign), ("How to verify", rule.howToVerify)] where !text.isEmpty {
      write("\n*\(title).* \(paragraphs(of: text).joined(separator: "\n\n"))\n")
    }
    if !rule.causes.isEmpty {
      write("\nCauses, most likely first:\n\n")
      for (index, cause) in rule.causes.enumerated() { write("\(index + 1). \(cause)\n") }
    }
    if !rule.remedies.isEmpty {
      write("\nWhat to do:\n\n")
      for (index, remedy) in rule.remedies.flatMap(\.all).enumerated() {
        write("\(index + 1). \(remedy.text)\n")
        if let command = remedy.command { write("\n   ```\n   \(command)\n   ```\n") }
        if let caution = remedy.caution { write("\n   **Caution:** \(caution)\n") }
      }
    }
    if !rule.needs.isEmpty {
      write("\nNeeds \(rule.needs.map(\.description).joined(separator: "; ")).\n")
    }
    write("\nReferences: \(rule.references.joined(separator: " · "))\n")
  }
}

extension Need {
  /// Completes "the capture has to show …".
  var description: String {
    switch self {
    case .negotiate: "the NEGOTIATE request and response"
    case .negotiateContexts: "the NEGOTIATE request and response to their ends"
    case .validateNegotiate: "the connection from NEGOTIATE to Validate Negotiate, not encrypted"
    case .answerToValidation: "the answer to Validate Negotiate"
    case .end: "the last answer of the side that had to answer"
    case .answerToSYN: "a recording with both directions of some connection"
    case .kerberosTraffic: "the client's requests to its KDCs (port 88)"
    case .nameTraffic: "the client's requests to its name servers (port 53)"
    case .otherSide: "for certainty, a second recording on the other host (smbdx compare)"
    }
  }
}
