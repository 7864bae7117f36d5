import Diagnosis
import Packets
import Reports
import Rules
import Testing

/// Recordings in which the client's packets are, and no others.
@Suite struct HalfRecordingTests {
  /// What was not recorded is no silence.
  @Test(arguments: ["kerberos-healthy", "auth-logon-failure", "kerberos-clock-skew"]) func saysNothingOfAnswersThatItLacks(fixture: String) throws {
    let whole = try RecordedFrame.all(of: fixture)
    let client = try #require(whole.first?.bytes[26..<30])
    let half = whole.filter { $0.bytes[12..<14] == [8, 0] && $0.bytes[26..<30] == client }
    #expect(half.count > 2 && half.count < whole.count)
    let rules = half.report.findings.filter { $0.severity > .info }.map(\.rule.id)
    #expect(!rules.contains { ["kerberos-kdc-unreachable", "kerberos-kdc-not-found", "dns-unanswered"].contains($0) }, "\(rules)")
  }
}
