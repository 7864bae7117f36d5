import ArgumentParser
import Foundation
import Reports
import Rules
import Testing

@testable import smbdx

/// The documents for users and contributors: current, without dead links, in plain English.
@Suite final class DocumentationTests {
  static let root = Fixture.root.deletingLastPathComponent()

  /// The documents that a person reads, by their paths in the repository.
  static let pages: [String] = {
    let folders = ["", "Documentation/", "Benchmarks/", "Tests/Pairs/", "Fleet/"]
    return folders.flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []
      return names.filter { $0.hasSuffix(".md") }.map { folder + $0 }
    }.sorted()
  }()

  static func text(_ page: String) throws -> String {
    try String(contentsOf: root.appending(path: page), encoding: .utf8)
  }

  // MARK: Generated pages

  /// `UPDATE_SNAPSHOTS=1` writes the page.
  @Test func pageOfCommandsIsCurrent() throws {
    var page = """
      # Commands

      `smbdx help COMMAND` prints these texts. A test writes this page (`UPDATE_SNAPSHOTS=1 swift test --filter DocumentationTests`).

      """
    for command in Smbdx.configuration.subcommands {
      let isDefault = command == Analyze.self
      page += "\n## smbdx \(isDefault ? "FILE…" : command._commandName)\n\n```\n"
      page += Smbdx.helpMessage(for: command, columns: 100).split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.replacing(/\s+$/, with: "") }.joined(separator: "\n").trimmingCharacters(in: .newlines)
      page += "\n```\n"
    }
    try expectSnapshot(page, at: Self.root.appending(path: "Documentation/commands.md"))
  }

  @Test func pageOfReportsIsCurrent() throws {
    var page = """
      # Symbols and words of a report

      `smbdx help report` prints this list. A test writes this page (`UPDATE_SNAPSHOTS=1 swift test --filter DocumentationTests`).

      """
    for part in Legend.parts {
      page += "\n## \(part.title)\n\n| | |\n|---|---|\n"
      for (sign, meaning) in part.entries { page += "| \(sign) | \(meaning) |\n" }
    }
    try expectSnapshot(page, at: Self.root.appending(path: "Documentation/report.md"))
  }

  // MARK: README

  @Test func readmeIsShort() throws {
    let lines = try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 200)
    // What .ci/run does, too.
    #expect(lines.contains(".ci/setup && swift run -c release smbdx Fixtures/vni-aborted-by-server/capture.pcapng"))
    #expect(lines.contains(".ci/setup && swift test"))
  }

  /// Examples with captures of the repository show what the program prints.
  @Test func examplesAreCurrent() throws {
    var compared = 0
    for page in Self.pages {
      for match in try Self.text(page).matches(of: /```\n\$ smbdx ([^\n]+)\n(.*?)\n```/.dotMatchesNewlines()) {
        let words = match.1.split(separator: " ").map { word in
          word.hasPrefix("Fixtures/") || word.hasPrefix("Tests/") ? Self.root.appending(path: String(word)).path : String(word)
        }
        guard words.contains(where: { $0.hasPrefix("/") }) else { continue }
        #expect(try output(of: words) == String(match.2), "\(page): smbdx \(match.1)")
        compared += 1
      }
    }
    #expect(compared >= 2)
  }

  private func output(of words: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    do { try Smbdx.run(words + ["--no-config", "-o", file.path]) } catch let code as ExitCode { #expect(code.rawValue < 2) }
    return try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  // MARK: Links

  @Test(arguments: pages) func linksLeadSomewhere(page: String) throws {
    let folder = Self.root.appending(path: page).deletingLastPathComponent()
    for link in try Self.text(page).replacing(/`[^`\n]*`/, with: "").matches(of: /\]\(([^)\s]+)\)/).map(\.1) where !link.contains("://") {
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let target = parts[0].isEmpty ? Self.root.appending(path: page) : folder.appending(path: parts[0]).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(link)")
      if parts.count > 1, target.pathExtension == "md" {
        let text = try String(contentsOf: target, encoding: .utf8)
        #expect(Self.anchors(of: text).contains(parts[1]), "\(page): \(link)")
      }
    }
  }

  /// What hosts of repositories make of headings.
  private static func anchors(of text: String) -> Set<String> {
    Set(text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
      String(line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }.map { $0 == " " ? "-" : $0 })
    })
  }

  // MARK: Words

  @Test(arguments: pages) func pagesArePlain(page: String) throws {
    #expect(PlainEnglish.faults(in: try Self.text(page)) == [])
  }

  @Test func helpIsPlain() {
    for command in Smbdx.configuration.subcommands + [Smbdx.self] {
      #expect(PlainEnglish.faults(in: Smbdx.helpMessage(for: command)) == [], "\(command._commandName)")
    }
    var legend = ""
    Legend().writeText(TextOptions()) { legend += $0 }
    #expect(PlainEnglish.faults(in: legend) == [])
  }

  @Test(arguments: Rule.all.map(\.id)) func explanationsArePlain(id: String) throws {
    var text = ""
    Explanation(try #require(Rule.named(id))).writeText(TextOptions()) { text += $0 }
    #expect(PlainEnglish.faults(in: text) == [])
  }

  @Test func findsBannedPhrases() {
    #expect(PlainEnglish.faults(in: "Nobody is\ntold what “nobody” means.").count == 2)
    #expect(PlainEnglish.faults(in: "It runs as `nobody`; renewal is not manewal.").isEmpty)
  }
}
