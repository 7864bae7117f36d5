/// An ICMP or ICMPv6 error about a TCP segment or a UDP datagram: RFC 792, RFC 4443 3.1 and 3.2. Big-endian.
package struct ICMPError: Hashable, Sendable, Codable {
  /// The router or host that reports it.
  package var reporter: IPAddress
  package var isVersion6: Bool
  package var type: UInt8  // 0
  package var code: UInt8  // 1
  /// Next-hop MTU in bytes, where the type has one; 0 from old routers (RFC 1191 4).
  package var mtu: UInt32
  /// Ends of the packet that could not be delivered.
  package var source: Endpoint
  package var destination: Endpoint
  /// Of a TCP segment; nil when it was a UDP datagram.
  package var sequenceNumber: UInt32?

  /// "Fragmentation needed" (RFC 1191 4) or "packet too big" (RFC 4443 3.2).
  package var isTooBig: Bool { isVersion6 ? type == 2 : type == 3 && code == 4 }

  /// The time to live ran out on the way: RFC 792 (type 11, code 0), RFC 4443 3.3.
  package var isTimeExceeded: Bool { code == 0 && type == (isVersion6 ? 3 : 11) }

  /// - Parameter payload: the ICMP message in the packet of `header`.
  /// - Returns: nil when it is no such error, or about something else than TCP and UDP.
  init?(_ payload: borrowing ByteView, header: IPHeader) throws(DecodeError) {
    isVersion6 = header.transport == 58
    type = try payload.u8(at: 0)
    code = try payload.u8(at: 1)
    guard isVersion6 ? [1, 2, 3].contains(type) : type == 3 || type == 11 else { return nil }
    mtu = try isVersion6 ? (type == 2 ? payload.u32be(at: 4) : 0) : UInt32(payload.u16be(at: 6))
    reporter = header.source
    // As much of the packet as the reporter quotes; the first eight bytes behind its IP header at least.
    let quoted = try payload.view(from: 8)
    guard let inner = try IPHeader.decode(quoted, wireLength: quoted.count), inner.transport == 6 || inner.transport == 17, !inner.isLaterFragment
    else { return nil }
    let segment = try quoted.view(from: inner.payloadOffset)
    let ports = try segment.u32be(at: 0)
    source = Endpoint(address: inner.source, port: UInt16(truncatingIfNeeded: ports >> 16))
    destination = Endpoint(address: inner.destination, port: UInt16(truncatingIfNeeded: ports))
    sequenceNumber = inner.transport == 6 ? try segment.u32be(at: 4) : nil
  }
}

/// An ICMP error about a segment of a connection, and when it came.
package struct ICMPNotice: Hashable, Sendable, Codable {
  package var error: ICMPError
  package var stamp: FrameStamp
  /// The side whose segment could not be delivered.
  package var sender: Side
}
