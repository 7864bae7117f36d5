/// NTLM messages: MS-NLMP 2.2.1. Flags, versions and lengths stay; names are replaced; challenges and proofs are hidden.
extension RedactedBytes {
  static let ntlmSignature = Array("NTLMSSP\0".utf8)

  mutating func redactNTLM(_ range: Range<Int>) {
    let start = range.lowerBound
    keep(range.prefix(12).indices)
    switch u32le(start + 8) {
    case 1:
      keep(range.prefix(40).indices)
      for field in [16, 24] { rename(ntlmField(field, in: range), .bytes) }
    case 2:
      let isUnicode = (u32le(start + 20) ?? 0) & 1 != 0
      keep(range.prefix(56).indices)
      hide(clamped(start + 24, 8, to: range.upperBound))
      rename(ntlmField(12, in: range), isUnicode ? .utf16 : .bytes)
      redactPairs(ntlmField(40, in: range))
    case 3: redactAuthenticate(range)
    default: break
    }
  }

  private mutating func redactAuthenticate(_ range: Range<Int>) {
    let start = range.lowerBound
    let isUnicode = (u32le(start + 60) ?? 0) & 1 != 0
    let fields = [12, 20, 28, 36, 44, 52].map { ntlmField($0, in: range) }
    let payload = fields.filter { !$0.isEmpty }.map(\.lowerBound).min() ?? range.upperBound
    // Fields, flags, version.
    keep(clamped(start, min(72, payload - start), to: range.upperBound))
    // MIC
    if payload >= start + 88 { hide(clamped(start + 72, 16)) }
    hide(fields[0])
    for name in fields[2...4] { rename(name, isUnicode ? .utf16 : .bytes) }
    hide(fields[5])
    let proof = fields[1]
    guard proof.count > 44 else { return hide(proof) }
    // 2.2.2.8: the proof, then versions, time and the client's challenge, then AV pairs.
    let first = proof.lowerBound
    hide(first..<(first + 16))
    keep((first + 16)..<(first + 32))
    hide((first + 32)..<(first + 40))
    redactPairs((first + 44)..<proof.upperBound)
  }

  /// 2.2.2.1: names are replaced, flags and times stay, hashes and machine identifiers are hidden.
  private mutating func redactPairs(_ range: Range<Int>) {
    var offset = range.lowerBound
    while let id = u16le(offset), let count = u16le(offset + 2), offset + 4 <= range.upperBound {
      keep(offset..<(offset + 4))
      let value = clamped(offset + 4, count, to: range.upperBound)
      switch id {
      case 0: return
      case 1...5, 9: rename(value, .utf16)
      case 6, 7: keep(value)
      default: hide(value)
      }
      offset += 4 + count
    }
  }

  private func ntlmField(_ position: Int, in range: Range<Int>) -> Range<Int> {
    guard let count = u16le(range.lowerBound + position), let offset = u32le(range.lowerBound + position + 4), count > 0,
      range.lowerBound + position + 8 <= range.upperBound, offset >= 32
    else { return 0..<0 }
    return clamped(range.lowerBound + offset, count, to: range.upperBound)
  }
}
