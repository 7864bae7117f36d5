import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Testing

@testable import smbdx

@Suite struct ReadmeTests {
  /// The README shows what the program prints.
  @Test func showsRealOutput() throws {
    let root = Fixture.root.deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let example = try #require(readme.firstMatch(of: /\$ smbdx (Fixtures\/\S+)\n(.*?)\n```/.dotMatchesNewlines()))
    var text = ""
    let recording = try Recording(paths: [root.appending(path: String(example.1)).path])
    analyze(recording).writeText(TextOptions()) { text += $0 }
    #expect(text.trimmingCharacters(in: .newlines) == String(example.2))
  }

  /// Every identifier of the changelog exists, and every rule is in the changelog.
  @Test func changelogNamesTheRules() throws {
    let url = Fixture.root.deletingLastPathComponent().appending(path: "CHANGELOG.md")
    let named = try String(contentsOf: url, encoding: .utf8).split(separator: "`").map(String.init)
    for rule in Rule.all {
      let isNamed = named.contains { $0 == rule.id || ($0.hasSuffix("-*") && rule.id.hasPrefix($0.dropLast())) }
      #expect(isNamed, "\(rule.id)")
    }
  }
}
