import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct PcapngTests {
  private func read(_ file: PcapngBytes) throws -> (frames: [ReadFrame], recording: Recording) {
    let recording = try Recording(captures: [file.bytes])
    return (recording.frames(), recording)
  }

  // MARK: Sections and interfaces

  @Test(arguments: [false, true]) func readsBothByteOrders(isBigEndian: Bool) throws {
    var file = PcapngBytes(isBigEndian: isBigEndian)
    file.section()
    file.interface(resolution: 9)
    for frame in RecordingTests.frames {
      file.enhancedPacket(ticks: UInt64(frame.time.nanoseconds), frame.bytes, originalLength: frame.originalLength)
    }
    let (frames, recording) = try read(file)
    #expect(frames == RecordingTests.expected())
    #expect(recording.damage.isEmpty)
  }

  /// `cat a.pcapng b.pcapng`, made on different machines.
  @Test func readsSectionsThatDiffer() throws {
    var file = PcapngBytes()
    file.section(options: file.option(1, Array("a comment".utf8)) + file.option(0, []))
    file.interface(snapshotLength: 100)
    file.enhancedPacket(ticks: 5_000_000, [1])
    file.isBigEndian = true
    file.section(minor: 2)
    file.interface(linkType: 101, resolution: 9)
    file.interface(linkType: 113, snapshotLength: 0)
    file.enhancedPacket(interface: 1, ticks: 6_000_000, [2, 2])
    file.enhancedPacket(interface: 0, ticks: 7_000_000_000, [3, 3, 3])
    let recording = try Recording(captures: [file.bytes])
    var seen: [(Int64, LinkType, Int)] = []
    recording.forEachFrame { frame, _, bytes in seen.append((frame.time.nanoseconds, frame.linkType, bytes.count)) }
    #expect(seen.map(\.0) == [5_000_000_000, 6_000_000_000, 7_000_000_000])
    #expect(seen.map(\.1) == [.ethernet, .linuxSLL, LinkType(inFile: 101)])
    #expect(seen.map(\.2) == [1, 2, 3])
    #expect(recording.linkTypeNames == ["EN10MB", "RAW", "LINUX_SLL"])
    #expect(recording.damage.isEmpty)
  }

  @Test(arguments: [
    (nil, 1_500_000, 1_500_000_000), (3, 1_500, 1_500_000_000), (0, 2, 2_000_000_000), (9, 1_500_000_001, 1_500_000_001),
    (12, 1_500_000_001_999, 1_500_000_001), (0x80, 3, 3_000_000_000), (0x8a, 1_536, 1_500_000_000),
    (0xa0, 0x1_8000_0000, 1_500_000_000), (0xc0, 1 << 63, 500_000_000), (0xff, .max, 0), (0x7f, .max, 1),
    (9, .max, 0), (0, .max, 0),
  ] as [(UInt8?, UInt64, Int64)])
  func countsTimeInAnyUnit(resolution: UInt8?, ticks: UInt64, nanoseconds: Int64) throws {
    var file = PcapngBytes()
    file.section()
    file.interface(resolution: resolution)
    file.enhancedPacket(ticks: ticks, [1])
    #expect(try read(file).frames.map(\.nanoseconds) == [nanoseconds])
  }

  @Test(arguments: [(100, 101_500_000_000), (-2, -500_000_000), (.max, 0), (.min, 0)] as [(Int64, Int64)])
  func addsTheOffsetOfAnInterface(offset: Int64, nanoseconds: Int64) throws {
    var file = PcapngBytes()
    file.section()
    file.interface(offsetSeconds: offset)
    file.enhancedPacket(ticks: 1_500_000, [1])
    #expect(try read(file).frames.map(\.nanoseconds) == [nanoseconds])
  }

  /// An option that is too short says nothing, and takes nothing from the rest.
  @Test func readsInterfacesWithEmptyOptions() throws {
    var file = PcapngBytes()
    file.section()
    file.interface(options: file.option(9, []) + file.option(14, [1]))
    file.enhancedPacket(ticks: 1_500_000, [1])
    #expect(try read(file).frames.map(\.nanoseconds) == [1_500_000_000])
  }

  // MARK: Blocks

  @Test func readsSimpleAndObsoletePackets() throws {
    var file = PcapngBytes()
    file.section()
    file.interface(snapshotLength: 4)
    file.packet(drops: 3, ticks: 7_000_000, [1, 2, 3])
    file.simplePacket([4, 5, 6, 7], originalLength: 60)
    file.packet(drops: .max, ticks: 8_000_000, [8])
    let (frames, recording) = try read(file)
    #expect(frames.map(\.bytes) == [[1, 2, 3], [4, 5, 6, 7], [8]])
    #expect(frames.map(\.nanoseconds) == [7_000_000_000, 7_000_000_000, 8_000_000_000])
    #expect(frames.map(\.originalLength) == [3, 60, 1])
    #expect(recording.lostFrames == [3])
  }

  /// Names, statistics, decryption secrets, journal entries, custom blocks and what will be invented.
  @Test(arguments: [4, 5, 9, 10, 0xbad, 0x4000_0bad, 0x7fff_ffff] as [UInt32])
  func skipsOtherBlocks(type: UInt32) throws {
    for body in [[], [1, 2, 3], .counting(100_000)] as [[UInt8]] where type != 5 || body.count > 12 {
      var file = PcapngBytes()
      file.section()
      file.interface()
      file.block(type, body)
      file.enhancedPacket(ticks: 1, [1])
      file.block(type, body)
      file.enhancedPacket(ticks: 2, [2])
      #expect(try read(file).frames.map(\.bytes) == [[1], [2]])
    }
  }

  /// What holds no frame is not kept in memory, and has no limit.
  @Test func skipsLargeBlocks() throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    file.block(10, [UInt8](repeating: 7, count: 20 << 20))
    file.enhancedPacket(ticks: 1, [1])
    #expect(try read(file).frames.map(\.bytes) == [[1]])
    file.enhancedPacket(ticks: 2, [UInt8](repeating: 7, count: 20 << 20))
    let (frames, recording) = try read(file)
    #expect(frames.count == 1)
    #expect(recording.damage.first?.message.contains("more than 16 MiB") == true)
  }

  @Test func readsPacketsWithOptions() throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    let comment = file.option(1, Array("retransmitted?".utf8))
    file.enhancedPacket(ticks: 1, [1, 2, 3], options: comment + file.option(4, file.u64(5)) + file.option(0, []))
    // A broken option takes nothing from its packet.
    file.enhancedPacket(ticks: 2, [4], options: file.u16(1) + file.u16(900))
    let (frames, recording) = try read(file)
    #expect(frames.map(\.bytes) == [[1, 2, 3], [4]])
    #expect(recording.lostFrames == [5])
    #expect(recording.damage.isEmpty)
  }

  /// Statistics count from the start of the capture, so the last ones of each interface hold.
  @Test func tellsOfLostFrames() throws {
    var file = PcapngBytes()
    func statistics(_ interface: UInt32, dropped: UInt64) -> [UInt8] {
      file.u32(interface) + file.u64(0) + file.option(4, file.u64(1_000)) + file.option(5, file.u64(dropped))
        + file.option(7, file.u64(1))
    }
    file.section()
    file.interface()
    file.interface()
    file.block(5, statistics(0, dropped: 10))
    file.block(5, statistics(0, dropped: 20))
    file.block(5, statistics(1, dropped: 300))
    file.block(5, statistics(7, dropped: 300))
    file.section()
    file.interface()
    file.block(5, statistics(0, dropped: 4_000))
    let (_, recording) = try read(file)
    #expect(recording.lostFrames == [20 + 1 + 300 + 1 + 4_001])
    file.block(5, statistics(0, dropped: .max))
    #expect(try read(file).recording.lostFrames == [.max])
  }

  // MARK: Damage

  /// Some programs leave the padding out of both lengths of a block, and write it.
  @Test func readsBlocksOfOddLength() throws {
    let frames = (1...3).map { TestFrame(seconds: Int64($0), .counting(61, from: $0)) }
    var file = pcapngFile(frames)
    for offset in file.indices.dropLast(3) where file[offset...].starts(with: [UInt8].littleEndian(UInt32(96))) {
      file = file.setting(UInt32(93), at: offset)
    }
    let recording = try Recording(captures: [file])
    #expect(recording.frames().map(\.bytes) == frames.map(\.bytes))
    #expect(recording.damage.isEmpty)
  }

  @Test(arguments: [0, 4, 8, 11, 0x0fff_fffc, 0xffff_fffc, .max] as [UInt32])
  func stopsAtHostileLengths(length: UInt32) throws {
    for type in [6, 3, 2, 5, 0x0a0d_0d0a, 77] as [UInt32] {
      var file = PcapngBytes()
      file.section()
      file.interface()
      file.enhancedPacket(ticks: 1, [1])
      let place = file.bytes.count
      file.block(type, type == 0x0a0d_0d0a ? file.u32(0x1a2b_3c4d) + .counting(40) : .counting(40))
      let recording = try Recording(captures: [file.bytes.setting(length, at: place + 4)])
      #expect(recording.frames().map(\.bytes) == [[1]])
      #expect(recording.damage.map(\.frame) == [2])
      #expect(recording.damage.first?.byte == place)
    }
  }

  @Test(arguments: [1, 2, 0xffff, .max] as [UInt32]) func stopsAtAnInterfaceThatIsNotThere(interface: UInt32) throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    file.enhancedPacket(ticks: 1, [1])
    file.enhancedPacket(interface: interface, ticks: 1, [1])
    let (frames, recording) = try read(file)
    #expect(frames.count == 1)
    #expect(recording.damage.first?.message.contains("there is no interface \(interface)") == true)
  }

  @Test(arguments: [41, 0x00ff_ffff, 0x7fff_ffff, .max] as [UInt32]) func stopsAtAFrameLongerThanItsBlock(length: UInt32) throws {
    var file = PcapngBytes()
    file.section()
    file.interface()
    let place = file.bytes.count
    file.enhancedPacket(ticks: 1, .counting(40))
    let recording = try Recording(captures: [file.bytes.setting(length, at: place + 20)])
    #expect(recording.frames().isEmpty)
    #expect(recording.damage.map(\.frame) == [1])
  }

  @Test func boundsTheInterfacesOfASection() throws {
    var file = PcapngBytes()
    file.section()
    let start = file.bytes
    file = PcapngBytes()
    file.interface()
    let bytes = start + (0...65_536).flatMap { _ in file.bytes }
    #expect(try Recording(captures: [bytes]).damage.first?.message.contains("more than 65536 interfaces") == true)
  }

  @Test func refusesAVersionThatNobodyWrites() throws {
    var file = PcapngBytes()
    file.section(minor: 1)
    file.interface()
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [file.bytes]) }
    #expect("\(error!)".contains("version is 1.1"))
  }

  // MARK: Link types

  @Test func refusesAFileWithoutASupportedLinkType() throws {
    var file = PcapngBytes()
    file.section()
    file.interface(linkType: 195)
    file.enhancedPacket(ticks: 1, [1])
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [file.bytes]) }
    #expect("\(error!)".contains("IEEE802_15_4"))
    // One that comes later makes all frames count.
    file.section()
    file.interface()
    file.enhancedPacket(ticks: 2, [2])
    let recording = try Recording(captures: [file.bytes])
    #expect(recording.frames().map(\.number) == [1, 2])
    #expect(recording.linkTypeNames == ["IEEE802_15_4", "EN10MB"])
  }

  /// Filters are compiled for each link type.
  @Test func filtersFramesOfEachLinkType() throws {
    let ethernet = TCPSegment(payload: [1]).ethernet
    var file = PcapngBytes()
    file.section()
    file.interface()
    file.interface(linkType: 101)
    file.enhancedPacket(interface: 0, ticks: 1, ethernet)
    file.enhancedPacket(interface: 1, ticks: 2, Array(ethernet.dropFirst(14)))
    file.enhancedPacket(interface: 1, ticks: 3, ethernet)
    let recording = try Recording(captures: [file.bytes], filter: "tcp port 445")
    #expect(recording.frames().map(\.number) == [1, 2])
    #expect(recording.frameCounts == [3])
  }
}
