import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing
import Transcripts

@Suite struct RetryTests {
  /// A client that finds a common dialect at its second attempt has no problem.
  @Test(arguments: [(Int64(10), Severity.info), (Int64(70_000), Severity.critical)])
  func successSoonAfterLowersAFailedNegotiation(delayMilliseconds: Int64, severity: Severity) throws {
    var analysis = Analysis()
    var number = 0
    var end = Timestamp(nanoseconds: 0)
    for name in ["negotiate-no-common-dialect", "healthy-3.1.1"] {
      let fixture = try #require(Fixture.all.first { $0.name == name })
      var shift: Int64?
      try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
        var frame = frame
        number += 1
        frame.number = number
        if shift == nil { shift = number == 1 ? 0 : end.nanoseconds + delayMilliseconds * 1_000_000 - frame.time.nanoseconds }
        frame.time.nanoseconds += shift ?? 0
        end = frame.time
        analysis.accept(frame, bytes)
      }
    }
    let report = analysis.finish()
    let finding = try #require(report.findings.first { $0.rule.id == "negotiate-no-common-dialect" })
    #expect(finding.severity == severity)
    #expect(report.summary.worstSeverity == severity)
    #expect(finding.isPrimary == (severity == .critical))
  }
}
