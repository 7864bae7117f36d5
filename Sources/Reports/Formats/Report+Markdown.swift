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
  /// `LAB\alice`; nil when nothing tells.
  var name: String? {
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
        if let command = remedy.command { write(Markdown.code(command, indent: "   ")) }
        if let caution = remedy.caution { write("   **Caution:** \(Markdown.text(caution))\n") }
      }
    }
    if let filter = wiresharkFilter { write("\nWireshark: `\(filter)`\n") }
  }
}

/// Text inside CommonMark, as GitHub and GitLab extend it.
enum Markdown {
  private static let markup = Set(#"\`*_{}[]<>#|!~&"#)
  /// References to people, issues, merge requests, labels, milestones, snippets, epics and alerts.
  private static let sigils = Set("@#!~%$&^")
  /// Begins nothing and shows as nothing; but what is on its two sides is one word no more.
  private static let gap = "<!-- -->"

  /// Nothing in it is taken for markup, a link or a reference, and it stays on its line.
  static func text(_ text: String) -> String {
    let characters = Array(Escaping.visible(Escaping.clipped(text, to: Escaping.sentenceLimit)))
    var result = ""
    for (index, character) in characters.enumerated() {
      if markup.contains(character) || index == 0 && "-+=".contains(character) { result.append("\\") }
      // Nor is the text a list: `1. ` and `1) `.
      if ".)".contains(character), (1...9).contains(index), characters.dropFirst(index + 1).first == " ",
        characters[..<index].allSatisfy(\.isNumber)
      {
        result.append("\\")
      }
      result.append(character)
      if isLinked(characters, behind: index) { result += gap }
    }
    return result
  }

  /// Whether a word is a link or a reference only as long as it is one word here.
  private static func isLinked(_ characters: [Character], behind index: Int) -> Bool {
    guard index + 1 < characters.count else { return false }
    let next = characters[index + 1]
    if characters[index] == "@", index > 0, isOfWord(characters[index - 1]) {
      // An address of e-mail, which has a dot behind it; none without.
      return characters[(index + 1)...].prefix { !$0.isWhitespace }.contains(".")
    }
    if sigils.contains(characters[index]) { return next.isLetter || next.isNumber || next == "_" || next == "\"" }
    // `www.`, as of GitHub's autolinks.
    if next == ".", index >= 2 { return characters[(index - 2)...index].allSatisfy { $0 == "w" || $0 == "W" } }
    guard characters[index] == ":" else { return false }
    if next == "/" { return true }
    let scheme = String(characters[..<index].suffix(6)).lowercased()
    return ["mailto", "xmpp"].contains { scheme.hasSuffix($0) }
  }

  private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }

  /// A block of code, in which nothing ends it but its end.
  static func code(_ text: String, indent: String) -> String {
    let visible = Escaping.visible(text)
    let longest = visible.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(indent)\(fence)\n\(indent)\(visible)\n\(indent)\(fence)\n"
  }
}
