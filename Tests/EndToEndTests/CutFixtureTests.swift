import Diagnosis
import Packets
import Reports
import Rules
import Testing

/// Frames cut by a snapshot length: what of a message is there counts, and what is missing makes nobody guilty.
@Suite struct CutFixtureTests {
  @Test(arguments: [
    ("encryption-no-common-cipher-client-leaves", "negotiate-reset-by-client error possible"),
    ("kerberos-required-by-address", "negotiate-reset-by-client error possible"),
    ("negotiate-unexpected-dialect", "negotiate-unexpected-dialect critical proven"),
    ("vni-request-mismatch-dialects", "vni-request-mismatch-dialects critical proven"),
    ("vni-response-mismatch-guid", "vni-response-mismatch-guid critical proven"),
    ("auth-guest-rejected-by-client", "guest-cannot-sign error likely"),
    ("kerberos-preauth-failed", "kerberos-preauth-failed error proven"),
    ("kerberos-spn-not-found", "kerberos-spn-not-found error possible"),
    ("kerberos-policy", "kerberos-policy error possible"),
    ("kerberos-tkt-expired", "kerberos-tkt-expired error proven"),
  ])
  func namesTheSameFault(fixture: String, finding: String) throws {
    let report = try RecordedFrame.all(of: fixture).report(cutAt: 256)
    let primary = try #require(report.findings.first { $0.isPrimary })
    #expect("\(primary.rule.id) \(primary.severity) \(primary.confidence)" == finding)
    #expect(report.summary.failedForGood > 0)
  }

  /// Of Validate Negotiate there is the code, and of its answer the status and the signature.
  @Test(arguments: [
    ("vni-rejected-access-denied", 200, "vni-rejected-status critical proven"),
    ("vni-response-unsigned", 200, "vni-response-unsigned critical proven"),
    ("vni-response-signature-zero", 200, "vni-response-signature-zero critical proven"),
    ("vni-unanswered", 200, "vni-unanswered error likely"),
    ("vni-aborted-by-server", 200, "vni-aborted-by-server critical likely"),
    ("vni-aborted-by-client", 200, "vni-aborted-by-client critical possible"),
    ("dfs-link-not-followed", 128, "tree-dfs-not-covered error possible"),
  ])
  func judgesWhatIsThereOfOneControl(fixture: String, length: Int, finding: String) throws {
    let report = try RecordedFrame.all(of: fixture).report(cutAt: length)
    #expect(report.findings.map { "\($0.rule.id) \($0.severity) \($0.confidence)" }.contains(finding))
  }

  /// What follows the fixed part of NEGOTIATE is not judged when it is not there.
  @Test(arguments: [128, 160, 200, 256])
  func blamesNobodyForWhatIsMissing(length: Int) throws {
    for fixture in Fixture.all where fixture.name.hasPrefix("healthy-") || fixture.name == "kerberos-healthy" {
      let report = try RecordedFrame.all(of: fixture.name).report(cutAt: length)
      #expect(report.findings.filter { $0.severity >= .error }.map(\.rule.id) == [], "\(fixture.name) cut at \(length)")
    }
  }

  @Test func saysWhichRulesNeedTheEndOfNegotiate() throws {
    let report = try RecordedFrame.all(of: "encryption-no-common-cipher").report(cutAt: 256)
    let reasons = report.connections.flatMap(\.notChecked).filter { $0.rules.contains("encryption-no-common-cipher") }.map(\.reason)
    #expect(reasons == ["the end of NEGOTIATE in frame 4 was not captured"])
  }
}
