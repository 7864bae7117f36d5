import Packets

/// A ``Digest`` of bytes that come in pieces: the same however they are cut.
struct RunningDigest {
  /// Words in turn, so that a processor mixes two at a time.
  private var even = Digest.seed
  private var odd = ~Digest.seed
  /// Bytes that are not yet a whole word.
  private var rest: UInt64 = 0
  private var count = 0

  mutating func add(_ bytes: borrowing ByteView) {
    var offset = 0
    while count & 15 != 0, let byte = try? bytes.u8(at: offset) {
      add(byte)
      offset += 1
    }
    offset = addPairs(of: bytes, from: offset)
    while let byte = try? bytes.u8(at: offset) {
      add(byte)
      offset += 1
    }
  }

  /// All bytes of bulk data come by here: the length of the view is known to the compiler, which then reads whole words.
  ///
  /// - Returns: where it ends.
  private mutating func addPairs(of bytes: borrowing ByteView, from start: Int) -> Int {
    var offset = start
    var (even, odd) = (self.even, self.odd)
    do throws(DecodeError) {
      while offset + 16 <= bytes.count {
        let pair = try bytes.view(at: offset, count: 16)
        even = Digest.mixed(even, try pair.u64le(at: 0))
        odd = Digest.mixed(odd, try pair.u64le(at: 8))
        offset += 16
      }
    } catch {
      return offset
    }
    (self.even, self.odd) = (even, odd)
    count += offset - start
    return offset
  }

  private mutating func add(_ byte: UInt8) {
    rest |= UInt64(byte) << UInt64(8 * (count & 7))
    count += 1
    guard count & 7 == 0 else { return }
    if count & 8 != 0 { even = Digest.mixed(even, rest) } else { odd = Digest.mixed(odd, rest) }
    rest = 0
  }

  var value: UInt64 { Digest.mixed(Digest.mixed(Digest.mixed(even, odd), rest), UInt64(count)) }
}
