/// The first bytes of the segment that was delivered last. Delivered bytes are not kept; these few show whether a later copy
/// contradicts them, because a forged segment came before the true one. They include the status and the command of an SMB2
/// header.
struct DeliveredHead {
  /// Bytes. Each open connection has two of these.
  static let count = 32

  /// Stream offset of the first of them; negative before there are any.
  private var offset = -1
  private var words: InlineArray<4, UInt64> = [0, 0, 0, 0]

  mutating func record(_ bytes: borrowing ByteView, at start: Int) {
    guard bytes.count >= Self.count, start != offset else { return }
    offset = start
    for index in 0..<4 { words[index] = (try? bytes.u64le(at: 8 * index)) ?? 0 }
  }

  /// Whether a segment has other bytes in the range that both have.
  func isContradicted(by payload: borrowing ByteView, at start: Int) -> Bool {
    guard offset >= 0, start < offset + Self.count, start + payload.count > offset else { return false }
    for position in max(start, offset)..<min(start + payload.count, offset + Self.count) {
      let index = position - offset
      let byte = UInt8(truncatingIfNeeded: words[index / 8] >> UInt64(index % 8 * 8))
      if (try? payload.u8(at: position - start)) != byte { return true }
    }
    return false
  }

  /// How many bytes of a segment are compared, with those before them.
  func reach(in payload: borrowing ByteView, at start: Int) -> Int {
    guard offset >= 0, start < offset + Self.count, start + payload.count > offset else { return 0 }
    return min(payload.count, offset + Self.count - start)
  }
}
