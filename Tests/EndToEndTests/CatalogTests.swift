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
    let page = URL(filePath: #filePath).appending(path: "../../../Documentation/rules.md").standardizedFileURL
    var text = ""
    RuleListing().writeMarkdown { text += $0 }
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil { try Data(text.utf8).write(to: page) }
    #expect(try String(contentsOf: page, encoding: .utf8) == text)
  }

  /// Tables of statuses: each row is a rule, and all are judged the same way.
  private static let tables: Set<String> = ["SessionFamilies", "TreeFamilies", "KerberosErrors", "KerberosErrors+Accounts"]
  /// One text for each field of a message, so that the identifier ends with the field's name.
  private static let tablesOfFields = ["vni-request-mismatch-": "VNIRequestMismatches", "vni-response-mismatch-": "VNIResponseMismatches"]

  /// Who knows the identifier finds the rule, and reads one file.
  @Test func everyRuleHasAFileOfItsOwn() throws {
    let files = try Self.catalog().map { ($0.deletingPathExtension().lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    for (file, text) in files where !Self.tables.contains(file) {
      #expect(text.matches(of: /\bid: "/).count <= 1, "\(file) holds more than one rule")
    }
    for rule in Rule.all {
      if let (_, table) = Self.tablesOfFields.first(where: { rule.id.hasPrefix($0.key) }) {
        #expect(files.contains { $0.0 == table })
        continue
      }
      let homes = files.filter { $0.1.contains("id: \"\(rule.id)\"") }.map(\.0)
      #expect(homes.count == 1, "\(rule.id) is in \(homes)")
      guard let home = homes.first, !Self.tables.contains(home) else { continue }
      #expect(home.lowercased() == rule.id.replacing("-", with: ""), "\(rule.id) is in \(home).swift")
    }
  }

  /// A rule that stands in the catalogue's folder and in no list would never run.
  @Test func everyRuleIsListed() throws {
    let declared = try Self.catalog().flatMap { file in
      try String(contentsOf: file, encoding: .utf8).matches(of: /\bid: "([a-z0-9-]+)"/).map { String($0.1) }
    }
    #expect(declared.count > 100)
    for id in declared { #expect(Rule.named(id) != nil, "\(id) is in no list") }
  }

  private static func catalog() throws -> [URL] {
    let folder = URL(filePath: #filePath).appending(path: "../../../Sources/Rules/Catalog").standardizedFileURL
    let found = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    return found.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
  }
}
