import Packets

/// Plain LZ77 (MS-XCA 2.4), unpacked as it is asked for: no more is kept than the last 8 KiB, which matches refer to, and
/// what was not taken yet.
struct LZ77Stream: ~Copyable {
  private enum Size {
    /// Matches go back no farther.
    static let history = 8 * 1024
    /// What is unpacked at once.
    static let chunk = 32 * 1024
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
      // SAFETY: both ranges lie within the array, and may overlap.
      unsafe output.withUnsafeMutableBytes { bytes in
        let moved = unsafe UnsafeRawBufferPointer(rebasing: bytes[kept..<(kept + size)])
        unsafe bytes.copyMemory(from: moved)
      }
      tokens.end -= kept
      start -= kept
    }
    let room = start + needed + Size.chunk
    if output.count < room { output.append(contentsOf: repeatElement(0, count: room - output.count)) }
  }
}
