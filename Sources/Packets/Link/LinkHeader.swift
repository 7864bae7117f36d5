/// Where IP or ARP begins in a frame, and who sent the frame on this link.
struct LinkHeader {
  var payloadOffset: Int
  /// Source hardware address in the low 48 bits; 0 when the link has none.
  var source: UInt64 = 0
  /// ARP begins there, not IP.
  var isARP = false

  /// The sender's address of the outer header, unless the inner one has its own.
  func sent(by outer: LinkHeader) -> LinkHeader {
    LinkHeader(payloadOffset: payloadOffset, source: source == 0 ? outer.source : source)
  }

  /// - Throws: ``DecodeError`` when the header is cut.
  /// - Returns: nil when what follows is neither IP nor ARP.
  static func decode(_ frame: borrowing ByteView, linkType: LinkType) throws(DecodeError) -> LinkHeader? {
    switch linkType {
    case .ethernet: try ethernet(frame)
    case .linuxSLL: try cooked(frame)
    case .linuxSLL2: try cookedVersion2(frame)
    case .null, .loop: loopback(frame)
    default: linkType.isRawIP ? LinkHeader(payloadOffset: 0) : try rare(frame, linkType)
    }
  }

  /// Ethernet II (IEEE 802.3 3.2) with any number of VLAN tags (IEEE 802.1Q 9.6).
  @inline(__always)
  private static func ethernet(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    let header = try frame.view(at: 0, count: 14)
    let source = UInt64(try header.u16be(at: 6)) << 32 | UInt64(try header.u32be(at: 8))
    let type = try header.u16be(at: 12)
    // Nearly every frame: no tag.
    if type == EtherType.ipv4 || type == EtherType.ipv6 { return LinkHeader(payloadOffset: 14, source: source) }
    return try network(frame, etherTypeAt: 12, source: source)
  }

  /// Linux cooked capture: packet type 2, ARPHRD 2, address length 2, address 8, protocol 2; big-endian.
  private static func cooked(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    let source = try frame.u16be(at: 4) == 6 ? frame.u64be(at: 6) >> 16 : 0
    return try network(frame, etherTypeAt: 14, source: source)
  }

  /// Linux cooked capture v2: protocol 2, reserved 2, interface 4, ARPHRD 2, packet type 1, address length 1, address 8.
  private static func cookedVersion2(_ frame: borrowing ByteView) throws(DecodeError) -> LinkHeader? {
    let source = try frame.u8(at: 11) == 6 ? frame.u64be(at: 12) >> 16 : 0
    switch try frame.u16be(at: 0) {
    case EtherType.ipv4, EtherType.ipv6: return LinkHeader(payloadOffset: 20, source: source)
    case EtherType.vlan, EtherType.serviceVLAN: return try network(frame, etherTypeAt: 22, source: source)
    case let type: return try HeaderWalk.findIP(frame, from: .payload(type), at: 20, source: source)
    }
  }

  /// The address family differs between systems (IPv6 is 10, 24, 28 or 30), so the IP version decides.
  private static func loopback(_ frame: borrowing ByteView) -> LinkHeader? {
    frame.count > 4 ? LinkHeader(payloadOffset: 4) : nil
  }

  /// Ethernet from its type on.
  static func network(
    _ frame: borrowing ByteView, etherTypeAt start: Int, source: UInt64
  ) throws(DecodeError) -> LinkHeader? {
    var offset = start
    var type = try frame.u16be(at: offset)
    while type == EtherType.vlan || type == EtherType.serviceVLAN || type == EtherType.oldServiceVLAN {
      offset += 4
      type = try frame.u16be(at: offset)
    }
    if type == EtherType.ipv4 || type == EtherType.ipv6 { return LinkHeader(payloadOffset: offset + 2, source: source) }
    let layer: HeaderWalk.Layer = type <= EtherType.maximumLength ? .llc : .payload(type)
    return try HeaderWalk.findIP(frame, from: layer, at: offset + 2, source: source)
  }
}
