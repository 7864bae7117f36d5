import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct PcapngWriterTests {
  private static let application = "smbdx"

  /// The bytes of a file with these frames, and the pieces they came in.
  private func written(
    _ frames: [TestFrame] = RecordingTests.frames, linkTypes: [LinkType] = [.ethernet], comments: [String] = [],
    interfaceName: String? = nil
  ) throws -> (file: [UInt8], pieces: Int) {
    var (file, pieces) = ([UInt8](), 0)
    var writer = PcapngWriter(application: Self.application, interfaceName: interfaceName) {
      file += $0
      pieces += 1
    }
    for (index, frame) in frames.enumerated() {
      let about = Frame(
        number: index + 1, time: frame.time, originalLength: frame.originalLength ?? frame.bytes.count,
        linkType: linkTypes[index % linkTypes.count])
      try writer.write(about, ByteView(frame.bytes.span), comments: comments)
    }
    let byteCount = writer.byteCount
    writer.flush()
    #expect(file.count == byteCount)
    return (file, pieces)
  }

  @Test(arguments: [[], ["the server closed the connection"], ["", "größer als 4 Byte 🦆", "c"]])
  func isReadBack(comments: [String]) throws {
    let recording = try Recording(captures: [try written(comments: comments).file])
    #expect(recording.frames() == RecordingTests.expected())
    #expect(recording.damage.isEmpty)
  }

  @Test func describesEachLinkTypeOnce() throws {
    let types: [LinkType] = [.ethernet, LinkType(inFile: 101), .linuxSLL2]
    let recording = try Recording(captures: [
      try written(RecordingTests.frames + RecordingTests.frames, linkTypes: types).file
    ])
    var seen: [LinkType] = []
    recording.forEachFrame { frame, _, _ in seen.append(frame.linkType) }
    #expect(seen == types + types)
    #expect(recording.linkTypeNames == ["EN10MB", "RAW", "LINUX_SLL2"])
  }

  @Test(arguments: UInt16(0)...300) func numbersLinkTypesAsTheyAreRead(number: UInt16) {
    let known = LinkType(inFile: number)
    #expect(known.numberInFile.map(LinkType.init(inFile:)) == known)
  }

  @Test(arguments: [-1, 65_536, .max] as [Int32]) func refusesALinkTypeWithoutNumber(rawValue: Int32) {
    #expect(throws: PcapngWriter.Failure.linkTypeWithoutNumber("\(rawValue)")) {
      try written(linkTypes: [LinkType(rawValue: rawValue)])
    }
  }

  @Test func refusesAFrameThatNoReaderTakes() {
    let frame = TestFrame(seconds: 1, [UInt8](repeating: 0, count: 16 << 20))
    #expect(throws: PcapngWriter.Failure.frameTooLong(bytes: 16 << 20)) { try written([frame]) }
  }

  /// The largest comments do not make a block that is too large, and are cut between characters.
  @Test func cutsLongComments() throws {
    let frame = TestFrame(seconds: 1, [UInt8](repeating: 7, count: 16 << 20 - 1 << 19))
    let (file, _) = try written([frame], comments: [String](repeating: String(repeating: "ü", count: 5_000), count: 100))
    let recording = try Recording(captures: [file])
    #expect(recording.frames().map(\.bytes) == [frame.bytes])
    #expect(recording.damage.isEmpty)
    #expect(file.count < 16 << 20)
    let (cut, _) = try written(comments: [String(repeating: "x", count: 4_095) + "ü"])
    #expect(cut.firstRange(of: PcapngBytes().option(1, [UInt8](repeating: 0x78, count: 4_095))) != nil)
  }

  @Test func handsOverInPieces() throws {
    let frames = (0..<200).map { TestFrame(seconds: $0, .counting(1_000)) }
    let (file, pieces) = try written(frames)
    #expect((3...5).contains(pieces))
    #expect(try Recording(captures: [file]).frames().count == 200)
  }

  @Test func writesATimeBefore1970AsTheBeginning() throws {
    let (file, _) = try written([TestFrame(seconds: -5, [1])])
    #expect(try Recording(captures: [file]).frames().map(\.nanoseconds) == [0])
  }

  // MARK: Wireshark

  @Test(.enabled(if: Wireshark.isInstalled, "tshark and capinfos are not installed"))
  func isReadByWireshark() throws {
    let files = try TemporaryFiles()
    let path = try files.add(
      "a.pcapng",
      try written(linkTypes: [.ethernet, .ethernet, .linuxSLL2], comments: ["one", "two: ü"], interfaceName: "eth7").file)
    let fields = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_id", "frame.comment"]
    let lines = try Wireshark.run("tshark", ["-n", "-r", path, "-T", "fields"] + fields.flatMap { ["-e", $0] })
    let expected = zip(RecordingTests.frames, [0, 0, 1]).map { frame, interface in
      let (seconds, rest) = (frame.time.nanoseconds / 1_000_000_000, frame.time.nanoseconds % 1_000_000_000)
      let time = "\(seconds)." + String(rest + 1_000_000_000).dropFirst()
      return "\(time)\t\(frame.originalLength ?? frame.bytes.count)\t\(frame.bytes.count)\t\(interface)\tone,two: ü"
    }
    #expect(lines == expected.joined(separator: "\n") + "\n")
    let information = try Wireshark.run("capinfos", [path])
    #expect(information.contains("Capture application: \(Self.application)"))
    #expect(information.contains("Name = eth7"))
    #expect(information.contains("Time precision = nanoseconds"))
  }
}
