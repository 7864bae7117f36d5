import Packets
import Reports
import Testing

/// A client uses IPv4 and IPv6 side by side, and is one client.
@Suite struct DualStackTests {
  /// A DFS namespace over one version, and its target over the other: that is where the referral led.
  @Test(arguments: [true, false])
  func findsTheTargetOverTheOtherVersion(isNamespaceOverVersion6: Bool) throws {
    let frames = try RecordedFrame.all(of: "dfs-target-unreachable").map { frame in
      frame.isForTarget != isNamespaceOverVersion6 ? frame.overVersion6 : frame
    }
    let report = frames.report
    let found = report.findings.filter { $0.rule.id == "dfs-target-unreachable" }
    #expect(found.map(\.severity) == [.error])
    #expect(found.allSatisfy { !$0.observation.summary.contains("no attempt") })
  }
}

extension RecordedFrame {
  /// It goes to 10.77.0.99.
  fileprivate var isForTarget: Bool { bytes[30..<34] == [10, 77, 0, 99] }
}
