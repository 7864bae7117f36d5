import Diagnosis
import Capture
import Foundation
import Reports
import Rules
import TestSupport
import Testing

@testable import smbdx

/// One bit of a healthy recording is wrong, and with it one checksum: whatever that seems to say is no proof.
@Suite struct FlippedBitTests {
  private static let fixtures = Fixture.all.filter {
    ["healthy-2.1", "healthy-3.0.2", "healthy-3.1.1", "healthy-multi-protocol-upgrade"].contains($0.name)
  }

  /// Frames that establish the connection.
  private static let frames = 28
  private static let flips = 150

  /// Where the frames are in a pcapng file, behind their Ethernet headers, which have no checksum here.
  private static func packets(in file: [UInt8]) -> [Range<Int>] {
    func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) } }
    var packets: [Range<Int>] = []
    var offset = 0
    while offset + 28 <= file.count {
      if number(offset) == 6 { packets.append((offset + 28 + 14)..<(offset + 28 + number(offset + 20))) }
      offset += number(offset + 4)
    }
    return packets
  }

  @Test(arguments: fixtures)
  func provesNothing(fixture: Fixture) throws {
    let file = Array(try Data(contentsOf: fixture.capture))
    let packets = Self.packets(in: file).prefix(Self.frames)
    let known = Set(try fixture.report().findings.map(\.rule.id))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<Self.flips {
      let packet = try #require(packets.randomElement(using: &generator))
      let byte = try #require(packet.randomElement(using: &generator))
      let bit = UInt8.random(in: 0..<8, using: &generator)
      var flipped = file
      flipped[byte] ^= 1 << bit
      for finding in analyze(try Recording(captures: [flipped])).findings where !known.contains(finding.rule.id) {
        #expect(
          finding.severity < .error || finding.confidence == .possible,
          "\(finding.rule.id) by bit \(bit) of byte \(byte - packet.lowerBound + 14): \(finding.summary)")
      }
    }
  }

  /// A receiver drops a segment with a wrong checksum, and reads the copy that is sent again.
  @Test(arguments: fixtures)
  func readsTheGoodCopy(fixture: Fixture) throws {
    let frames = try RecordedFrame.all(of: fixture.name)
    let report = try fixture.report()
    for (index, frame) in frames.enumerated().prefix(Self.frames) where frame.payloadLength > 8 {
      var damaged = frame
      damaged.bytes[frame.bytes.count - frame.payloadLength + 12] ^= 0x6d
      let copies = Array(frames[...(index - 1)]) + [damaged, frame] + Array(frames[(index + 1)...])
      let read = copies.reportAsRecorded
      #expect(read.connections.map(\.outcome) == report.connections.map(\.outcome), "frame \(index + 1)")
      #expect(read.findings.map(\.rule.id) == report.findings.map(\.rule.id), "frame \(index + 1)")
    }
  }
}
