import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// Recordings that are nearly fixtures: frames that the recorder lost, and several attempts behind each other.
@Suite struct LossTests {
  private static func recording(_ fixture: String) throws -> Recording {
    try Recording(paths: [Fixture.root.appending(path: "\(fixture)/capture.pcapng").path])
  }

  /// A fixture of which the recorder kept only some frames.
  private static func report(_ fixture: String, keeping isKept: @escaping (Int) -> Bool) throws -> Report {
    var check = EvidenceCheck()
    let report = analyze(try recording(fixture)) { frame, bytes, body in
      guard isKept(frame.number) else { return }
      check.record(frame, bytes)
      body(frame, bytes)
    }
    #expect(check.faults(of: report.diagnosis) == [])
    return report
  }

  /// Fixtures behind each other, two seconds apart.
  private static func report(_ fixtures: [String]) throws -> Report {
    var others = try fixtures.dropFirst().map(recording)
    let first = try recording(fixtures[0])
    let count = analyze(try recording(fixtures[0])).capture.frames
    var check = EvidenceCheck()
    let report = analyze(first) { frame, bytes, body in
      check.record(frame, bytes)
      body(frame, bytes)
      guard frame.number == count else { return }
      var (number, time) = (frame.number, frame.time)
      while !others.isEmpty {
        var shift: Int64?
        others.removeFirst().forEachFrame { next, _, bytes in
          let distance = shift ?? time.nanoseconds + 2_000_000_000 - next.time.nanoseconds
          shift = distance
          number += 1
          time = Timestamp(nanoseconds: next.time.nanoseconds + distance)
          var moved = next
          (moved.number, moved.time) = (number, time)
          check.record(moved, bytes)
          body(moved, bytes)
        }
      }
    }
    #expect(check.faults(of: report.diagnosis) == [])
    return report
  }

  private static func grave(_ report: Report) -> [String] {
    report.findings.filter { $0.severity >= .error }.map { "\($0.severity.rawValue) \($0.rule.id)" }.sorted()
  }

  // MARK: What a later attempt makes up for

  /// Only who reaches the same makes up for a failure, and not who reached it before.
  @Test(arguments: [
    (["tree-bad-network-name", "healthy-3.1.1"], ["error tree-bad-network-name"]),
    (["healthy-3.1.1", "tree-bad-network-name"], ["error tree-bad-network-name"]),
    (["tree-access-denied", "healthy-3.1.1"], ["error tree-access-denied"]),
    (["auth-logon-failure", "healthy-3.1.1"], []),
    (["tcp-syn-refused", "healthy-3.1.1"], []),
    (["tcp-syn-refused", "healthy-3.1.1-encrypted"], []),
    (["negotiate-reset-by-server", "healthy-3.1.1-encrypted"], []),
  ])
  func tellsGoalsApart(fixtures: [String], expected: [String]) throws {
    let report = try Self.report(fixtures)
    #expect(Self.grave(report).filter { !$0.contains("clock") } == expected)
  }

  // MARK: What the recorder lost

  /// Whatever came behind the answer to Validate Negotiate on IPC$: the client went on, and whether it got its share is not known.
  @Test(arguments: ["healthy-2.1", "healthy-3.0", "healthy-3.0.2"], [true, false])
  func blamesNobodyBehindValidateNegotiate(fixture: String, losesServer: Bool) throws {
    var kept: Set<Int> = []
    var isBehind = false
    var validations = 0
    try Self.recording(fixture).forEachFrame { frame, _, bytes in
      // Ethernet and IPv4 without options.
      let hasPayload = (try? Self.payloadLength(bytes)).map { $0 > 0 } ?? true
      let isOfServer = (try? bytes.u16be(at: 34)) == 445
      if !isBehind || !hasPayload || isOfServer && !losesServer { kept.insert(frame.number) }
      // FSCTL_VALIDATE_NEGOTIATE_INFO is in the request and in its answer.
      if bytes.copy().contains(sequence: [0x04, 0x02, 0x14, 0x00]) { validations += 1 }
      isBehind = validations >= 2
    }
    let report = try Self.report(fixture) { kept.contains($0) }
    #expect(Self.grave(report) == [])
    #expect(report.connections.map(\.outcome) == [.inconclusive])
  }

  private static func payloadLength(_ bytes: borrowing ByteView) throws -> Int {
    Int(try bytes.u16be(at: 16)) - 20 - Int(try bytes.u8(at: 46) >> 4) * 4
  }

  /// Any one frame may be missing: what failed is explained, and what went well is not accused.
  @Test(arguments: Fixture.all) func staysRightWithoutAnyFrame(fixture: Fixture) throws {
    let whole = try fixture.report()
    let isHealthy = whole.findings.allSatisfy { $0.severity <= .info } && whole.summary.failed == 0
    // All of those that are healthy, and some of the others, which take long; at night all of them.
    let step = isHealthy || Fixture.isNight ? 1 : 3
    // Of each fixture others.
    let first = isHealthy ? 1 : 1 + fixture.name.utf8.reduce(0) { $0 + Int($1) } % step
    for lost in stride(from: first, through: min(whole.capture.frames, 120), by: step) {
      let report = try Self.report(fixture.name) { $0 != lost }
      for one in report.cases where one.outcome == .failed {
        #expect(one.primary != nil, "case \(one.id) without frame \(lost)")
      }
      if isHealthy { #expect(Self.grave(report) == [], "without frame \(lost)") }
    }
  }

  /// SMB1 has no numbers that grow: a request that comes up late finds its answer.
  @Test(arguments: [
    ("smb1-logon-failure", 4, "auth-logon-failure"), ("smb1-logon-failure", 8, "auth-logon-failure"),
    ("smb1-bad-share", 11, "tree-bad-network-name"), ("smb1-bad-share", 13, "tree-bad-network-name"),
  ])
  func pairsSMB1BehindAGap(fixture: String, lost: Int, rule: String) throws {
    #expect(Self.grave(try Self.report(fixture) { $0 != lost }).map { $0.split(separator: " ")[1] } == [rule[...]])
  }

  /// A share that is connected proves the logon whose answer is lost.
  @Test func takesTheShareForTheLogon() throws {
    let report = try Self.report("healthy-3.1.1") { $0 != 11 }
    #expect(report.connections.map(\.outcome) == [.established])
    #expect(Self.grave(report) == [])
  }
}

extension [UInt8] {
  fileprivate func contains(sequence wanted: [UInt8]) -> Bool {
    count >= wanted.count && (0...(count - wanted.count)).contains { Array(self[$0..<$0 + wanted.count]) == wanted }
  }
}
