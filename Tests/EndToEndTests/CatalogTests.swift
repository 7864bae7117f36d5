import Foundation
import Reports
import Rules
import Testing

@Suite struct CatalogTests {
  @Test func identifiersAreUniqueAndWellFormed() {
    let ids = Rule.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)+/) != nil, "\(id)") }
  }

  @Test(arguments: Rule.all.map(\.id))
  func isExplained(id: String) throws {
    let rule = try #require(Rule.named(id))
    #expect(rule.summary.hasSuffix("."))
    #expect(rule.explanation.count > 80)
    #expect(!rule.references.isEmpty)
    #expect(!rule.whenBenign.isEmpty)
    #expect(!rule.howToVerify.isEmpty)
    #expect(rule.severity == .info || !rule.causes.isEmpty)
    #expect(!rule.remedies.isEmpty)
  }

  /// Who is told to record on the other host too is told what for, and with what to compare.
  @Test func namesTheOtherSideWhereItSettlesAFinding() throws {
    for rule in Rule.all {
      #expect(rule.needs.contains(.otherSide) == rule.remedies.contains { $0.command?.hasPrefix("smbdx compare ") == true }, "\(rule.id)")
    }
    var text = ""
    Explanation(try #require(Rule.named("vni-aborted-by-server"))).writeText(TextOptions(width: 400)) { text += $0 }
    #expect(text.contains("for certainty, a second recording on the other host (smbdx compare)"))
  }

  /// The page that README links to; `UPDATE_SNAPSHOTS=1` writes it.
  @Test func referencePageIsCurrent() throws {
    let page = URL(filePath: #filePath).appending(path: "../../../Sources/Rules/REFERENCE.md").standardizedFileURL
    var text = ""
    RuleListing().writeMarkdown { text += $0 }
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil { try Data(text.utf8).write(to: page) }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }

  /// A rule that stands in the catalogue folder and neither in `Rule.all` nor in the list of its phase would never run.
  @Test func everyFileOfTheCatalogueIsListed() throws {
    let catalog = URL(filePath: #filePath).appending(path: "../../../Sources/Rules/Catalog").standardizedFileURL
    let files = FileManager.default.enumerator(at: catalog, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    let lists = files.filter { $0.lastPathComponent.hasSuffix("Rules.swift") } + [catalog.appending(path: "../Rule.swift")]
    let listing = try lists.map { try String(contentsOf: $0.standardizedFileURL, encoding: .utf8) }.joined()
    let properties = try files.filter {
      $0.pathExtension == "swift" && !$0.lastPathComponent.hasPrefix("Remedies")
    }.flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: #/\n  static let (\w+)(?:: \[Rule\])? = /#).map { String($0.1) }
    }
    #expect(properties.count > 15)
    for property in properties { #expect(listing.contains(property), "\(property)") }
  }
}
