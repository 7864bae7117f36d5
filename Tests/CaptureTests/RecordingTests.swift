import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

/// Files in a directory that goes when the test is over.
final class TemporaryFiles {
  let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String) -> String { directory.appending(path: name).path }

  func add(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: directory.appending(path: name))
    return path(name)
  }
}

/// A frame as a recording lends it.
struct ReadFrame: Equatable {
  var number: Int
  var file: Int
  var nanoseconds: Int64
  var originalLength: Int
  var bytes: [UInt8]
}

extension Recording {
  func frames() -> [ReadFrame] {
    var frames: [ReadFrame] = []
    forEachFrame { frame, file, bytes in
      frames.append(
        ReadFrame(
          number: frame.number, file: file, nanoseconds: frame.time.nanoseconds, originalLength: frame.originalLength,
          bytes: bytes.copy()))
    }
    return frames
  }
}

@Suite struct RecordingTests {
  let files: TemporaryFiles
  init() throws { files = try TemporaryFiles() }

  static let frames = [
    TestFrame(seconds: 1_700_000_000, nanoseconds: 123_456_789, TCPSegment(payload: [1, 2, 3]).ethernet),
    TestFrame(seconds: 1_700_000_001, TCPSegment(payload: .counting(100)).ethernet),
    TestFrame(seconds: 1_700_000_002, nanoseconds: 999_999_999, TCPSegment().ethernet, originalLength: 1_514),
  ]

  static func expected(_ frames: [TestFrame] = frames, resolution: Int64 = 1) -> [ReadFrame] {
    frames.enumerated().map { index, frame in
      ReadFrame(
        number: index + 1, file: 0, nanoseconds: frame.time.nanoseconds / resolution * resolution,
        originalLength: frame.originalLength ?? frame.bytes.count, bytes: frame.bytes)
    }
  }

  // MARK: Formats

  @Test(arguments: [false, true], [false, true])
  func readsPcap(isNanosecond: Bool, isBigEndian: Bool) throws {
    let path = try files.add("a.pcap", pcapFile(Self.frames, isNanosecond: isNanosecond, isBigEndian: isBigEndian))
    let recording = try Recording(paths: [path])
    #expect(recording.frames() == Self.expected(resolution: isNanosecond ? 1 : 1_000))
    #expect(recording.damage.isEmpty)
    #expect(recording.fileNames == ["a.pcap"])
    #expect(recording.linkTypeNames == ["EN10MB"])
    #expect(recording.frameCounts == [3])
  }

  @Test func readsPcapng() throws {
    let recording = try Recording(paths: [files.add("a.pcapng", pcapngFile(Self.frames))])
    #expect(recording.frames() == Self.expected())
    #expect(recording.damage.isEmpty)
  }

  @Test func readsACaptureWithoutFrames() throws {
    for file in [pcapFile([]), pcapngFile([])] {
      let recording = try Recording(paths: [files.add("none", file)])
      #expect(recording.frames().isEmpty)
      #expect(recording.damage.isEmpty)
    }
  }

  @Test func readsAFrameOfNoBytes() throws {
    let frames = [TestFrame(seconds: 5, [], originalLength: 60), TestFrame(seconds: 6, [1])]
    #expect(try Recording(paths: [files.add("a", pcapFile(frames))]).frames() == Self.expected(frames))
  }

  @Test(arguments: [(1, "EN10MB"), (101, "RAW"), (113, "LINUX_SLL"), (276, "LINUX_SLL2"), (0, "NULL"), (108, "LOOP")] as [(UInt32, String)])
  func readsSupportedLinkTypes(number: UInt32, name: String) throws {
    let recording = try Recording(paths: [files.add("a", pcapFile(Self.frames, linkType: number))])
    #expect(recording.linkTypeNames == [name])
    var linkTypes: [LinkType] = []
    recording.forEachFrame { frame, _, _ in linkTypes.append(frame.linkType) }
    #expect(linkTypes.count == 3)
    #expect(linkTypes.allSatisfy { $0.isSupported })
  }

  /// A named pipe that somebody writes these bytes into.
  private func pipe(_ bytes: [UInt8]) -> String {
    let path = files.path("pipe")
    // SAFETY: the path is borrowed for the call only.
    let status = unsafe mkfifo(path, 0o600)
    #expect(status == 0)
    Thread { FileHandle(forWritingAtPath: path)?.write(Data(bytes)) }.start()
    return path
  }

  /// What a shell makes of `smbdx <(zcat FILE)`.
  @Test func readsAPipeThatHasAName() throws {
    let recording = try Recording(paths: [pipe(pcapFile(Self.frames, isNanosecond: true))])
    #expect(recording.frames() == Self.expected())
  }

  @Test(arguments: Packing.allCases) func readsAPipeThatIsCompressed(packing: Packing) throws {
    let recording = try Recording(paths: [pipe(packing.pack(pcapngFile(Self.frames)))])
    #expect(recording.frames() == Self.expected())
  }

  @Test func doesNotCallAPipeEmptyThatIsNoCapture() throws {
    let error = failure([pipe(Array("No.,Time,Source\n1,0.0,10.0.0.1\n".utf8))])
    guard case .notACapture(let why)? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(!why.contains("empty"))
  }

  // MARK: Damage

  /// Cut in the last record: what was before is delivered, and the damage says where reading stopped.
  @Test(arguments: [1, 15, 16, 17, 60])
  func readsUpToACut(missing: Int) throws {
    let file = pcapFile(Self.frames)
    let last = file.count - Self.frames[2].bytes.count - 16
    let cut = Array(file.prefix(file.count - missing))
    let recording = try Recording(paths: [files.add("cut.pcap", cut)])
    #expect(recording.frames() == Array(Self.expected(resolution: 1_000).prefix(2)))
    let damage = try #require(recording.damage.first)
    #expect(recording.damage.count == 1)
    #expect(damage.file == "cut.pcap")
    #expect(damage.frame == 3)
    let byte = try #require(damage.byte)
    #expect((last...cut.count).contains(byte))
    #expect(damage.message.contains("truncated"))
  }

  @Test func readsUpToACutOfPcapng() throws {
    let file = pcapngFile(Self.frames)
    let recording = try Recording(paths: [files.add("cut.pcapng", Array(file.dropLast(30)))])
    #expect(recording.frames().count == 2)
    #expect(recording.damage.first?.frame == 3)
  }

  @Test func endsCleanlyBetweenTwoRecords() throws {
    let file = pcapFile(Self.frames)
    let recording = try Recording(paths: [files.add("a", Array(file.dropLast(Self.frames[2].bytes.count + 16)))])
    #expect(recording.frames().count == 2)
    #expect(recording.damage.isEmpty)
  }

  /// A record whose length is nonsense, in the middle of the file.
  @Test func stopsAtARecordOfImpossibleLength() throws {
    let second = 24 + 16 + Self.frames[0].bytes.count
    let file = pcapFile(Self.frames).setting(UInt32(0x7fff_ffff), at: second + 8)
    let recording = try Recording(paths: [files.add("a", file)])
    #expect(recording.frames().count == 1)
    #expect(recording.damage.first?.frame == 2)
  }

  @Test func survivesDamagedFiles() throws {
    var generator = SeededGenerator(seed: 6)
    for file in [pcapFile(Self.frames), pcapngFile(Self.frames)] {
      for _ in 0..<150 {
        var bytes = file
        for _ in 0..<3 {
          bytes[Int.random(in: 8..<bytes.count, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
        }
        guard let recording = try? Recording(paths: [files.add("a", bytes)]) else { continue }
        #expect(recording.frames().count <= 3)
      }
    }
  }

  // MARK: Several files

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
    let cut = Array(pcapFile(Self.frames).dropLast(10))
    let later = [TestFrame(seconds: 1_800_000_000, [7])]
    let recording = try Recording(paths: [files.add("1", cut), files.add("2", pcapFile(later))])
    #expect(recording.frames().map(\.file) == [0, 0, 1])
    #expect(recording.damage.map(\.file) == ["1"])
  }

  /// A recorder's next file has nothing in it yet.
  @Test func passesOverEmptyFiles() throws {
    let recording = try Recording(paths: [files.add("1", []), files.add("2", pcapFile(Self.frames, isNanosecond: true))])
    #expect(recording.frames().map(\.bytes) == Self.frames.map(\.bytes))
    #expect(recording.damage.isEmpty)
    #expect(failure([try files.add("3", []), try files.add("4", [])])?.description.contains("it is empty") == true)
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

  @Test func boundsTheFilesThatAreOpenAtATime() throws {
    let frames = [TestFrame(seconds: 1, [1]), TestFrame(seconds: 2, [2])]
    let recording = try Recording(captures: (0..<20).map { _ in pcapFile(frames) })
    #expect(recording.frames().count == 40)
    let paths = try (0..<520).map { try files.add("\($0)", pcapFile(frames)) }
    let many = try Recording(paths: paths)
    #expect(many.frames().count == 2 * 500)
    #expect(many.damage.count == 20)
    #expect(many.damage.first?.message.contains("more than 500 files overlap in time") == true)
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
    #expect(failure([files.directory.path])?.description.contains("this directory has no files") == true)
    _ = try files.add("notes.txt", Array("what I saw\n".utf8))
    #expect(failure([files.directory.path])?.description.contains("notes.txt is not a packet capture") == true)
  }

  // MARK: Filters

  @Test func countsTheFramesThatAFilterRejects() throws {
    var other = TCPSegment(payload: [9])
    other.destination.port = 80
    let frames = [TestFrame(seconds: 1, other.ethernet), Self.frames[0], TestFrame(seconds: 1_700_000_001, other.ethernet), Self.frames[2]]
    let recording = try Recording(paths: [files.add("a", pcapFile(frames, isNanosecond: true))], filter: "tcp port 445")
    #expect(recording.frames().map(\.number) == [2, 4])
    #expect(recording.frameCounts == [4])
  }

  @Test func refusesABadFilter() throws {
    let error = failure([try files.add("a", pcapFile(Self.frames))], filter: "tcp prot 445")
    guard case .badFilter? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(error?.description.contains("pcap-filter(7)") == true)
  }

  // MARK: What is no capture

  private func failure(_ paths: [String], filter: String? = nil) -> CaptureError? {
    do throws(CaptureError) {
      _ = try Recording(paths: paths, filter: filter)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ([], "it is empty"),
    (Array("No.,Time,Source\n1,0.0,10.0.0.1\n".utf8), "it begins with “No.,Time,Source”"),
    ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "a Linux program"),
    ([0x80, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "it begins with 80 45 4c 46"),
  ] as [([UInt8], String)])
  func explainsWhatTheFileIs(_ bytes: [UInt8], sentence: String) throws {
    let error = failure([try files.add("oops.pcap", bytes)])
    guard case .notACapture(let why)? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(why.contains(sentence))
    #expect(error?.file == "oops.pcap")
    #expect(error?.description.hasPrefix("oops.pcap is not a packet capture: ") == true)
  }

  @Test(arguments: 1..<24)
  func refusesACutFileHeader(count: Int) throws {
    let error = failure([try files.add("a", Array(pcapFile(Self.frames).prefix(count)))])
    guard case .notACapture? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test func refusesAMissingFile() {
    let error = failure([files.path("nowhere.pcap")])
    #expect(error?.description == "cannot open nowhere.pcap: no such file or directory")
  }

  /// The superuser may read everything, so there is nothing to see for them.
  @Test(.enabled(if: geteuid() != 0)) func refusesAFileWithoutPermission() throws {
    let path = try files.add("secret.pcap", pcapFile([]))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(failure([path])?.description == "cannot open secret.pcap: permission denied")
  }

  @Test func refusesALinkTypeWithoutIP() throws {
    let error = failure([try files.add("zigbee.pcap", pcapFile([], linkType: 195))])
    guard case .unsupportedLinkType(let name)? = error?.reason else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(name == "IEEE802_15_4")
  }

  /// Nothing is read when one of several files cannot be.
  @Test func opensAllFilesFirst() throws {
    let good = try files.add("good.pcap", pcapFile(Self.frames))
    #expect(failure([good, files.path("bad.pcap")])?.file == "bad.pcap")
  }
}
