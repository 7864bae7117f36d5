package import Packets

/// LZ77 with Huffman codes: MS-XCA 2.2. Blocks of 64 KiB of output, each with the lengths of 512 codes before it.
package enum LZ77Huffman {
  private static let blockSize = 65_536
  private static let tableBytes = 256
  /// The longest code.
  private static let codeBits = 15

  package static func decompress(_ input: borrowing ByteView, size: Int) throws(DecodeError) -> [UInt8] {
    var out = Inflater(limit: size)
    var offset = 0
    while !out.isFull, offset < input.count {
      let codes = try Codes(input, at: offset)
      var bits = try Bits(input, at: offset + tableBytes)
      let end = min(out.output.count + blockSize, size)
      while out.output.count < end {
        let symbol = try codes.next(&bits, input)
        if symbol < 256 {
          out.append(UInt8(symbol))
          continue
        }
        // The symbol after the last byte; a match with it is possible elsewhere.
        if symbol == 256, bits.offset >= input.count { return out.output }
        var length = (symbol - 256) & 15
        if length == 15 { length = try longLength(input, &bits.offset, least: 15) }
        let distanceBits = (symbol - 256) >> 4
        let start = bits.offset
        let distance = try bits.take(distanceBits, input) + 1 << distanceBits
        try out.copy(distance: distance, length: length + 3, at: input.base + start)
      }
      offset = bits.offset
    }
    return out.output
  }

  /// The next 32 bits, of which at least 16 are read already: 16-bit little-endian words, the highest bit first.
  private struct Bits {
    var offset: Int
    private var next: UInt32
    private var extra = 16

    init(_ input: borrowing ByteView, at start: Int) throws(DecodeError) {
      next = UInt32(try input.u16le(at: start)) << 16 | UInt32(try input.u16le(at: start + 2))
      offset = start + 4
    }

    /// The next bits, without taking them.
    func peek(_ count: Int) -> Int { Int(next >> UInt32(32 - count)) }

    /// The next bits; 0 of them are 0.
    mutating func take(_ count: Int, _ input: borrowing ByteView) throws(DecodeError) -> Int {
      guard count > 0 else { return 0 }
      let value = peek(count)
      next <<= UInt32(count)
      extra -= count
      if extra < 0 {
        // Behind the end there are zeros: the last word may end the input.
        let word = offset + 2 <= input.count ? try input.u16le(at: offset) : 0
        next |= UInt32(word) << UInt32(-extra)
        extra += 16
        offset += 2
      }
      return value
    }
  }

  /// Canonical codes from their lengths: MS-XCA 2.2.4.
  private struct Codes {
    private var lengths: [UInt8]
    /// The symbol that the next 15 bits begin with.
    private var symbols: [UInt16]
    private let base: Int

    init(_ input: borrowing ByteView, at offset: Int) throws(DecodeError) {
      base = input.base + offset
      lengths = []
      lengths.reserveCapacity(512)
      for index in 0..<tableBytes {
        let pair = try input.u8(at: offset + index)
        lengths.append(pair & 15)
        lengths.append(pair >> 4)
      }
      symbols = []
      symbols.reserveCapacity(1 << codeBits)
      for length in 1...codeBits {
        for symbol in lengths.indices where Int(lengths[symbol]) == length {
          let count = 1 << (codeBits - length)
          guard symbols.count + count <= 1 << codeBits else { throw Self.damage(base) }
          symbols.append(contentsOf: repeatElement(UInt16(symbol), count: count))
        }
      }
      // Codes that no symbol has.
      symbols.append(contentsOf: repeatElement(.max, count: 1 << codeBits - symbols.count))
    }

    func next(_ bits: inout Bits, _ input: borrowing ByteView) throws(DecodeError) -> Int {
      let symbol = Int(symbols[bits.peek(codeBits)])
      guard symbol < lengths.count else { throw Self.damage(base) }
      _ = try bits.take(Int(lengths[symbol]), input)
      guard bits.offset <= input.count + 4 else { throw Self.damage(base) }
      return symbol
    }

    private static func damage(_ offset: Int) -> DecodeError {
      DecodeError(offset: offset, reason: .unexpected(field: "code lengths", value: 0))
    }
  }
}
