import TestSupport
import Testing

@testable import Packets

@Suite struct TCPHeaderTests {
  @Test func readsTheFields() throws {
    var segment = TCPSegment(sequence: 0x0102_0304, acknowledgment: 0x0506_0708, flags: [.psh, .ack], payload: [1])
    segment.window = 0xabcd
    segment.options = [1, 1, 1, 0]
    let header = try #require(try TCPHeader(ByteView(segment.bytes.span)))
    #expect(header.sequenceNumber == 0x0102_0304)
    #expect(header.acknowledgmentNumber == 0x0506_0708)
    #expect(header.flags == [.psh, .ack])
    #expect(header.window == 0xabcd)
    #expect(header.length == 24)
  }

  @Test(arguments: 0..<16)
  func refusesACutHeader(count: Int) {
    let cut = Array(TCPSegment().bytes.prefix(count))
    #expect(throws: DecodeError.self) { try TCPHeader(ByteView(cut.span)) }
  }

  @Test(arguments: 0...4 as ClosedRange<UInt8>)
  func refusesADataOffsetBelowFive(words: UInt8) {
    let frame = TCPSegment().ethernet.setting(words << 4, at: 14 + 20 + 12)
    #expect(read(frame) == .malformed)
  }

  @Test func refusesADataOffsetBehindTheSegment() {
    let frame = TCPSegment(payload: [1, 2, 3]).ethernet.setting(UInt8(0xf0), at: 14 + 20 + 12)
    #expect(read(frame) == .malformed)
  }

  @Test func readsASegmentWhoseOptionsWereCutOff() {
    var segment = TCPSegment(payload: .counting(10))
    segment.options = Array(repeating: 1, count: 40)
    let frame = segment.ethernet
    let result = read(Array(frame.prefix(14 + 20 + 20)), originalLength: frame.count)
    guard case .segment(let read) = result else { return #expect(Bool(false), "not read: \(result)") }
    #expect(read.payload == [])
    #expect(read.payloadLength == 10)
  }
}

@Suite struct TCPOptionsTests {
  static func options(_ bytes: [UInt8]) -> TCPOptions { TCPOptions(ByteView(bytes.span)) }

  @Test func readsWhatAWindowsSYNCarries() {
    let options = Self.options([2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2])
    #expect(options.maximumSegmentSize == 1460)
    #expect(!options.hasTimestamps)
  }

  @Test func readsWhatALinuxSYNCarries() {
    let options = Self.options([2, 4, 0x05, 0xb4, 4, 2, 8, 10] + .counting(8) + [1, 3, 3, 7])
    #expect(options.maximumSegmentSize == 1460)
    #expect(options.hasTimestamps)
  }

  @Test func skipsUnknownKinds() {
    #expect(Self.options([254, 4, 0xf9, 0x89, 2, 4, 1, 2]).maximumSegmentSize == 0x0102)
  }

  @Test func stopsAtTheEndOfTheList() {
    #expect(Self.options([0, 2, 4, 5, 0xb4]).maximumSegmentSize == nil)
  }

  @Test(arguments: [[3, 0, 2, 4, 5, 5], [3, 1, 2, 4, 5, 5], [254, 255, 2, 4, 5, 5], [2], [2, 4, 5]] as [[UInt8]])
  func stopsAtWhatIsNotWellFormed(_ bytes: [UInt8]) {
    #expect(Self.options(bytes).maximumSegmentSize == nil)
  }

  @Test func ignoresAnOptionOfTheWrongLength() {
    let options = Self.options([2, 3, 9, 8, 3, 0, 1, 1])
    #expect(options.maximumSegmentSize == nil)
    #expect(!options.hasTimestamps)
  }

  @Test func survivesAnyBytes() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2_000 { _ = Self.options(generator.bytes(Int.random(in: 0...40, using: &generator))) }
  }
}

@Suite struct PacketFuzzTests {
  /// Frames with a few bytes changed, on every link type: each is answered.
  @Test func survivesDamagedFrames() {
    var generator = SeededGenerator(seed: 2)
    let frames =
      LinkHeaderTests.cases.map { ($0.linkType, $0.bytes) }
      + IPv6HeaderTests.chains.map { example in
        var packet = IPv6Bytes(payload: IPv6HeaderTests.segment)
        packet.extensions = example.chain
        return (.ethernet, IPv6HeaderTests.frame(packet))
      }
    for _ in 0..<10_000 {
      var (linkType, bytes) = frames.randomElement(using: &generator)!
      for _ in 0..<3 {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      let cut = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
      let wire = Int(UInt32.random(in: 0 ... .max, using: &generator))
      _ = read(cut, linkType: linkType, originalLength: wire)
    }
  }
}
