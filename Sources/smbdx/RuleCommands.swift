import ArgumentParser
import Reports
import Rules

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a rule: what it means, when it is harmless, and what to do.",
    discussion: """
      You can give an identifier or a pattern (vni-*), a status (STATUS_LOGON_FAILURE, 0xC000006D), a Kerberos error \
      (KDC_ERR_S_PRINCIPAL_UNKNOWN, 25), a Windows error (53, 0x80070035), a Linux mount error (-13, EACCES), or the \
      number of a Windows event (31017). Case does not matter.
      """)

  // A mount's error looks like an option.
  @Argument(
    parsing: .allUnrecognized, help: "Identifiers, as shown in brackets in a report; patterns, statuses, errors, events.",
    completion: .list(Rule.all.map(\.id)))
  var ids: [String]
  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let out = try Output(path: nil)
    let options = colorOption.text(out)
    for id in ids {
      if let rule = Rule.named(id.lowercased()) {
        Explanation(rule).writeText(options) { out.write($0) }
        continue
      }
      let hits = LookUp.hits(for: id)
      guard !hits.isEmpty else { throw ValidationError(LookUp.unknown(id)) }
      LookUpListing(hits).writeText(options) { out.write($0) }
    }
    out.flush()
  }
}

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rules", abstract: "Lists every rule.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
    /// How the software of both ends is known.
    case peers
  }

  @Option(help: "The format of the list.")
  var format: Format = .text
  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let out = try Output(path: nil)
    switch format {
    case .json: RuleListing().writeJSON { out.write($0) }
    case .markdown: RuleListing().writeMarkdown { out.write($0) }
    case .peers: PeerTable.writeMarkdown { out.write($0) }
    case .text:
      RuleListing().writeText(colorOption.text(out)) { out.write($0) }
    }
    out.flush()
  }
}
