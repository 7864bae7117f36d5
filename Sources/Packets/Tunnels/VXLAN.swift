extension Tunnel {
  /// VXLAN: RFC 7348 5. A flag says that the network's identifier is there; Ethernet follows the 8 bytes.
  static func vxlan(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    guard try frame.u8(at: offset) & 0x08 != 0 else { return nil }
    return try HeaderWalk.findIP(frame, from: .ethernet, at: offset + 8)
  }

  /// VXLAN with the next protocol named: draft-ietf-nvo3-vxlan-gpe-13 3.1.
  static func vxlanGPE(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    switch try frame.u8(at: offset + 3) {
    case 1, 2: LinkHeader(payloadOffset: offset + 8)
    case 3: try HeaderWalk.findIP(frame, from: .ethernet, at: offset + 8)
    default: nil
    }
  }
}
