import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

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
    let error = Recording.failure([pipe(Array("No.,Time,Source\n1,0.0,10.0.0.1\n".utf8))])
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
    let error = Recording.failure([try files.add("a", pcapFile(Self.frames))], filter: "tcp prot 445")
    guard case .badFilter? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(error?.description.contains("pcap-filter(7)") == true)
  }

  // MARK: What is no capture

  @Test(arguments: [
    ([], "it is empty"),
    (Array("No.,Time,Source\n1,0.0,10.0.0.1\n".utf8), "it begins with “No.,Time,Source”"),
    ([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "a Linux program"),
    ([0x80, 0x45, 0x4c, 0x46, 2, 1, 1, 0], "it begins with 80 45 4c 46"),
  ] as [([UInt8], String)])
  func explainsWhatTheFileIs(_ bytes: [UInt8], sentence: String) throws {
    let error = Recording.failure([try files.add("oops.pcap", bytes)])
    guard case .notACapture(let why)? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(why.contains(sentence))
    #expect(error?.file == "oops.pcap")
    #expect(error?.description.hasPrefix("oops.pcap is not a packet capture: ") == true)
  }

  @Test(arguments: 1..<24)
  func refusesACutFileHeader(count: Int) throws {
    let error = Recording.failure([try files.add("a", Array(pcapFile(Self.frames).prefix(count)))])
    guard case .notACapture? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test func refusesAMissingFile() {
    let error = Recording.failure([files.path("nowhere.pcap")])
    #expect(error?.description == "cannot open nowhere.pcap: no such file or directory")
  }

  /// The superuser may read everything, so there is nothing to see for them.
  @Test(.enabled(if: geteuid() != 0)) func refusesAFileWithoutPermission() throws {
    let path = try files.add("secret.pcap", pcapFile([]))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(Recording.failure([path])?.description == "cannot open secret.pcap: permission denied")
  }

  @Test func refusesALinkTypeWithoutIP() throws {
    let error = Recording.failure([try files.add("zigbee.pcap", pcapFile([], linkType: 195))])
    guard case .unsupportedLinkType(let name)? = error?.reason else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    #expect(name == "IEEE802_15_4")
  }

  /// Nothing is read when one of several files cannot be.
  @Test func opensAllFilesFirst() throws {
    let good = try files.add("good.pcap", pcapFile(Self.frames))
    #expect(Recording.failure([good, files.path("bad.pcap")])?.file == "bad.pcap")
  }
}
