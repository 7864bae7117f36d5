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
    // What is behind the header cannot be changed without changing its length.
    case .compressed: redact(SMB2Layout.compressionHeader, at: range.lowerBound, in: range)
    case .smb1: redactSMB1(range)
    default: break
    }
  }

  /// 2.2.41; several may follow each other.
  private mutating func redactEncrypted(_ range: Range<Int>) {
    var start = range.lowerBound
    while let size = u32le(start + 36), start + 52 <= range.upperBound {
      redact(SMB2Layout.transformHeader, at: start, in: range)
      start += 52 + size
    }
  }

  private mutating func redactCompound(_ range: Range<Int>) {
    var start = range.lowerBound
    if range.count < Self.headerLength { return redact(SMB2Layout.header, at: start, in: range) }
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
    redact(SMB2Layout.header, at: start, in: range)
    guard let number = u16le(start + 12), let status = u32le(start + 8), let flags = u32le(start + 16),
      let structureSize = u16le(body)
    else { return }
    let command = SMB2Command(rawValue: UInt16(number))
    let isResponse = flags & 1 != 0
    // A refused logon may come with a token too.
    if isResponse, structureSize == 9, status != 0, command != .sessionSetup {
      return redactError(body: body, status: NTStatus(rawValue: UInt32(status)), end: range.upperBound)
    }
    guard let layout = SMB2Layout.body(of: command, isResponse: isResponse, structureSize: structureSize) else {
      // Of what is no structure, the number that says so.
      return keep(clamped(body, 2, to: range.upperBound))
    }
    redact(layout, at: body, in: range)
    switch (command, isResponse) {
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

  /// 2.2.2: error contexts keep what they are, and the number that some of them are about.
  private mutating func redactError(body: Int, status: NTStatus, end: Int) {
    redact(SMB2Layout.error, at: body, in: body..<end)
    guard let contexts = u8(body + 2), let count = u32le(body + 4) else { return }
    guard contexts > 0 else { return keepNumber(at: body + 8, count: count, status, end: end) }
    var offset = body + 8
    for _ in 0..<contexts {
      guard let length = u32le(offset), offset < end else { return }
      keep(clamped(offset, 8, to: end))
      keepNumber(at: offset + 8, count: length, status, end: end)
      offset = body + 8 + ((offset - body - 8 + 8 + length + 7) & ~7)
    }
  }

  /// 2.2.2.2: the length that would do, the length of what a link leads to, a dialect.
  private mutating func keepNumber(at offset: Int, count: Int, _ status: NTStatus, end: Int) {
    switch status.rawValue {
    // STATUS_BUFFER_TOO_SMALL, STATUS_STOPPED_ON_SYMLINK
    case 0xc000_0023, 0x8000_002d: keep(clamped(offset, min(count, 4), to: end))
    case NTStatus.badClusterDialect.rawValue: keep(clamped(offset, min(count, 2), to: end))
    default: break
    }
  }

  private mutating func redactNegotiateRequest(_ range: Range<Int>) {
    let body = range.lowerBound + Self.headerLength
    guard let dialects = u16le(body + 2) else { return }
    keep(clamped(body + 36, 2 * dialects, to: range.upperBound))
    let has311 = (0..<dialects).contains { u16le(body + 36 + 2 * $0) == 0x0311 }
    if has311 { redactContexts(in: range, offset: u32le(body + 28), count: u16le(body + 32)) }
  }

  private mutating func redactNegotiateResponse(_ range: Range<Int>) {
    let body = range.lowerBound + Self.headerLength
    redactToken(in: range, offset: u16le(body + 56), count: u16le(body + 58))
    if u16le(body + 4) == 0x0311 { redactContexts(in: range, offset: u32le(body + 60), count: u16le(body + 6)) }
  }

  /// 2.2.3.1: type 2, length 2, reserved 4, data; each on an 8-byte boundary.
  private mutating func redactContexts(in range: Range<Int>, offset: Int?, count: Int?) {
    // One that lies before its message leads to what other fields describe.
    guard let offset, let count, offset >= Self.headerLength else { return }
    var position = range.lowerBound + offset
    for index in 0..<count {
      if index > 0 { position = range.lowerBound + ((position - range.lowerBound + 7) & ~7) }
      guard let type = u16le(position), let length = u16le(position + 2), position < range.upperBound else { return }
      keep(clamped(position, 4, to: range.upperBound))
      redactContext(type, clamped(position + 8, length, to: range.upperBound))
      position += 8 + length
    }
  }

  private mutating func redactContext(_ type: Int, _ data: Range<Int>) {
    /// A count and, from an offset on, as many numbers.
    func numbers(from start: Int) -> Range<Int> { clamped(data.lowerBound + start, 2 * (u16le(data.lowerBound) ?? 0), to: data.upperBound) }
    switch type {
    // The list, and a salt.
    case 1:
      keep(data.prefix(4).indices)
      let list = numbers(from: 4)
      keep(list)
      hide(data.dropFirst(4 + list.count).indices)
    case 5: rename(data, .utf16)
    case 2, 8:
      keep(data.prefix(2).indices)
      keep(numbers(from: 2))
    // Counts, padding, flags, the list.
    case 3:
      keep(data.prefix(2).indices)
      keep(data.dropFirst(4).prefix(4).indices)
      keep(numbers(from: 8))
    case 6: keep(data.prefix(4).indices)
    case 7:
      keep(data.prefix(2).indices)
      keep(numbers(from: 8))
    default: break
    }
  }

  // MARK: IOCTL

  private mutating func redactControl(_ data: Range<Int>, body: Int, _ isResponse: Bool) {
    guard let code = u32le(body + 4), !data.isEmpty else { return }
    let start = data.lowerBound
    switch (SMB2ControlCode(rawValue: UInt32(code)), isResponse) {
    case (.validateNegotiateInfo, false):
      redact(SMB2Layout.validateNegotiateRequest, at: start, in: data)
      keep(clamped(start + 24, 2 * (u16le(start + 22) ?? 0), to: data.upperBound))
    case (.validateNegotiateInfo, true): redact(SMB2Layout.validateNegotiateResponse, at: start, in: data)
    // MS-DFSC 2.2.2, 2.2.3
    case (.dfsGetReferrals, false):
      keep(data.prefix(2).indices)
      rename(data.dropFirst(2).indices, .utf16)
    case (.dfsGetReferralsExtended, false):
      keep(data.prefix(10).indices)
      let name = clamped(start + 10, u16le(start + 8) ?? 0, to: data.upperBound)
      rename(name, .utf16)
      // The name of a site, with its length.
      let site = name.upperBound
      guard !name.isEmpty, let count = u16le(site), site + 2 <= data.upperBound else { return }
      keep(site..<(site + 2))
      rename(clamped(site + 2, count, to: data.upperBound), .utf16)
    case (.dfsGetReferrals, true), (.dfsGetReferralsExtended, true): redactReferrals(data)
    case (.queryNetworkInterfaceInfo, true): redactInterfaces(data)
    default: break
    }
  }

  /// 2.2.32.5: what describes an interface, and the family of its address, the port and the address.
  private mutating func redactInterfaces(_ data: Range<Int>) {
    var offset = data.lowerBound
    for _ in 0..<SMB2NetworkInterfaces.limit {
      let address = offset + SMB2NetworkInterfaces.addressOffset
      guard let next = u32le(offset), let family = u16le(address) else { break }
      keep(clamped(offset, SMB2NetworkInterfaces.addressOffset + 2, to: data.upperBound))
      if family == SMB2NetworkInterfaces.ipv4Family { replaceAddress(at: address + 4) }
      if family == SMB2NetworkInterfaces.ipv6Family { replaceAddress6(at: address + 8) }
      guard next > SMB2NetworkInterfaces.addressOffset, offset + next < data.upperBound else { break }
      offset += next
    }
  }

  /// MS-DFSC 2.2.4: PathConsumed, NumberOfReferrals, flags; entries; behind them the names they point to.
  private mutating func redactReferrals(_ data: Range<Int>) {
    keep(data.prefix(8).indices)
    var offset = data.lowerBound + 8
    for _ in 0..<min(u16le(data.lowerBound + 2) ?? 0, DFSReferral.targetLimit) {
      guard let version = u16le(offset), let size = u16le(offset + 2), size >= 8 else { break }
      let entry = SMB2Layout.referral(version: version)
      let fixed = min(entry.length, size)
      redact(entry, at: offset, in: clamped(offset, fixed, to: data.upperBound))
      rename(clamped(offset + fixed, size - fixed, to: data.upperBound), .utf16)
      offset += size
    }
    rename(clamped(offset, data.upperBound - offset, to: data.upperBound), .utf16)
  }
}
