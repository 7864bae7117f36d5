import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

/// One recording in each format.
@Suite struct FormatTests {
  struct Format: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Nanoseconds.
    var resolution: Int64
    var bytes: [UInt8]
  }

  static let frames = RecordingTests.frames

  static let formats: [Format] = {
    var formats: [Format] = []
    for isBigEndian in [false, true] {
      let order = isBigEndian ? "big-endian" : "little-endian"
      formats.append(
        Format(testDescription: "pcap µs, \(order)", resolution: 1_000, bytes: pcapFile(frames, isBigEndian: isBigEndian)))
      formats.append(
        Format(
          testDescription: "pcap ns, \(order)", resolution: 1,
          bytes: pcapFile(frames, isNanosecond: true, isBigEndian: isBigEndian)))
    }
    formats.append(Format(testDescription: "pcapng", resolution: 1, bytes: pcapngFile(frames)))
    for version in [(1, 1), (2, 0), (2, 1), (2, 2), (2, 3)] as [(UInt8, UInt8)] {
      formats.append(
        Format(
          testDescription: "Network Monitor \(version.0).\(version.1)",
          resolution: version.0 == 1 ? 1_000_000 : version.1 == 3 ? 100 : 1_000,
          bytes: networkMonitorFile(frames, version: version)))
    }
    formats.append(Format(testDescription: "snoop", resolution: 1_000, bytes: snoopFile(frames)))
    return formats
  }()

  private func expected(_ format: Format) -> [ReadFrame] { RecordingTests.expected(resolution: format.resolution) }

  @Test(arguments: formats) func readsTheSameFrames(format: Format) throws {
    let recording = try Recording(captures: [format.bytes])
    #expect(recording.frames() == expected(format))
    #expect(recording.damage.isEmpty)
    #expect(recording.linkTypeNames == ["EN10MB"])
    #expect(recording.leftOut.isEmpty)
  }

  /// A sentence, or some of the frames in their order; damage unless all are there.
  @Test(arguments: formats) func readsUpToEveryCut(format: Format) throws {
    for count in format.bytes.indices {
      do throws(CaptureError) {
        let recording = try Recording(captures: [Array(format.bytes.prefix(count))])
        let frames = recording.frames()
        #expect(frames == Array(expected(format).prefix(frames.count)))
        #expect(recording.damage.count <= 1)
        if let damage = recording.damage.first {
          #expect(damage.frame == frames.count + 1)
          #expect(damage.byte.map { $0 <= format.bytes.count } == true)
        }
      } catch {
        #expect("\(error)".count > 20)
      }
    }
  }

  @Test(arguments: formats) func survivesDamage(format: Format) throws {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<400 {
      var bytes = format.bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      guard let recording = try? Recording(captures: [bytes]) else { continue }
      // A table of frames may grow, but every byte belongs to one frame at most.
      #expect(recording.frames().reduce(0) { $0 + $1.bytes.count } <= bytes.count)
    }
  }
}
