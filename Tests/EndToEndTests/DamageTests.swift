import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing
import Transcripts

@testable import smbdx

/// What a capture lacks must never become an accusation: healthy fixtures, with frames taken away.
@Suite struct DamageTests {
  struct StoredFrame {
    var frame: Frame
    var bytes: [UInt8]
  }

  static let healthy = Fixture.all.filter { $0.name.contains("healthy") }

  /// A ring buffer goes on while it is read: that a file is gone is no damage of it, and no one has to copy it again.
  @Test func blamesNoFileThatIsGone() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let capture = try #require(Self.healthy.first).capture
    let paths = (0..<40).map { directory.appending(path: "\($0).pcapng").path }
    for path in paths { try FileManager.default.copyItem(atPath: capture.path, toPath: path) }
    let recording = try Recording(paths: paths)
    try FileManager.default.removeItem(atPath: paths[39])
    let report = analyze(recording)
    #expect(!report.findings.contains { $0.rule.id == "capture-truncated-file" })
    #expect(report.capture.warnings.contains { $0.file == "39.pcapng" && $0.message.hasSuffix("smbdx read everything before it") })
    #expect(!report.capture.isComplete)
  }

  @Test(arguments: healthy)
  func blamesNobodyForALostFrame(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    for index in frames.indices where Fixture.isNight || index % 2 == fixture.name.utf8.count % 2 {
      var kept = frames
      kept.remove(at: index)
      #expect(Self.accusations(kept).isEmpty, "\(fixture.name) without frame \(index + 1): \(Self.accusations(kept))")
    }
  }

  @Test(arguments: healthy)
  func blamesNobodyForAnEarlyEnd(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    for count in frames.indices where Fixture.isNight || count % 2 == fixture.name.utf8.count % 2 {
      let kept = Array(frames.prefix(count))
      #expect(Self.accusations(kept).isEmpty, "\(fixture.name), first \(count) frames: \(Self.accusations(kept))")
    }
  }

  @Test(arguments: healthy)
  func blamesNobodyForALateStart(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    for count in frames.indices where Fixture.isNight || count % 2 == fixture.name.utf8.count % 2 {
      let kept = Array(frames.dropFirst(count))
      #expect(Self.accusations(kept).isEmpty, "\(fixture.name) from frame \(count + 1): \(Self.accusations(kept))")
    }
  }

  @Test(arguments: healthy)
  func blamesNobodyForHalfAConversation(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    for isFromServer in [true, false] {
      let kept = frames.filter { Self.sourcePort($0) == 445 || Self.sourcePort($0) == 139 ? isFromServer : !isFromServer }
      #expect(Self.accusations(kept).isEmpty, "\(fixture.name), one direction: \(Self.accusations(kept))")
    }
  }

  @Test(arguments: healthy, [54, 60, 96, 128, 200])
  func blamesNobodyForAShortSnapshotLength(fixture: Fixture, length: Int) throws {
    let kept = try Self.frames(of: fixture).map { StoredFrame(frame: $0.frame, bytes: Array($0.bytes.prefix(length))) }
    #expect(Self.accusations(kept).isEmpty)
  }

  /// Mirror ports and several interfaces show a frame twice.
  @Test(arguments: healthy)
  func blamesNobodyForFramesSeenTwice(fixture: Fixture) throws {
    let kept = try Self.frames(of: fixture).flatMap { [$0, $0] }
    #expect(Self.accusations(kept).isEmpty)
  }

  /// Neighbours change places, as on a capture of several queues.
  @Test(arguments: healthy)
  func blamesNobodyForMisorderedFrames(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    for index in frames.indices.dropLast() where Fixture.isNight || index % 2 == fixture.name.utf8.count % 2 {
      var kept = frames
      kept.swapAt(index, index + 1)
      #expect(Self.accusations(kept).isEmpty, "\(fixture.name), \(index + 1) and \(index + 2): \(Self.accusations(kept))")
    }
  }

  /// Any byte of any frame may be anything: an answer comes all the same.
  @Test(arguments: Fixture.all)
  func survivesDamagedBytes(fixture: Fixture) throws {
    let frames = try Self.frames(of: fixture)
    var generator = SplitMix(state: 0x5eed)
    for _ in 0..<(Fixture.isNight ? 40 : 10) {
      let damaged = frames.map { stored in
        var stored = stored
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !stored.bytes.isEmpty {
          stored.bytes[Int.random(in: stored.bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        return stored
      }
      _ = Self.accusations(damaged)
    }
  }

  private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
      return word ^ word >> 31
    }
  }

  // MARK: Frames

  private static func frames(of fixture: Fixture) throws -> [StoredFrame] {
    var frames: [StoredFrame] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      frames.append(StoredFrame(frame: frame, bytes: bytes.copy()))
    }
    return frames
  }

  /// Rules of severity error or worse that fire; whatever fires cites its own frames.
  private static func accusations(_ frames: [StoredFrame]) -> [String] {
    var analysis = Analysis()
    var check = EvidenceCheck()
    for (index, stored) in frames.enumerated() {
      var frame = stored.frame
      frame.number = index + 1
      analysis.accept(frame, ByteView(stored.bytes.span))
      check.record(frame, ByteView(stored.bytes.span))
    }
    let report = analysis.finish()
    #expect(check.faults(of: report) == [])
    return report.findings.filter { $0.severity >= .error }.map(\.rule.id)
  }

  private static func sourcePort(_ stored: StoredFrame) -> UInt16 {
    let bytes = ByteView(stored.bytes.span)
    guard case .packet(let packet)? = try? Packet.read(bytes, frame: stored.frame) else { return 0 }
    return packet.source.port
  }
}
