import Packets
import Reports
import Rules
import System

/// Turns a TOML document into settings. It refuses unknown keys, so that no misspelt setting is silently ignored.
struct SettingsReader {
  /// Why a file is refused: in which line, and what to write instead.
  struct Fault: Error {
    var message: String
    var line: Int
  }

  /// The keys of each table that has only certain ones.
  private static let keys: [[String]: [String]] = [
    []: ["fail-on", "rules", "severities", "thresholds", "hosts", "ports", "accept"],
    ["rules"]: ["select", "ignore"],
    ["ports"]: ["smb", "kerberos"],
    ["accept"]: ["rule", "host", "reason", "expires"],
  ]
  private enum Limit {
    /// Bytes of a file: hundreds of hosts.
    static let size = 64 * 1024
    /// Parts of a key. Real keys have at most two; the library has no limit and recurses for each part.
    static let keyParts = 64
  }

  /// What a threshold can be.
  private static let spans = TimeSpan.seconds(1) ... .days(1)

  private var settings = Settings()
  /// Lines of the tables of ``Settings/accept``.
  private var acceptLines: [Int] = []

  static func read(_ text: [UInt8]) throws(Fault) -> Settings {
    guard text.count <= Limit.size else { throw Fault(message: "a settings file may have at most \(Limit.size) bytes", line: 1) }
    for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      guard line.count(where: { $0 == UInt8(ascii: ".") }) < Limit.keyParts else {
        throw Fault(message: "this line has too many dots for a key", line: index + 1)
      }
    }
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text)
    } catch {
      throw Fault(message: error.message, line: error.line)
    }
    var reader = Self()
    // The first fault in the order of the file is told.
    for entry in document.entries.sorted(by: { $0.line < $1.line }) { try reader.take(entry) }
    try reader.checkAcceptances()
    return reader.settings
  }

  private mutating func take(_ entry: TOMLDocument.Entry) throws(Fault) {
    let (path, value) = (entry.path, entry.value)
    switch (path.first, path.count) {
    case ("fail-on", 1): settings.failOn = try severity(entry)
    case ("rules", 1), ("severities", 1), ("thresholds", 1), ("hosts", 1), ("ports", 1): try expect(value == .table, "a table", entry)
    case ("accept", 1): try expect(value == .array, "a list of tables: [[accept]]", entry)
    case ("accept", 2):
      try expect(value == .table, "a table: [[accept]]", entry)
      settings.accept.append(Settings.Accepted(rule: "", reason: ""))
      acceptLines.append(entry.line)
    case ("rules", 2) where Self.keys[["rules"], default: []].contains(path[1]),
      ("ports", 2) where Self.keys[["ports"], default: []].contains(path[1]):
      try expect(value == .array, "a list", entry)
    case ("rules", 3): try takeRule(entry)
    case ("ports", 3): try takePort(entry)
    case ("severities", 2): settings.severities[try rule(path[1], entry).id] = try severity(entry)
    case ("thresholds", 2): try takeThreshold(entry)
    case ("hosts", 2): try takeHost(entry)
    case ("accept", 3): try takeAcceptance(entry)
    default: throw unknownKey(entry)
    }
  }

  // MARK: Values

  private mutating func takeRule(_ entry: TOMLDocument.Entry) throws(Fault) {
    let pattern = try text(entry)
    try checkPattern(pattern, entry)
    if entry.path[1] == "select" { settings.select.append(pattern) } else { settings.ignore.append(pattern) }
  }

  private mutating func takePort(_ entry: TOMLDocument.Entry) throws(Fault) {
    guard case .integer(let number) = entry.value, let port = UInt16(exactly: number), port > 0 else {
      throw Fault(message: "a port must be a number from 1 to 65535", line: entry.line)
    }
    if entry.path[1] == "smb" { settings.smbPorts.append(port) } else { settings.kerberosPorts.append(port) }
  }

  private mutating func takeThreshold(_ entry: TOMLDocument.Entry) throws(Fault) {
    let rule = try rule(entry.path[1], entry)
    guard rule.threshold != nil else {
      let tunable = Rule.all.filter { $0.threshold != nil }.map(\.id).joined(separator: ", ")
      throw Fault(message: "\(rule.id) has no threshold; these rules have one: \(tunable)", line: entry.line)
    }
    let time: TimeSpan? =
      switch entry.value {
      case .string(let text): TimeSpan(argument: text)
      case .integer(let seconds): TimeSpan(argument: String(seconds))
      default: nil
      }
    guard let time, Self.spans.contains(time) else {
      throw Fault(message: "a threshold must be a time from \"1s\" to \"1d\", such as \"5m\"", line: entry.line)
    }
    settings.thresholds[rule.id] = time
  }

  private mutating func takeHost(_ entry: TOMLDocument.Entry) throws(Fault) {
    guard let address = IPAddress(entry.path[1]) else {
      throw Fault(message: "invalid address “\(entry.path[1])”: use \"192.0.2.1\" = \"fs01\"", line: entry.line)
    }
    settings.hosts[address] = try text(entry)
  }

  private mutating func takeAcceptance(_ entry: TOMLDocument.Entry) throws(Fault) {
    let last = settings.accept.count - 1
    switch entry.path[2] {
    case "rule":
      settings.accept[last].rule = try text(entry)
      try checkPattern(settings.accept[last].rule, entry)
    case "host": settings.accept[last].host = try text(entry)
    case "reason": settings.accept[last].reason = try text(entry)
    case "expires":
      guard case .date(let day) = entry.value else {
        throw Fault(message: "expires must be a date without quotes, such as 2027-01-31", line: entry.line)
      }
      settings.accept[last].expires = day
    default: throw unknownKey(entry)
    }
  }

  /// Each has what it needs; hosts may stand behind it in the file.
  private func checkAcceptances() throws(Fault) {
    for (entry, line) in zip(settings.accept, acceptLines) {
      if entry.rule.isEmpty { throw Fault(message: "[[accept]] needs a rule", line: line) }
      if entry.reason.allSatisfy(\.isWhitespace) { throw Fault(message: "[[accept]] for \(entry.rule) needs a reason", line: line) }
      if let host = entry.host, settings.addresses(of: host).isEmpty {
        throw Fault(message: "“\(host)” is neither an address nor a name from [hosts]", line: line)
      }
    }
  }

  // MARK: Words

  private func expect(_ isRight: Bool, _ what: String, _ entry: TOMLDocument.Entry) throws(Fault) {
    if !isRight { throw Fault(message: "\(entry.path.joined(separator: ".")) must be \(what)", line: entry.line) }
  }

  private func text(_ entry: TOMLDocument.Entry) throws(Fault) -> String {
    guard case .string(let text) = entry.value, !text.isEmpty else {
      throw Fault(message: "\(entry.path.joined(separator: ".")) must be a text in quotes", line: entry.line)
    }
    return text
  }

  private func severity<Level: RawRepresentable<String> & CaseIterable>(_ entry: TOMLDocument.Entry) throws(Fault) -> Level {
    let word = try text(entry)
    guard let level = Level(rawValue: word) else {
      let words = Level.allCases.map(\.rawValue)
      throw Fault(
        message: "invalid severity “\(word)”: use \(words.joined(separator: ", ")).\(suggestion(for: word, among: words))",
        line: entry.line)
    }
    return level
  }

  private func rule(_ id: String, _ entry: TOMLDocument.Entry) throws(Fault) -> Rule {
    guard let rule = Rule.named(id) else { throw Fault(message: Rule.unknown(id), line: entry.line) }
    return rule
  }

  private func checkPattern(_ pattern: String, _ entry: TOMLDocument.Entry) throws(Fault) {
    guard Rule.all.contains(where: { $0.matches(pattern) }) else {
      throw Fault(message: Rule.unknown(pattern), line: entry.line)
    }
  }

  private func unknownKey(_ entry: TOMLDocument.Entry) -> Fault {
    // Members of arrays have numbers, which name nothing.
    let table = entry.path.dropLast().filter { Int($0) == nil }
    let key = entry.path.last ?? ""
    let place = table.isEmpty ? "" : " in [\(table.joined(separator: "."))]"
    return Fault(
      message: "unknown key “\(key)”\(place).\(suggestion(for: key, among: Self.keys[Array(table), default: []]))",
      line: entry.line)
  }
}
