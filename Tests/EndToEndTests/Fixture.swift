import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Synchronization
import Testing

@testable import smbdx

/// A directory of `Fixtures`: a capture of real peers and what smbdx must say of it.
struct Fixture: CustomTestStringConvertible, Sendable {
  let directory: URL

  var name: String { directory.lastPathComponent }
  var testDescription: String { name }
  var capture: URL { directory.appending(path: "capture.pcapng") }
  var expected: URL { directory.appending(path: "expected.json") }

  /// The identifiers on the README's line “Diagnosis:”; empty for “none”.
  func diagnoses() throws -> [String] {
    let readme = try String(contentsOf: directory.appending(path: "README.md"), encoding: .utf8)
    let line = try #require(readme.split(separator: "\n").first { $0.contains("Diagnosis:") }, "\(name)/README.md")
    // Identifiers stand in backticks; words in parentheses comment on them.
    return line.split(separator: "`").enumerated().compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
  }

  /// What the program says of it: made once, for all tests.
  func report() throws -> Report {
    if let known = Self.reports.withLock({ $0[name] }) { return known }
    let report = analyze(try Recording(paths: [capture.path]))
    Self.reports.withLock { $0[name] = report }
    return report
  }

  private static let reports = Mutex<[String: Report]>([:])

  static let root = URL(filePath: #filePath).appending(path: "../../../Fixtures").standardizedFileURL

  static let all: [Fixture] = {
    let entries = (try? FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)) ?? []
    return entries.map(Fixture.init).filter { FileManager.default.fileExists(atPath: $0.capture.path) }
      .sorted { $0.name < $1.name }
  }()

  /// What takes long is done at night for all fixtures, and else for some.
  static let isNight = ProcessInfo.processInfo.environment["SMBDX_NIGHTLY"] != nil
}

extension Sequence {
  /// One of so many; at night all.
  func sample(oneOf count: Int) -> [Element] {
    Fixture.isNight ? Array(self) : enumerated().filter { $0.offset % count == 0 }.map(\.element)
  }
}

/// Compares text with a stored file; `UPDATE_SNAPSHOTS=1` rewrites the file.
func expectSnapshot(_ actual: String, at url: URL, sourceLocation: SourceLocation = #_sourceLocation) throws {
  if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
    try Data(actual.utf8).write(to: url)
  }
  let expected = try String(contentsOf: url, encoding: .utf8)
  #expect(actual == expected, "\(url.pathComponents.suffix(2).joined(separator: "/"))", sourceLocation: sourceLocation)
}
