import Packets
import Rules
import Testing
import Transcripts

@testable import Diagnosis
@testable import Reports

@Suite struct MetricsTests {
  private static func metrics() -> Metrics {
    var metrics = Metrics(
      toolVersion: "1.0", start: Timestamp(nanoseconds: 5_900_000_000), rules: [Rule.named("vni-missing"), Rule.named("smb1-used")].compactMap(\.self))
    (metrics.frames, metrics.lostInKernel, metrics.openConnections) = (12, 3, 2)
    metrics.outcomes = [.failed: 1, .established: 4]
    return metrics
  }

  @Test func writesEveryFamilyOnce() {
    let lines = Self.metrics().text.split(separator: "\n")
    for family in ["frames_total", "frames_lost_total", "connections_total", "findings_total"] {
      #expect(lines.count { $0 == "# TYPE smbdx_\(family) counter" } == 1)
    }
    for line in [
      "smbdx_frames_total 12", "smbdx_frames_lost_total{place=\"kernel\"} 3", "smbdx_frames_lost_total{place=\"interface\"} 0",
      "smbdx_connections_total{outcome=\"failed\"} 1", "smbdx_connections_total{outcome=\"notSMB\"} 0", "smbdx_connections_open 2",
      "smbdx_start_time_seconds 5", "smbdx_build_info{version=\"1.0\"} 1",
    ] { #expect(lines.contains { $0 == line }, "\(line)") }
    #expect(!lines.contains { $0.hasPrefix("smbdx_last_frame") }, "there is no frame")
  }

  /// A rule is there before its first finding, or that would be no increase.
  @Test func countsFindingsByRule() throws {
    var metrics = Self.metrics()
    let rule = try #require(Rule.named("vni-missing"))
    let severity = rule.severity.rawValue
    #expect(metrics.text.contains("smbdx_findings_total{rule=\"vni-missing\",severity=\"\(severity)\"} 0\n"))
    let finding = Finding(rule, .recording, Observation.ofRecording("x"))
    let change = FindingChange(kind: .finding, time: Timestamp(nanoseconds: 0), finding: finding)
    var withdrawn = change
    withdrawn.kind = .withdrawn
    metrics.count([change, withdrawn])
    #expect(metrics.text.contains("smbdx_findings_total{rule=\"vni-missing\",severity=\"\(finding.severity.rawValue)\"} 1\n"))
  }
}
