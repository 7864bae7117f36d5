import FoundationEssentials

/// Findings that are known and accepted, each with a reason and perhaps for a time.
package struct Baseline: Sendable {
  package struct Entry: Sendable, Equatable, Codable {
    /// The capture's path, or the end of it.
    package var capture: String
    /// An identifier; `vni-*` means all that begin so.
    package var rule: String
    package var connection: Int?
    package var reason: String
    /// The last day on which it holds, as 2027-01-31; for ever without one.
    package var expires: String?
  }

  private struct File: Codable {
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
      throw Expectation.Fault(description: "its schema is “\(file.schema)”, not “\(Self.schema)”")
    }
    for entry in file.accept {
      if entry.reason.allSatisfy(\.isWhitespace) {
        throw Expectation.Fault(description: "the entry for \(entry.rule) in \(entry.capture) gives no reason")
      }
      if let day = entry.expires, !Self.isDay(day) {
        throw Expectation.Fault(description: "“\(day)” is no day; write it as 2027-01-31")
      }
    }
    entries = file.accept
    self.today = today
  }

  private static func isDay(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.count) == [4, 2, 2] && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
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
