/// Finds the IP header of a frame that has more before it than Ethernet and VLAN tags: one header after the other.
struct HeaderWalk {
  /// What the next bytes are.
  enum Layer {
    case ethernet
    /// What this EtherType says.
    case payload(UInt16)
    /// IEEE 802.2 LLC, with SNAP behind it.
    case llc
    /// A PPP protocol field: RFC 1661 2.
    case ppp
    case mpls
    /// IPv4 or IPv6, as the version says.
    case ip
    case arp
    case none
  }

  /// More headers than any network uses.
  static let maximumHeaders = 16

  private(set) var offset: Int
  /// Source hardware address in the low 48 bits; 0 when no header had one.
  private(set) var source: UInt64
  private var layer: Layer
  /// What the headers contain. Only redaction asks for it.
  private var description: LinkDescription?

  init(_ layer: Layer, at offset: Int, source: UInt64 = 0) {
    self.layer = layer
    self.offset = offset
    self.source = source
  }

  /// The fields of the headers up to IP, or up to where a header is not known or cut.
  static func describe(_ frame: borrowing ByteView, from layer: Layer, at offset: Int, into known: LinkDescription) -> LinkDescription {
    var walk = Self(layer, at: offset)
    walk.description = known
    for _ in 0..<maximumHeaders {
      if case .ip = walk.layer {
        walk.description?.payloadOffset = walk.offset
        break
      }
      if walk.isAtEnd { break }
      guard (try? walk.step(frame)) != nil else { break }
    }
    return walk.description ?? known
  }

  /// The next bytes are described, and passed.
  private mutating func pass(_ count: Int) {
    description?.harmless.append(offset..<(offset + count))
    offset += count
  }

  /// - Throws: ``DecodeError`` when a header is cut.
  /// - Returns: nil when there is neither IP nor ARP.
  static func findIP(
    _ frame: borrowing ByteView, from layer: Layer, at offset: Int, source: UInt64 = 0
  ) throws(DecodeError) -> LinkHeader? {
    var walk = Self(layer, at: offset, source: source)
    for _ in 0..<maximumHeaders {
      switch walk.layer {
      case .ip: return LinkHeader(payloadOffset: walk.offset, source: walk.source)
      case .arp: return LinkHeader(payloadOffset: walk.offset, source: walk.source, isARP: true)
      case .none: return nil
      default: break
      }
      try walk.step(frame)
    }
    return nil
  }

  private mutating func step(_ frame: borrowing ByteView) throws(DecodeError) {
    switch layer {
    case .ethernet:
      source = UInt64(try frame.u16be(at: offset + 6)) << 32 | UInt64(try frame.u32be(at: offset + 8))
      description?.hardware += [offset, offset + 6]
      offset += 12
      layer = try etherType(frame)
    case .payload(let type): try enter(type, frame)
    case .llc: try enterLLC(frame)
    case .ppp: try enterPPP(frame)
    case .mpls: try enterMPLS(frame)
    case .ip, .arp, .none: break
    }
  }

  private var isAtEnd: Bool {
    switch layer {
    case .arp, .none: true
    default: false
    }
  }

  /// The 2-byte type at the offset, which moves behind it.
  private mutating func etherType(_ frame: borrowing ByteView) throws(DecodeError) -> Layer {
    let type = try frame.u16be(at: offset)
    pass(2)
    return type <= EtherType.maximumLength ? .llc : .payload(type)
  }

  private mutating func enter(_ type: UInt16, _ frame: borrowing ByteView) throws(DecodeError) {
    switch type {
    case EtherType.ipv4, EtherType.ipv6: layer = .ip
    case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldServiceVLAN:
      pass(2)
      layer = try etherType(frame)
    case EtherType.mpls, EtherType.mplsMulticast: layer = .mpls
    case EtherType.pppoe:
      // RFC 2516 4: version and type, code (0 is data), session, length.
      guard try frame.u16be(at: offset) == 0x1100 else { return layer = .none }
      pass(6)
      layer = .ppp
    case EtherType.ppp: layer = .ppp
    case EtherType.transparentEthernet: layer = .ethernet
    case EtherType.macsec: try enterMACsec(frame)
    case EtherType.arp:
      describeARP(frame)
      layer = .arp
    default: layer = .none
    }
  }

  /// RFC 826: kinds and lengths of addresses, and the operation; then the addresses of sender and target.
  private mutating func describeARP(_ frame: borrowing ByteView) {
    description?.harmless.append(offset..<(offset + 8))
    guard (try? frame.u32be(at: offset + 2)) == 0x0800_0604, offset + 28 <= frame.count else { return }
    description?.hardware += [offset + 8, offset + 18]
    description?.addresses += [offset + 14, offset + 24]
  }

  /// IEEE 802.1AE 9.3: TCI and AN 1, short length 1, packet number 4, and the channel's identifier 8 if the TCI says so.
  private mutating func enterMACsec(_ frame: borrowing ByteView) throws(DecodeError) {
    let control = try frame.u8(at: offset)
    let (isEncrypted, hasChannel) = (control & 0x08 != 0, control & 0x20 != 0)
    guard !isEncrypted else { return layer = .none }
    pass(6)
    if hasChannel {
      // A hardware address and a port.
      description?.hardware.append(offset)
      offset += 6
      pass(2)
    }
    layer = try etherType(frame)
  }

  /// IEEE 802.2 3.2 and RFC 1042: `AA AA 03`, a 3-byte organisation (0 for EtherTypes) and the type.
  private mutating func enterLLC(_ frame: borrowing ByteView) throws(DecodeError) {
    guard try frame.u16be(at: offset) == 0xaaaa, try frame.u8(at: offset + 2) == 0x03 else { return layer = .none }
    let organisation = try frame.u32be(at: offset + 2) & 0x00ff_ffff
    let type = try frame.u16be(at: offset + 6)
    pass(8)
    layer = organisation == 0 ? .payload(type) : .none
  }

  /// RFC 1661 2 and 6.5: the protocol, of which a first byte of 0 may be left out; RFC 1662 3.1: `FF 03` before it.
  private mutating func enterPPP(_ frame: borrowing ByteView) throws(DecodeError) {
    if try frame.u8(at: offset) == 0xff, try frame.u8(at: offset + 1) == 0x03 { pass(2) }
    let isCompressed = try frame.u8(at: offset) & 1 != 0
    let number = isCompressed ? UInt16(try frame.u8(at: offset)) : try frame.u16be(at: offset)
    pass(isCompressed ? 1 : 2)
    layer =
      switch number {
      case 0x0021, 0x0057: .ip
      case 0x0281: .mpls
      default: .none
      }
  }

  /// RFC 3032 2.1: labels of 4 bytes up to the bottom of the stack; nothing says what follows, so its first nibble does
  /// (RFC 4928 3): 4 and 6 are IP, 0 is a pseudowire's control word before Ethernet (RFC 4448).
  private mutating func enterMPLS(_ frame: borrowing ByteView) throws(DecodeError) {
    for _ in 0..<Self.maximumHeaders {
      let isBottom = try frame.u8(at: offset + 2) & 1 != 0
      pass(4)
      guard isBottom else { continue }
      switch try frame.u8(at: offset) >> 4 {
      case 4, 6: layer = .ip
      case 0:
        pass(4)
        layer = .ethernet
      default: layer = .ethernet
      }
      return
    }
    layer = .none
  }
}
