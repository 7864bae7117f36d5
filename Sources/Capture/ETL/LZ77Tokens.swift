import Packets

/// The tokens of plain LZ77: flags for 32 of them, then these: a byte, or a match of two bytes and more.
struct LZ77Tokens {
  /// The most bytes that a token takes, with the flags before it.
  private static let largestToken = 14

  /// Where the next byte is written.
  var end = 0
  /// Bytes that are still to come out.
  var wanted = 0
  var flags: UInt32 = 0
  var flagCount = 0
  /// Two matches share a byte for the next four bits of their lengths.
  var halfByte: UInt8?
  /// What is left to be copied of the last match.
  var copyLength = 0
  var copyDistance = 0

  /// Goes on until the output is full, or the input may end within the next token.
  mutating func unpack(
    _ input: borrowing ByteView, _ offset: inout Int, isLast: Bool, into output: inout [UInt8]
  ) throws(DecodeError) {
    var out = output.mutableSpan
    let goal = min(out.count, end.clampedSum(wanted))
    while true {
      if copyLength > 0 { copy(upTo: goal, in: &out) }
      if flagCount == 0, copyLength == 0 {
        try unpackGroups(input, &offset, &out, goal: goal)
        if copyLength > 0 { continue }
      }
      guard end < goal, isLast || offset + Self.largestToken <= input.count else { return }
      if flagCount == 0 {
        flags = try input.u32le(at: offset)
        offset += 4
        flagCount = 32
      }
      if flags & 0x8000_0000 == 0 {
        out[end] = try input.u8(at: offset)
        offset += 1
        end += 1
        wanted -= 1
      } else {
        try readMatch(input, &offset)
      }
      flagCount -= 1
      flags <<= 1
    }
  }

  private mutating func readMatch(_ input: borrowing ByteView, _ offset: inout Int) throws(DecodeError) {
    let match = try input.u16le(at: offset)
    let distance = Int(match >> 3) + 1
    guard distance <= end else {
      throw DecodeError(offset: input.base + offset, reason: .unexpected(field: "match offset", value: UInt64(distance)))
    }
    offset += 2
    var length = Int(match & 7)
    if length == 7 { length = try longLength(input, &offset) }
    copyDistance = distance
    copyLength = length + 3
  }

  /// A length of 7 and more: in half a byte, in a byte behind it, in 2 bytes, in 4.
  private mutating func longLength(_ input: borrowing ByteView, _ offset: inout Int) throws(DecodeError) -> Int {
    let half: UInt8
    if let shared = halfByte {
      half = shared >> 4
      halfByte = nil
    } else {
      let byte = try input.u8(at: offset)
      offset += 1
      half = byte & 15
      halfByte = byte
    }
    guard half == 15 else { return 7 + Int(half) }
    let byte = try input.u8(at: offset)
    offset += 1
    guard byte == 255 else { return 7 + 15 + Int(byte) }
    var length = Int(try input.u16le(at: offset))
    offset += 2
    if length == 0 {
      length = Int(try input.u32le(at: offset))
      offset += 4
    }
    guard length >= 7 + 15 else {
      throw DecodeError(offset: input.base + offset, reason: .unexpected(field: "match length", value: UInt64(length)))
    }
    return length
  }

  /// The copy may run into itself.
  private mutating func copy(upTo goal: Int, in out: inout MutableSpan<UInt8>) {
    let count = min(copyLength, goal - end)
    guard count > 0 else { return }
    for index in end..<(end + count) { out[index] = out[index - copyDistance] }
    end += count
    wanted -= count
    copyLength -= count
  }
}
