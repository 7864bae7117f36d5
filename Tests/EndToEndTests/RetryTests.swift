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
    let report = try Self.diagnosis(of: ["negotiate-no-common-dialect", "healthy-3.1.1"], delayMilliseconds)
    let finding = try #require(report.findings.first { $0.rule.id == "negotiate-no-common-dialect" })
    #expect(finding.severity == severity)
    #expect(report.summary.worstSeverity == severity)
    #expect(finding.isPrimary == (severity == .critical))
  }

  /// Alice is cut off at Validate Negotiate, and soon after somebody gets in: only she herself makes up for it.
  @Test(arguments: [("healthy-3.0", 0), ("healthy-guest", 1)])
  func onlyTheSameUserMakesUpForIt(success: String, failedForGood: Int) throws {
    let report = try Self.diagnosis(of: ["vni-aborted-by-server", success], 5_000)
    #expect(report.summary.failed == 1)
    #expect(report.summary.failedForGood == failedForGood)
    // Whoever gets in, that Validate Negotiate fails has to be looked at.
    #expect(report.cases.map(\.primary) == ["vni-aborted-by-server"])
    #expect(report.cases.map(\.outcome) == [failedForGood == 0 ? .established : .failed])
  }

  /// An account of the same name in another domain is another account; a workgroup is no domain.
  @Test(arguments: [("LAB", 0), ("ABC", 1), ("AZUREAD", 0)])
  func anotherDomainMakesUpForNothing(domain: String, failedForGood: Int) throws {
    func wide(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] } }
    let fixture = domain == "AZUREAD" ? "auth-domain-azuread" : "auth-logon-failure"
    let first = try RecordedFrame.all(of: fixture).map { frame in
      var frame = frame
      if domain == "ABC", !frame.isFromServer { frame.bytes.replace(wide("LAB"), with: wide("ABC")) }
      frame.bytes.replace([10, 77, 1, 10], with: [10, 77, 0, 10])
      frame.bytes.replace([10, 77, 2, 20], with: [10, 77, 0, 20])
      return frame
    }
    let second = try RecordedFrame.all(of: "healthy-3.1.1")
    let shift = try #require(first.last).time.since(try #require(second.first).time) + .seconds(5)
    let report = (first + second.map { RecordedFrame(time: $0.time + shift, bytes: $0.bytes) }).report
    #expect(report.connections.map(\.outcome) == [.failed, .established])
    #expect(report.summary.failedForGood == failedForGood)
    #expect(report.cases.map(\.primary) == [failedForGood == 0 ? nil : "auth-logon-failure"])
  }

  /// A later attempt that only gets further, and fails there, makes up for nothing: nobody got in.
  @Test(arguments: [("healthy-3.1.1", 0), ("auth-logon-failure", 2)])
  func onlySuccessMakesUpForIt(later: String, failedForGood: Int) throws {
    let report = try Self.diagnosis(of: ["negotiate-no-common-dialect", later], 1_000)
    #expect(report.summary.failedForGood == failedForGood)
    #expect(report.connections.filter(\.isSuperseded).count == (failedForGood == 0 ? 1 : 0))
    // What the second attempt got past does not explain why the user is not in.
    #expect(report.cases.map(\.primary) == [failedForGood == 0 ? nil : "auth-logon-failure"])
  }

  /// Recordings one behind the other.
  private static func diagnosis(of names: [String], _ delayMilliseconds: Int64) throws -> Diagnosis {
    var analysis = Analysis()
    var number = 0
    var end = Timestamp(nanoseconds: 0)
    for name in names {
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
    return analysis.finish()
  }
}
