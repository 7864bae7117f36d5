import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct OldCaptureTests {
  /// Whole ones: iptrace does not say that a frame was cut.
  static let frames: [TestFrame] = (0..<6).map { (index: Int) -> TestFrame in
    let segment = TCPSegment(sequence: UInt32(1_000 + index), payload: .counting(index * 90))
    return TestFrame(seconds: 1_700_000_000 + Int64(index), nanoseconds: 123_456_789, segment.ethernet)
  }

  private func recording(_ bytes: [UInt8]) throws -> Recording { try Recording(captures: [bytes]) }

  @Test(arguments: OldCapture.allCases, [false, true]) func readsTheSameFrames(capture: OldCapture, isBigEndian: Bool) throws {
    let recording = try recording(capture.file(Self.frames, isBigEndian: isBigEndian))
    #expect(recording.frames() == RecordingTests.expected(Self.frames, resolution: capture.resolution))
    #expect(recording.damage.isEmpty)
    #expect(recording.remarks.isEmpty)
    #expect(recording.linkTypeNames == ["EN10MB"])
  }

  /// One record tells the variant too, and so does one whose bytes are many.
  @Test(arguments: OldCapture.allCases, [0, 1_400, 60_000]) func readsASingleFrame(capture: OldCapture, payload: Int) throws {
    let frames = [TestFrame(seconds: 1_700_000_000, TCPSegment(payload: .counting(payload)).ethernet)]
    #expect(try recording(capture.file(frames)).frames() == RecordingTests.expected(frames, resolution: capture.resolution))
  }

  @Test(arguments: OldCapture.allCases) func readsPackedFilesAndNone(capture: OldCapture) throws {
    let expected = RecordingTests.expected(Self.frames, resolution: capture.resolution)
    #expect(try recording(Packing.gzip.pack(capture.file(Self.frames))).frames() == expected)
    let empty = try recording(capture.file([]))
    #expect(empty.frames().isEmpty && empty.damage.isEmpty)
  }

  /// From the second record on the variant is known.
  @Test(arguments: OldCapture.allCases) func readsUpToEveryCut(capture: OldCapture) throws {
    let bytes = capture.file(Self.frames)
    let whole = RecordingTests.expected(Self.frames, resolution: capture.resolution)
    for count in capture.file(Array(Self.frames.prefix(2))).count..<bytes.count {
      let recording = try recording(Array(bytes.prefix(count)))
      let frames = recording.frames()
      #expect(frames == Array(whole.prefix(frames.count)))
      #expect(frames.count >= 2)
      #expect(recording.damage.count <= 1)
      if let damage = recording.damage.first {
        #expect(damage.frame == frames.count + 1)
        #expect(damage.message.contains("truncated"))
      }
    }
  }

  @Test(arguments: OldCapture.allCases) func survivesDamage(capture: OldCapture) throws {
    var generator = SeededGenerator(seed: 5)
    let file = capture.file(Self.frames)
    for _ in 0..<400 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      guard let recording = try? Recording(captures: [bytes]) else { continue }
      #expect(recording.frames().reduce(0) { $0 + $1.bytes.count } <= bytes.count)
    }
  }

  /// A file of today that is cut or odd is no old one.
  @Test func takesNoOrdinaryFileForAnOldOne() throws {
    let file = pcapFile(Self.frames)
    for count in stride(from: 24, to: file.count, by: 1) {
      let frames = try recording(Array(file.prefix(count))).frames()
      #expect(frames == Array(RecordingTests.expected(Self.frames, resolution: 1_000).prefix(frames.count)))
    }
    // More captured than there was.
    var odd = Self.frames
    odd[0].originalLength = 20
    #expect(try recording(pcapFile(odd)).frames().map(\.bytes) == Self.frames.map(\.bytes))
  }

  // MARK: AIX

  @Test(arguments: [(9, "IEEE802"), (15, "FDDI")] as [(UInt8, String)], [OldCapture.aix, .iptrace1, .iptrace2])
  func knowsInterfacesOfAIX(interface: (type: UInt8, name: String), capture: OldCapture) throws {
    let recording = try recording(capture.file(Self.frames, isBigEndian: true, interface: interface.type))
    let frames = recording.frames()
    #expect(recording.linkTypeNames == [interface.name])
    // Three bytes are in front of frames of FDDI.
    #expect(frames.map(\.bytes) == Self.frames.map { Array($0.bytes.dropFirst(interface.type == 15 ? 3 : 0)) })
  }

  @Test(arguments: [OldCapture.aix, .iptrace2]) func readsLoopbacksOfAIX(capture: OldCapture) throws {
    let packet = Array(Self.frames[1].bytes.dropFirst(14))
    for (prefix, name) in [([], "RAW"), ([24, 0, 0, 0], "NULL")] as [([UInt8], String)] {
      let file = capture.file([TestFrame(seconds: 1_700_000_000, prefix + packet)], isBigEndian: true, interface: 24)
      let recording = try recording(file)
      #expect(recording.frames().map(\.bytes) == [prefix + packet])
      #expect(recording.linkTypeNames == [name])
    }
  }

  /// iptrace -S keeps the beginning of a frame, and does not say so.
  @Test func knowsHowLongACutFrameWas() throws {
    let cut = Self.frames.map { TestFrame(nanoseconds: $0.time.nanoseconds, Array($0.bytes.prefix(60))) }
    #expect(try recording(OldCapture.iptrace2.file(cut)).frames().map(\.originalLength) == Self.frames.map(\.bytes.count))
  }

  /// An interface that is not known does not end the reading of the others.
  @Test func countsFramesOfUnknownInterfaces() throws {
    let sound = OldCapture.iptrace2.file(Self.frames)
    let recording = try recording(sound + OldCapture.iptrace2.file(Self.frames, interface: 0xc7).dropFirst(11) + sound.dropFirst(11))
    #expect(recording.frames().count == 18)
    #expect(recording.linkTypeNames == ["EN10MB", "147"])
  }

  @Test(arguments: [0, 21, 0x7fff_ffff, .max] as [UInt32]) func refusesHostileLengths(length: UInt32) throws {
    let second = OldCapture.iptrace1.file([Self.frames[0]]).count
    let recording = try recording(OldCapture.iptrace1.file(Self.frames).settingBigEndian(length, at: second))
    #expect(recording.frames().count == 1)
    #expect(recording.damage.first?.byte == second)
  }

  static let variants = [("rh6_1pcap", 1_000), ("modpcap", 1_000), ("suse6_3pcap", 1_000), ("nokiapcap", 1_000)] as [(String, Int64)]

  /// What another program writes.
  @Test(.enabled(if: NetworkMonitorTests.hasEditcap, "editcap of Wireshark is not installed"), arguments: variants)
  func readsWhatWiresharkWrites(format: String, resolution: Int64) throws {
    let files = try TemporaryFiles()
    let input = try files.add("a.pcap", pcapFile(Self.frames, isNanosecond: true))
    _ = try Wireshark.run("editcap", ["-F", format, input, files.path("out.cap")])
    let recording = try Recording(paths: [files.path("out.cap")])
    #expect(recording.frames() == RecordingTests.expected(Self.frames, resolution: resolution))
    #expect(recording.damage.isEmpty)
  }

  /// And that the other way around.
  @Test(.enabled(if: Wireshark.isInstalled, "tshark of Wireshark is not installed"), arguments: OldCapture.allCases)
  func writesWhatWiresharkReads(capture: OldCapture) throws {
    let files = try TemporaryFiles()
    defer { withExtendedLifetime(files) {} }
    let path = try files.add("a.cap", capture.file(Self.frames, isBigEndian: capture == .aix))
    let lengths = try Wireshark.run("tshark", ["-n", "-r", path, "-T", "fields", "-e", "frame.len"])
    #expect(lengths.split(separator: "\n").compactMap { Int($0) } == Self.frames.map(\.bytes.count))
  }
}
