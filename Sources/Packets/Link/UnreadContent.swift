/// Why a frame is unreadable although it may contain SMB.
package enum UnreadContent: Hashable, Sendable, Codable {
  /// IEEE 802.11 with encryption (WEP, WPA).
  case encryptedWireless
  /// Several packets in one frame of 802.11 (A-MSDU).
  case aggregatedWireless
  /// IEEE 802.1AE with encryption.
  case encryptedMACsec
  /// ESP: RFC 4303.
  case ipsec
  /// An encapsulation of whole frames or packets, by EtherType.
  case encapsulation(UInt16)
  /// The same by IP protocol.
  case tunnel(UInt8)
  /// The same in UDP, by port.
  case datagrams(UInt16)

  /// FabricPath, TRILL, provider backbone bridges, NSH, and the tags of VN-Tag, 802.1BR and Cisco's CMD: they carry packets of
  /// hosts, and smbdx does not read them. Other EtherTypes belong to the network itself (ARP, LLDP, spanning tree), unless an
  /// IP packet lies inside.
  private static let encapsulations: Set<UInt16> = [0x8903, 0x22f3, 0x88e7, 0x894f, 0x8926, 0x893f, 0x8909]
  /// Bytes of a tag and of another Ethernet header behind it. smbdx looks for the beginning of IP in these.
  private static let farthestIP = 48
  /// Bytes of an IPv4 header, which is shorter than one of IPv6.
  private static let shortestIP = 20
  /// IPComp, L2TP version 3.
  private static let tunnels: Set<UInt8> = [108, 115]

  /// - Parameter frame: one in which no packet was found.
  /// - Returns: nil for what holds no SMB.
  package init?(_ frame: borrowing ByteView, linkType: LinkType) {
    do throws(DecodeError) {
      if let start = try LinkHeader.wirelessStart(frame, linkType) {
        guard let content = try Self.wireless(frame, at: start) else { return nil }
        self = content
      } else if linkType == .ethernet, let content = try Self.ethernet(frame) {
        self = content
      } else if let link = try LinkHeader.decode(frame, linkType: linkType), let content = try Self.ip(frame, link) {
        self = content
      } else {
        return nil
      }
    } catch {
      return nil
    }
  }

  private static func wireless(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> Self? {
    let (control, flags) = (try frame.u8(at: start), try frame.u8(at: start + 1))
    // Data; of its subtypes those with bit 2 carry none.
    guard control >> 2 & 3 == 2, control >> 4 & 4 == 0 else { return nil }
    // Frames that the recorder decrypted may keep the flag: smbdx reads these.
    if flags & 0x40 != 0, (try? WirelessHeader(frame, at: start, isPadded: false)) == nil { return .encryptedWireless }
    guard control >> 4 & 8 != 0 else { return nil }
    let quality = try frame.u8(at: start + (flags & 3 == 3 ? 30 : 24))
    return quality & 0x80 != 0 ? .aggregatedWireless : nil
  }

  private static func ethernet(_ frame: borrowing ByteView) throws(DecodeError) -> Self? {
    var offset = 12
    var type = try frame.u16be(at: offset)
    while type == EtherType.vlan || type == EtherType.serviceVLAN || type == EtherType.oldServiceVLAN {
      offset += 4
      type = try frame.u16be(at: offset)
    }
    if type == EtherType.macsec, try frame.u8(at: offset + 2) & 0x08 != 0 { return .encryptedMACsec }
    if type == EtherType.ipv4 || type == EtherType.ipv6, let link = try LinkHeader.decode(frame, linkType: .ethernet),
      let content = try ip(frame, link)
    {
      return content
    }
    return encapsulations.contains(type) || holdsIP(frame, from: offset + 2) ? .encapsulation(type) : nil
  }

  /// An IP header with TCP or UDP, of a packet that ends where the frame ends, or before the frame's check sequence.
  private static func holdsIP(_ frame: borrowing ByteView, from start: Int) -> Bool {
    let end = min(start + farthestIP, frame.count - shortestIP)
    for places in stride(from: start, to: max(start, end), by: 8) where (try? mayBeginIP(frame.u64be(at: places))) ?? false {
      for offset in places..<min(places + 8, end) where isPacket(frame, at: offset) { return true }
    }
    return false
  }

  /// Whether one of eight bytes has the version of IP in its upper half: of most frames none has, and each costs little.
  private static func mayBeginIP(_ bytes: UInt64) -> Bool {
    // 4 and 6 differ in one bit. Zero is then where one of them was, and only there a borrow reaches the highest bit first.
    let others = bytes & 0xd0d0_d0d0_d0d0_d0d0 ^ 0x4040_4040_4040_4040
    return (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080 != 0
  }

  private static func isPacket(_ frame: borrowing ByteView, at offset: Int) -> Bool {
    guard let first = try? frame.u8(at: offset), let length = packetLength(frame, at: offset, version: first >> 4) else { return false }
    let rest = frame.count - offset - length
    return rest == 0 || rest == 4
  }

  private static func packetLength(_ frame: borrowing ByteView, at offset: Int, version: UInt8) -> Int? {
    func isTransport(_ number: UInt8?) -> Bool { number == 6 || number == 17 }
    switch version {
    case 4 where isTransport(try? frame.u8(at: offset + 9)): return (try? frame.u16be(at: offset + 2)).map { Int($0) }
    case 6 where isTransport(try? frame.u8(at: offset + 6)): return (try? frame.u16be(at: offset + 4)).map { Int($0) + 40 }
    default: return nil
    }
  }

  private static func ip(_ frame: borrowing ByteView, _ link: LinkHeader) throws(DecodeError) -> Self? {
    let packet = try frame.view(from: link.payloadOffset)
    guard let ip = try IPHeader.decode(packet, wireLength: packet.count), !ip.isFragment else { return nil }
    if ip.transport == 50 { return .ipsec }
    let isTunnel = tunnels.contains(ip.transport) || holdsIP(frame, from: link.payloadOffset + ip.payloadOffset)
    return isTunnel ? .tunnel(ip.transport) : nil
  }
}

// Tunnels in UDP. Their ports may carry something else, so the first bytes have to fit; what keeps a tunnel open carries nothing.
extension UnreadContent {
  /// So many bytes of a datagram decide.
  package static let datagramHead = 16

  /// - Parameter payload: of a datagram in which no packet was found.
  package init?(_ payload: borrowing ByteView, from source: UInt16, to destination: UInt16) {
    for port in [source, destination] where (try? Self.isTunnel(payload, port: port)) ?? false {
      self = port == 4500 ? .ipsec : .datagrams(port)
      return
    }
    return nil
  }

  private static func isTunnel(_ payload: borrowing ByteView, port: UInt16) throws(DecodeError) -> Bool {
    switch port {
    case 4500:  // ESP: RFC 3948 2. Zeros are in front of IKE.
      let (security, number) = (try payload.u32be(at: 0), try payload.u32be(at: 4))
      return security != 0 && number != 0
    case 51820, 41641:  // WireGuard, also of Tailscale: type 4, receiver, counter of 8 bytes.
      let (type, upperCounter) = (try payload.u32le(at: 0), try payload.u32le(at: 12))
      return type == 4 && upperCounter < 1 << 16
    case 1194:  // OpenVPN: P_DATA_V1, P_DATA_V2.
      let code = try payload.u8(at: 0) >> 3
      return code == 6 || code == 9
    case 1701:  // L2TP, data messages: RFC 2661 3.1.
      return try payload.u16be(at: 0) & 0x800f == 2
    case 4341:  // LISP: RFC 9300 5.1.
      let version = try payload.u8(at: 8) >> 4
      return version == 4 || version == 6
    case 5247:  // CAPWAP, data but no keep-alive: RFC 5415 4.3. Encrypted with 1 in front.
      let start = try payload.u32be(at: 0)
      return start >> 24 == 1 || start & 0xff00_0008 == 0
    default: return false
    }
  }
}
