import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing
import Transcripts

@testable import smbdx

/// A recording told while it goes on says in the end what its report says.
@Suite struct LiveAnalysisTests {
  /// What was told of one finding, as it stands after all updates.
  private struct Told: Hashable {
    var rule: String
    var severity: Severity
    var frame: Int?
    var isPrimary: Bool

    init(_ finding: Finding, _ severity: Severity) {
      rule = finding.rule.id
      self.severity = severity
      frame = finding.evidence.first?.frame
      isPrimary = finding.isPrimary
    }
  }

  private static let second: Int64 = 1_000_000_000

  private static func followed() -> Analysis {
    var options = Analysis.Options()
    options.isFollowed = true
    return Analysis(options)
  }

  /// Looks once for each second of the recording, and takes everything that is told.
  private func follow(_ recording: Recording) -> (updates: [FindingChange], report: Diagnosis) {
    var analysis = Self.followed()
    var updates: [FindingChange] = []
    var nextLook: Int64?
    recording.forEachFrame { frame, _, bytes in
      var due = nextLook ?? frame.time.nanoseconds
      // Silence passes on the clock, look by look, but no longer than anything waits.
      if frame.time.nanoseconds - due > 300 * Self.second { due = frame.time.nanoseconds - 300 * Self.second }
      while due + Self.second < frame.time.nanoseconds {
        due += Self.second
        analysis.advance(to: Timestamp(nanoseconds: due))
        updates += analysis.look()
      }
      nextLook = max(due, nextLook ?? due)
      analysis.accept(frame, bytes)
    }
    let (rest, diagnosis) = analysis.finishFollowing(CaptureSource(recording))
    return (updates + rest, diagnosis)
  }

  @Test(arguments: Fixture.all)
  func saysWhatTheReportSays(fixture: Fixture) throws {
    let (updates, report) = follow(try Recording(paths: [fixture.capture.path]))
    var told: [String: FindingChange] = [:]
    for update in updates {
      let key = "\(update.finding.id) \(update.finding.evidence.first?.frame ?? 0)"
      if update.kind == .finding { #expect(told[key] == nil, "\(key) was told twice") }
      told[key] = update
    }
    let standing = told.values.filter { $0.kind != .withdrawn }.map { Told($0.finding, $0.finding.severity) }
    let reported = report.findings.filter { !$0.isOfRecording }.map { Told($0, $0.severity) }
    #expect(Set(standing.map(\.rule)) == Set(reported.map(\.rule)))
    #expect(Set(standing.filter { $0.severity > .info }) == Set(reported.filter { $0.severity > .info }))
  }

  /// Nothing more comes, and the wait is over by the clock.
  @Test func tellsSilenceByTheClock() throws {
    let fixture = Fixture.root.appending(path: "negotiate-unanswered/capture.pcapng")
    var analysis = Self.followed()
    let recording = try Recording(paths: [fixture.path])
    var start: Timestamp?
    recording.forEachFrame { frame, _, bytes in
      start = start ?? frame.time
      if let start, frame.time.since(start) < .seconds(10) { analysis.accept(frame, bytes) }
    }
    let begin = try #require(start)
    var told: [(second: Int64, rule: String)] = []
    for second in Int64(1)...120 {
      analysis.advance(to: Timestamp(nanoseconds: begin.nanoseconds + second * Self.second))
      told += analysis.look().map { (second, $0.finding.rule.id) }
    }
    #expect(told.map(\.rule) == ["negotiate-unanswered-60s"])
    #expect(told.first.map { (60...64).contains($0.second) } == true)
  }

  /// The end of the recording is the same for both.
  @Test(arguments: Fixture.all)
  func reportsWhatTheFileReports(fixture: Fixture) throws {
    let live = follow(try Recording(paths: [fixture.capture.path])).report
    let file = analyze(try Recording(paths: [fixture.capture.path]))
    #expect(live.summary == file.summary)
    #expect(live.findings.map(\.id) == file.findings.map(\.id))
    #expect(live.cases.map(\.primary) == file.cases.map(\.primary))
  }
}
