extension LinkType {
  /// What a frame looks like in whose capture nobody wrote the link type down.
  ///
  /// - Returns: nil when no IP is found in it.
  package static func guess(_ frame: borrowing ByteView) -> LinkType? {
    if isPlausible(.ethernet, frame) { return .ethernet }
    if isPlausible(.linuxSLL, frame) { return .linuxSLL }
    if isPlausible(.linuxSLL2, frame) { return .linuxSLL2 }
    if isPlausible(.rawIP, frame) { return .rawIP }
    return isPlausible(.null, frame) ? .null : nil
  }

  private static func isPlausible(_ linkType: LinkType, _ frame: borrowing ByteView) -> Bool {
    guard let link = try? LinkHeader.decode(frame, linkType: linkType), let packet = try? frame.view(from: link.payloadOffset),
      let version = try? packet.u8(at: 0)
    else { return false }
    // Short frames are filled up to 60 bytes, and a check sequence may follow.
    let stated = IPHeader.statedLength(packet)
    guard stated.map({ packet.count <= $0 + 50 }) ?? (version >> 4 == 4), let transport = transport(packet) else { return false }
    return knownTransports.contains(transport)
  }

  /// The protocol in an IP header, which has to be one.
  private static func transport(_ packet: borrowing ByteView) -> UInt8? {
    switch (try? packet.u8(at: 0)) ?? 0 {
    case 0x45...0x4f: try? packet.u8(at: 9)
    case 0x60...0x6f: try? packet.u8(at: 6)
    default: nil
    }
  }

  /// ICMP, IGMP, IPv4, TCP, UDP, DCCP, IPv6 and its extension headers, GRE, ESP, AH, OSPF, PIM, IPComp, VRRP, SCTP.
  private static let knownTransports: Set<UInt8> = [0, 1, 2, 4, 6, 17, 33, 41, 43, 44, 47, 50, 51, 58, 59, 60, 89, 103, 108, 112, 132]
}
