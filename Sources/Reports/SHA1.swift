/// SHA-1 of a few bytes: RFC 3174. For the Community ID, which is a name and no protection.
///
/// Libraries with SHA-1 bring all of their cryptography, which costs 3 ms at every start of the program.
func sha1(_ message: [UInt8]) -> [UInt8] {
  var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
  let zeros = (119 - message.count % 64) % 64
  let padded = message + [0x80] + [UInt8](repeating: 0, count: zeros) + bytes(of: UInt64(message.count) * 8)
  for block in stride(from: 0, to: padded.count, by: 64) {
    addBlock(padded[block..<(block + 64)], to: &state)
  }
  return state.flatMap { bytes(of: $0) }
}

/// One round of 80 steps: RFC 3174 6.1.
private func addBlock(_ block: ArraySlice<UInt8>, to state: inout [UInt32]) {
  var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
    block[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }
  for index in 16..<80 {
    words.append(rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], by: 1))
  }
  var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
  for (index, word) in words.enumerated() {
    let (mix, constant): (UInt32, UInt32) =
      switch index {
      case ..<20: (b & c | ~b & d, 0x5a82_7999)
      case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
      case ..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
      default: (b ^ c ^ d, 0xca62_c1d6)
      }
    (a, b, c, d, e) = (rotate(a, by: 5) &+ mix &+ e &+ constant &+ word, a, rotate(b, by: 30), c, d)
  }
  for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
}

private func rotate(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 - count) }

/// The bytes of a number, big-endian.
func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
  stride(from: Number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Number($0)) }
}
