import Packets

/// A ``Digest`` of bytes that come in pieces: the same however they are cut.
struct RunningDigest {
  private var state = Digest.seed
  /// Bytes that are not yet a whole word.
  private var rest: UInt64 = 0
  private var count = 0

  mutating func add(_ bytes: borrowing ByteView) {
    var offset = 0
    while count & 7 != 0, let byte = try? bytes.u8(at: offset) {
      add(byte)
      offset += 1
    }
    let start = offset
    while let word = try? bytes.u64le(at: offset) {
      state = Digest.mixed(state, word)
      offset += 8
    }
    count += offset - start
    while let byte = try? bytes.u8(at: offset) {
      add(byte)
      offset += 1
    }
  }

  private mutating func add(_ byte: UInt8) {
    rest |= UInt64(byte) << UInt64(8 * (count & 7))
    count += 1
    guard count & 7 == 0 else { return }
    state = Digest.mixed(state, rest)
    rest = 0
  }

  var value: UInt64 { Digest.mixed(Digest.mixed(state, rest), UInt64(count)) }
}
