extension Tunnel {
  /// GTP-U: 3GPP TS 29.281 5.1. Version 1, a user's packet (type 255); 4 more bytes when any of three flags is set, and
  /// a chain of extension headers behind them.
  static func gtp(_ frame: borrowing ByteView, at start: Int) throws(DecodeError) -> LinkHeader? {
    let flags = try frame.u8(at: start)
    guard flags >> 5 == 1, flags & 0x10 != 0, try frame.u8(at: start + 1) == 0xff else { return nil }
    var offset = start + 8
    if flags & 0x07 != 0 {
      var next = try frame.u8(at: offset + 3)
      offset += 4
      while next != 0 {
        let length = Int(try frame.u8(at: offset)) * 4
        guard length > 0 else { return nil }
        next = try frame.u8(at: offset + length - 1)
        offset += length
      }
    }
    return LinkHeader(payloadOffset: offset)
  }
}
