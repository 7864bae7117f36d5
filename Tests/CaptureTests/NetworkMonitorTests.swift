import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct NetworkMonitorTests {
  static let frames = RecordingTests.frames

  private func frames(_ bytes: [UInt8]) throws -> [ReadFrame] { try Recording(captures: [bytes]).frames() }

  @Test(arguments: [(0, "EN10MB"), (1, "EN10MB"), (8, "RAW"), (9, "RAW"), (0xe001, "EN10MB"), (0xe071, "LINUX_SLL")] as [(UInt16, String)])
  func knowsTheMediaTypeOfAFrame(mediaType: UInt16, name: String) throws {
    let recording = try Recording(captures: [networkMonitorFile(Self.frames, mediaType: mediaType)])
    #expect(recording.linkTypeNames == [name])
    #expect(recording.frames().count == 3)
  }

  /// 0xfffd: what Network Monitor knows of the network is in a frame that it does not count.
  @Test func leavesOutWhatIsNoFrame() throws {
    let file = networkMonitorFile(Self.frames, version: (2, 1))
    let second = 128 + 16 + Self.frames[0].bytes.count + 2
    let trailer = second + 16 + Self.frames[1].bytes.count
    let read = try frames(file.setting(UInt16(0xfffd), at: trailer))
    #expect(read.map(\.number) == [1, 2])
    #expect(read.map(\.bytes) == [Self.frames[0].bytes, Self.frames[2].bytes])
  }

  @Test(arguments: [2, 6, 195] as [UInt16]) func refusesMediaThatCarryNothingOfUse(mediaType: UInt16) {
    let file = networkMonitorFile(Self.frames, version: (2, 0), mediaType: mediaType)
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [file]) }
    guard case .unsupportedLinkType? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  /// The order of the table counts, not the order in the file.
  @Test func followsTheTable() throws {
    let file = networkMonitorFile(Self.frames, version: (2, 3))
    let table = file.count - 12
    let reversed = Array(file[..<table]) + file[(table + 8)...] + file[(table + 4)..<(table + 8)] + file[table..<(table + 4)]
    #expect(try frames(reversed).map(\.bytes) == Self.frames.map(\.bytes).reversed())
  }

  /// A table that names one frame a million times does not make a million frames.
  @Test func deliversNoByteTwice() throws {
    let file = networkMonitorFile([TestFrame(seconds: 1, .counting(60))], version: (1, 1))
    let entry = Array(file.suffix(4))
    let hostile = file.setting(UInt32(4_000_000), at: 28) + (1..<1_000_000).flatMap { _ in entry }
    let recording = try Recording(captures: [hostile])
    var bytes = 0
    recording.forEachFrame { _, _, view in bytes += view.count }
    #expect(bytes <= hostile.count)
    #expect(recording.damage.count == 1)
  }

  @Test(arguments: [0, 3, 0xffff_fffc, .max] as [UInt32]) func survivesAHostileTable(value: UInt32) throws {
    let file = networkMonitorFile(Self.frames, version: (2, 0))
    for place in [24, 28] + stride(from: file.count - 12, to: file.count, by: 4) {
      guard let recording = try? Recording(captures: [file.setting(value, at: place)]) else { continue }
      #expect(recording.frames().count <= 3)
    }
  }

  @Test func readsFramesBeforeTheStart() throws {
    let file = networkMonitorFile(Self.frames, version: (2, 0)).setting(Int64(-2_000_000), at: 128)
    #expect(try frames(file)[0].nanoseconds == 1_700_000_000_000_000_000 - 2_000_000_000)
  }

  @Test(arguments: Packing.allCases) func readsPackedFiles(packing: Packing) throws {
    #expect(try frames(packing.pack(networkMonitorFile(Self.frames))).map(\.bytes) == Self.frames.map(\.bytes))
  }

  /// What is held in memory has an end.
  @Test func saysThatAPipeIsNotEnoughForALargeOne() throws {
    let large = networkMonitorFile(Self.frames) + [UInt8](repeating: 0, count: 64 << 20)
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [Packing.gzip.pack(large)]) }
    #expect(try "\(#require(error))".contains("save it as an uncompressed file"))
  }

  static let hasEditcap = FileManager.default.isExecutableFile(atPath: "/usr/bin/editcap")

  /// What another program writes.
  @Test(.enabled(if: hasEditcap, "editcap of Wireshark is not installed"), arguments: [("netmon1", 1_000_000), ("netmon2", 1_000), ("snoop", 1_000)] as [(String, Int64)])
  func readsWhatWiresharkWrites(format: String, resolution: Int64) throws {
    let files = try TemporaryFiles()
    let input = try files.add("a.pcap", pcapFile(Self.frames, isNanosecond: true))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/editcap")
    process.arguments = ["-F", format, input, files.path("out.cap")]
    process.environment = ["TZ": "UTC"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let read = try Recording(paths: [files.path("out.cap")]).frames()
    #expect(read.map(\.bytes) == Self.frames.map(\.bytes))
    for (ours, theirs) in zip(read, RecordingTests.expected()) {
      #expect(abs(ours.nanoseconds - theirs.nanoseconds) <= resolution)
    }
  }
}
