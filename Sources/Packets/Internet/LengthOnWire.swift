extension Packet {
  /// Bytes of a frame on the wire, as its outermost IP header says: for captures that do not say it.
  ///
  /// - Returns: nil without IP, and when the header does not say either.
  package static func lengthOnWire(_ frame: borrowing ByteView, linkType: LinkType) -> Int? {
    guard let link = try? LinkHeader.decode(frame, linkType: linkType), let packet = try? frame.view(from: link.payloadOffset),
      let length = IPHeader.statedLength(packet)
    else { return nil }
    return link.payloadOffset + length
  }
}

extension IPHeader {
  /// Bytes of the packet, header and payload.
  ///
  /// - Returns: nil when this is neither version, or the length is left to the network card.
  static func statedLength(_ packet: borrowing ByteView) -> Int? {
    switch (try? packet.u8(at: 0)).map({ $0 >> 4 }) {
    case 4: (try? packet.u16be(at: 2)).flatMap { $0 == 0 ? nil : Int($0) }
    case 6: (try? packet.u16be(at: 4)).flatMap { $0 == 0 ? nil : 40 + Int($0) }
    default: nil
    }
  }
}
