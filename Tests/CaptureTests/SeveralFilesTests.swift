import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

/// Several files that are one recording.
@Suite struct SeveralFilesTests {
  let files: TemporaryFiles
  init() throws { files = try TemporaryFiles() }

  @Test func mergesFilesByTime() throws {
    let first = [1, 4, 6].map { TestFrame(seconds: $0, [UInt8($0)]) }
    let second = [2, 3, 7, 8].map { TestFrame(seconds: $0, [UInt8($0)]) }
    let third = [5].map { TestFrame(seconds: $0, [UInt8($0)]) }
    let recording = try Recording(paths: [
      files.add("1", pcapFile(first)), files.add("2", pcapngFile(second)), files.add("3", pcapFile(third)),
    ])
    let frames = recording.frames()
    #expect(frames.map { $0.bytes[0] } == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(frames.map(\.file) == [0, 1, 1, 0, 2, 0, 1, 1])
    #expect(frames.map(\.number) == Array(1...8))
    #expect(recording.frameCounts == [3, 4, 1])
  }

  /// Frames of the same time come in the order in which the files are named.
  @Test(arguments: [([5, 5], [5, 5]), ([5, 6], [4, 5, 6]), ([4, 5, 6], [5, 6]), ([1, 5], [2, 5])])
  func keepsTheOrderOfFilesForEqualTimes(first: [Int], second: [Int]) throws {
    let recording = try Recording(paths: [
      files.add("1", pcapFile(first.map { TestFrame(seconds: Int64($0), [1]) })),
      files.add("2", pcapFile(second.map { TestFrame(seconds: Int64($0), [2]) })),
    ])
    let expected = (first.map { ($0, 0) } + second.map { ($0, 1) }).sorted { $0 < $1 }
    #expect(recording.frames().map(\.file) == expected.map(\.1))
  }

  /// The order within a file is never changed, even where its clock stepped back.
  @Test func keepsTheOrderWithinAFile() throws {
    let recording = try Recording(paths: [
      files.add("1", pcapFile([5, 2, 9].map { TestFrame(seconds: $0, [1, UInt8($0)]) })),
      files.add("2", pcapFile([4, 6].map { TestFrame(seconds: $0, [2, UInt8($0)]) })),
    ])
    let frames = recording.frames()
    #expect(frames.filter { $0.file == 0 }.map { $0.bytes[1] } == [5, 2, 9])
    #expect(frames.filter { $0.file == 1 }.map { $0.bytes[1] } == [4, 6])
    #expect(frames.first?.file == 1)
  }

  @Test func namesEachLinkTypeOnce() throws {
    let recording = try Recording(paths: [
      files.add("1", pcapFile([])), files.add("2", pcapFile([], linkType: 101)), files.add("3", pcapFile([])),
    ])
    #expect(recording.linkTypeNames == ["EN10MB", "RAW"])
    #expect(recording.fileNames == ["1", "2", "3"])
  }

  @Test func goesOnWhenOneOfTheFilesIsCut() throws {
    let cut = Array(pcapFile(RecordingTests.frames).dropLast(10))
    let later = [TestFrame(seconds: 1_800_000_000, [7])]
    let recording = try Recording(paths: [files.add("1", cut), files.add("2", pcapFile(later))])
    #expect(recording.frames().map(\.file) == [0, 0, 1])
    #expect(recording.damage.map(\.file) == ["1"])
  }

  /// A recorder's next file has nothing in it yet.
  @Test func passesOverEmptyFiles() throws {
    let recording = try Recording(paths: [files.add("1", []), files.add("2", pcapFile(RecordingTests.frames, isNanosecond: true))])
    #expect(recording.frames().map(\.bytes) == RecordingTests.frames.map(\.bytes))
    #expect(recording.damage.isEmpty)
    #expect(Recording.failure([try files.add("3", []), try files.add("4", [])])?.description.contains("it is empty") == true)
  }

  /// As tcpdump -C and dumpcap -b make them, given in any order: only a few are open at a time.
  @Test func readsHundredsOfRotatedFiles() throws {
    let count = 700
    var paths: [String] = []
    for file in 0..<count {
      // Each overlaps the next one by a frame.
      let frames = (0..<3).map { TestFrame(seconds: Int64(file * 2 + $0), [UInt8(truncatingIfNeeded: file), UInt8($0)]) }
      let bytes = file % 2 == 0 ? pcapFile(frames) : pcapngFile(frames)
      paths.append(try files.add("part_\(file).pcap", file % 5 == 0 ? Packing.gzip.pack(bytes) : bytes))
    }
    var generator = SeededGenerator(seed: 9)
    let recording = try Recording(paths: paths.shuffled(using: &generator))
    #expect(openFiles() <= 16)
    var most = 0
    var times: [Int64] = []
    recording.forEachFrame { frame, _, _ in
      times.append(frame.time.nanoseconds)
      if frame.number % 100 == 0 { most = max(most, openFiles()) }
    }
    #expect(times == times.sorted())
    #expect(times.count == 3 * count)
    #expect(recording.frameCounts.allSatisfy { $0 == 3 })
    #expect(recording.damage.isEmpty)
    #expect(most <= 20)
    #expect(openFiles() == 0)
  }

  /// How many files of this test's directory are open.
  private func openFiles() -> Int {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.count {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix(files.directory.path) == true
    }
  }

  /// Formats that are read in different ways: in order, from several places, through libpcap, and packed.
  private static let formats: [@Sendable ([TestFrame]) -> [UInt8]] = [
    { pcapFile($0) }, { pcapngFile($0) }, { Packing.zstd.pack(pcapFile($0)) }, { eventTraceFile($0, by: .packetCapture) },
    { eventTraceFile($0, by: .pktmon) }, { pcapFile($0, linkType: 113, isBigEndian: true) },
  ]

  /// Several of them are larger than what is read at once, so that they are opened again in the middle.
  private static func overlapping(_ count: Int, _ format: ([TestFrame]) -> [UInt8]) -> [[UInt8]] {
    var generator = SeededGenerator(seed: 20)
    return (0..<count).map { file in
      format(
        (0..<60).map { frame in
          let segment = TCPSegment(payload: (0..<1_400).map { _ in UInt8.random(in: 0...255, using: &generator) })
          return TestFrame(nanoseconds: Int64(1_000_000 * (frame * count + file)), segment.ethernet)
        })
    }
  }

  /// The process may not open more at one time.
  @Test(arguments: formats.indices, [1, 3]) func readsFilesThatOverlapOneAfterTheOther(format: Int, limit: Int) throws {
    let captures = Self.overlapping(7, Self.formats[format])
    let paths = try captures.enumerated().map { try files.add("\($0.offset)", $0.element) }
    let recording = try Recording(paths: paths, OpenFiles(limit: limit))
    var most = 0
    let frames = recording.frames { most = max(most, openFiles()) }
    #expect(frames.count == 7 * 60)
    #expect(try frames == Recording(captures: captures).frames())
    #expect(recording.damage.isEmpty)
    #expect(most == limit)
  }

  @Test func doesNotReadOnInAnotherFile() throws {
    for format in Self.formats {
      let paths = try Self.overlapping(2, format).enumerated().map { try files.add("\($0.offset)", $0.element) }
      let recording = try Recording(paths: paths, OpenFiles(limit: 1))
      defer { try? FileManager.default.removeItem(atPath: files.path("before")) }
      try FileManager.default.moveItem(atPath: paths[0], toPath: files.path("before"))
      _ = try files.add("0", Self.overlapping(1, format)[0])
      #expect(recording.frames().filter { $0.file == 1 }.count == 60)
      #expect(recording.damage.map(\.file) == ["0"])
      #expect(recording.damage.first?.message.contains("another file has its name now") == true)
      #expect(recording.damage.first?.isOfFile == false)
    }
  }

  @Test func boundsTheFilesThatAreReadAtATime() throws {
    let frames = [TestFrame(seconds: 1, [1]), TestFrame(seconds: 2, [2])]
    let recording = try Recording(captures: (0..<20).map { _ in pcapFile(frames) })
    #expect(recording.frames().count == 40)
    let plain = try (0..<520).map { try files.add("\($0)", pcapFile(frames)) }
    let several = try Recording(paths: plain)
    #expect(several.frames().count == 2 * 520)
    #expect(several.damage.isEmpty)
    let packed = try (0..<520).map { try files.add("\($0).gz", Packing.gzip.pack(pcapFile(frames))) }
    let many = try Recording(paths: packed)
    #expect(many.frames().count == 2 * 500)
    #expect(many.damage.count == 20)
    #expect(many.damage.first?.message.contains("more than 4000 files overlap in time") == true)
    #expect(many.damage.allSatisfy { !$0.isOfFile })
  }

  /// A ring buffer goes on while it is read.
  @Test func tellsOfAFileThatIsGone() throws {
    let paths = try (0..<40).map { try files.add("\($0)", pcapFile([TestFrame(seconds: Int64($0), [1])])) }
    let recording = try Recording(paths: paths)
    try FileManager.default.removeItem(atPath: paths[39])
    #expect(recording.frames().count == 39)
    #expect(recording.damage.map(\.file) == ["39"])
  }

  // MARK: Directories

  @Test func readsTheCapturesOfADirectory() throws {
    _ = try files.add("b.pcapng", pcapngFile([TestFrame(seconds: 2, [2])]))
    _ = try files.add("a.pcap", pcapFile([TestFrame(seconds: 1, [1])]))
    _ = try files.add("c.pcap.gz", Packing.gzip.pack(pcapFile([TestFrame(seconds: 3, [3])])))
    _ = try files.add("notes.txt", Array("what I saw\n".utf8))
    _ = try files.add(".hidden", [1])
    try FileManager.default.createDirectory(atPath: files.path("older"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: files.path("latest.pcap"), withDestinationPath: files.path("b.pcapng"))
    let recording = try Recording(paths: [files.directory.path])
    #expect(recording.fileNames == ["a.pcap", "b.pcapng", "c.pcap.gz"])
    #expect(recording.frames().map(\.bytes) == [[1], [2], [3]])
    #expect(recording.leftOut.map(\.description).map { $0.prefix(33) } == ["notes.txt is not a packet capture"])
    #expect(recording.damage.isEmpty)
  }

  @Test func refusesADirectoryWithoutCaptures() throws {
    #expect(Recording.failure([files.directory.path])?.description.contains("this directory has no files") == true)
    _ = try files.add("notes.txt", Array("what I saw\n".utf8))
    #expect(Recording.failure([files.directory.path])?.description.contains("notes.txt is not a packet capture") == true)
  }
}
