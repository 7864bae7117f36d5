import ArgumentParser
import Capture
import Packets
import Reports
import Rules
import System

/// Limits what a report shows. Everything is judged all the same.
struct ChoiceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Show only results for this client: an address, a network (10.20.30.0/24) or a name. This only hides other results: counts and exit status still cover the whole recording.",
      valueName: "host"))
  var client: [String] = []
  @Option(help: ArgumentHelp("Show only results for this server, in the same form.", valueName: "host"))
  var server: [String] = []
  @Option(help: ArgumentHelp("Show only this connection, by its number in reports.", valueName: "number"))
  var connection: [Int] = []
  @Option(
    help: ArgumentHelp("Show only findings of these rules: identifiers, separated by commas. “vni-*” means all rules that begin with “vni-”.", valueName: "ids"),
    completion: .custom { _, _, _ in Rule.all.map(\.id) })
  var rule: [String] = []
  @Option(
    help: ArgumentHelp("Show only what happened from this time on, in UTC: 09:12, 09:12:30 or 2026-11-21T09:12:30Z.", valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Show only what happened until this time, in the same form.", valueName: "time"))
  var until: String?

  func validate() throws {
    for pattern in patterns where !Rule.all.contains(where: { $0.matches(pattern) }) { throw ValidationError(Rule.unknown(pattern)) }
    guard rule.isEmpty || !patterns.isEmpty else { throw ValidationError("--rule needs a rule.") }
    for (name, text) in [("--since", since), ("--until", until)] {
      if let text, Moment(text) == nil {
        throw ValidationError("\(name): invalid time “\(text)”. Use UTC, such as 09:12, 09:12:30 or 2026-11-21T09:12:30Z.")
      }
    }
    for (name, texts) in [("--client", client), ("--server", server)] {
      for text in texts where text.contains("/") && Network(parsing: text) == nil {
        throw ValidationError("\(name): invalid network “\(text)”. Use 10.20.30.0/24 or 2001:db8::/64.")
      }
      if texts.contains("") { throw ValidationError("\(name) needs a host.") }
    }
  }

  /// Of hosts only; they have other addresses in a redacted report.
  var namesHosts: Bool { !client.isEmpty || !server.isEmpty }

  var value: Choice {
    var choice = Choice()
    choice.clients = client.map(Self.host)
    choice.servers = server.map(Self.host)
    choice.connections = connection
    choice.rules = patterns
    choice.since = since.flatMap { Moment($0) }
    choice.until = until.flatMap { Moment($0) }
    return choice
  }

  private var patterns: [String] { rule.flatMap { $0.split { $0 == "," || $0 == " " }.map(String.init) } }

  private static func host(_ text: String) -> Choice.Host {
    let address = IPAddress(text).map { Network($0, bits: $0.isIPv4 ? 32 : 128) }
    return Choice.Host(text: text, network: address ?? Network(parsing: text))
  }
}

extension Network {
  /// `10.20.30.0/24`, `2001:db8::/64`; nil for what is no network.
  fileprivate init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])), let bits = Int(parts[1]),
      (0...(address.isIPv4 ? 32 : 128)).contains(bits)
    else { return nil }
    self.init(address, bits: bits)
  }
}
