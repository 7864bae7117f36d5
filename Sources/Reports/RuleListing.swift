package import Rules

/// The rules there are, for `smbdx rules`.
package struct RuleListing {
  private let rules: [Rule]

  package init(_ rules: [Rule] = Rule.all) { self.rules = rules }

  /// Grouped by phase, in the order of the catalogue.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    let out = TextWriter(width: options.width, palette: Palette(isColored: options.isColored), write: write)
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
      Phrase.words("\(counted(rules.count, "rule")); smbdx explain ID tells what one means.", .faint), hanging: 0)
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
          json.member("causes", rule.causes)
          json.array("remedies") { for remedy in rule.remedies { json.object { remedy.write(to: json) } } }
          json.member("references", rule.references)
          json.member("needs", rule.needs.map(\.description))
        }
      }
    }
  }
}

extension Need {
  /// Completes "the capture has to show …".
  var description: String {
    switch self {
    case .negotiate: "the NEGOTIATE request and response"
    case .validateNegotiate: "the connection from NEGOTIATE to Validate Negotiate, not encrypted"
    case .serverReplies: "everything the server sent while the connection was established"
    }
  }
}
