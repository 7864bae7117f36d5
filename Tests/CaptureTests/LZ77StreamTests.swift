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

  /// Any tokens in any order: whole groups are read in another way than those at the end of the input.
  @Test(arguments: [1, 700, 1 << 20], [1, 300, 50_000]) func unpacksAnyTokens(piece: Int, step: Int) throws {
    var generator = SeededGenerator(seed: UInt64(piece + step))
    for _ in 0..<8 {
      var tokens = RandomTokens()
      for _ in 0..<Int.random(in: 1...3_000, using: &generator) { tokens.add(&generator) }
      let (packed, expected) = (tokens.finish(), tokens.expected)
      #expect(try unpack(packed, size: expected.count, piece: piece, step: step) == expected)
      // Damage is an error or other bytes, and no more than were asked for.
      var damaged = packed
      for _ in 0..<4 { damaged[Int.random(in: damaged.indices, using: &generator)] ^= UInt8.random(in: 1 ... .max, using: &generator) }
      if let other = try? unpack(damaged, size: expected.count, piece: piece, step: step) { #expect(other.count == expected.count) }
    }
  }

  @Test(arguments: [([0, 0, 0, 0], 5), ([0xff, 0xff, 0xff, 0xff, 8, 0], 5), ([0xff, 0xff, 0xff, 0x7f, 1, 8, 0], 5)] as [([UInt8], Int)])
  func refusesWhatEndsEarlyOrGoesBackTooFar(input: [UInt8], size: Int) {
    #expect(throws: DecodeError.self) { try unpack(input, size: size, piece: 16, step: size) }
  }
}

/// Tokens of LZ77, and what they say.
private struct RandomTokens {
  private var packed: [UInt8] = []
  private var flags: UInt32 = 0
  private var count = 0
  /// Bytes of the group that is not whole yet; the flags come before them.
  private var group: [UInt8] = []
  /// Where in the group a byte has its upper half free.
  private var half: (isInGroup: Bool, place: Int)?
  private(set) var expected: [UInt8] = []

  mutating func add(_ generator: inout SeededGenerator) {
    if count == 32 { close() }
    let isMatch = !expected.isEmpty && Bool.random(using: &generator)
    flags = flags << 1 | (isMatch ? 1 : 0)
    count += 1
    guard isMatch else {
      let byte = UInt8.random(in: .min ... .max, using: &generator)
      group.append(byte)
      return expected.append(byte)
    }
    let nearest = Bool.random(using: &generator) ? 16 : 8_192
    let distance = Int.random(in: 1...min(expected.count, nearest), using: &generator)
    let length = Int.random(in: 0...[6, 21, 275, 2_000].randomElement(using: &generator)!, using: &generator)
    group += .littleEndian(UInt16((distance - 1) << 3 | min(length, 7)))
    if length >= 7 { addLength(length) }
    for _ in 0..<(length + 3) { expected.append(expected[expected.count - distance]) }
  }

  private mutating func addLength(_ length: Int) {
    let value = UInt8(min(length - 7, 15))
    if let half {
      if half.isInGroup { group[half.place] |= value << 4 } else { packed[half.place] |= value << 4 }
      self.half = nil
    } else {
      half = (true, group.count)
      group.append(value)
    }
    guard length >= 22 else { return }
    group.append(UInt8(min(length - 22, 255)))
    if length - 22 >= 255 { group += .littleEndian(UInt16(length)) }
  }

  private mutating func close() {
    packed += .littleEndian(flags << UInt32(32 - count))
    if let place = half?.place, half?.isInGroup == true { half = (false, packed.count + place) }
    packed += group
    (flags, count, group) = (0, 0, [])
  }

  mutating func finish() -> [UInt8] {
    close()
    return packed
  }
}
