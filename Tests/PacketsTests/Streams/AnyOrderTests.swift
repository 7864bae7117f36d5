import TestSupport
import Testing

@testable import Packets

/// A stream of records: one byte says how many wanted bytes follow, the next how many bytes nobody reads.
private final class RecordReader: StreamConsumer {
  private var pending: [UInt8] = []
  /// Offset at which the bytes not yet read begin.
  private var position = 0
  private(set) var wanted: [UInt8] = []
  private(set) var holes = 0

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    pending += chunk.bytes.copy().dropFirst(max(0, position - chunk.offset))
    if pending.isEmpty { position = max(position, chunk.offset) }
    while pending.count >= 2, pending.count >= 2 + Int(pending[0]) {
      let length = 2 + Int(pending[0])
      wanted += pending[..<length]
      let passed = Int(pending[1])
      pending.removeFirst(min(pending.count, length + passed))
      position += length + passed
      if pending.isEmpty {
        let end = chunk.offset + chunk.bytes.count
        return max(0, position - end)
      }
    }
    return 0
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) { holes += 1 }
}

@Suite struct AnyOrderTests {
  /// Random records, cut into segments that overlap and repeat, in any order: the wanted bytes are the same.
  @Test(arguments: 0..<400 as Range<UInt64>)
  func givesTheSameBytes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var stream: [UInt8] = []
    var wanted: [UInt8] = []
    for _ in 0..<Int.random(in: 1...20, using: &generator) {
      let head = generator.bytes(Int.random(in: 0...30, using: &generator))
      let passed = Bool.random(using: &generator) ? 0 : Int.random(in: 0...255, using: &generator)
      let record = [UInt8(head.count), UInt8(passed)] + head
      wanted += record
      stream += record + generator.bytes(passed)
    }

    var segments = Self.cut(stream, &generator)
    segments.shuffle(using: &generator)
    let base = UInt32.random(in: 0 ... .max, using: &generator)
    var assembler = StreamAssembler()
    assembler.anchor(at: base)
    let reader = RecordReader()
    for (index, range) in segments.enumerated() {
      let bytes = Array(stream[range])
      let start = assembler.offset(of: base &+ UInt32(range.lowerBound))
      #expect(start == range.lowerBound)
      assembler.accept(
        ByteView(bytes.span), at: start, length: bytes.count, side: .first,
        frame: FrameStamp(number: index + 1, time: Timestamp(nanoseconds: 0)), to: reader)
    }
    #expect(reader.wanted == wanted)
    #expect(reader.holes == 0)
    #expect(assembler.next == stream.count)
    #expect(!assembler.isWaiting)
    #expect(assembler.conflictingSegments == 0)
    #expect(assembler.limitsReached == 0)
  }

  /// Without passed payload nothing is ever missing, and every byte comes exactly once, in order.
  @Test(arguments: 1_000..<1_200 as Range<UInt64>)
  func deliversEveryByteOnce(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let stream = generator.bytes(Int.random(in: 1...1_500, using: &generator))
    var segments = Self.cut(stream, &generator)
    segments.shuffle(using: &generator)
    var assembler = StreamAssembler()
    assembler.anchor(at: .max - 100)
    let reader = RecordingConsumer()
    for (index, range) in segments.enumerated() {
      let bytes = Array(stream[range])
      assembler.accept(
        ByteView(bytes.span), at: assembler.offset(of: (.max - 100) &+ UInt32(range.lowerBound)), length: bytes.count,
        side: .first, frame: FrameStamp(number: index + 1, time: Timestamp(nanoseconds: 0)), to: reader)
    }
    #expect(reader.bytes[.first] == stream)
    #expect(assembler.bytesNotCaptured == 0)
    var next = 0
    for chunk in reader.chunks {
      #expect(chunk.offset == next)
      next += chunk.count
    }
  }

  /// Segments lost at random: bytes and holes together are the stream, and the assembler counts what is missing.
  @Test(arguments: 2_000..<2_200 as Range<UInt64>)
  func accountsForEveryByte(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let stream = generator.bytes(Int.random(in: 1...1_500, using: &generator))
    var segments = Self.cut(stream, &generator).filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }
    segments.shuffle(using: &generator)
    var isPresent = [Bool](repeating: false, count: stream.count)
    for range in segments { for index in range { isPresent[index] = true } }
    let end = segments.map(\.upperBound).max() ?? 0
    var assembler = StreamAssembler()
    assembler.anchor(at: 0)
    let reader = RecordingConsumer()
    for (index, range) in segments.enumerated() {
      let bytes = Array(stream[range])
      assembler.accept(
        ByteView(bytes.span), at: assembler.offset(of: UInt32(range.lowerBound)), length: bytes.count, side: .first,
        frame: FrameStamp(number: index + 1, time: Timestamp(nanoseconds: 0)), to: reader)
    }
    assembler.finish(side: .first, to: reader)
    #expect(reader.bytes[.first] == stream.indices.filter { isPresent[$0] }.map { stream[$0] })
    let holes = (reader.holes[.first] ?? []).flatMap { Array($0) }
    #expect(holes == (0..<end).filter { !isPresent[$0] })
    #expect(assembler.missingBytes == holes.count)
  }

  /// Ranges that cover the stream, some of them more than once.
  private static func cut(_ stream: [UInt8], _ generator: inout SeededGenerator) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    // Few enough pieces that the assembler's limits are not what is tested.
    let longest = max(stream.count / 100, [1, 3, 20, 200].randomElement(using: &generator)!)
    while start < stream.count {
      let end = min(stream.count, start + Int.random(in: 1...longest, using: &generator))
      ranges.append(start..<end)
      start = end
    }
    for _ in 0..<Int.random(in: 0...ranges.count, using: &generator) {
      let first = Int.random(in: 0..<stream.count, using: &generator)
      ranges.append(first..<min(stream.count, first + Int.random(in: 1...(3 * longest), using: &generator)))
    }
    return ranges
  }
}
