import Packets

/// Plain LZ77 (MS-XCA 2.4), unpacked as it is asked for: no more is kept than the last 8 KiB, which matches refer to, and
/// what was not taken yet.
struct LZ77Stream: ~Copyable {
  private enum Size {
    /// Matches go back no farther.
    static let history = 8 * 1024
    /// What is unpacked at once.
    static let chunk = 16 * 1024
  }

  /// `start..<tokens.end` was not taken yet; before it is history.
  private var output: [UInt8] = []
  private var start = 0
  private var tokens = LZ77Tokens()
  /// Why nothing more can be unpacked.
  private var failure: DecodeError?

  init() {}

  /// Bytes that can be lent.
  var count: Int { tokens.end - start }

  /// Begins again.
  ///
  /// - Parameter size: bytes that come out.
  mutating func restart(size: Int) {
    start = 0
    failure = nil
    tokens = LZ77Tokens()
    tokens.wanted = size
  }

  func lend<Result, Failure>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return try body(output.span.extracting((start + range.lowerBound)..<(start + range.upperBound)))
  }

  mutating func skip(_ count: Int) {
    precondition(count <= tokens.end - start)
    start += count
  }

  /// Unpacks, so that `count` bytes can be lent, or until the input is used up.
  ///
  /// - Parameters:
  ///   - input: what is packed, from where it was left the last time.
  ///   - isLast: nothing comes behind the input.
  /// - Returns: how many bytes of the input were taken.
  mutating func unpack(_ count: Int, _ input: borrowing ByteView, isLast: Bool) throws(DecodeError) -> Int {
    if let failure { throw failure }
    makeRoom(count)
    var offset = 0
    do throws(DecodeError) {
      try tokens.unpack(input, &offset, isLast: isLast, into: &output)
    } catch {
      failure = error
      // What was unpacked before is good.
      if tokens.end - start < count { throw error }
    }
    return offset
  }

  /// Takes away what is older than the history when the rest is not enough.
  private mutating func makeRoom(_ count: Int) {
    let needed = max(count, Size.chunk)
    guard output.count - start < needed || output.count == tokens.end else { return }
    let kept = min(start, max(0, tokens.end - Size.history))
    let size = tokens.end - kept
    if kept > 0 {
      var out = output.mutableSpan
      for index in 0..<size { out[index] = out[kept + index] }
      tokens.end -= kept
      start -= kept
    }
    let room = start + needed + Size.chunk
    if output.count < room { output.append(contentsOf: repeatElement(0, count: room - output.count)) }
  }
}

/// The tokens of plain LZ77: flags for 32 of them, then these: a byte, or a match of two bytes and more.
private struct LZ77Tokens {
  /// The most bytes that a token takes, with the flags before it.
  private static let largestToken = 14

  /// Where the next byte is written.
  var end = 0
  /// Bytes that are still to come out.
  var wanted = 0
  private var flags: UInt32 = 0
  private var flagCount = 0
  /// Two matches share a byte for the next four bits of their lengths.
  private var halfByte: UInt8?
  /// What is left to be copied of the last match.
  private var copyLength = 0
  private var copyDistance = 0

  /// Goes on until the output is full, or the input may end within the next token.
  mutating func unpack(
    _ input: borrowing ByteView, _ offset: inout Int, isLast: Bool, into output: inout [UInt8]
  ) throws(DecodeError) {
    var out = output.mutableSpan
    let goal = min(out.count, end.clampedSum(wanted))
    while true {
      if copyLength > 0 { copy(upTo: goal, in: &out) }
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
