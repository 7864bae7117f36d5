import Diagnosis
import Algorithms
import Rules
import Transcripts

extension Report {
  /// For a ticket: the verdict and what went wrong at a glance, then one example of each with what proves it and what to do.
  /// Never more than a ticket takes.
  package func writeMarkdown(to write: (String) -> Void) { write(markdown(limit: Ticket.Limit.bytes)) }

  /// - Parameter limit: bytes.
  func markdown(limit: Int) -> String {
    var ticket = Ticket(self, limit: limit)
    ticket.compose()
    return ticket.text
  }
}

/// A report of bounded length.
struct Ticket {
  enum Limit {
    /// GitHub, GitLab and Jira accept a little more. Counted in bytes, so never too many characters.
    static let bytes = 60_000
    /// Reserved for the sentence about the parts that were left out.
    static let reserve = 600
    /// Of these, one part in so many is for the list of what went wrong; of further entries only the rule is shown.
    static let overview = 2
    /// Connections in the table; more do not fit into a ticket.
    static let rows = 50
    /// Lines of evidence of one finding.
    static let evidence = 24
  }

  private let report: Report
  private let order: ReadingOrder
  private let overview: Overview
  /// Bytes.
  private let limit: Int
  let clock: ClockText
  private(set) var text = ""
  private var size = 0
  /// Remedies that were told, by their words.
  private var advised: Set<String> = []
  private var leftOut = 0

  init(_ report: Report, limit: Int) {
    self.report = report
    self.limit = limit
    order = ReadingOrder(report)
    overview = Overview(report)
    clock = ClockText(report.capture)
  }

  mutating func compose() {
    add(head)
    let isGrouped = order.notable.count > TextReport.Limit.withoutOverview
    if isGrouped {
      add(glance)
      add(affected)
    } else if !report.connections.isEmpty {
      add(table)
    }
    let told = isGrouped ? overview.leading.map { ($0.group.example, $0.group) } : report.findings.map { ($0, nil) }
    for (finding, group) in told { add(section(finding, group)) }
    add(unchecked)
    add(aboutCapture)
    guard leftOut > 0 else { return }
    let why = limit == Limit.bytes ? "a ticket holds \(grouped(limit)) characters" : "each file has room for \(grouped(limit)) characters"
    text += "\n\(counted(leftOut, "part was", "parts were")) left out, because \(why);  "
    text += "`smbdx --format html` shows everything.\n"
  }

  /// What does not fit is counted.
  private mutating func add(_ part: String) {
    guard !part.isEmpty else { return }
    let bytes = part.utf8.count
    guard size + bytes <= limit - Limit.reserve else {
      leftOut += 1
      return
    }
    text += part
    size += bytes
  }

  private var head: String {
    let summary = report.summary
    var text = "## smbdx: \(Markdown.text(report.fileList(limit: 8)))\n\n"
    text += "\(counted(report.smbConnections, "SMB connection")), \(report.failures ?? "none failed")"
    text += "; findings: \(summary.critical) critical, \(summary.error) error, \(summary.warning) warning, \(summary.info) info.\n"
    if let length = report.capture.lengthText { text += "\n\(counted(report.capture.frames, "frame")) \(length).\n" }
    if let shown = report.shown { text += "\n\(Markdown.text(shown.sentence)).\n" }
    return text
  }

  // MARK: Overview

  /// What went wrong, and how often; what does not fit by its rule alone.
  private var glance: String {
    var text = "\n### What went wrong\n\n| | diagnosis | server | clients | users | when |\n|---:|---|---|---|---|---|\n"
    var rest: [String: Int] = [:]
    for (_, group) in overview.leading {
      let row = row(group)
      guard text.utf8.count + row.utf8.count <= limit / Limit.overview else {
        rest[group.rule.id, default: 0] += group.count
        continue
      }
      text += row
    }
    guard !rest.isEmpty else { return text }
    let names = rest.sorted { $0.key < $1.key }.map { "\($0.value)× `\($0.key)`" }.joined(separator: ", ")
    return text + "\nAlso: \(names).\n"
  }

  private func row(_ group: DiagnosisGroup) -> String {
    let companions = overview.companions(of: group).map { "; with it \($0.severity.rawValue): `\($0.rule.id)`" }.joined()
    let cells = [
      group.serverText ?? "", group.clients.isEmpty ? "" : summary(of: group.clients), group.users.count > 1 ? "\(group.users.count)" : group.users.first ?? "",
      clock.range(group.firstTime, group.lastTime) ?? "",
    ].map(Markdown.text)
    let what = "**\(group.severity.rawValue)**: `\(group.rule.id)`: \(Markdown.text(Escaping.clipped(group.summary)))\(companions)"
    return "| \(grouped(group.count))× | \(what) | " + cells.joined(separator: " | ") + " |\n"
  }

  private var affected: String {
    let lists = Affected(report).lists
    guard !lists.isEmpty else { return "" }
    var text = "\n### Who is hit\n\nFailed connections, of all connections:\n\n"
    for (title, tallies) in lists {
      let named = tallies.prefix(4).map { "\(Markdown.text($0.name)) \($0.failed) of \($0.all)" }.joined(separator: ", ")
      text += "- \(title): \(named)\(tallies.count > 4 ? " and \(tallies.count - 4) more" : "")\n"
    }
    return text
  }

  private var table: String {
    var text = "\n| | connection | share | user | dialect | began | explained by |\n|---|---|---|---|---|---|---|\n"
    let healthy = Set(order.healthy.map(\.id))
    for connection in report.connections.prefix(Limit.rows) {
      text += connection.row(OutcomeMark(connection, isHealthy: healthy.contains(connection.id)), clock)
    }
    if report.connections.count > Limit.rows { text += "\n… and \(report.connections.count - Limit.rows) more.\n" }
    return text
  }

  // MARK: Findings

  /// - Parameter group: those that the finding is an example of.
  private mutating func section(_ finding: Finding, _ group: DiagnosisGroup?) -> String {
    var text = finding.head(group, clock, evidence: Limit.evidence)
    if group != nil, let connection = finding.connections.first.flatMap(order.connection) {
      let about = [connection.endsText, connection.shareText, connection.identityText, connection.dialectText].compactMap(\.self)
      text += "\nExample: \(Markdown.text(about.joined(separator: ", ")))\n"
    }
    if finding.severity > .info { text += advice(of: finding) }
    if let filter = finding.wiresharkFilter { text += "\nWireshark: `\(filter)`\n" }
    if let group, group.count > 1 {
      text += "\n\(grouped(group.count - 1)) similar:\n\n" + Markdown.code(report.command(listing: group), indent: "")
    }
    return text
  }

  /// Causes, and remedies that were not told yet.
  private mutating func advice(of finding: Finding) -> String {
    var text = finding.causes.isEmpty ? "" : "\nCauses, most likely first:\n\n"
    for cause in finding.causes { text += "1. \(Markdown.text(cause))\n" }
    let new = zip(finding.remedies, finding.datedRemedies)
      .filter { advised.insert($0.0.text + ($0.0.command ?? "")).inserted }.map(\.1)
    if !new.isEmpty { text += "\nWhat to do:\n\n" }
    for remedy in new {
      text += "1. \(Markdown.text(remedy.text))\n"
      if let command = remedy.command { text += Markdown.code(command, indent: "   ") }
      if let caution = remedy.caution { text += "   **Caution:** \(Markdown.text(caution))\n" }
    }
    let known = finding.remedies.count - new.count
    if known > 0 { text += "\n\(known == finding.remedies.count ? "What to do: as above." : "And what the remedies above say.")\n" }
    return text
  }

  // MARK: The rest

  private var unchecked: String {
    let groups = report.notCheckedGroups
    guard !groups.isEmpty else { return "" }
    var text = "\n### Not checked\n\n"
    for group in groups.prefix(16) { text += "- \(Markdown.text("\(group.reason); needs \(group.needs) (\(group.scope))"))\n" }
    return text
  }

  private var aboutCapture: String {
    let lines = report.capture.sentences(limit: 16)
    guard !lines.isEmpty else { return "" }
    return "\n### About the capture\n\n" + lines.map { "- \(Markdown.text($0))\n" }.joined()
  }
}

extension DiagnosedConnection {
  fileprivate func row(_ mark: OutcomeMark, _ clock: ClockText) -> String {
    let cells = [
      mark.sign, endsText, shares.prefix(3).joined(separator: " "), identity?.name ?? "", dialect ?? "",
      clock.seconds(startTime) ?? "", primary ?? "",
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
  fileprivate func head(_ group: DiagnosisGroup?, _ clock: ClockText, evidence limit: Int) -> String {
    let count = group.map { $0.count > 1 ? " (\(grouped($0.count))×)" : "" } ?? (isPrimary ? " (explains it)" : "")
    var text = "\n### \(severity.rawValue): \(rule.id)\(count)\n\n\(Markdown.text(summary)) (\(Markdown.text(standingText)))\n"
    if !evidence.isEmpty { text += "\n" }
    for proof in evidence.prefix(limit) {
      let sender = proof.sender.map { ", \($0.rawValue) → \($0.other.rawValue)" } ?? ""
      let time = clock.milliseconds(proof.time).map { ", \($0)" } ?? ""
      text += "- frame \(proof.frame)\(time)\(sender): \(Markdown.text(proof.note))\n"
    }
    if evidence.count > limit { text += "- … and \(evidence.count - limit) more\n" }
    guard !comparison.isEmpty else { return text }
    text += "\n| field | NEGOTIATE | VALIDATE | |\n|---|---|---|---|\n"
    for field in comparison {
      let cells = ["\(field.direction.rawValue) \(field.field.specificationName)", "\(field.negotiated)", "\(field.validated)"]
      text += "| " + cells.map(Markdown.text).joined(separator: " | ") + " | \(field.isEqual ? "same" : "**differs**") |\n"
    }
    return text
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
