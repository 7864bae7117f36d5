package import Packets

/// Plain LZ77: MS-XCA 2.4. Flags for 32 tokens, then the tokens: a byte, or a match of two bytes and more.
package enum LZ77 {
  package static func decompress(_ input: borrowing ByteView, size: Int) throws(DecodeError) -> [UInt8] {
    var out = Inflater(limit: size)
    var offset = 0
    var (flags, flagCount) = (UInt32(0), 0)
    /// Two matches share a byte for the next four bits of their lengths.
    var halfByte: Int?
    while !out.isFull {
      if flagCount == 0 {
        flags = try input.u32le(at: offset)
        offset += 4
        flagCount = 32
      }
      flagCount -= 1
      guard flags & (1 << UInt32(flagCount)) != 0 else {
        out.append(try input.u8(at: offset))
        offset += 1
        continue
      }
      if offset == input.count { break }
      let start = offset
      let match = try input.u16le(at: offset)
      offset += 2
      var length = Int(match & 7)
      if length == 7 {
        if let shared = halfByte {
          length = Int(try input.u8(at: shared) >> 4)
          halfByte = nil
        } else {
          length = Int(try input.u8(at: offset) & 15)
          halfByte = offset
          offset += 1
        }
        if length == 15 { length = try longLength(input, &offset, least: 22) - 7 }
        length += 7
      }
      try out.copy(distance: Int(match >> 3) + 1, length: length + 3, at: input.base + start)
    }
    return out.output
  }
}

/// The rest of a long match: a byte to be added to 15, or after 255 a whole number in 2 bytes or 4.
///
/// - Parameter least: what a whole number is at least.
/// - Returns: the length beside the constants of the algorithm, in which `least` is 22 or 15.
func longLength(_ input: borrowing ByteView, _ offset: inout Int, least: Int) throws(DecodeError) -> Int {
  let start = offset
  let short = Int(try input.u8(at: offset))
  offset += 1
  guard short == 255 else { return short + least }
  var length = Int(try input.u16le(at: offset))
  offset += 2
  if length == 0 {
    length = Int(try input.u32le(at: offset))
    offset += 4
  }
  guard length >= least else {
    throw DecodeError(offset: input.base + start, reason: .unexpected(field: "match length", value: UInt64(length)))
  }
  return length
}
