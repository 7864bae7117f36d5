/// NTLM messages: MS-NLMP 2.2.1. Flags, versions and lengths stay; names are replaced; challenges and proofs are hidden.
extension RedactedBytes {
  static let ntlmSignature = Array("NTLMSSP\0".utf8)
  private static let negotiateVersion = 0x0200_0000

  mutating func redactNTLM(_ range: Range<Int>) {
    let start = range.lowerBound
    keep(range.prefix(12).indices)
    switch u32le(start + 8) {
    case 1:
      let fields = [16, 24].map { ntlmField($0, in: range) }
      keep(part(12, 20, of: range))
      keepVersion(at: 32, flagsAt: 12, before: fields, in: range)
      for name in fields { rename(name, .bytes) }
    case 2:
      let isUnicode = (u32le(start + 20) ?? 0) & 1 != 0
      let fields = [12, 40].map { ntlmField($0, in: range) }
      keep(part(12, 12, of: range))
      hide(part(24, 8, of: range))
      keep(part(40, 8, of: range))
      keepVersion(at: 48, flagsAt: 20, before: fields, in: range)
      rename(fields[0], isUnicode ? .utf16 : .bytes)
      redactPairs(fields[1])
    case 3: redactAuthenticate(range)
    default: break
    }
  }

  private mutating func redactAuthenticate(_ range: Range<Int>) {
    let start = range.lowerBound
    let isUnicode = (u32le(start + 60) ?? 0) & 1 != 0
    let fields = [12, 20, 28, 36, 44, 52].map { ntlmField($0, in: range) }
    let payload = Self.payload(fields, in: range)
    keep(part(12, min(48, payload - start - 12), of: range))
    if payload >= start + 64 { keep(part(60, 4, of: range)) }
    keepVersion(at: 64, flagsAt: 60, before: fields, in: range)
    // MIC
    if payload >= start + 88 { hide(part(72, 16, of: range)) }
    hide(fields[0])
    for name in fields[2...4] { rename(name, isUnicode ? .utf16 : .bytes) }
    hide(fields[5])
    let proof = fields[1]
    guard proof.count > 44 else { return hide(proof) }
    // 2.2.2.8: the proof, then versions 2, reserved 6, time 8, the client's challenge 8, reserved 4, then AV pairs.
    let first = proof.lowerBound
    hide(first..<(first + 16))
    keep((first + 16)..<(first + 18))
    keep((first + 24)..<(first + 32))
    hide((first + 32)..<(first + 40))
    redactPairs((first + 44)..<proof.upperBound)
  }

  /// 2.2.2.10: product version and build, three reserved bytes, revision. There when a flag says so and the payload leaves
  /// room for it.
  private mutating func keepVersion(at offset: Int, flagsAt flags: Int, before fields: [Range<Int>], in range: Range<Int>) {
    let start = range.lowerBound
    guard (u32le(start + flags) ?? 0) & Self.negotiateVersion != 0, Self.payload(fields, in: range) >= start + offset + 8
    else { return }
    keep(part(offset, 4, of: range))
    keep(part(offset + 7, 1, of: range))
  }

  private static func payload(_ fields: [Range<Int>], in range: Range<Int>) -> Int {
    fields.filter { !$0.isEmpty }.map(\.lowerBound).min() ?? range.upperBound
  }

  private func part(_ offset: Int, _ count: Int, of range: Range<Int>) -> Range<Int> {
    clamped(range.lowerBound + offset, count, to: range.upperBound)
  }

  /// 2.2.2.1: names are replaced, flags and times stay, hashes and machine identifiers are hidden.
  private mutating func redactPairs(_ range: Range<Int>) {
    var offset = range.lowerBound
    while let id = u16le(offset), let count = u16le(offset + 2), offset + 4 <= range.upperBound {
      let value = clamped(offset + 4, count, to: range.upperBound)
      switch (id, count) {
      case (0, _): return keep(offset..<(offset + 4))
      case (1...5, _), (9, _): rename(value, .utf16)
      case (6, 4), (7, 8): keep(value)
      case (6...10, _): hide(value)
      // No pair begins here.
      default: return
      }
      keep(offset..<(offset + 4))
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
