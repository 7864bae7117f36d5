extension Tunnel {
  /// GENEVE: RFC 8926 3.4. Version and length of the options (in 4 bytes), the EtherType of what follows; 8 bytes in all.
  static func geneve(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    let first = try frame.u8(at: offset)
    guard first >> 6 == 0 else { return nil }
    let options = Int(first & 0x3f) * 4
    return try HeaderWalk.findIP(frame, from: .payload(frame.u16be(at: offset + 2)), at: offset + 8 + options)
  }
}
