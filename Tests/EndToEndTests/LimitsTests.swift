import Diagnosis
import Foundation
import Testing

/// `Documentation/limits.md` is made of the code: every named limit, with its reason.
@Suite struct LimitsTests {
  struct Limit {
    var place: String
    var name: String
    var value: String
    var reason: String
  }

  private static let sources = URL(filePath: #filePath).appending(path: "../../../Sources").standardizedFileURL

  /// What a report says was reached.
  private static let reported = [
    "open-connections": "connections that were given up while open, because there were more than `--max-connections` allows",
    "held-bytes": "gaps and unfinished messages that were given up early because too many bytes waited, on all connections together",
    "fragments": "fragments of IP packets that were dropped",
    "connection-state": "facts of one connection that were dropped: requests, sessions, shares, bytes after gaps",
    "compressed-messages": "compressed messages that were skipped because of their length",
    "gaps": "losses of bytes that are not listed individually",
    "icmp-errors": "ICMP errors about connections that were dropped",
    "kerberos": "requests, failures, tickets and clients of KDCs that were dropped",
    "names": "name lookups that were dropped",
    "keys": "logons and sessions whose keys were dropped",
    "frame-times": "cited frames whose time was no longer in memory",
    "response-times": "answers of servers and shares whose times were not kept",
    "surroundings": "servers and clients that were not remembered, and connections that were judged before all was known of what others are granted",
    "connections": "connections that were counted but not listed",
    "live-connections": "connections that a live capture stopped watching early, because too many were new at the same time",
    "evidence-frames": "files of `--keep-evidence` that lack frames, because these were no longer in memory",
    "evidence-files": "findings without a file of `--keep-evidence`, because there were too many",
    "unreadable-messages": "unreadable messages that were counted but not listed",
    "findings": "findings of one connection, or of no connection, that were counted but not listed",
    "all-findings": "findings of all connections together that were counted but not listed",
  ]

  @Test func tellsEveryLimit() throws {
    let files = try Self.swiftFiles()
    let limits = try files.flatMap { try Self.limits(in: $0) }
    #expect(limits.count > 60)
    for limit in limits where limit.reason.isEmpty { Issue.record("\(limit.place) \(limit.name) has no reason") }
    var text = """
      # Limits

      Data from the network never decides how much memory or time smbdx uses. This page lists the limits in the \
      code; a test writes it (`UPDATE_SNAPSHOTS=1 swift test --filter LimitsTests`). You can change only the number \
      of connections, with `--max-connections N`. The report lists the limits that were reached under \
      `limitsReached`:

      | limitsReached | counts |
      |---|---|

      """
    for (name, meaning) in Self.reported.sorted(by: { $0.key < $1.key }) { text += "| `\(name)` | \(meaning) |\n" }
    text += "\n| where | limit | value | why |\n|---|---|---|---|\n"
    for limit in limits { text += "| \(limit.place) | \(limit.name) | \(limit.value) | \(limit.reason) |\n" }
    try expectSnapshot(text, at: Self.sources.appending(path: "../Documentation/limits.md").standardizedFileURL)
  }

  /// A name that a report may use is one that the page explains.
  @Test func explainsEveryNameInAReport() throws {
    var names: Set<String> = []
    for file in try Self.swiftFiles() {
      let text = try String(contentsOf: file, encoding: .utf8)
      names.formUnion(text.matches(of: /recordLimit\(\s*"([^"]+)"/).map { String($0.1) })
    }
    #expect(names == Set(Self.reported.keys))
  }

  private static func swiftFiles() throws -> [URL] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    return paths.filter { $0.hasSuffix(".swift") }.sorted().map { sources.appending(path: $0) }
  }

  /// The constants of every `enum Limit`, and those whose own name says that they are one.
  private static func limits(in file: URL) throws -> [Limit] {
    let place = file.path.dropFirst(sources.path.count + 1).dropLast(".swift".count)
    var limits: [Limit] = []
    var reason: [Substring] = []
    var indentation: Int?
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
      let code = line.drop { $0 == " " }
      if code.hasPrefix("///") {
        reason.append(code.dropFirst(3).drop { $0 == " " })
        continue
      }
      defer { reason = [] }
      guard code == "}" || code.contains("enum Limit") || code.contains("static let") else { continue }
      if code.contains(/^((package|private|fileprivate) )?enum Limit\b/) { indentation = line.count - code.count }
      if code == "}", indentation == line.count - code.count { indentation = nil }
      guard let match = code.firstMatch(of: /static let (\w+)(?:: \w+)? = ([0-9][0-9a-fx_ *+<]*)$/),
        indentation != nil || match.1.hasPrefix("maximum") || match.1.hasPrefix("kept") || match.1.hasSuffix("imit")
      else { continue }
      limits.append(
        Limit(place: String(place), name: String(match.1), value: String(match.2), reason: reason.joined(separator: " ")))
    }
    return limits
  }
}
