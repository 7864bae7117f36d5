/// Packets inside packets: where the inner one begins.
enum Tunnel {
  /// Nested tunnels: mirror ports may wrap a tunnel in another tunnel.
  static let maximumDepth = 4
  /// RFC 4380 2.7.
  static let teredoPort: UInt16 = 3544

  /// What an IP protocol other than TCP and UDP carries.
  ///
  /// - Returns: the inner IP header; nil when there is none.
  static func inside(
    ipProtocol: UInt8, _ frame: borrowing ByteView, at offset: Int
  ) throws(DecodeError) -> LinkHeader? {
    switch ipProtocol {
    case 4, 41: LinkHeader(payloadOffset: offset)  // RFC 2003, RFC 4213
    case 47: try gre(frame, at: offset)
    case 97: try HeaderWalk.findIP(frame, from: .ethernet, at: offset + 2)  // EtherIP, RFC 3378
    case 137: try HeaderWalk.findIP(frame, from: .mpls, at: offset)  // RFC 4023
    default: nil
    }
  }

  /// What a datagram to this port carries.
  static func inside(udpPort: UInt16, _ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    switch udpPort {
    case 4789: try vxlan(frame, at: offset)
    case 4790: try vxlanGPE(frame, at: offset)
    case 6081: try geneve(frame, at: offset)
    case 2152: try gtp(frame, at: offset)
    case teredoPort: try teredo(frame, at: offset)
    case 6635: try HeaderWalk.findIP(frame, from: .mpls, at: offset)  // RFC 7510
    default: nil
    }
  }

  /// Whether an IP header with matching lengths is here. Data on a tunnel's port may be something else.
  static func holdsIP(_ frame: borrowing ByteView, at offset: Int) -> Bool {
    guard let packet = try? frame.view(from: offset), let first = try? packet.u8(at: 0) else { return false }
    switch first >> 4 {
    case 4:
      guard let total = try? packet.u16be(at: 2) else { return false }
      return first & 0x0f >= 5 && Int(total) >= Int(first & 0x0f) * 4
    case 6: return packet.count >= 40
    default: return false
    }
  }
}
