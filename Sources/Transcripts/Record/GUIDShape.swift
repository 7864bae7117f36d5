import Protocols

/// How a GUID was made, as far as it shows: implementations differ in that.
package enum GUIDShape: UInt8, Sendable, Codable {
  case unknown, zero
  /// RFC 9562 5.1: of the clock and the network card.
  case timeBased
  /// RFC 9562 5.4.
  case random
  /// `libsmb2-` and a number.
  case libsmb2
  /// A name in ASCII, then zeros.
  case name
  /// 16 letters of ASCII.
  case letters
  /// One byte 16 times.
  case constant
  /// None of these: random bits without a version, or something unknown.
  case unversioned

  init(_ guid: GUID?) {
    guard let guid else {
      self = .unknown
      return
    }
    let (low, high) = guid.words
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? low : high) >> UInt64(8 * ($0 % 8))) }
    self = guid.isZero ? .zero : Self.written(bytes) ?? Self.generated(bytes)
  }

  /// Text in the place of a GUID.
  private static func written(_ bytes: [UInt8]) -> Self? {
    if bytes.allSatisfy({ $0 == bytes[0] }) { return .constant }
    if bytes.starts(with: "libsmb2-".utf8) { return .libsmb2 }
    if bytes.allSatisfy({ (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }) { return .letters }
    let name = bytes.prefix { (0x21...0x7e).contains($0) }
    return name.count >= 1 && name.count < 16 && bytes[name.count...].allSatisfy { $0 == 0 } ? .name : nil
  }

  /// The version is in the upper half of byte 7, the third field being little-endian; the variant in byte 8.
  private static func generated(_ bytes: [UInt8]) -> Self {
    guard bytes[8] & 0xc0 == 0x80 else { return .unversioned }
    switch bytes[7] >> 4 {
    // The upper bits of the clock: 2000 to 2040. Random bytes look like it once in 6,000 times.
    case 1: return bytes[7] == 0x11 && (0xd3...0xff).contains(bytes[6]) ? .timeBased : .unversioned
    case 4: return .random
    default: return .unversioned
    }
  }
}
