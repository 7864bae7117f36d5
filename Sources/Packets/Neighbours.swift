extension Packet {
  /// Messages of hosts and routers about the path: ARP (RFC 826), ICMP and ICMPv6.
  package static func isOfNeighbours(_ bytes: borrowing ByteView, frame: Frame) -> Bool {
    do throws(DecodeError) {
      guard let link = try LinkHeader.decode(bytes, linkType: frame.linkType) else {
        return frame.linkType == .ethernet ? try isARP(bytes, typeAt: 12) : frame.linkType == .linuxSLL ? try isARP(bytes, typeAt: 14) : false
      }
      let packet = try bytes.view(from: link.payloadOffset)
      guard let ip = try IPHeader.decode(packet, wireLength: packet.count) else { return false }
      return ip.transport == 1 || ip.transport == 58
    } catch {
      return false
    }
  }

  private static func isARP(_ bytes: borrowing ByteView, typeAt start: Int) throws(DecodeError) -> Bool {
    var (offset, type) = (start, try bytes.u16be(at: start))
    while type == EtherType.vlan || type == EtherType.serviceVLAN || type == EtherType.oldServiceVLAN {
      offset += 4
      type = try bytes.u16be(at: offset)
    }
    return type == EtherType.arp
  }
}
