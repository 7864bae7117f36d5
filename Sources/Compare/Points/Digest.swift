import Packets

/// A number for some bytes: the same for the same bytes, and hardly ever for others. A sender of packets cannot aim at it,
/// for it is another one in every run.
enum Digest {
  static let seed = UInt64.random(in: .min ... .max)

  static func of(_ bytes: borrowing ByteView) -> UInt64 {
    var state = seed
    var offset = 0
    while let word = try? bytes.u64le(at: offset) {
      state = mixed(state, word)
      offset += 8
    }
    var rest: UInt64 = 0
    while let byte = try? bytes.u8(at: offset) {
      rest = rest << 8 | UInt64(byte)
      offset += 1
    }
    return mixed(mixed(state, rest), UInt64(bytes.count))
  }

  static func of(_ kind: UInt64, _ words: UInt64...) -> UInt64 { words.reduce(mixed(seed, kind)) { mixed($0, $1) } }

  @inline(__always) static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return (product.high ^ product.low) &+ word.byteSwapped
  }
}
