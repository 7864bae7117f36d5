import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing

@testable import smbdx

/// Recordings of real peers in the formats of other systems, and as text.
@Suite struct OtherFormatTests {
  static let names = ["vni-aborted-by-server", "auth-logon-failure", "tcp-syn-timeout", "kerberos-clock-skew", "healthy-3.1.1"]

  private static func frames(_ fixture: Fixture) throws -> [TestFrame] {
    var frames: [TestFrame] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      frames.append(TestFrame(nanoseconds: frame.time.nanoseconds, bytes.copy(), originalLength: frame.originalLength))
    }
    return frames
  }

  private func expectTheSame(_ name: String, _ write: ([TestFrame]) -> [UInt8]) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    let report = analyze(try Recording(captures: [write(Self.frames(fixture))]))
    let expected = try fixture.report()
    #expect(report.findings.map { Claim($0) } == expected.findings.map { Claim($0) })
    #expect(report.connections.map(\.outcome) == expected.connections.map(\.outcome))
    #expect(report.capture.frames == expected.capture.frames)
    #expect(report.capture.isComplete)
  }

  @Test(arguments: names, OldCapture.allCases) func saysTheSameOfOldFormats(name: String, capture: OldCapture) throws {
    try expectTheSame(name) { capture.file($0) }
  }

  /// Without times nothing is too late.
  @Test(arguments: names, PacketText.allCases)
  func saysTheSameOfText(name: String, text: PacketText) throws {
    guard text.hasTimes || name != "tcp-syn-timeout" else { return }
    try expectTheSame(name) { text.text($0) }
  }

  // MARK: Wi-Fi

  /// Each two frames of a recording as one of 802.11.
  private static func aggregates(_ frames: [TestFrame]) -> [TestFrame] {
    let addresses = [UInt8](repeating: 2, count: 18) + [0, 0]
    return stride(from: 0, to: frames.count, by: 2).map { start in
      var bytes: [UInt8] = [0x88, 0x02, 0, 0] + addresses + [0, 0, 0x80, 0]
      bytes = Array(bytes.prefix(24)) + [0x80, 0]
      for frame in frames[start..<min(start + 2, frames.count)] {
        bytes += [UInt8](repeating: 0, count: -(bytes.count - 26) & 3) + frame.bytes.prefix(12)
        bytes += ByteWriter().u16be(UInt16(frame.bytes.count - 6)).raw([0xaa, 0xaa, 3, 0, 0, 0]).raw(Array(frame.bytes.dropFirst(12))).bytes
      }
      return TestFrame(nanoseconds: frames[start].time.nanoseconds, bytes)
    }
  }

  @Test(arguments: ["vni-aborted-by-server", "auth-logon-failure", "healthy-3.1.1"])
  func takesAggregatesApart(name: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    let report = analyze(try Recording(captures: [pcapFile(Self.aggregates(Self.frames(fixture)), linkType: 105)]))
    let expected = try fixture.report()
    let claims = expected.findings.map { finding in
      var claim = Claim(finding)
      claim.frames = claim.frames.map { ($0 + 1) / 2 }
      return claim
    }
    #expect(report.findings.map { Claim($0) } == claims)
    #expect(report.connections.map(\.outcome) == expected.connections.map(\.outcome))
    #expect(report.capture.warnings.isEmpty)
  }
}
