/// SMB1 messages: MS-CIFS 2.2.4, MS-SMB 2.2.4. Words stay; bytes are looked into where they lead to a session or a share.
extension RedactedBytes {
  private static let noChain = 0xff

  mutating func redactSMB1(_ range: Range<Int>) {
    let start = range.lowerBound
    keep(clamped(start, 32, to: range.upperBound))
    hide(clamped(start + 14, 8, to: range.upperBound))
    guard var command = u8(start + 4), let flags = u8(start + 9), let flags2 = u16le(start + 10) else { return }
    let (isResponse, encoding) = (flags & 0x80 != 0, flags2 & 0x8000 != 0 ? Encoding.utf16 : .bytes)
    var block = start + 32
    // Each command of a chain lies behind the one before.
    while let wordCount = u8(block) {
      let words = block + 1
      let first = words + 2 * wordCount + 2
      keep(clamped(block, first - block, to: range.upperBound))
      let bytes = clamped(first, u16le(first - 2) ?? 0, to: range.upperBound)
      redactBytes(bytes, of: command, isResponse, words: words, wordCount: wordCount, encoding, header: start)
      guard [0x73, 0x75].contains(command), wordCount > 1, let next = u8(words), next != Self.noChain,
        let offset = u16le(words + 2), start + offset > block
      else { return }
      (command, block) = (next, start + offset)
    }
  }

  private mutating func redactBytes(
    _ bytes: Range<Int>, of command: Int, _ isResponse: Bool, words: Int, wordCount: Int, _ encoding: Encoding, header: Int
  ) {
    var rest = bytes
    switch (command, isResponse) {
    case (0x72, false): keep(bytes)
    case (0x72, true):
      // CAP_EXTENDED_SECURITY: a GUID and a token; else a challenge and names.
      let isExtended = wordCount == 17 && (u32le(words + 19) ?? 0) & 0x8000_0000 != 0
      let secret = isExtended ? 16 : wordCount == 17 ? u8(words + 33) ?? 8 : 8
      hide(bytes.prefix(secret).indices)
      rest = bytes.dropFirst(secret).indices
      if isExtended { return redactSecurityToken(rest) }
      renameSMB1(rest, encoding, header)
    case (0x73, false) where wordCount == 12, (0x73, true) where wordCount == 4:
      let count = u16le(words + (isResponse ? 6 : 14)) ?? 0
      redactSecurityToken(bytes.prefix(count).indices)
      renameSMB1(bytes.dropFirst(count).indices, encoding, header)
    case (0x73, false):
      let proofs = (u16le(words + 14) ?? 0) + (wordCount == 13 ? u16le(words + 16) ?? 0 : 0)
      hide(bytes.prefix(proofs).indices)
      renameSMB1(bytes.dropFirst(proofs).indices, encoding, header)
    case (0x73, true): renameSMB1(bytes, encoding, header)
    case (0x75, false):
      let password = u16le(words + 6) ?? 0
      hide(bytes.prefix(password).indices)
      renameSMB1(bytes.dropFirst(password).indices, encoding, header, hasService: true)
    // The service, and the file system.
    case (0x75, true): keep(bytes)
    default: break
    }
  }

  /// Strings that end with NUL. UTF-16 begins at an even offset from the header; what the client takes a share for is
  /// ASCII, and comes last.
  private mutating func renameSMB1(_ bytes: Range<Int>, _ encoding: Encoding, _ header: Int, hasService: Bool = false) {
    var end = bytes.upperBound
    if hasService, end > bytes.lowerBound {
      let service = original[bytes.dropLast().indices].lastIndex(of: 0).map { $0 + 1 } ?? bytes.lowerBound
      keep(service..<end)
      end = service
    }
    let isOdd = encoding == .utf16 && (bytes.lowerBound - header) % 2 != 0
    rename(clamped(bytes.lowerBound + (isOdd ? 1 : 0), end - bytes.lowerBound - (isOdd ? 1 : 0)), encoding)
  }
}
