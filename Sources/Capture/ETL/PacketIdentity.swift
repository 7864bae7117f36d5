import Packets

/// What identifies a packet at every place in the network stack: hops, checksums and link headers differ there.
struct PacketIdentity: Hashable {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  /// A TCP segment that opens a connection to a port of SMB.
  private(set) var opensSMB = false

  /// - Returns: nil for what is not IP.
  init?(_ bytes: borrowing ByteView, _ content: MonitoredPacket.Content) {
    guard let start = Self.ipOffset(bytes, content), let ip = try? bytes.view(from: start), let version = try? ip.u8(at: 0) >> 4
    else { return nil }
    do throws(DecodeError) {
      switch version {
      case 4: try read(ip, addresses: 12..<20, protocol: ip.u8(at: 9), payload: Int(ip.u8(at: 0) & 15) * 4, identification: 4..<6)
      case 6: try read(ip, addresses: 8..<40, protocol: ip.u8(at: 6), payload: 40, identification: 4..<6)
      default: return nil
      }
    } catch {
      return nil
    }
  }

  static func == (left: Self, right: Self) -> Bool { left.hash == right.hash }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  /// Behind Ethernet with any number of VLAN tags, or 802.11.
  private static func ipOffset(_ bytes: borrowing ByteView, _ content: MonitoredPacket.Content) -> Int? {
    switch content {
    case .ip: return 0
    case .wireless: return WirelessHeader.payloadOffset(bytes)
    case .unknown: return nil
    case .ethernet:
      var offset = 12
      while let type = try? bytes.u16be(at: offset) {
        if type == 0x0800 || type == 0x86dd { return offset + 2 }
        guard type == 0x8100 || type == 0x88a8 else { return nil }
        offset += 4
      }
      return nil
    }
  }

  private mutating func read(
    _ ip: borrowing ByteView, addresses: Range<Int>, protocol number: UInt8, payload: Int, identification: Range<Int>
  ) throws(DecodeError) {
    try add(ip, addresses)
    guard number == 6 else {
      try add(ip, identification)
      return try add(ip, payload..<min(payload + 8, ip.count))
    }
    // Ports, sequence numbers, flags: a copy that is sent again comes later than the same packet at another place.
    try add(ip, payload..<(payload + 14))
    let port = try ip.u16be(at: payload + 2)
    opensSMB = try ip.u8(at: payload + 13) & 0x12 == 0x02 && (port == 445 || port == 139)
  }

  /// FNV-1a.
  private mutating func add(_ bytes: borrowing ByteView, _ range: Range<Int>) throws(DecodeError) {
    for index in range { hash = (hash ^ UInt64(try bytes.u8(at: index))) &* 0x100_0000_01b3 }
  }
}
