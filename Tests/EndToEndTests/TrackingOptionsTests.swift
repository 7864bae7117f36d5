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

/// What `--checksums` and `--max-connections` change.
@Suite struct TrackingOptionsTests {
  private static func report(damaging frame: Int?, verifiesChecksums: Bool) throws -> Report {
    let fixture = try #require(Fixture.all.first { $0.name == "healthy-3.0.2" })
    var options = Analysis.Options()
    options.tracking.verifiesChecksums = verifiesChecksums
    var analysis = Analysis(options)
    try Recording(paths: [fixture.capture.path]).forEachFrame { one, _, bytes in
      var copy = bytes.copy()
      if one.number == frame { copy[copy.count - 1] ^= 0x01 }
      analysis.accept(one, ByteView(copy.span))
    }
    return Report(toolVersion: "test", files: ["checksums"], diagnosis: analysis.finish())
  }

  @Test func leavesOutWhatHasAWrongChecksum() throws {
    #expect(try Self.report(damaging: 4, verifiesChecksums: false).capture.wrongChecksums == nil)
    let whole = try Self.report(damaging: nil, verifiesChecksums: true)
    #expect(whole.capture.wrongChecksums == 0)
    #expect(whole.connections.map(\.outcome) == [.established])
    let damaged = try Self.report(damaging: 4, verifiesChecksums: true)
    #expect(damaged.capture.wrongChecksums == 1)
    var text = ""
    damaged.writeText(TextOptions()) { text += $0 }
    #expect(text.contains("1 packet with a wrong checksum was skipped"))
  }

  @Test func refusesNumbersOfConnectionsThatMakeNoSense() throws {
    let fixture = try #require(Fixture.all.first { $0.name == "tcp-handshake-only" }).capture.path
    for number in ["0", "-1", "16777217", "many"] {
      #expect(throws: (any Error).self) { try Smbdx.run(["--max-connections=\(number)", "-o", "/dev/null", fixture]) }
    }
    try Smbdx.run(["--max-connections=1", "--checksums", "-o", "/dev/null", "--fail-on", "never", fixture])
  }
}
