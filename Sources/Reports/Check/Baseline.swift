import FoundationEssentials
import Rules

/// Findings that are known and accepted, each with a reason and perhaps for a time.
package struct Baseline: Sendable {
  package struct Entry: Sendable, Equatable {
    /// The capture's path, or the end of it.
    package var capture: String
    /// An identifier; `vni-*` means all that begin so.
    package var rule: String
    package var connection: Int?
    package var reason: String
    /// The last day on which it holds, as 2027-01-31; for ever without one.
    package var expires: String?
  }

  fileprivate struct File {
    var schema: String
    var accept: [Entry]
  }

  package static let schema = "smbdx-baseline/1"

  package let entries: [Entry]
  /// As 2026-11-24.
  private let today: String

  /// - Parameter today: the day, in the form of ``Entry/expires``.
  /// - Throws: ``Expectation/Fault``.
  package init(json: [UInt8], today: String) throws {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(json))
    } catch let error as DecodingError {
      throw Expectation.Fault(description: error.sentence)
    }
    guard file.schema == Self.schema else {
      throw Expectation.Fault(description: "the schema is “\(file.schema)” instead of “\(Self.schema)”")
    }
    entries = file.accept
    self.today = today
  }

  /// RFC 3339 5.7, 2027-01-31.
  fileprivate static func isDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (0x30..<0x3a).contains($0) } })
    else { return false }
    let (year, month, day) = (Int(parts[0]) ?? 0, Int(parts[1]) ?? 0, Int(parts[2]) ?? 0)
    guard (1...12).contains(month) else { return false }
    let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(day)
  }

  package func isExpired(_ entry: Entry) -> Bool { entry.expires.map { $0 < today } ?? false }

  /// The entry that accepts a finding which appeared; nil when none does.
  package func index(accepting difference: Difference, in capture: String) -> Int? {
    guard difference.kind == .appeared, let rule = difference.rule else { return nil }
    return entries.firstIndex { entry in
      !isExpired(entry) && (capture == entry.capture || capture.hasSuffix("/" + entry.capture)) && matches(rule, entry.rule)
        && entry.connection.map(difference.connections.contains) ?? true
    }
  }
}

extension Baseline {
  /// What a user should know of it, as sentences: entries that accept nothing any more only hide what comes later.
  package func notices(_ captures: [CheckedCapture]) -> [String] {
    let used = Set(captures.flatMap { $0.accepted.map(\.entry) })
    return entries.enumerated().compactMap { index, entry in
      let name = "\(entry.rule) in \(entry.capture)"
      if isExpired(entry) { return "\(name) expired on \(entry.expires ?? "")" }
      return used.contains(index) ? nil : "\(name) no longer matches anything"
    }
  }
}

extension Baseline.File: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case schema, accept
    case metaschema = "$schema"
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(keyedBy: CodingKeys.self, in: "a baseline")
    schema = try members.decode(String.self, forKey: .schema)
    accept = try members.decode([Baseline.Entry].self, forKey: .accept)
  }
}

extension Baseline.Entry: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case capture, rule, connection, reason, expires
  }

  package init(from decoder: any Decoder) throws {
    let members = try decoder.strictContainer(keyedBy: CodingKeys.self, in: "an entry")
    capture = try members.decode(String.self, forKey: .capture)
    rule = try members.decode(String.self, forKey: .rule)
    connection = try members.decodeIfPresent(Int.self, forKey: .connection)
    reason = try members.decode(String.self, forKey: .reason)
    expires = try members.decodeIfPresent(String.self, forKey: .expires)
    try decoder.checkPattern(rule)
    try decoder.checkCount(connection.map { [$0] } ?? [], "connection")
    if capture.isEmpty { throw decoder.fault("the entry for \(rule) needs a capture") }
    if reason.allSatisfy(\.isWhitespace) { throw decoder.fault("the entry for \(rule) in \(capture) needs a reason") }
    if let expires, !Baseline.isDay(expires) { throw decoder.fault("invalid date “\(expires)”: use YYYY-MM-DD, such as 2027-01-31") }
  }
}
