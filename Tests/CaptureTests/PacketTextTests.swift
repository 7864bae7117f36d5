import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct PacketTextTests {
  static let frames: [TestFrame] = (0..<9).map { (index: Int) -> TestFrame in
    // Each length of a last line.
    let length = 40 + index * 2 + index % 2
    let segment = TCPSegment(sequence: UInt32(1_000 + index), payload: .counting(length))
    // Now sooner, now later after the one before.
    return TestFrame(seconds: 1_700_000_000 + Int64(index / 2 * 6 + index % 2 * 5), nanoseconds: 123_456_000, segment.ethernet)
  }

  private func recording(_ text: [UInt8]) throws -> Recording { try Recording(captures: [text]) }
  private func recording(_ text: String) throws -> Recording { try recording(Array(text.utf8)) }

  private static func expected(_ text: PacketText) -> [ReadFrame] {
    let start = frames[0].time.nanoseconds
    return frames.enumerated().map { index, frame in
      let bytes = text.hasLinkHeaders ? frame.bytes : Array(frame.bytes.dropFirst(14))
      let time = text.start(frames[0].time) + (text.hasTimes ? frame.time.nanoseconds - start : 0)
      return ReadFrame(number: index + 1, file: 0, nanoseconds: time, originalLength: bytes.count, bytes: bytes)
    }
  }

  @Test(arguments: PacketText.allCases) func readsTheSameFrames(text: PacketText) throws {
    let recording = try recording(text.text(Self.frames))
    #expect(recording.frames() == Self.expected(text))
    #expect(recording.linkTypeNames == [text.hasLinkHeaders ? "EN10MB" : "RAW"])
    #expect(recording.damage.isEmpty)
    #expect(!recording.remarks.contains { $0.sentence.contains("line") || $0.sentence.contains("missing") })
  }

  @Test(arguments: PacketText.allCases, Packing.allCases) func readsPackedText(text: PacketText, packing: Packing) throws {
    #expect(try recording(packing.pack(text.text(Self.frames))).frames() == Self.expected(text))
  }

  /// A PowerShell writes what programs print in UTF-16.
  @Test(arguments: PacketText.allCases, [false, true]) func readsUTF16(text: PacketText, isBigEndian: Bool) throws {
    let lines = String(decoding: text.text(Self.frames), as: UTF8.self).replacing("\n", with: "\r\n")
    let units: [UInt16] = [0xfeff] + Array(lines.utf16)
    let bytes = units.flatMap { (unit: UInt16) -> [UInt8] in .littleEndian(isBigEndian ? unit.byteSwapped : unit) }
    #expect(try recording(bytes).frames() == Self.expected(text))
  }

  /// Any beginning of a text gives some of the packets, the last of them perhaps cut.
  @Test(arguments: PacketText.allCases) func readsUpToEveryCut(text: PacketText) throws {
    let bytes = text.text(Array(Self.frames.prefix(3)))
    let expected = Self.expected(text)
    for count in bytes.indices {
      guard let recording = try? recording(Array(bytes.prefix(count))) else { continue }
      let frames = recording.frames()
      #expect(recording.damage.isEmpty)
      #expect(frames.dropLast().elementsEqual(expected.prefix(max(0, frames.count - 1))))
      guard let last = frames.last else { continue }
      #expect(expected[frames.count - 1].bytes.starts(with: last.bytes))
    }
  }

  @Test(arguments: PacketText.allCases) func survivesDamage(text: PacketText) throws {
    var generator = SeededGenerator(seed: 11)
    let file = text.text(Self.frames)
    for _ in 0..<200 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      guard let recording = try? recording(bytes) else { continue }
      #expect(recording.frames().reduce(0) { $0 + $1.bytes.count } <= bytes.count)
    }
  }

  // MARK: What is missing

  private static let dump = String(decoding: PacketText.fortiGate.text(Array(frames.prefix(2))), as: UTF8.self)

  @Test func namesTheLineThatIsMissing() throws {
    let lines = Self.dump.split(separator: "\n", omittingEmptySubsequences: false)
    let gap = try #require(lines.firstIndex { $0.hasPrefix("0x0020") })
    let recording = try recording((lines[..<gap] + lines[(gap + 1)...]).joined(separator: "\n"))
    let frames = recording.frames()
    #expect(frames.map(\.bytes.count) == [32, Self.frames[1].bytes.count])
    // IP says how long the packet was.
    #expect(frames.map(\.originalLength) == Self.frames.prefix(2).map(\.bytes.count))
    #expect(recording.remarks.contains { $0.sentence.hasPrefix("line \(gap + 1): the bytes before 0x30 of the packet are missing") })
    #expect(recording.damage.isEmpty)
  }

  @Test func saysWhereTheTextEnds() throws {
    let end = try #require(Self.dump.ranges(of: "0x0030").last)
    let recording = try recording(String(Self.dump[..<end.lowerBound]))
    let frames = recording.frames()
    #expect(frames.map(\.bytes.count) == [Self.frames[0].bytes.count, 48])
    #expect(recording.remarks.contains { $0.sentence.hasPrefix("the text ends in the middle of a packet") })
  }

  @Test func saysThatTheBeginningIsMissing() throws {
    let start = try #require(Self.dump.ranges(of: "0x0010").first)
    let recording = try recording(String(Self.dump[start.lowerBound...]))
    #expect(recording.frames().map(\.bytes) == [Self.frames[1].bytes])
    #expect(recording.remarks.contains { $0.sentence == "line 1: the beginning of the packet is missing" })
  }

  @Test func saysThatBytesAreIncomplete() throws {
    let recording = try recording(Self.dump.replacing("0x0010   ", with: "0x0010   zz", maxReplacements: 1).replacing("0x0010   zz", with: "0x0010   00 "))
    _ = recording.frames()
    #expect(recording.remarks.contains { $0.sentence.contains("the bytes of the packet are incomplete") || $0.sentence.contains("missing") })
  }

  @Test(arguments: [
    "interfaces=[any]\nfilters=[port 445]\n2.429703 port1 in 10.0.0.1.49152 -> 10.0.0.2.445: syn 1\n",
    "11:15:36.274961 IP 10.77.0.10.48230 > 10.77.0.20.445: Flags [S], seq 1, length 0\n",
  ]) func asksForBytes(text: String) {
    let error = #expect(throws: CaptureError.self) { try recording(text) }
    #expect(error?.why.contains("text about packets without their bytes") == true)
    #expect(error?.why.contains("6 0 a") == true)
  }

  /// Other text is none of these.
  @Test(arguments: ["<!DOCTYPE html>\n", "2026-11-21 11:15:36 server started\n", "0000\n", "deadbeef 00 11\n", "    0000 00.. = Codepoint: Default (0)\n"])
  func leavesOtherTextAlone(text: String) {
    let error = #expect(throws: CaptureError.self) { try recording(text) }
    #expect(error?.why.contains("it begins with") == true)
  }

  // MARK: What is between the bytes

  /// tshark repeats what came in several packets.
  @Test func leavesReassembledBytesOut() throws {
    let dump = String(decoding: PacketText.tsharkBytes.text([Self.frames[0]]), as: UTF8.self)
    let text = "Frame (94 bytes):\n\(dump.dropLast(2))\nReassembled TCP (40 bytes):\n0000  00 00 00 24 fe 53 4d 42\n\n\(dump)"
    #expect(try recording(text).frames().map(\.bytes) == [Self.frames[0].bytes, Self.frames[0].bytes])
  }

  /// tshark -V: details, and bits that look like offsets.
  @Test func readsDetails() throws {
    let dump = String(decoding: PacketText.tsharkBytes.text([Self.frames[0]]), as: UTF8.self)
    let text = """
      Frame 1: 1514 bytes on wire (12112 bits), 94 bytes captured (752 bits)
          Arrival Time: Nov 21, 2026 11:15:36.274961594 UTC
          Epoch Time: 1795259736.274961594 seconds
              0000 0000 0010 010. = Fixed Part Length: 18
              0000 00.. = Differentiated Services Codepoint: Default (0)

      \(dump)
      """
    let recording = try recording(text)
    let frames = recording.frames()
    #expect(frames.map(\.bytes) == [Self.frames[0].bytes])
    #expect(frames.map(\.originalLength) == [1_514])
    #expect(frames.map(\.nanoseconds) == [1_795_259_736_274_961_594])
    #expect(!recording.remarks.contains { $0.sentence.contains("incomplete") })
  }

  @Test func readsUTF8WithAMark() throws {
    #expect(try recording([0xef, 0xbb, 0xbf] + PacketText.tsharkBytes.text(Self.frames)).frames() == Self.expected(.tsharkBytes))
  }

  /// A recording may go on after midnight.
  @Test func passesMidnight() throws {
    let bytes = String(decoding: PacketText.tcpdumpIP.text([Self.frames[0]]), as: UTF8.self).split(separator: "\n").dropFirst(3).joined(separator: "\n")
    let text = ["23:59:59.5", "00:00:00.5"].map { "\($0) IP 10.0.0.1.1 > 10.0.0.2.445: Flags [S]\n\(bytes)\n" }.joined()
    #expect(try recording(text).frames().map(\.nanoseconds) == [86_399_500_000_000, 86_400_500_000_000])
  }

  @Test(arguments: PacketText.allCases) func filtersPackets(text: PacketText) throws {
    let files = try TemporaryFiles()
    let path = try files.add("a.log", text.text(Self.frames))
    #expect(try Recording(paths: [path], filter: "tcp").frames() == Self.expected(text))
    #expect(try Recording(paths: [path], filter: "udp").frames().isEmpty)
  }

  @Test func namesInterfaces() throws {
    let recording = try recording(PacketText.fortiGate.text(Array(Self.frames.prefix(3))))
    var names: [String?] = []
    recording.forEachFrame { frame, file, _ in names.append(recording.interfaceName(frame.interface, file: file)) }
    #expect(names == ["port2", "port1", "port2"])
  }

  /// Nothing of a text is kept that grows with it.
  @Test func boundsWhatItKeeps() throws {
    let long = String(repeating: "x", count: 3 << 20)
    let text = String(decoding: PacketText.fortiGate.text(Array(Self.frames.prefix(2))), as: UTF8.self)
    #expect(try recording(text + "\n" + long + "\n" + text).frames().count == 4)
    let endless = (0..<20_000).map { "0x\(String($0 * 16, radix: 16))   0000 0000 0000 0000 0000 0000 0000 0000" }.joined(separator: "\n")
    #expect(try recording(endless).frames().map(\.bytes.count) == [262_144])
    let names = (0..<1_000).map { "1.5 port\($0) in 10.0.0.1.1 -> 10.0.0.2.445: syn 1\n0x0000   4500\n" }.joined()
    let many = try recording(names)
    var last: String?
    many.forEachFrame { frame, file, _ in last = many.interfaceName(frame.interface, file: file) ?? last }
    #expect(last == "port255")
  }

  // MARK: Programs

  private static let options = [["-x"], ["-xx", "-e"], ["-X", "-n"], ["-XX", "-v", "-e", "-n"], ["-tttt", "-nx"], ["-ttttt", "-xx"], ["-#", "-tt", "-X"]]
  static let tcpdump = ["/usr/bin/tcpdump", "/usr/sbin/tcpdump"].first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(.enabled(if: tcpdump != nil, "tcpdump is not installed"), arguments: options)
  func readsWhatTcpdumpPrints(options: [String]) throws {
    let files = try TemporaryFiles()
    let input = try files.add("a.pcap", pcapFile(Self.frames, isNanosecond: true))
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.tcpdump))
    process.arguments = ["-n", "-r", input] + options
    process.environment = ["TZ": "UTC"]
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    let hasLinkHeaders = options.contains { ["-xx", "-XX"].contains($0) }
    let expected = Self.frames.map { Array($0.bytes.dropFirst(hasLinkHeaders ? 0 : 14)) }
    #expect(try recording(text).frames().map(\.bytes) == expected)
  }

  @Test(.enabled(if: Wireshark.isInstalled, "tshark is not installed"), arguments: [["-x"], ["-P", "-x"], ["-V", "-x"], ["-P", "-x", "-t", "ud"]])
  func readsWhatTsharkPrints(options: [String]) throws {
    let files = try TemporaryFiles()
    defer { withExtendedLifetime(files) {} }
    let path = try files.add("a.pcap", pcapFile(Self.frames, isNanosecond: true))
    let text = try Wireshark.run("tshark", ["-n", "-r", path] + options)
    let frames = try recording(text).frames()
    #expect(frames.map(\.bytes) == Self.frames.map(\.bytes))
    if options.contains("-V") || options.contains("ud") { #expect(frames.map(\.nanoseconds) == Self.frames.map(\.time.nanoseconds)) }
  }
}
