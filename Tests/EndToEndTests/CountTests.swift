import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Testing
import Transcripts

@testable import smbdx

/// Every format counts the same failures, of every fixture, and adds them up to the same.
@Suite struct CountTests {
  private static func written(_ write: (@escaping (String) -> Void) -> Void) -> String {
    var text = ""
    write { text += $0 }
    return text
  }

  /// `1 failed`, `3 failed, 2 of them superseded by a later success`: the first two numbers.
  private static func failures(in text: String) -> (failed: Int, superseded: Int) {
    guard let match = text.firstMatch(of: /([0-9,]+) failed/), let failed = Int(match.1.filter(\.isNumber)) else { return (0, 0) }
    let rest = text[match.range.upperBound...]
    if let some = rest.prefixMatch(of: /, ([0-9,]+) of them superseded/) { return (failed, Int(some.1.filter(\.isNumber)) ?? -1) }
    return (failed, rest.hasPrefix(", superseded") || rest.hasPrefix(", all superseded") ? failed : 0)
  }

  @Test(arguments: Fixture.all)
  func everyFormatCountsTheSame(fixture: Fixture) throws {
    let report = try fixture.report()
    let wanted = (failed: report.summary.failed, superseded: report.summary.superseded)
    #expect(report.connections.count { $0.outcome == .failed } == wanted.failed)
    #expect(report.connections.count(where: \.isSuperseded) == wanted.superseded)
    #expect(report.cases.reduce(0) { $0 + $1.superseded.count } == wanted.superseded)

    let text = Self.written { report.writeText(TextOptions(width: 10_000), to: $0) }
    let lines = text.split(separator: "\n")
    for line in [lines.first ?? "", lines.last { $0.contains("SMB connection") || $0.contains("Nothing wrong") } ?? ""] {
      #expect(Self.failures(in: String(line)) == wanted, "\(line)")
    }
    let markdown = Self.written { report.writeMarkdown(to: $0) }
    #expect(Self.failures(in: String(markdown.split(separator: "\n").dropFirst().first ?? "")) == wanted)
    let html = Self.written { write in report.writeHTML { write($0) } }
    if report.summary.failedForGood > 0 { #expect(Self.failures(in: html) == wanted) }

    let events = Self.written { report.writeNDJSON(to: $0) }.split(separator: "\n").filter { $0.contains("smbdx.connection") }
    #expect(events.count { $0.contains("\"outcome\":\"failure\"") } == wanted.failed)
    #expect(events.count { $0.contains("\"overcome\":true") } == wanted.superseded)
  }

  private static let formats: [(name: String, write: @Sendable (Report, @escaping (String) -> Void) -> Void)] = [
    ("text", { $0.writeText(TextOptions(width: 10_000), to: $1) }), ("json", { $0.writeJSON(to: $1) }), ("ndjson", { $0.writeNDJSON(to: $1) }),
    ("sarif", { $0.writeSARIF(to: $1) }), ("github", { $0.writeGitHub(to: $1) }), ("markdown", { $0.writeMarkdown(to: $1) }),
    ("html", { $0.writeHTML(to: $1) }),
  ]

  /// Every kind of finding that says error or worse is in every format, of one capture and of all of them together.
  private static func expectAllErrors(of report: Report, _ name: String) {
    let errors = Set(report.findings.filter { $0.severity >= .error }.map(\.rule.id))
    for format in formats {
      let text = written { format.write(report, $0) }
      let missing = errors.filter { !text.contains($0) }
      #expect(missing.isEmpty, "\(name), \(format.name): \(missing.sorted())")
    }
  }

  @Test(arguments: Fixture.all)
  func noErrorIsMissing(fixture: Fixture) throws { Self.expectAllErrors(of: try fixture.report(), fixture.name) }

  @Test func noErrorIsMissingAmongMany() throws {
    let report = analyze(try Recording(paths: Fixture.all.map(\.capture.path)))
    #expect(report.findings.contains { $0.severity >= .error })
    Self.expectAllErrors(of: report, "all fixtures")
    let markdown = Self.written { report.writeMarkdown(to: $0) }
    #expect(markdown.utf8.count <= 60_000)
  }

  /// Every frame that is cited has its time, but for a few that the transcript knows by number alone.
  @Test(arguments: Fixture.all)
  func evidenceHasTimes(fixture: Fixture) throws {
    for finding in try fixture.report().findings where finding.severity > .info {
      for proof in finding.evidence { #expect(proof.time != nil, "\(finding.id), frame \(proof.frame)") }
    }
  }

  /// What was not reached, not seen or not checked is no success.
  @Test(arguments: Fixture.all)
  func noFormatPassesWhatWasNotReached(fixture: Fixture) throws {
    let report = try fixture.report()
    let junit = Self.written { report.writeJUnit(failingFrom: .error, to: $0) }
    for (stage, phase) in [(Stage.sessionSetup, "session-setup"), (.treeConnect, "tree-connect"), (.validateNegotiate, "validate-negotiate")] {
      let hasPassed = report.connections.contains { $0.stages[Stage.allCases.firstIndex(of: stage) ?? 0] == .passed }
      let isPlain = junit.contains("name=\"\(phase)\"/>")
      #expect(!isPlain || hasPassed, "\(phase)")
    }
  }

  /// Each case that failed has one explanation, and it is an error or worse.
  @Test(arguments: Fixture.all)
  func everyFailureIsExplained(fixture: Fixture) throws {
    let report = try fixture.report()
    for one in report.cases where one.outcome == .failed {
      let primary = report.findings.filter { $0.caseID == one.id && $0.isPrimary }
      #expect(primary.count == 1, "case \(one.id)")
      #expect(primary.allSatisfy { $0.gravity >= .error }, "case \(one.id): \(primary.map(\.rule.id))")
    }
  }

  /// What is cited is there, and belongs to the connections that are named.
  @Test(arguments: Fixture.all)
  func evidenceIsSound(fixture: Fixture) throws {
    let report = try fixture.report()
    let connections = Dictionary(uniqueKeysWithValues: report.connections.map { ($0.id, $0) })
    for finding in report.findings {
      for proof in finding.evidence {
        #expect((1...report.capture.frames).contains(proof.frame), "\(finding.id), frame \(proof.frame)")
      }
      guard case .connection(let id) = finding.scope, case .connection = finding.rule.judge, let one = connections[id] else { continue }
      // An ICMP error is about a connection, and no part of it.
      let own = finding.evidence.filter { $0.sender != nil }
      #expect(own.allSatisfy { (one.firstFrame...one.lastFrame).contains($0.frame) }, "\(finding.id)")
    }
  }
}
