extension Tunnel {
  /// GRE: RFC 2784 2 with the key and sequence number of RFC 2890, and PPTP's version 1 (RFC 2637 4.1). Big-endian.
  static func gre(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> LinkHeader? {
    let flags = try frame.u16be(at: start)
    let type = try frame.u16be(at: start + 2)
    let hasSequence = flags & 0x1000 != 0
    // RFC 1701's routing field is obsolete and of no known length.
    guard flags & 0x4000 == 0 else { return nil }
    var offset = start + 4
    if flags & 0x8000 != 0 { offset += 4 }  // checksum
    if flags & 0x2000 != 0 { offset += 4 }  // key
    if hasSequence { offset += 4 }
    switch flags & 0x0007 {
    case 0: break
    case 1:
      if flags & 0x0080 != 0 { offset += 4 }  // acknowledgment
      guard type == EtherType.ppp else { return nil }
    default: return nil
    }
    switch type {
    case EtherType.erspan: return try HeaderWalk.findIP(frame, from: .ethernet, at: hasSequence ? offset + 8 : offset)
    case EtherType.erspanIII: return try erspanIII(frame, at: offset)
    default: return try HeaderWalk.findIP(frame, from: .payload(type), at: offset)
    }
  }

  /// ERSPAN type III: a header of 12 bytes, and 8 more when its last bit says so (draft-foschiano-erspan-03 4.3).
  private static func erspanIII(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    let flags = try frame.u16be(at: offset + 10)
    let hasSubheader = flags & 1 != 0
    let start = offset + (hasSubheader ? 20 : 12)
    // The frame type: 0 is Ethernet, 2 is IP.
    switch flags >> 10 & 0x1f {
    case 0: return try HeaderWalk.findIP(frame, from: .ethernet, at: start)
    case 2: return LinkHeader(payloadOffset: start)
    default: return nil
    }
  }
}
