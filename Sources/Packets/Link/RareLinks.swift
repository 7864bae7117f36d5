extension LinkHeader {
  /// Links other than Ethernet and its kin. Layouts as the link-layer header types of tcpdump.org describe them.
  static func rare(_ frame: borrowing ByteView, _ linkType: LinkType) throws(DecodeError) -> LinkHeader? {
    switch linkType {
    case .ppp, .pppSerial: try HeaderWalk.findIP(frame, from: .ppp, at: 0)
    case .pppEther: try HeaderWalk.findIP(frame, from: .payload(EtherType.pppoe), at: 0)
    case .ciscoHDLC: try HeaderWalk.findIP(frame, from: .payload(frame.u16be(at: 2)), at: 4)
    case .frameRelay: try frameRelay(frame, at: 0)
    case .radiotap: try wireless(frame, at: Int(frame.u16le(at: 2)), isPadded: isPadded(frame))
    case .ieee80211: try wireless(frame, at: 0)
    case .avs: try wireless(frame, at: Int(frame.u32be(at: 4)))
    case .prism: try wireless(frame, at: Self.prismLength)
    case .ppi: try encapsulated(frame, header: Int(frame.u16le(at: 2)), type: frame.u32le(at: 4))
    case .packetTap, .userPacketTap: try packetTap(frame)
    case .ipOverInfiniBand: try HeaderWalk.findIP(frame, from: .payload(frame.u16be(at: 40)), at: 44)
    case .nflog: try nflog(frame)
    case .slip: LinkHeader(payloadOffset: 16)  // direction and compressed header
    case .atmRFC1483: try HeaderWalk.findIP(frame, from: .llc, at: 0)
    case .sunATM: try frame.u8(at: 0) & 0x0f == 2 ? HeaderWalk.findIP(frame, from: .llc, at: 4) : nil
    case .fddi: try HeaderWalk.findIP(frame, from: .llc, at: 13)
    case .tokenRing: try tokenRing(frame)
    case .mpls: try HeaderWalk.findIP(frame, from: .mpls, at: 0)
    case .enc: LinkHeader(payloadOffset: 12)  // family, index, flags
    case .pflog: LinkHeader(payloadOffset: (Int(try frame.u8(at: 0)) + 3) & ~3)
    case .netAnalyzer: try HeaderWalk.findIP(frame, from: .ethernet, at: 4)
    case .arcnet: try arcnet(frame, typeAt: 2)
    case .linuxARCnet: try arcnet(frame, typeAt: 4)
    case .multilinkFrameRelay: try multilinkFrameRelay(frame, at: 0)
    case .broadcomTagInFront: try HeaderWalk.findIP(frame, from: .ethernet, at: 4)
    case .broadcomTag, .dsaTag: try tagged(frame, etherTypeAt: 16)
    case .dsaTagWithType: try tagged(frame, etherTypeAt: 20)
    default: linkType.isJuniper ? try juniper(frame, linkType) : nil
    }
  }

  /// RFC 2427 3: an address of 2 bytes or more, whose last has its lowest bit set; control 03; a pad byte perhaps; NLPID.
  static func frameRelay(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> LinkHeader? {
    var offset = start + 1
    for _ in 0..<4 {
      let last = try frame.u8(at: offset - 1)
      if last & 1 == 1 { break }
      offset += 1
    }
    let control = try frame.u8(at: offset)
    if control != 0x03 {
      // Cisco's own encapsulation has an EtherType instead.
      let type = try frame.u16be(at: offset)
      return try HeaderWalk.findIP(frame, from: .payload(type), at: offset + 2)
    }
    offset += 1
    let pad = try frame.u8(at: offset)
    if pad == 0 { offset += 1 }
    let protocolNumber = try frame.u8(at: offset)
    if protocolNumber == 0xcc || protocolNumber == 0x8e { return LinkHeader(payloadOffset: offset + 1) }
    let organisation = try frame.u32be(at: offset) & 0x00ff_ffff
    let type = try frame.u16be(at: offset + 4)
    guard protocolNumber == 0x80, organisation == 0 else { return nil }
    return try HeaderWalk.findIP(frame, from: .payload(type), at: offset + 6)
  }

  /// Radiotap: whether the receiver filled up the header of 802.11 to a multiple of 4 bytes.
  private static func isPadded(_ frame: borrowing ByteView) throws(DecodeError) -> Bool {
    try radiotapFlags(frame) & 0x20 != 0
  }

  /// The same for any link.
  static func isPadded(_ frame: borrowing ByteView, _ linkType: LinkType) throws(DecodeError) -> Bool {
    linkType == .radiotap ? try isPadded(frame) : false
  }

  /// The field Flags; 0 when there is none.
  static func radiotapFlags(_ frame: borrowing ByteView) throws(DecodeError) -> UInt8 {
    let present = try frame.u32le(at: 4)
    var offset = 8
    // Each word of flags may announce another.
    while try frame.u32le(at: offset - 4) >> 31 == 1 { offset += 4 }
    if present & 1 != 0 { offset = (offset + 7) & ~7 + 8 }  // TSFT
    guard present & 2 != 0 else { return 0 }
    return try frame.u8(at: offset)
  }

  /// Where the header of 802.11 begins; nil for other links.
  static func wirelessStart(_ frame: borrowing ByteView, _ linkType: LinkType) throws(DecodeError) -> Int? {
    switch linkType {
    case .ieee80211: 0
    case .radiotap: Int(try frame.u16le(at: 2))
    case .avs: Int(try frame.u32be(at: 4))
    case .prism: Self.prismLength
    default: nil
    }
  }

  /// IEEE 802.11 9.2: a data frame in clear.
  private static func wireless(
    _ frame: borrowing ByteView, at start: Int, isPadded: Bool = false
  ) throws(DecodeError) -> LinkHeader? {
    guard let header = try WirelessHeader(frame, at: start, isPadded: isPadded) else { return nil }
    var offset = header.contents
    if header.isAggregate {
      // Of one packet; `Packet.forEachPart` takes others apart. The check sequence of the frame and padding may follow.
      let length = Int(try frame.u16be(at: offset + 12))
      offset += WirelessHeader.partHeaderSize
      guard frame.count - offset - length < 8 else { return nil }
    }
    return try HeaderWalk.findIP(frame, from: .llc, at: offset, source: header.source)
  }

  private static let prismLength = 144

  /// A header that says the link type of what is behind it.
  private static func encapsulated(
    _ frame: borrowing ByteView, header: Int, type: UInt32
  ) throws(DecodeError) -> LinkHeader? {
    guard let number = Int32(exactly: type), header > 0 else { return nil }
    let inner = LinkType(rawValue: number)
    // These never contain themselves.
    guard inner != .ppi, inner != .packetTap, inner != .userPacketTap else { return nil }
    guard var link = try decode(frame.view(from: header), linkType: inner) else { return nil }
    link.payloadOffset += header
    return link
  }

  /// Apple's tap: header length 4, type of the next 4, link type 4; little-endian.
  private static func packetTap(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    let length = try frame.u32le(at: 0)
    guard try frame.u32le(at: 4) == 1, length >= 12, length < 4096 else { return nil }
    return try encapsulated(frame, header: Int(length), type: frame.u32le(at: 8))
  }

  /// Linux netfilter's log: a 4-byte header, then attributes (length 2, type 2, padded to 4, in the host's byte order).
  private static func nflog(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    var offset = 4
    for _ in 0..<64 {
      let length = Int(try frame.u16le(at: offset))
      let type = try frame.u16le(at: offset + 2) & 0x7fff
      guard length >= 4 else { return nil }
      if type == 9 { return LinkHeader(payloadOffset: offset + 4) }  // NFULA_PAYLOAD: IP
      offset += (length + 3) & ~3
    }
    return nil
  }

  /// IEEE 802.5: access and frame control, two addresses; a source address with its top bit set has a route behind it.
  private static func tokenRing(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    let hasRoute = try frame.u8(at: 8) & 0x80 != 0
    let route = hasRoute ? Int(try frame.u8(at: 14) & 0x1f) : 0
    return try HeaderWalk.findIP(frame, from: .llc, at: 14 + route)
  }

  /// FRF.16.1: begin, end and control 3 bits, sequence 13 bits, and frame relay. A part of a frame is not put together.
  static func multilinkFrameRelay(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> LinkHeader? {
    let isWhole = try frame.u8(at: start) & 0xe0 == 0xc0
    return isWhole ? try frameRelay(frame, at: start + 2) : nil
  }

  /// RFC 1201 2 and RFC 1051: source 1, destination 1 (and two bytes of Linux), type 1; the newer types have a flag 1
  /// and a sequence 2, once more behind FF. A part of a packet is not put together.
  private static func arcnet(_ frame: borrowing ByteView, typeAt: Int) throws(DecodeError) -> LinkHeader? {
    let type = try frame.u8(at: typeAt)
    if type == 0xf0 { return LinkHeader(payloadOffset: typeAt + 1) }
    guard type == 0xd4 || type == 0xc4 else { return nil }
    let isException = try frame.u8(at: typeAt + 1) == 0xff
    let flag = typeAt + (isException ? 5 : 1)
    guard try frame.u8(at: flag) == 0 else { return nil }
    return LinkHeader(payloadOffset: flag + 3)
  }

  /// Ethernet with a tag before its type.
  private static func tagged(_ frame: borrowing ByteView, etherTypeAt offset: Int) throws(DecodeError) -> LinkHeader? {
    let source = UInt64(try frame.u16be(at: 6)) << 32 | UInt64(try frame.u32be(at: 8))
    return try network(frame, etherTypeAt: offset, source: source)
  }
}
