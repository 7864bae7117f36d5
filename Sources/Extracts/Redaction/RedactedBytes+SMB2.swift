import Protocols

/// SMB2 messages: MS-SMB2 2.2. Headers and fixed parts stay, names are replaced, tokens are looked into, and what belongs
/// to files becomes zeros.
extension RedactedBytes {
  private static let headerLength = 64

  /// The messages behind one NBSS header, whatever their kind.
  mutating func redactSMB(_ range: Range<Int>) {
    guard let magic = u32le(range.lowerBound) else { return }
    switch SMB2Protocol(rawValue: UInt32(magic)) {
    case .plain: redactCompound(range)
    case .encrypted: redactEncrypted(range)
    // 2.2.42: what is behind the header cannot be changed without changing its length.
    case .compressed: keep(clamped(range.lowerBound, 16))
    case .smb1: redactSMB1(range)
    default: break
    }
  }

  /// 2.2.41; several may follow each other.
  private mutating func redactEncrypted(_ range: Range<Int>) {
    var start = range.lowerBound
    while let size = u32le(start + 36), start + 52 <= range.upperBound {
      keep(start..<(start + 52))
      hide(clamped(start + 4, 16))
      start += 52 + size
    }
  }

  private mutating func redactCompound(_ range: Range<Int>) {
    var start = range.lowerBound
    // Of a header that is cut everything but the signature.
    if range.count < Self.headerLength { return keep(range.prefix(48).indices) }
    while let next = u32le(start + 20), start + Self.headerLength <= range.upperBound {
      let end = next >= Self.headerLength ? min(start + next, range.upperBound) : range.upperBound
      redactMessage(start..<end)
      guard next >= Self.headerLength else { return }
      start += next
    }
  }

  private mutating func redactMessage(_ range: Range<Int>) {
    let start = range.lowerBound
    let body = start + Self.headerLength
    keep(start..<body)
    hide(clamped(start + 48, 16))
    guard let command = u16le(start + 12), let status = u32le(start + 8), let flags = u32le(start + 16),
      let structureSize = u16le(body)
    else { return }
    let isResponse = flags & 1 != 0
    // StructureSize counts one byte of what follows the fixed part, of which the longest is that of a CREATE response.
    keep(clamped(body, min(structureSize & ~1, 88), to: range.upperBound))
    // A refused logon may come with a token too.
    if isResponse, structureSize == 9, status != 0, command != SMB2Command.sessionSetup.rawValue {
      return redactError(body: body, end: range.upperBound)
    }
    switch (SMB2Command(rawValue: UInt16(command)), isResponse) {
    case (.negotiate, false): redactNegotiateRequest(range)
    case (.negotiate, true): redactNegotiateResponse(range)
    case (.sessionSetup, false): redactToken(in: range, offset: u16le(body + 12), count: u16le(body + 14))
    case (.sessionSetup, true): redactToken(in: range, offset: u16le(body + 4), count: u16le(body + 6))
    case (.treeConnect, false): rename(part(of: range, offset: u16le(body + 4), count: u16le(body + 6)), .utf16)
    case (.ioctl, false): redactControl(part(of: range, offset: u32le(body + 24), count: u32le(body + 28)), body: body, isResponse)
    case (.ioctl, true): redactControl(part(of: range, offset: u32le(body + 32), count: u32le(body + 36)), body: body, isResponse)
    default: break
    }
  }

  /// Offsets count from the header of the message.
  private func part(of range: Range<Int>, offset: Int?, count: Int?) -> Range<Int> {
    guard let offset, let count, offset >= Self.headerLength else { return 0..<0 }
    return clamped(range.lowerBound + offset, count, to: range.upperBound)
  }

  private mutating func redactToken(in range: Range<Int>, offset: Int?, count: Int?) {
    redactSecurityToken(part(of: range, offset: offset, count: count))
  }

  /// 2.2.2: error contexts keep what they are; of their data the first bytes, in which numbers stand.
  private mutating func redactError(body: Int, end: Int) {
    guard let contexts = u8(body + 2), let count = u32le(body + 4) else { return }
    guard contexts > 0 else { return keep(clamped(body + 8, min(count, 4), to: end)) }
    var offset = body + 8
    for _ in 0..<contexts {
      guard let length = u32le(offset), offset < end else { return }
      keep(clamped(offset, 8 + min(length, 2), to: end))
      offset = body + 8 + ((offset - body - 8 + 8 + length + 7) & ~7)
    }
  }

  private mutating func redactNegotiateRequest(_ range: Range<Int>) {
    let body = range.lowerBound + Self.headerLength
    hide(clamped(body + 12, 16, to: range.upperBound))
    guard let dialects = u16le(body + 2) else { return }
    keep(clamped(body + 36, 2 * dialects, to: range.upperBound))
    let has311 = (0..<dialects).contains { u16le(body + 36 + 2 * $0) == 0x0311 }
    if has311 { redactContexts(in: range, offset: u32le(body + 28), count: u16le(body + 32)) }
  }

  private mutating func redactNegotiateResponse(_ range: Range<Int>) {
    let body = range.lowerBound + Self.headerLength
    hide(clamped(body + 8, 16, to: range.upperBound))
    redactToken(in: range, offset: u16le(body + 56), count: u16le(body + 58))
    if u16le(body + 4) == 0x0311 { redactContexts(in: range, offset: u32le(body + 60), count: u16le(body + 6)) }
  }

  /// 2.2.3.1: type 2, length 2, reserved 4, data; each on an 8-byte boundary.
  private mutating func redactContexts(in range: Range<Int>, offset: Int?, count: Int?) {
    guard let offset, let count else { return }
    var position = range.lowerBound + offset
    for index in 0..<count {
      if index > 0 { position = range.lowerBound + ((position - range.lowerBound + 7) & ~7) }
      guard let type = u16le(position), let length = u16le(position + 2), position < range.upperBound else { return }
      keep(clamped(position, 8, to: range.upperBound))
      let data = clamped(position + 8, length, to: range.upperBound)
      switch type {
      case 1:
        let list = min(data.count, 4 + 2 * (u16le(data.lowerBound) ?? 0))
        keep(data.prefix(list).indices)
        hide(data.dropFirst(list).indices)
      case 5: rename(data, .utf16)
      case 2, 3, 6, 7, 8: keep(data)
      default: break
      }
      position += 8 + length
    }
  }

  // MARK: IOCTL

  private mutating func redactControl(_ data: Range<Int>, body: Int, _ isResponse: Bool) {
    guard let code = u32le(body + 4), !data.isEmpty else { return }
    let start = data.lowerBound
    switch (SMB2ControlCode(rawValue: UInt32(code)), isResponse) {
    // 2.2.31.4, 2.2.32.6: the GUID at 4 is that of NEGOTIATE.
    case (.validateNegotiateInfo, _):
      keep(data)
      hide(clamped(start + 4, 16, to: data.upperBound))
    // MS-DFSC 2.2.2, 2.2.3
    case (.dfsGetReferrals, false):
      keep(data.prefix(2).indices)
      rename(data.dropFirst(2).indices, .utf16)
    case (.dfsGetReferralsExtended, false):
      keep(data.prefix(10).indices)
      rename(data.dropFirst(10).indices, .utf16)
    case (.dfsGetReferrals, true), (.dfsGetReferralsExtended, true): redactReferrals(data)
    default: break
    }
  }

  /// MS-DFSC 2.2.4: PathConsumed, NumberOfReferrals, flags; entries; behind them the names they point to.
  private mutating func redactReferrals(_ data: Range<Int>) {
    keep(data.prefix(8).indices)
    var offset = data.lowerBound + 8
    for _ in 0..<min(u16le(data.lowerBound + 2) ?? 0, DFSReferral.targetLimit) {
      guard let version = u16le(offset), let size = u16le(offset + 2), size >= 8 else { break }
      let fixed = version == 1 ? 8 : version == 2 ? 22 : 34
      keep(clamped(offset, min(fixed, size), to: data.upperBound))
      rename(clamped(offset + fixed, size - fixed, to: data.upperBound), .utf16)
      offset += size
    }
    rename(clamped(offset, data.upperBound - offset, to: data.upperBound), .utf16)
  }
}
