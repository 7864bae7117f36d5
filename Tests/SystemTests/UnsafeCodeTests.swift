import Foundation
import Testing

/// Unsafe code has few places, and says there why it is sound.
@Suite struct UnsafeCodeTests {
  /// The libraries of C are behind these.
  private static let places = ["Capture", "Cryptography", "System"]
  /// A library that is not marked as safe, and the function that libFuzzer calls.
  private static let exceptions = ["Reports/Text/Palette.swift", "Fuzz/Entry.swift"]

  @Test func isOnlyAtTheBorders() throws {
    let files = try sources()
    #expect(files.contains { $0.unsafeLines.count > 0 })
    for file in files where !Self.exceptions.contains(file.path) {
      let isPlace = Self.places.contains { file.path.hasPrefix($0 + "/") }
      #expect(isPlace || file.unsafeLines.isEmpty, "\(file.path): \(file.unsafeLines)")
    }
  }

  /// In the same paragraph, at the first use or before it.
  @Test func saysWhyItIsSound() throws {
    for file in try sources() where !Self.exceptions.contains(file.path) {
      #expect(file.unexplainedLines.isEmpty, "\(file.path): \(file.unexplainedLines)")
    }
  }

  private struct Source {
    var path: String
    /// Numbers of lines.
    var unsafeLines: [Int] = []
    var unexplainedLines: [Int] = []

    init(path: String, text: String) {
      self.path = path
      var isExplained = false
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if line.allSatisfy({ $0 == " " }) { isExplained = false }
        if line.contains("// SAFETY: ") { isExplained = true }
        let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
        guard code.contains(/(^|[^A-Za-z'-])unsafe([^A-Za-z'-]|$)/) else { continue }
        unsafeLines.append(index + 1)
        if !isExplained { unexplainedLines.append(index + 1) }
      }
    }
  }

  private func sources() throws -> [Source] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardizedFileURL
    let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return try paths.filter { $0.hasSuffix(".swift") }.sorted().map {
      Source(path: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }
}
