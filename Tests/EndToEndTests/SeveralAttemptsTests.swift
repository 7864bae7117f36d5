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

  /// Where frames are cut before the names, nobody knows whether it is the same user that gets in.
  @Test(arguments: [(128, 1), (200, 1), (nil, 0)] as [(Int?, Int)])
  func aUserWhoseNameIsMissing(length: Int?, failed: Int) throws {
    var frames = try RecordedFrame.all(of: "auth-logon-failure")
    let next = try RecordedFrame.all(of: "healthy-3.1.1")
    let shift = try #require(frames.last).time.since(try #require(next.first).time).nanoseconds / 1_000_000 + 5_000
    frames += next.map { $0.delayed(shift) }
    let report = length.map { frames.report(cutAt: $0) } ?? frames.report
    #expect(report.findings.contains { $0.rule.id == "auth-logon-failure" && $0.severity == .error } == (failed > 0), "\(report.findings.map(\.rule.id))")
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
