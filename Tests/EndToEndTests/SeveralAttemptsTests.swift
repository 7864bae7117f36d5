import Diagnosis
import Packets
import Reports
import Rules
import Testing

/// Attempts one after the other, joined from fixtures: only the same user makes up for a failure, and only for those before.
@Suite struct SeveralAttemptsTests {
  /// Fixtures one after the other, five seconds apart.
  private static func report(_ fixtures: String...) throws -> Report {
    var frames: [RecordedFrame] = []
    for fixture in fixtures {
      let next = try RecordedFrame.all(of: fixture)
      guard let end = frames.last?.time, let start = next.first?.time else {
        frames = next
        continue
      }
      let shift = end.since(start).nanoseconds / 1_000_000 + 5_000
      frames += next.map { $0.delayed(shift) }
    }
    return frames.report
  }

  private static func errors(_ report: Report) -> [String] {
    report.findings.filter { $0.severity >= .error }.map(\.rule.id)
  }

  @Test func keepsTheErrorOfAnotherUser() throws {
    // carol is locked, alice gets in.
    let report = try Self.report("kerberos-account-locked", "kerberos-healthy")
    #expect(Self.errors(report) == ["kerberos-account-state"])
    #expect(report.summary.failedForGood == 1)
  }

  @Test func forgetsTheErrorOfTheSameUser() throws {
    let report = try Self.report("kerberos-preauth-failed", "kerberos-healthy")
    #expect(Self.errors(report).isEmpty)
    #expect(report.summary.failedForGood == 0)
  }

  @Test func tellsTheErrorThatComesBack() throws {
    let report = try Self.report("kerberos-preauth-failed", "kerberos-healthy", "kerberos-preauth-failed")
    #expect(Self.errors(report) == ["kerberos-preauth-failed"])
    #expect(report.summary.failedForGood == 1)
    let primary = try #require(report.findings.first { $0.isPrimary })
    // Of the last attempt, behind the 16 frames of the first and the 80 of the second.
    #expect(primary.evidence.allSatisfy { $0.frame > 96 })
  }
}
