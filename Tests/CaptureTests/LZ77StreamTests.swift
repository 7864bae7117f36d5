import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct LZ77StreamTests {
  /// Unpacks what comes in pieces, and takes it in pieces.
  private func unpack(_ input: [UInt8], size: Int, piece: Int, step: Int) throws -> [UInt8] {
    var stream = LZ77Stream()
    stream.restart(size: size)
    var output: [UInt8] = []
    var offset = 0
    while output.count < size {
      let wanted = min(step, size - output.count)
      while stream.count < wanted {
        let end = min(input.count, offset + max(piece, 16))
        let part = Array(input[offset..<end])
        let before = (stream.count, offset)
        offset += try stream.unpack(wanted, ByteView(part.span), isLast: end == input.count)
        try #require(stream.count > before.0 || offset > before.1)
      }
      stream.lend(0..<wanted) { ByteView($0).append(to: &output) }
      stream.skip(wanted)
    }
    return output
  }

  /// Literals, then matches of every form of length: 3 bits, 4 bits (two share a byte), 8, 16 and 32 bits.
  @Test(arguments: [1, 17, 4_096], [1, 100, 65_543]) func unpacksEveryLength(piece: Int, step: Int) throws {
    let literals = [UInt8].counting(32)
    var packed = ByteWriter().u32le(0).raw(literals).u32le(0xffff_ffff)
    var expected = literals
    func repeated(_ distance: Int, _ length: Int) { for _ in 0..<length { expected.append(expected[expected.count - distance]) } }
    packed = packed.u16le(31 << 3 | 2)
    repeated(32, 5)
    packed = packed.u16le(7 << 3 | 7).u8(0x42)
    repeated(8, 12)
    packed = packed.u16le(0 << 3 | 7)
    repeated(1, 14)
    packed = packed.u16le(20 << 3 | 7).u8(0xff).u8(100)
    repeated(21, 125)
    packed = packed.u16le(2 << 3 | 7).u8(0xff).u16le(40_000)
    repeated(3, 40_003)
    packed = packed.u16le(8_191 << 3 | 7).u8(0x0f).u8(0xff).u16le(0).u32le(100_000)
    repeated(8_192, 100_003)
    // The upper half of the byte before: 0.
    packed = packed.u16le(4 << 3 | 7)
    repeated(5, 10)
    let bytes = try unpack(packed.bytes, size: expected.count, piece: piece, step: step)
    #expect(bytes == expected)
  }

  @Test(arguments: [([0, 0, 0, 0], 5), ([0xff, 0xff, 0xff, 0xff, 8, 0], 5), ([0xff, 0xff, 0xff, 0x7f, 1, 8, 0], 5)] as [([UInt8], Int)])
  func refusesWhatEndsEarlyOrGoesBackTooFar(input: [UInt8], size: Int) {
    #expect(throws: DecodeError.self) { try unpack(input, size: size, piece: 16, step: size) }
  }
}
