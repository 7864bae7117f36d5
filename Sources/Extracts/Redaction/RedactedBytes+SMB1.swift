import Protocols

/// SMB1 messages: MS-CIFS 2.2.4, MS-SMB 2.2.4. Bytes are looked into where they lead to a session or a share.
extension RedactedBytes {
  private enum Limit {
    /// Commands of one message: some more than are decoded.
    static let commands = 8
  }

  private static let noChain = 0xff
  /// MS-CIFS 2.2.4.52.1, MS-SMB2 3.3.5.3.1, and those of other systems: a dialect says nothing of who speaks it.
  private static let dialects: Set<String> = [
    "PC NETWORK PROGRAM 1.0", "PCLAN1.0", "MICROSOFT NETWORKS 1.03", "MICROSOFT NETWORKS 3.0", "XENIX CORE", "LANMAN1.0",
    "LANMAN2.1", "LM1.2X002", "DOS LM1.2X002", "DOS LANMAN2.1", "Samba", "NT LM 0.12", "NT LANMAN 1.0", "NT LM 0.11", "CIFS",
    "POSIX 2", "SMB 2.002", "SMB 2.???", "Windows for Workgroups 3.1a", "Cairo 0.xa",
  ]
  /// 2.2.4.55.1, and the names of file systems.
  private static let services: Set<String> = ["A:", "LPT1:", "IPC", "COMM", "?????", "NTFS", "FAT", "FAT32", "Samba"]

  mutating func redactSMB1(_ range: Range<Int>) {
    let start = range.lowerBound
    redact(SMB1Layout.header, at: start, in: range)
    guard var command = u8(start + 4), let flags = u8(start + 9), let flags2 = u16le(start + 10) else { return }
    let (isResponse, encoding) = (flags & 0x80 != 0, flags2 & 0x8000 != 0 ? Encoding.utf16 : .bytes)
    var block = start + 32
    // Each command of a chain lies behind the one before.
    for _ in 0..<Limit.commands {
      guard block < range.upperBound, let wordCount = u8(block) else { return }
      let words = block + 1
      let first = words + 2 * wordCount + 2
      keep(block..<words)
      redact(
        SMB1Layout.words(of: SMB1Command(rawValue: UInt8(command)), isResponse: isResponse, wordCount: wordCount), at: words,
        in: clamped(words, 2 * wordCount, to: range.upperBound))
      keep(clamped(first - 2, 2, to: range.upperBound))
      let bytes = clamped(first, u16le(first - 2) ?? 0, to: range.upperBound)
      redactBytes(bytes, of: command, isResponse, words: words, wordCount: wordCount, encoding, header: start)
      guard [0x73, 0x74, 0x75].contains(command), wordCount > 1, let next = u8(words), next != Self.noChain,
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
    case (0x72, false): redactDialects(bytes)
    case (0x72, true):
      // CAP_EXTENDED_SECURITY: a GUID and a token; else a challenge and names.
      let isExtended = wordCount == 17 && (u32le(words + 19) ?? 0) & 0x8000_0000 != 0
      let secret = isExtended ? 16 : wordCount == 17 ? u8(words + 33) ?? 8 : 8
      hide(bytes.prefix(secret).indices)
      rest = bytes.dropFirst(secret).indices
      if isExtended { return redactSecurityToken(rest) }
      renameTexts(rest, encoding, header)
    case (0x73, false) where wordCount == 12, (0x73, true) where wordCount == 4:
      let count = u16le(words + (isResponse ? 6 : 14)) ?? 0
      redactSecurityToken(bytes.prefix(count).indices)
      renameTexts(bytes.dropFirst(count).indices, encoding, header)
    case (0x73, false):
      let proofs = (u16le(words + 14) ?? 0) + (wordCount == 13 ? u16le(words + 16) ?? 0 : 0)
      hide(bytes.prefix(proofs).indices)
      renameTexts(bytes.dropFirst(proofs).indices, encoding, header)
    case (0x73, true): renameTexts(bytes, encoding, header)
    case (0x75, false):
      let password = u16le(words + 6) ?? 0
      hide(bytes.prefix(password).indices)
      rest = bytes.dropFirst(password).indices
      // The path, and behind its NUL what the client takes the share for, in ASCII.
      let path = text(rest, encoding, header)
      rename(path, encoding)
      redactService(clamped(path.upperBound + (encoding == .utf16 ? 2 : 1), rest.count, to: rest.upperBound))
    // The service, and the file system.
    case (0x75, true):
      let service = text(bytes, .bytes, header)
      redactService(service)
      let system = text(clamped(service.upperBound + 1, bytes.count, to: bytes.upperBound), encoding, header)
      isKnown(system, encoding) ? keep(system) : rename(system, encoding)
    default: break
    }
  }

  /// 2.2.4.52.1: each is a byte 02 and text that ends with NUL.
  private mutating func redactDialects(_ bytes: Range<Int>) {
    var position = bytes.lowerBound
    while position < bytes.upperBound, u8(position) == 2 {
      let end = original[position..<bytes.upperBound].firstIndex(of: 0) ?? bytes.upperBound
      let name = (position + 1)..<max(position + 1, end)
      keep(position..<(position + 1))
      let isKnown = Self.dialects.contains(String(decoding: original[name.clamped(to: bytes)], as: UTF8.self))
      isKnown ? keep(name) : rename(name, .bytes)
      position = end + 1
    }
  }

  private mutating func redactService(_ range: Range<Int>) {
    let service = text(range, .bytes, 0)
    isKnown(service, .bytes) ? keep(service) : rename(service, .bytes)
  }

  private func isKnown(_ range: Range<Int>, _ encoding: Encoding) -> Bool {
    let bytes = encoding == .utf16 ? stride(from: range.lowerBound, to: range.upperBound, by: 2).map { original[$0] } : Array(original[range])
    let isNarrow = encoding == .bytes || stride(from: range.lowerBound + 1, to: range.upperBound, by: 2).allSatisfy { original[$0] == 0 }
    return isNarrow && Self.services.contains(String(decoding: bytes, as: UTF8.self))
  }

  /// The text that a range begins with, without its NUL, where there is one. UTF-16 begins at an even offset from the header:
  /// 2.2.1.1.
  private func text(_ range: Range<Int>, _ encoding: Encoding, _ header: Int) -> Range<Int> {
    guard encoding == .utf16 else {
      return range.lowerBound..<(original[range].firstIndex(of: 0) ?? range.upperBound)
    }
    let start = min(range.lowerBound + ((range.lowerBound - header) % 2 != 0 ? 1 : 0), range.upperBound)
    var end = start
    while end + 2 <= range.upperBound, original[end] != 0 || original[end + 1] != 0 { end += 2 }
    return start..<end
  }

  /// Texts one behind the other.
  private mutating func renameTexts(_ bytes: Range<Int>, _ encoding: Encoding, _ header: Int) {
    let isOdd = encoding == .utf16 && (bytes.lowerBound - header) % 2 != 0
    rename(clamped(bytes.lowerBound + (isOdd ? 1 : 0), bytes.count - (isOdd ? 1 : 0), to: bytes.upperBound), encoding)
  }
}
