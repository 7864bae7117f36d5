import Packets

/// A ``Digest`` of bytes that come in pieces: the same however they are cut.
struct RunningDigest {
  private var state = Digest.seed
  /// A secret, too: no sender can make a block that hides what came before it.
  private let key = Digest.key
  /// Bytes that are not yet a whole block.
  private var rest: (low: UInt64, high: UInt64) = (0, 0)
  private var count = 0

  /// Bytes of a block.
  private static let block = 16

  mutating func add(_ bytes: borrowing ByteView) {
    var offset = 0
    while count & 15 != 0, offset < bytes.count {
      add(bytes, at: offset)
      offset += 1
    }
    offset = addBlocks(of: bytes, from: offset)
    while offset < bytes.count {
      add(bytes, at: offset)
      offset += 1
    }
  }

  /// All bytes of bulk data come by here, four blocks at a time: the length of the view is known to the compiler, which then
  /// reads whole words without looking at it again.
  ///
  /// - Returns: where it ends.
  private mutating func addBlocks(of bytes: borrowing ByteView, from start: Int) -> Int {
    var offset = start
    var state = self.state
    do throws(DecodeError) {
      while offset + 4 * Self.block <= bytes.count {
        let blocks = try bytes.view(at: offset, count: 4 * Self.block)
        state = Self.mixed(state, try blocks.u64le(at: 0), try blocks.u64le(at: 8), key)
        state = Self.mixed(state, try blocks.u64le(at: 16), try blocks.u64le(at: 24), key)
        state = Self.mixed(state, try blocks.u64le(at: 32), try blocks.u64le(at: 40), key)
        state = Self.mixed(state, try blocks.u64le(at: 48), try blocks.u64le(at: 56), key)
        offset += 4 * Self.block
      }
      while offset + Self.block <= bytes.count {
        let block = try bytes.view(at: offset, count: Self.block)
        state = Self.mixed(state, try block.u64le(at: 0), try block.u64le(at: 8), key)
        offset += Self.block
      }
    } catch {
      return offset
    }
    self.state = state
    count += offset - start
    return offset
  }

  private mutating func add(_ bytes: borrowing ByteView, at offset: Int) {
    guard let byte = try? bytes.u8(at: offset) else { return }
    let bits = UInt64(byte) << UInt64(8 * (count & 7))
    if count & 8 == 0 { rest.low |= bits } else { rest.high |= bits }
    count += 1
    guard count & 15 == 0 else { return }
    state = Self.mixed(state, rest.low, rest.high, key)
    rest = (0, 0)
  }

  @inline(__always) private static func mixed(_ state: UInt64, _ low: UInt64, _ high: UInt64, _ key: UInt64) -> UInt64 {
    Digest.folded(state ^ low, key ^ high)
  }

  var value: UInt64 { Digest.mixed(Self.mixed(state, rest.low, rest.high, key), UInt64(count)) }
}
