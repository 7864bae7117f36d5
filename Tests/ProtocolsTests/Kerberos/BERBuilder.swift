/// One BER element in definite form, of an identifier octet and the parts of its content.
func ber(_ identifier: UInt8, _ parts: [UInt8]...) -> [UInt8] {
  let content = parts.flatMap(\.self)
  let length: [UInt8] =
    switch content.count {
    case ..<0x80: [UInt8(content.count)]
    case ..<0x1_0000: [0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
    default: [0x83, UInt8(content.count >> 16), UInt8(content.count >> 8 & 0xFF), UInt8(content.count & 0xFF)]
    }
  return [identifier] + length + content
}

func sequence(_ parts: [UInt8]...) -> [UInt8] { ber(0x30, parts.flatMap(\.self)) }
func context(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] { ber(0xA0 | tag, parts.flatMap(\.self)) }
func application(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] { ber(0x60 | tag, parts.flatMap(\.self)) }
func octets(_ bytes: [UInt8]) -> [UInt8] { ber(0x04, bytes) }
func string(_ text: String) -> [UInt8] { ber(0x1B, Array(text.utf8)) }
func time(_ text: String) -> [UInt8] { ber(0x18, Array(text.utf8)) }

/// INTEGER in the fewest bytes.
func integer(_ value: Int) -> [UInt8] {
  var bytes = [UInt8(truncatingIfNeeded: value)]
  var rest = value >> 8
  while (rest != 0 || bytes[0] >= 0x80) && (rest != -1 || bytes[0] < 0x80) {
    bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
    rest >>= 8
  }
  return ber(0x02, bytes)
}

/// KerberosFlags: 32 bits.
func flags(_ bits: UInt32) -> [UInt8] {
  ber(0x03, [0] + (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) })
}
