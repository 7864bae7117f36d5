import ArgumentParser
import Packets
import Rules

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Prints the settings that are in force, as a file of settings.",
    discussion: """
      Settings are read from the next .smbdx.toml in this directory or above, or from the file that --config names. What \
      options say on the command line has precedence.

        smbdx config > .smbdx.toml
      """)

  @OptionGroup var settingsOption: SettingsOption

  func run() throws {
    let settings = try settingsOption.read()
    let source = settingsOption.path.map { "from \($0)" } ?? "no file of settings: what is in force without one"
    let out = try Output(path: nil)
    out.write("# \(source)\n\(settings.toml(today: today))")
    out.flush()
  }
}

extension Settings {
  /// A file that says the same; thresholds are all named.
  func toml(today: String) -> String {
    var lines = [
      "# The severity from which findings make the exit status 1.", "fail-on = \(quoted(failOn.rawValue))", "",
      "# Rules to run, and to leave out; \"vni-*\" means all that begin so.", "[rules]",
      "select = \(list(select.isEmpty ? ["*"] : select))", "ignore = \(list(ignore))", "",
      "# Severities of rules, in place of their own.", "[severities]",
    ]
    lines += severities.sorted { $0.key < $1.key }.map { "\($0.key) = \(quoted($0.value.rawValue))" }
    lines += ["", "# From when on something is slow, or clocks are apart.", "[thresholds]"]
    for rule in Rule.all {
      if let threshold = rule.threshold { lines.append("\(rule.id) = \"\((thresholds[rule.id] ?? threshold.standard).seconds)s\"") }
    }
    lines += ["", "# What hosts are called in reports.", "[hosts]"]
    lines += hosts.sorted { $0.key < $1.key }.map { "\(quoted($0.key.description)) = \(quoted($0.value))" }
    lines += [
      "", "# Where services listen besides their own ports.", "[ports]", "smb = \(list(smbPorts))",
      "kerberos = \(list(kerberosPorts))",
    ]
    for entry in accept { lines += ["", entry.isOver(today) ? "# It is over." : "# Told as a note."] + entry.lines }
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
