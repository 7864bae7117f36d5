import Packets

/// A number for some bytes: the same for the same bytes, and hardly ever for others. A sender of packets cannot aim at it,
/// for it is another one in every run.
enum Digest {
  static let seed = UInt64.random(in: .min ... .max)
  static let key = UInt64.random(in: .min ... .max)

  /// Bytes that are kept of the digest of a packet, which shows that it is the same.
  static let bytesOfPacket = 5
  /// The same of that of a message, which shows which one of a packet is not.
  static let bytesOfMessage = 4
  static let ofPacket = UInt64.max >> UInt64(64 - 8 * bytesOfPacket)
  static let ofMessage = UInt64.max >> UInt64(64 - 8 * bytesOfMessage)

  static func of(_ bytes: borrowing ByteView) -> UInt64 {
    var digest = RunningDigest()
    digest.add(bytes)
    return digest.value
  }

  static func of(_ kind: UInt64, _ words: UInt64...) -> UInt64 { words.reduce(mixed(seed, kind)) { mixed($0, $1) } }

  @inline(__always) static func mixed(_ state: UInt64, _ word: UInt64) -> UInt64 {
    folded(state ^ word, 0x9e37_79b9_7f4a_7c15) &+ word.byteSwapped
  }

  @inline(__always) static func folded(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let product = one.multipliedFullWidth(by: other)
    return product.high ^ product.low
  }
}
