import Cryptography
import Proof
import System

/// Reads a file of keys:
///
///     [[user]]
///     name = "alice"
///     password = "…"        # or nt-hash = "32 hexadecimal digits"
///
///     [[keytab]]
///     path = "fs01.keytab"  # from the folder of this file
///
///     [[session]]
///     id = "0x0000100000000005"
///     key = "32 to 64 hexadecimal digits"
///
/// An error names the line and never quotes it.
struct KeyFileReader {
  typealias Fault = SettingsReader.Fault

  private enum Limit {
    /// Bytes of a file: hundreds of users.
    static let size = 64 * 1024
    /// Each costs a few hashes for every logon.
    static let entries = 1024
    /// The library that reads TOML goes one call deeper for each part of a key.
    static let keyParts = 64
  }

  private struct Entry {
    var table: String
    var line: Int
    var values: [String: TOMLDocument.Entry] = [:]
  }

  private static let keys = ["user": ["name", "domain", "password", "nt-hash"], "keytab": ["path"], "session": ["id", "key"]]

  /// - Parameter files: opens the keytabs that are named.
  static func read(_ text: [UInt8], _ library: Libcrypto, _ files: KeytabFiles = KeytabFiles()) throws(Fault) -> KeyRing {
    guard text.count <= Limit.size else { throw Fault(message: "a file of keys has at most \(Limit.size) bytes", line: 1) }
    for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      let beforeValue = line.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
      guard beforeValue.count(where: { $0 == UInt8(ascii: ".") }) < Limit.keyParts else {
        throw Fault(message: "there are more dots in this line than a key can have", line: index + 1)
      }
    }
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text)
    } catch {
      // What the library says may quote the line.
      throw Fault(message: "this is no TOML: a value is a text in quotes, such as name = \"alice\"", line: error.line)
    }
    let entries = try entries(of: document)
    guard !entries.isEmpty else { throw Fault(message: "there are no keys: write [[user]], [[keytab]] or [[session]]", line: 1) }
    var users: [KeyRing.User] = []
    var sessions: [KeyRing.Session] = []
    var files = files
    for entry in entries {
      switch entry.table {
      case "user": users.append(try user(entry, library))
      case "keytab": try open(entry, &files)
      default: sessions.append(try session(entry))
      }
    }
    return KeyRing(library, users: users, sessions: sessions, keytabs: files.ring)
  }

  private static func entries(of document: TOMLDocument) throws(Fault) -> [Entry] {
    var entries: [Entry] = []
    for item in document.entries {
      guard let table = item.path.first, let known = keys[table] else {
        throw Fault(message: "there are only [[user]], [[keytab]] and [[session]]", line: item.line)
      }
      switch item.path.count {
      case 1: guard item.value == .array else { throw Fault(message: "write [[\(table)]]", line: item.line) }
      case 2:
        guard item.value == .table else { throw Fault(message: "write [[\(table)]]", line: item.line) }
        entries.append(Entry(table: table, line: item.line))
      case 3 where known.contains(item.path[2]): entries[entries.count - 1].values[item.path[2]] = item
      default:
        throw Fault(message: "[[\(table)]] has \(known.joined(separator: ", ")), and nothing else", line: item.line)
      }
      guard entries.count <= Limit.entries else { throw Fault(message: "there are more than \(Limit.entries) keys", line: item.line) }
    }
    return entries.sorted { $0.line < $1.line }
  }

  // MARK: Entries

  private static func user(_ entry: Entry, _ library: Libcrypto) throws(Fault) -> KeyRing.User {
    guard let name = try text("name", entry), !name.isEmpty else { throw Fault(message: "[[user]] has no name", line: entry.line) }
    let hash: [UInt8]
    switch (try text("password", entry), try bytes("nt-hash", entry, 16...16)) {
    case (let password?, nil): hash = library.ntHash(ofPassword: password)
    case (nil, let known?): hash = known
    default: throw Fault(message: "[[user]] has either password or nt-hash", line: entry.line)
    }
    return KeyRing.User(name: name, domain: try text("domain", entry), hash: Secret(hash), line: entry.line)
  }

  private static func open(_ entry: Entry, _ files: inout KeytabFiles) throws(Fault) {
    guard let path = try text("path", entry), !path.isEmpty else { throw Fault(message: "[[keytab]] has no path", line: entry.line) }
    do {
      try files.open(path, line: entry.line)
    } catch {
      throw Fault(message: "the keytab " + error.message, line: entry.line)
    }
  }

  private static func session(_ entry: Entry) throws(Fault) -> KeyRing.Session {
    guard let key = try bytes("key", entry, 16...32) else { throw Fault(message: "[[session]] has no key", line: entry.line) }
    let id: UInt64?
    switch entry.values["id"]?.value {
    case .integer(let number): id = UInt64(exactly: number)
    case .string(let text): id = UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: text.hasPrefix("0x") ? 16 : 10)
    default: id = nil
    }
    guard let id else {
      throw Fault(message: "id is the SessionId as Wireshark shows it: \"0x0000100000000005\"", line: entry.values["id"]?.line ?? entry.line)
    }
    return KeyRing.Session(id: id, key: Secret(key), line: entry.line)
  }

  // MARK: Values

  private static func text(_ key: String, _ entry: Entry) throws(Fault) -> String? {
    guard let item = entry.values[key] else { return nil }
    guard case .string(let text) = item.value else { throw Fault(message: "\(key) is a text in quotes", line: item.line) }
    return text
  }

  private static func bytes(_ key: String, _ entry: Entry, _ counts: ClosedRange<Int>) throws(Fault) -> [UInt8]? {
    guard let text = try text(key, entry) else { return nil }
    let digits = text.utf8.compactMap { UInt8(hexadecimalDigit: $0) }
    guard digits.count == text.utf8.count, digits.count % 2 == 0, counts.contains(digits.count / 2) else {
      let size = counts.count == 1 ? "\(2 * counts.lowerBound)" : "\(2 * counts.lowerBound) to \(2 * counts.upperBound)"
      throw Fault(message: "\(key) has \(size) hexadecimal digits", line: entry.values[key]?.line ?? entry.line)
    }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

extension UInt8 {
  fileprivate init?(hexadecimalDigit digit: UInt8) {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self = digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self = digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self = digit - UInt8(ascii: "A") + 10
    default: return nil
    }
  }
}
