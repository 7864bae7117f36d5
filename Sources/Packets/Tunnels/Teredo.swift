extension Tunnel {
  /// Teredo: RFC 4380 5.1.1. IPv6 in UDP, with an authentication and an origin indication before it perhaps.
  static func teredo(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> LinkHeader? {
    var offset = start
    if try frame.u16be(at: offset) == 0x0001 {
      let lengths = try frame.u16be(at: offset + 2)  // of the client's identifier and of the authentication value
      offset += 13 + Int(lengths >> 8) + Int(lengths & 0xff)
    }
    if try frame.u16be(at: offset) == 0x0000 { offset += 8 }
    guard try frame.u8(at: offset) >> 4 == 6 else { return nil }
    return LinkHeader(payloadOffset: offset)
  }
}
