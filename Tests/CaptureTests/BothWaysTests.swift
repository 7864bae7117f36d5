import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

/// libpcap and the readers of this project, on what both read: the same frames, with the same times, lengths, bytes and links,
/// and the same damage.
@Suite struct BothWaysTests {
  private struct LinkedFrame: Equatable {
    var nanoseconds: Int64
    var originalLength: Int
    var linkType: LinkType
    var bytes: [UInt8]
  }

  private struct FrameList {
    var frames: [LinkedFrame] = []
    var damage: String?
    var byte: Int?

    init(_ reader: any FrameReader) {
      do throws(ReadDamage) {
        guard let first = try reader.next() else { return }
        var place = FramePlaceInFile(record: first, count: 1)
        _ = try reader.lendFrames(from: &place, while: { _ in true }) { record, bytes in
          frames.append(
            LinkedFrame(
              nanoseconds: record.time.nanoseconds, originalLength: record.originalLength, linkType: record.linkType,
              bytes: ByteView(bytes).copy()))
        }
      } catch {
        (damage, byte) = (error.message, error.byte)
      }
    }
  }

  private static func libpcap(_ bytes: [UInt8]) -> FrameList? {
    (try? LibpcapReader(Cursor(MemoryBytes(bytes)), bufferSize: 4_096)).map { FrameList(FormatReader($0)) }
  }

  private static func window(_ bytes: [UInt8], size: Int = 4_096) -> FrameList? {
    PcapFileHeader(bytes).map { FrameList(FormatReader(PcapReader(ByteWindow(Cursor(MemoryBytes(bytes)), largestRead: size), header: $0))) }
  }

  private static func fixtures() throws -> [URL] {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures").standardized
    var folders = try FileManager.default.contentsOfDirectory(at: fixtures, includingPropertiesForKeys: nil)
    if let corpus = ProcessInfo.processInfo.environment["SMBDX_CORPUS"] {
      folders += ["smb", "general"].map { URL(filePath: corpus).appending(path: $0) }
    }
    return try folders.filter(\.hasDirectoryPath).flatMap {
      try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
    }.filter { ["pcapng", "pcap", "cap"].contains($0.pathExtension) }
  }

  /// Where libpcap refuses a file, it has read a part that is the same.
  @Test func readsPcapngBothWays() throws {
    var files = try Self.fixtures().map { ($0.lastPathComponent, [UInt8](try Data(contentsOf: $0))) }
    files.append(("built", pcapngFile(FormatTests.frames)))
    for (name, bytes) in files where bytes.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) {
      var ours = FrameList(FormatReader(PcapngReader(Cursor(MemoryBytes(bytes)), bufferSize: 4_096)))
      guard let theirs = Self.libpcap(bytes) else { continue }
      if theirs.damage != nil { ours.frames.removeLast(max(0, ours.frames.count - theirs.frames.count)) }
      #expect(ours.frames == theirs.frames, "\(name)")
      if theirs.damage == nil { #expect(ours.damage == nil, "\(name)") }
    }
  }

  /// Every fixture as pcap, in each of its four forms, and every pcap of the corpus as it is.
  @Test func readsPcapBothWays() throws {
    var compared = 0
    for url in try Self.fixtures() {
      let bytes = [UInt8](try Data(contentsOf: url))
      guard bytes.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) else {
        compared += try Self.compare(bytes, url.lastPathComponent)
        continue
      }
      let list = FrameList(FormatReader(PcapngReader(Cursor(MemoryBytes(bytes)), bufferSize: 4_096)))
      guard let link = list.frames.first?.linkType.numberInFile else { continue }
      let frames = list.frames.map {
        TestFrame(nanoseconds: $0.nanoseconds, $0.bytes, originalLength: $0.originalLength)
      }
      for (isNanosecond, isBigEndian) in [(false, false), (false, true), (true, false), (true, true)] {
        compared += try Self.compare(
          pcapFile(frames, linkType: UInt32(link), isNanosecond: isNanosecond, isBigEndian: isBigEndian), url.path)
      }
    }
    #expect(compared > 500)
  }

  /// - Returns: 1 if the reader of this project takes the file.
  private static func compare(_ bytes: [UInt8], _ name: String) throws -> Int {
    guard let ours = window(bytes) else { return 0 }
    let theirs = try #require(libpcap(bytes), "\(name)")
    #expect(ours.frames == theirs.frames, "\(name)")
    #expect(ours.damage == theirs.damage, "\(name)")
    #expect(ours.byte == theirs.byte, "\(name)")
    return 1
  }

  /// Frames larger than the window, and than the file says they can be.
  private static let oddFrames = [
    TestFrame(seconds: 4_294_967_295, nanoseconds: 999_999_000, [UInt8](repeating: 1, count: 60)),
    TestFrame([]), TestFrame([UInt8](repeating: 2, count: 70_000)), TestFrame([3, 4], originalLength: 9_000),
  ]

  /// Behind every cut both say the same, to the byte.
  @Test(arguments: [262_144, 64, 0, 0x8000_0000] as [UInt32])
  func saysTheSameOfDamage(snapshotLength: UInt32) throws {
    let small = pcapFile(FormatTests.frames + Self.oddFrames.suffix(1), snapshotLength: snapshotLength)
    for count in PcapFileHeader.size...small.count {
      #expect(try Self.compare(Array(small.prefix(count)), "cut behind \(count)") == 1)
    }
    let large = pcapFile(Self.oddFrames, isNanosecond: true, snapshotLength: snapshotLength)
    for count in [large.count, large.count - 3, 24 + 16 + 60 + 16 + 16 + 50, 24 + 16 + 60 + 16 + 16 + 65_000] {
      #expect(try Self.compare(Array(large.prefix(count)), "cut behind \(count)") == 1)
    }
    for length in [262_144, 262_145, 0x7fff_ffff, 0xffff_ffff] as [UInt32] {
      var bytes = small
      bytes.replaceSubrange(32..<36, with: [UInt8].littleEndian(length))
      #expect(try Self.compare(bytes, "length \(length)") == 1)
    }
  }

  @Test func isIndependentOfTheWindow() throws {
    let bytes = pcapFile(Self.oddFrames + FormatTests.frames)
    let expected = try #require(Self.window(bytes)).frames
    for size in [1, 16, 17, 100, 65_536, 1 << 20] {
      #expect(Self.window(bytes, size: size)?.frames == expected)
    }
  }

  /// What libpcap has its own ways with is left to it.
  @Test func leavesTheUnusualToLibpcap() {
    let usual = pcapFile(FormatTests.frames)
    #expect(PcapFileHeader(usual) != nil)
    func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
      var file = usual
      file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
      return file
    }
    #expect(PcapFileHeader(changed(0, [0x34, 0xcd, 0xb2, 0xa1])) == nil)  // longer record headers
    #expect(PcapFileHeader(changed(6, [3])) == nil)  // lengths may be exchanged
    #expect(PcapFileHeader(changed(23, [0x04])) == nil)  // a check sequence behind each frame
    #expect(PcapFileHeader(changed(20, [220, 0])) == nil)  // USB
    #expect(PcapFileHeader(Array(usual.prefix(23))) == nil)
    #expect(PcapFileHeader(pcapFile(FormatTests.frames, linkType: 113)) != nil)
    // libpcap turns numbers in this one.
    #expect(PcapFileHeader(pcapFile(FormatTests.frames, linkType: 113, isBigEndian: true)) == nil)
  }

  /// A file that another program cuts while it is read ends there, as one that was cut before.
  @Test func endsWhereAFileIsCutWhileItIsRead() throws {
    let frames = (0..<400).map { TestFrame(seconds: Int64($0), [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 1_000)) }
    let path = FileManager.default.temporaryDirectory.appending(path: "cut-\(UUID()).pcap")
    try Data(pcapFile(frames)).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let recording = try Recording(paths: [path.path])
    let handle = try FileHandle(forWritingTo: path)
    var count = 0
    recording.forEachFrame { _, _, _ in
      count += 1
      if count == 1 { try? handle.truncate(atOffset: 300_000) }
    }
    try handle.close()
    #expect(count < 400)
    #expect(recording.damage.first?.message.hasPrefix("truncated dump file") == true)
    #expect(recording.damage.first?.frame == count + 1)
  }
}
