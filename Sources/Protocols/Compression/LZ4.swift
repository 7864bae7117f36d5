package import Packets

/// An LZ4 block: sequences of literals and a match, without a frame around them (lz4_Block_format of the LZ4 project).
package enum LZ4 {
  package static func decompress(_ input: borrowing ByteView, size: Int) throws(DecodeError) -> [UInt8] {
    var out = Inflater(limit: size)
    var offset = 0
    while offset < input.count, !out.isFull {
      let token = try input.u8(at: offset)
      offset += 1
      let literals = try length(Int(token >> 4), input, &offset)
      out.append(try input.view(at: offset, count: literals))
      offset += literals
      // The last sequence has no match.
      if offset == input.count { break }
      let distance = Int(try input.u16le(at: offset))
      offset += 2
      try out.copy(distance: distance, length: length(Int(token & 15), input, &offset) + 4, at: input.base + offset)
    }
    return out.output
  }

  /// 15 goes on in further bytes, up to one that is not 255.
  private static func length(_ short: Int, _ input: borrowing ByteView, _ offset: inout Int) throws(DecodeError) -> Int {
    guard short == 15 else { return short }
    var total = short
    var byte: UInt8
    repeat {
      byte = try input.u8(at: offset)
      offset += 1
      total += Int(byte)
    } while byte == 255
    return total
  }
}
