import Packets

/// Headers of links, IP and transports. Checksums that were right are right again, those that were wrong stay wrong.
extension RedactedBytes {
  // MARK: Links

  mutating func redactLink(_ description: LinkDescription) {
    for range in description.harmless { keep(range) }
    for offset in description.hardware { replaceHardware(at: offset) }
    for offset in description.addresses { replaceAddress(at: offset) }
  }

  private mutating func replaceHardware(at offset: Int) {
    guard let high = u16be(offset), let low = u32be(offset + 2) else { return }
    replace(pseudonyms.hardware(UInt64(high) << 32 | UInt64(low)).bigEndianBytes.suffix(6), at: offset)
  }

  // MARK: IP

  /// - Parameter end: up to which extension headers stay.
  mutating func redactIP(at offset: Int, headersTo end: Int) {
    switch u8(offset).map({ $0 >> 4 }) {
    case 4:
      keep(clamped(offset, 12))
      for address in [12, 16] { replaceAddress(at: offset + address) }
      let header = clamped(offset, (u8(offset).map { $0 & 0x0f } ?? 5) * 4)
      // Options may hold addresses; zeros end the list.
      settleChecksum(at: offset + 10, of: header)
    case 6:
      keep(clamped(offset, 8))
      for address in [8, 24] { replaceAddress6(at: offset + address) }
      redactExtensions(u8(offset + 6) ?? 59, clamped(offset + 40, end - offset - 40))
    default: break
    }
  }

  /// RFC 8200 4: each begins with the number of the next and its own length, in 8 bytes behind the first.
  private mutating func redactExtensions(_ first: Int, _ range: Range<Int>) {
    var (number, offset) = (first, range.lowerBound)
    while range.contains(offset), let next = u8(offset), let size = u8(offset + 1) {
      let length: Int
      switch number {
      case 0, 60:
        length = (size + 1) * 8
        keep(clamped(offset, 2, to: range.upperBound))
        redactIPOptions(clamped(offset + 2, length - 2, to: range.upperBound))
      case 43:
        length = (size + 1) * 8
        keep(clamped(offset, 4, to: range.upperBound))
        redactRoute(clamped(offset, length, to: range.upperBound))
      // A fragment's place, and what identifies it.
      case 44:
        length = 8
        keep(clamped(offset, 8, to: range.upperBound))
      // RFC 4302 2: what authenticates is a proof.
      case 51:
        length = (size + 2) * 4
        keep(clamped(offset, 2, to: range.upperBound))
      default: return
      }
      (number, offset) = (next, offset + length)
    }
  }

  /// RFC 8200 4.2: kinds and lengths stay, and what is in those that concern routers. A home address is one: RFC 6275 6.3.
  private mutating func redactIPOptions(_ range: Range<Int>) {
    var offset = range.lowerBound
    while range.contains(offset), let kind = u8(offset) {
      keep(offset..<(offset + 1))
      guard kind != 0 else {
        offset += 1
        continue
      }
      guard let length = u8(offset + 1) else { return }
      keep(clamped(offset, 2, to: range.upperBound))
      let value = clamped(offset + 2, length, to: range.upperBound)
      switch (kind, value.count) {
      case (0xc9, 16): replaceAddress6(at: value.lowerBound)
      // Router alert, jumbo payload, tunnel encapsulation limit.
      case (0x05, 2), (0xc2, 4), (0x04, 1): keep(value)
      default: break
      }
      offset += 2 + length
    }
  }

  /// Lists of addresses: RFC 2460 4.4, RFC 6275 6.4, RFC 8754 2. Other routes stay zero.
  private mutating func redactRoute(_ range: Range<Int>) {
    guard let type = u8(range.lowerBound + 2), [0, 2, 4].contains(type) else { return }
    for address in stride(from: range.lowerBound + 8, through: range.upperBound - 16, by: 16) { replaceAddress6(at: address) }
  }

  func isTransport(_ number: Int, ofPacketAt offset: Int) -> Bool {
    u8(offset).map { $0 >> 4 == 4 ? u8(offset + 9) : u8(offset + 6) } == number
  }

  /// What IP adds to the checksums of what it carries: RFC 9293 3.1, RFC 8200 8.1.
  private func pseudoHeader(_ bytes: [UInt8], ipAt offset: Int, transport: Int, length: Int) -> Checksum {
    var sum = Checksum()
    guard offset + 40 <= bytes.count || offset + 20 <= bytes.count && bytes[offset] >> 4 == 4 else { return sum }
    let isVersion4 = bytes[offset] >> 4 == 4
    let addresses = isVersion4 ? offset + 12..<offset + 20 : offset + 8..<offset + 40
    sum.add(ByteView(bytes[addresses].span))
    sum.add(UInt64(transport))
    sum.add(UInt64(length))
    return sum
  }

  // MARK: Transports

  mutating func redactTransport(_ packet: Packet, headerLength: Int, content: [UInt8]) {
    let start = packet.payloadOffset - headerLength
    put(content, at: packet.payloadOffset)
    let segment = clamped(start, headerLength + packet.payloadLength)
    let isWhole = segment.count == headerLength + packet.payloadLength
    switch packet.transport {
    case .tcp:
      keep(clamped(start, 20, to: packet.payloadOffset))
      redactOptions(clamped(start + 20, headerLength - 20))
      settle(at: start + 16, of: segment, ip: packet.ipOffset, transport: 6, isWhole)
    case .udp:
      keep(clamped(start, 8))
      if u16be(start + 6) != 0 { settle(at: start + 6, of: segment, ip: packet.ipOffset, transport: 17, isWhole) }
    }
  }

  /// Options of devices on the path hold their addresses; they keep their kinds and lengths.
  private mutating func redactOptions(_ range: Range<Int>) {
    var offset = range.lowerBound
    while let kind = u8(offset), range.contains(offset) {
      keep(offset..<(offset + 1))
      // What is behind the end of the options belongs to none: RFC 9293 3.2.
      if kind == 0 { return }
      guard kind > 1 else {
        offset += 1
        continue
      }
      guard let length = u8(offset + 1), length >= 2 else { return }
      // RFC 9293 3.2, RFC 7323, RFC 2018, each of the length it must have.
      let isKnown: Bool =
        switch (kind, length) {
        case (2, 4), (3, 3), (4, 2), (5, 10), (5, 18), (5, 26), (5, 34), (8, 10): true
        default: false
        }
      keep(clamped(offset, isKnown ? length : 2, to: range.upperBound))
      offset += length
    }
  }

  /// The error, and as much of the packet as identifies it.
  mutating func redactICMP(at offset: Int) {
    let isVersion6 = u8(offset).map { $0 >> 4 } == 6
    let message = isVersion6 ? offset + 40 : offset + (u8(offset).map { ($0 & 0x0f) * 4 } ?? 20)
    redactIP(at: offset, headersTo: message)
    // Type, code, checksum; the next hop's MTU.
    keep(clamped(message, 4))
    if isVersion6, u8(message) == 2 { keep(clamped(message + 4, 4)) }
    if !isVersion6, u8(message + 1) == 4 { keep(clamped(message + 6, 2)) }
    let quoted = message + 8
    let transport = u8(quoted).map { $0 >> 4 == 6 ? quoted + 40 : quoted + ($0 & 0x0f) * 4 } ?? quoted
    redactIP(at: quoted, headersTo: transport)
    redactQuoted(at: transport, ofPacketAt: quoted)
    let length = isVersion6 ? u16be(offset + 4) : u16be(offset + 2).map { $0 - (message - offset) }
    guard let length, length >= 8 else { return }
    let whole = clamped(message, length)
    if isVersion6 {
      settle(at: message + 2, of: whole, ip: offset, transport: 58, whole.count == length)
    } else {
      settleChecksum(at: message + 2, of: whole)
    }
  }

  /// RFC 792: at least 64 bits of it; many hosts quote more, of which a TCP header reveals nothing but its
  /// checksum, which is the sum of the addresses and the content. It is right of what is written, or zero.
  private mutating func redactQuoted(at transport: Int, ofPacketAt packet: Int) {
    let isVersion4 = u8(packet).map { $0 >> 4 == 4 } ?? false
    let isVersion6 = u8(packet).map { $0 >> 4 == 6 } ?? false
    guard transport - packet >= (isVersion6 ? 40 : 20), isVersion4 || isVersion6 else { return }
    let fragment = isVersion4 ? u16be(packet + 6) ?? 0 : 0
    // Behind the first fragment there is content.
    guard fragment & 0x1fff == 0 else { return }
    let length = isVersion4 ? u16be(packet + 2).map { $0 - (transport - packet) } : u16be(packet + 4)
    let segment = clamped(transport, length ?? 0)
    let isWhole = segment.count == length && fragment & 0x2000 == 0
    if isTransport(6, ofPacketAt: packet) {
      keep(clamped(transport, 20))
      if isWhole { redactOptions(clamped(transport + 20, (u8(transport + 12) ?? 0) >> 4 * 4 - 20, to: segment.upperBound)) }
      settle(at: transport + 16, of: segment, ip: packet, transport: 6, isWhole)
    } else if isTransport(17, ofPacketAt: packet) {
      keep(clamped(transport, 8))
      settle(at: transport + 6, of: segment, ip: packet, transport: 17, isWhole)
    }
  }

  // MARK: Checksums

  private mutating func settle(at offset: Int, of segment: Range<Int>, ip: Int, transport: Int, _ isWhole: Bool) {
    guard isWhole, !segment.isEmpty else { return put([0, 0], at: offset) }
    let before = pseudoHeader(original, ipAt: ip, transport: transport, length: segment.count)
    let after = pseudoHeader(result, ipAt: ip, transport: transport, length: segment.count)
    settleChecksum(at: offset, of: segment, before, after)
  }

  private mutating func settleChecksum(
    at offset: Int, of range: Range<Int>, _ before: Checksum = Checksum(), _ after: Checksum = Checksum()
  ) {
    // Zeros: a network card fills it in, or it stays empty.
    guard range.contains(offset), range.contains(offset + 1), u16be(offset) != 0 else { return put([0, 0], at: offset) }
    var (before, after) = (before, after)
    before.add(ByteView(original[range].span))
    put([0, 0], at: offset)
    after.add(ByteView(result[range].span))
    let right = after.value
    let value = before.isRight ? right : right ^ 0x5555
    put([UInt8(value >> 8), UInt8(value & 0xff)], at: offset)
  }
}
