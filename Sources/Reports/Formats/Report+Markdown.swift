import Diagnosis
import Algorithms
import Rules
import Transcripts

extension Report {
  /// For a ticket: the verdict, then each finding with what proves it and what to do.
  package func writeMarkdown(to write: (String) -> Void) {
    write("## smbdx: \(Markdown.text(files.joined(separator: ", ")))\n\n")
    write("\(counted(smbConnections, "SMB connection")), \(failures ?? "none failed")")
    write("; findings: \(summary.critical) critical, \(summary.error) error, \(summary.warning) warning, \(summary.info) info.\n")
    if !connections.isEmpty {
      write("\n| | connection | share | user | dialect | explained by |\n|---|---|---|---|---|---|\n")
      let order = ReadingOrder(self)
      let healthy = Set(order.healthy.map(\.id))
      for connection in connections.prefix(Self.rows) {
        write(connection.row(OutcomeMark(connection, isHealthy: healthy.contains(connection.id))))
      }
      if connections.count > Self.rows { write("\n… and \(connections.count - Self.rows) more.\n") }
    }
    for finding in findings { finding.writeMarkdown(write) }
    let unchecked = Array(connections.flatMap(\.notChecked).map { "\($0.reason); needs \($0.needs)" }.uniqued())
    if !unchecked.isEmpty {
      write("\n### Not checked\n\n")
      for reason in unchecked { write("- \(Markdown.text(reason))\n") }
    }
    if !capture.warnings.isEmpty {
      write("\n### About the capture\n\n")
      for warning in capture.warnings { write("- \(Markdown.text("\(warning.file): \(warning.message)"))\n") }
    }
  }

  /// Connections in the table; nobody pastes more into a ticket.
  private static let rows = 50
}

extension DiagnosedConnection {
  fileprivate func row(_ mark: OutcomeMark) -> String {
    let cells = [
      mark.sign, endsText, shares.prefix(3).joined(separator: " "), identity?.name ?? "", dialect ?? "", primary ?? "",
    ]
    return "| " + cells.map(Markdown.text).joined(separator: " | ") + " |\n"
  }
}

extension Identity {
  fileprivate var name: String? {
    guard let user, !user.isEmpty else { return isAnonymous ? "anonymous" : nil }
    return domain.flatMap { $0.isEmpty ? nil : "\($0)\\\(user)" } ?? user
  }
}

extension Finding {
  fileprivate func writeMarkdown(_ write: (String) -> Void) {
    write("\n### \(severity.rawValue): \(rule.id)\(isPrimary ? " (explains it)" : "")\n\n")
    write("\(Markdown.text(summary)) (\(Markdown.text(standingText)))\n")
    if !evidence.isEmpty { write("\n") }
    for proof in evidence {
      let sender = proof.sender.map { ", \($0.rawValue) → \($0.other.rawValue)" } ?? ""
      write("- frame \(proof.frame)\(sender): \(Markdown.text(proof.note))\n")
    }
    if !comparison.isEmpty {
      write("\n| field | NEGOTIATE | VALIDATE | |\n|---|---|---|---|\n")
      for field in comparison {
        let cells = ["\(field.direction.rawValue) \(field.field.specificationName)", "\(field.negotiated)", "\(field.validated)", field.isEqual ? "same" : "**differs**"]
        write("| " + cells.dropLast().map(Markdown.text).joined(separator: " | ") + " | \(cells[3]) |\n")
      }
    }
    if severity > .info {
      if !causes.isEmpty { write("\nCauses, most likely first:\n\n") }
      for cause in causes { write("1. \(Markdown.text(cause))\n") }
      if !remedies.isEmpty { write("\nWhat to do:\n\n") }
      for remedy in remedies {
        write("1. \(Markdown.text(remedy.text))\n")
        if let command = remedy.command { write("   ```\n   \(command)\n   ```\n") }
        if let caution = remedy.caution { write("   **Caution:** \(Markdown.text(caution))\n") }
      }
    }
    if let filter = wiresharkFilter { write("\nWireshark: `\(filter)`\n") }
  }
}

/// Text inside CommonMark.
enum Markdown {
  /// Nothing in it is taken for markup, and it stays on its line.
  static func text(_ text: String) -> String {
    var result = ""
    var isInWord = false
    for character in Escaping.visible(Escaping.clipped(text, to: Escaping.sentenceLimit)) {
      if #"\`*_{}[]<>#|!~&"#.contains(character) { result.append("\\") }
      result.append(character)
      // Nobody is to be called who has such a name: a comment takes the word apart.
      if character == "@", !isInWord { result.append("<!-- -->") }
      isInWord = character.isLetter || character.isNumber || character == "_"
    }
    return result
  }
}
