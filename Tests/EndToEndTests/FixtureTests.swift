import Capture
import Diagnosis
import Foundation
import Reports
import Rules
import Testing

@testable import smbdx

/// Every fixture through the whole pipeline.
@Suite struct FixtureTests {
  @Test(arguments: Fixture.all)
  func givesTheExpectedReport(fixture: Fixture) throws {
    let report = try fixture.report()
    var json = ""
    report.writeJSON { json += $0 }
    try expectSnapshot(json, at: fixture.expected)
    var text = ""
    report.writeText(TextOptions(detail: .verbose)) { text += $0 }
    #expect(PlainEnglish.faults(in: text) == [])
  }

  /// Evidence is in the recording, and of the connections that are named.
  @Test(arguments: Fixture.all)
  func citesItsOwnFrames(fixture: Fixture) throws {
    var check = EvidenceCheck()
    let report = analyze(try Recording(paths: [fixture.capture.path])) { frame, bytes, body in
      check.record(frame, bytes)
      body(frame, bytes)
    }
    #expect(check.faults(of: report.diagnosis) == [])
  }

  /// What a person wrote about the capture, against what the program says.
  @Test(arguments: Fixture.all)
  func findsWhatTheReadmeSays(fixture: Fixture) throws {
    let found = Set(try fixture.report().findings.map(\.rule.id))
    let missing = try fixture.diagnoses().filter { Rule.named($0) != nil && !found.contains($0) }
    #expect(missing.isEmpty, "\(fixture.name) found \(found.sorted())")
  }

  @Test(arguments: Fixture.all.filter { $0.name.hasPrefix("healthy-") })
  func isSilentAboutHealthyConnections(fixture: Fixture) throws {
    let loud = try fixture.report().findings.filter { $0.severity > .info }
    #expect(loud.map(\.rule.id).isEmpty)
  }

  /// A rule without a capture of real peers is a rule nobody has seen fire.
  @Test func everyRuleHasAFixture() throws {
    var fired: Set<String> = []
    for fixture in Fixture.all { fired.formUnion(try fixture.report().findings.map(\.rule.id)) }
    let missing = Set(Rule.all.map(\.id)).subtracting(fired).sorted()
    #expect(missing == (Self.withoutFixture + Self.builtOnly).sorted())
  }

  /// What the lab cannot provoke, or is no recording of two peers; constructed frames and exchanges test these.
  static let withoutFixture = [
    "capture-truncated-file", "kerberos-generic", "kerberos-referral-loop", "kerberos-wrong-realm-unresolved",
    "mbx-tcp-options-stripped", "nbss-name-retry", "not-a-capture",
    "ntlm-used-instead-of-kerberos", "reconnect-dialect-change",
  ]

  @Test func saysTheSameTwice() throws {
    let fixture = try #require(Fixture.all.first { $0.name == "kerberos-fallback-to-ntlm" })
    var texts: [String] = []
    for _ in 0..<2 {
      var text = ""
      try fixture.report().writeText(TextOptions()) { text += $0 }
      texts.append(text)
    }
    #expect(texts[0] == texts[1])
  }
}
