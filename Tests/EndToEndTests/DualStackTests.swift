import Diagnosis
import Packets
import Reports
import Rules
import Testing

/// A client uses IPv4 and IPv6 side by side, and is one client.
@Suite struct DualStackTests {
  /// A DFS namespace over IPv6, and its target over IPv4: that is where the referral led.
  @Test func findsTheTargetOverTheOtherVersion() throws {
    let frames = try RecordedFrame.all(of: "dfs-target-unreachable").map { $0.isForTarget ? $0 : $0.overVersion6 }
    let found = frames.report.findings.filter { $0.rule.id == "dfs-target-unreachable" }
    #expect(found.map(\.severity) == [.error])
    #expect(found.allSatisfy { !$0.observation.summary.contains("no attempt") })
  }
}

extension RecordedFrame {
  /// It goes to 10.77.0.99.
  fileprivate var isForTarget: Bool { bytes[30..<34] == [10, 77, 0, 99] }
}
