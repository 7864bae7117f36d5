import ArgumentParser
import Packets
import Rules

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints the current settings as a settings file.",
    discussion: """
      smbdx reads settings from the nearest .smbdx.toml in this directory or above, or from the file given with \
      --config. Options on the command line have precedence.

        smbdx config > .smbdx.toml
      """)

  @OptionGroup var settingsOption: SettingsOption

  func run() throws {
    let settings = try settingsOption.read()
    let source = settingsOption.path.map { "from \($0)" } ?? "no settings file: the defaults"
    let out = try Output(path: nil)
    out.write("# \(source)\n\(settings.toml(today: today))")
    out.flush()
  }
}

extension Settings {
  /// A file that says the same; thresholds are all named.
  func toml(today: String) -> String {
    var lines = [
      "# Exit with status 1 for findings of this severity or above.", "fail-on = \(quoted(failOn.rawValue))", "",
      "# Rules to run, and to skip; \"vni-*\" means all rules that begin with \"vni-\".", "[rules]",
      "select = \(list(select.isEmpty ? ["*"] : select))", "ignore = \(list(ignore))", "",
      "# Other severities for rules.", "[severities]",
    ]
    lines += severities.sorted { $0.key < $1.key }.map { "\($0.key) = \(quoted($0.value.rawValue))" }
    lines += ["", "# Above these values something is slow, or clocks differ.", "[thresholds]"]
    for rule in Rule.all {
      if let threshold = rule.threshold { lines.append("\(rule.id) = \"\((thresholds[rule.id] ?? threshold.standard).seconds)s\"") }
    }
    lines += ["", "# Names of hosts in reports.", "[hosts]"]
    lines += hosts.sorted { $0.key < $1.key }.map { "\(quoted($0.key.description)) = \(quoted($0.value))" }
    lines += [
      "", "# Further ports of the services.", "[ports]", "smb = \(list(smbPorts))",
      "kerberos = \(list(kerberosPorts))",
    ]
    for entry in accept { lines += ["", entry.isOver(today) ? "# Expired." : "# Reported as a note."] + entry.lines }
    return lines.joined(separator: "\n") + "\n"
  }

  private func list(_ texts: [String]) -> String { "[\(texts.map(quoted).joined(separator: ", "))]" }
  private func list(_ numbers: [UInt16]) -> String { "[\(numbers.map(String.init).joined(separator: ", "))]" }
}

extension Settings.Accepted {
  fileprivate var lines: [String] {
    [
      "[[accept]]", "rule = \(quoted(rule))", host.map { "host = \(quoted($0))" }, "reason = \(quoted(reason))",
      expires.map { "expires = \($0)" },
    ].compactMap(\.self)
  }
}

/// A basic string: toml.io 1.0, “String”.
private func quoted(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"", "\\": "\\\(scalar)"
    case _ where scalar.value < 0x20 || scalar.value == 0x7f:
      "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"\(escaped.joined())\""
}
