/// The fields that both IP versions have.
struct IPHeader {
  var source: IPAddress
  var destination: IPAddress
  /// IANA protocol number of the payload.
  var transport: UInt8
  /// TTL (IPv4) or hop limit (IPv6).
  var hopLimit: UInt8
  /// DSCP and ECN.
  var trafficClass: UInt8
  /// IPv4 Identification; nil on IPv6.
  var identification: UInt16?
  var payloadOffset: Int
  /// Bytes of payload on the wire.
  var payloadLength: Int
  /// A fragment, first or later: its payload is not a whole segment.
  var isFragment: Bool
  /// A fragment after the first one: it has no transport header.
  var isLaterFragment = false

  /// Reads the header at the start of `packet`.
  ///
  /// - Parameter wireLength: bytes from here to the end of the frame on the wire. It stands in for a total
  ///   length of 0, which a sender's own capture shows when the network card cuts the segments.
  /// - Returns: nil when this is neither version.
  @inline(__always)
  static func decode(_ packet: borrowing ByteView, wireLength: Int) throws(DecodeError) -> IPHeader? {
    switch try packet.u8(at: 0) >> 4 {
    case 4: try version4(packet, wireLength: wireLength)
    case 6: try version6(packet, wireLength: wireLength)
    default: nil
    }
  }

  /// IPv4: RFC 791 3.1. Big-endian.
  @inline(__always)
  private static func version4(_ bytes: borrowing ByteView, wireLength: Int) throws(DecodeError) -> IPHeader? {
    // One check of a known length spares the checks of the single reads.
    let packet = try bytes.view(at: 0, count: 20)
    let headerLength = Int(try packet.u8(at: 0) & 0x0f) * 4
    let totalLength = Int(try packet.u16be(at: 2))
    let fragment = try packet.u16be(at: 6)
    let end = totalLength == 0 ? wireLength : min(totalLength, wireLength)
    guard headerLength >= 20, end >= headerLength else { return nil }
    return IPHeader(
      source: IPAddress(ipv4: try packet.u32be(at: 12)),
      destination: IPAddress(ipv4: try packet.u32be(at: 16)),
      transport: try packet.u8(at: 9),
      hopLimit: try packet.u8(at: 8),
      trafficClass: try packet.u8(at: 1),
      identification: try packet.u16be(at: 4),
      payloadOffset: headerLength,
      payloadLength: end - headerLength,
      isFragment: fragment & 0x3fff != 0,  // More Fragments, or an offset
      isLaterFragment: fragment & 0x1fff != 0)
  }

  /// IPv6: RFC 8200 3, with the extension headers of section 4. Big-endian.
  private static func version6(_ packet: borrowing ByteView, wireLength: Int) throws(DecodeError) -> IPHeader? {
    let payloadLength = Int(try packet.u16be(at: 4))
    let end = payloadLength == 0 ? wireLength : min(40 + payloadLength, wireLength)
    var next = try packet.u8(at: 6)
    var offset = 40
    var (isFragment, isLaterFragment) = (false, false)
    extensions: while true {
      switch next {
      case 0, 43, 60:  // hop-by-hop, routing, destination options: length in 8-byte units, first not counted
        next = try packet.u8(at: offset)
        offset += (Int(try packet.u8(at: offset + 1)) + 1) * 8
      case 44:  // fragment; an "atomic" one (RFC 6946) has offset 0 and no more to come
        next = try packet.u8(at: offset)
        let fragment = try packet.u16be(at: offset + 2)
        isFragment = isFragment || fragment & 0xfff9 != 0
        isLaterFragment = isLaterFragment || fragment & 0xfff8 != 0
        offset += 8
      case 51:  // authentication header (RFC 4302): length in 4-byte units, first two not counted
        next = try packet.u8(at: offset)
        offset += (Int(try packet.u8(at: offset + 1)) + 2) * 4
      default:
        break extensions
      }
    }
    guard end >= offset else { return nil }
    return IPHeader(
      source: IPAddress(high: try packet.u64be(at: 8), low: try packet.u64be(at: 16)),
      destination: IPAddress(high: try packet.u64be(at: 24), low: try packet.u64be(at: 32)),
      transport: next,
      hopLimit: try packet.u8(at: 7),
      trafficClass: UInt8(truncatingIfNeeded: try packet.u16be(at: 0) >> 4),
      identification: nil,
      payloadOffset: offset,
      payloadLength: end - offset,
      isFragment: isFragment,
      isLaterFragment: isLaterFragment)
  }
}
