import ArgumentParser
import FoundationEssentials
import Reports
import Rules

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a rule: what it means, when it is harmless and what to do.")

  @Argument(help: "Identifiers, as they stand in brackets in a report.", completion: .list(Rule.all.map(\.id)))
  var ids: [String]
  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let out = try Output(path: nil)
    let options = TextOptions(
      width: out.width ?? 100,
      isColored: colorOption.isColored(out, environment: ProcessInfo.processInfo.environment))
    for id in ids {
      guard let rule = Rule.named(id) else {
        throw ValidationError(Rule.unknown(id))
      }
      Explanation(rule).writeText(options) { out.write($0) }
    }
    out.flush()
  }
}

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "rules", abstract: "Lists every rule.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
  }

  @Option(help: "How to write the list.")
  var format: Format = .text
  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let out = try Output(path: nil)
    switch format {
    case .json: RuleListing().writeJSON { out.write($0) }
    case .markdown: RuleListing().writeMarkdown { out.write($0) }
    case .text:
      let options = TextOptions(
        width: out.width ?? 100,
        isColored: colorOption.isColored(out, environment: ProcessInfo.processInfo.environment))
      RuleListing().writeText(options) { out.write($0) }
    }
    out.flush()
  }
}
