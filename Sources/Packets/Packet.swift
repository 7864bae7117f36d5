/// One frame read down to its transport header.
package struct Packet {
  package enum Transport: Sendable {
    case tcp(TCPHeader)
    case udp
  }

  package var source: Endpoint
  package var destination: Endpoint
  package var transport: Transport
  package var hopLimit: UInt8
  package var trafficClass: UInt8
  package var identification: UInt16?
  /// Source hardware address in the low 48 bits; 0 when the link has none.
  package var hardwareSource: UInt64
  /// Where the innermost IP header begins in the frame.
  package var ipOffset: Int
  /// Where the payload begins in the frame.
  package var payloadOffset: Int
  /// Payload bytes on the wire; Ethernet padding is not counted.
  package var payloadLength: Int
}

/// What a frame turned out to hold.
package enum PacketReading {
  case packet(Packet)
  case icmp(ICMPError)
  /// A host asks for the hardware address of another one on its network, or answers.
  case neighbor(NeighborMessage)
  /// Neither IP nor ARP, or neither TCP, UDP, nor what ICMP says of hosts and packets.
  case foreign
  /// A fragment of an IP packet, whose header begins at this byte of the frame.
  case fragment(ipOffset: Int)
  /// A header that contradicts itself.
  case malformed
}

extension Packet {
  /// Reads link, IP and transport header of a frame.
  ///
  /// - Throws: ``DecodeError`` when a header is cut.
  package static func read(_ bytes: borrowing ByteView, frame: Frame) throws(DecodeError) -> PacketReading {
    guard let link = try LinkHeader.decode(bytes, linkType: frame.linkType) else { return .foreign }
    return try read(bytes, frame, from: link, depth: 0)
  }

  private static func read(
    _ bytes: borrowing ByteView, _ frame: Frame, from link: LinkHeader, depth: Int
  ) throws(DecodeError) -> PacketReading {
    let packet = try bytes.view(from: link.payloadOffset)
    // A record may state an original length below the captured length: the larger one counts.
    let wireLength = max(frame.originalLength, bytes.count) - link.payloadOffset
    if link.isARP { return neighbor(try? NeighborMessage(arp: packet)) }
    guard let ip = try IPHeader.decode(packet, wireLength: wireLength) else { return .foreign }
    guard !ip.isFragment else { return .fragment(ipOffset: link.payloadOffset) }
    guard ip.transport == 6 || ip.transport == 17 else {
      guard ip.transport == 1 || ip.transport == 58 else { return try readTunnel(bytes, frame, link, ip, depth: depth) }
      let message = try packet.view(from: ip.payloadOffset)
      if let error = try ICMPError(message, header: ip) { return .icmp(error) }
      return neighbor(try? NeighborMessage(icmp: message, header: ip, hardware: link.source))
    }
    let segment = try packet.view(from: ip.payloadOffset)
    let ports = try segment.u32be(at: 0)
    let transport: Transport
    let headerLength: Int
    if ip.transport == 6 {
      guard let header = try TCPHeader(segment) else { return .malformed }
      transport = .tcp(header)
      headerLength = header.length
    } else {
      let start = link.payloadOffset + ip.payloadOffset + 8
      // A Teredo server sends from its port to any other.
      let (from, to) = (UInt16(truncatingIfNeeded: ports >> 16), UInt16(truncatingIfNeeded: ports))
      let port = from == Tunnel.teredoPort ? from : to
      if let inner = readTunnel(bytes, frame, link, port: port, at: start, depth: depth) { return inner }
      transport = .udp
      headerLength = 8
    }
    guard ip.payloadLength >= headerLength else { return .malformed }
    return .packet(
      Packet(
        source: Endpoint(address: ip.source, port: UInt16(truncatingIfNeeded: ports >> 16)),
        destination: Endpoint(address: ip.destination, port: UInt16(truncatingIfNeeded: ports)),
        transport: transport,
        hopLimit: ip.hopLimit,
        trafficClass: ip.trafficClass,
        identification: ip.identification,
        hardwareSource: link.source,
        ipOffset: link.payloadOffset,
        payloadOffset: link.payloadOffset + ip.payloadOffset + headerLength,
        payloadLength: ip.payloadLength - headerLength))
  }

  private static func neighbor(_ message: NeighborMessage?) -> PacketReading { message.map { .neighbor($0) } ?? .foreign }

  /// A packet inside an IP packet that is neither TCP nor UDP.
  private static func readTunnel(
    _ bytes: borrowing ByteView, _ frame: Frame, _ link: LinkHeader, _ ip: IPHeader, depth: Int
  ) throws(DecodeError) -> PacketReading {
    guard depth < Tunnel.maximumDepth,
      let inner = try Tunnel.inside(
        ipProtocol: ip.transport, bytes, at: link.payloadOffset + ip.payloadOffset)
    else { return .foreign }
    return try read(bytes, frame, from: inner.sent(by: link), depth: depth + 1)
  }

  /// A packet inside a datagram; nil when the datagram has a tunnel's port, but no packet inside.
  private static func readTunnel(
    _ bytes: borrowing ByteView, _ frame: Frame, _ link: LinkHeader, port: UInt16, at offset: Int, depth: Int
  ) -> PacketReading? {
    guard depth < Tunnel.maximumDepth, let inner = try? Tunnel.inside(udpPort: port, bytes, at: offset),
      Tunnel.holdsIP(bytes, at: inner.payloadOffset)
    else { return nil }
    return try? read(bytes, frame, from: inner.sent(by: link), depth: depth + 1)
  }

  /// The captured part of the payload; shorter than ``payloadLength`` when the snapshot length cut it.
  @_lifetime(copy frame)
  package func payload(in frame: borrowing ByteView) -> ByteView {
    let start = min(payloadOffset, frame.count)
    guard let view = try? frame.view(at: start, count: min(payloadLength, frame.count - start)) else {
      return frame.prefix(0)
    }
    return view
  }
}

extension Packet {
  /// The ends of a UDP datagram of which this is the first fragment; nil for every other packet.
  ///
  /// - Parameter packet: from its IP header on.
  package static func ends(
    ofFirstFragment packet: borrowing ByteView
  ) -> (source: Endpoint, destination: Endpoint)? {
    guard let ip = try? IPHeader.decode(packet, wireLength: packet.count), ip.transport == 17, !ip.isLaterFragment,
      let ports = try? packet.u32be(at: ip.payloadOffset)
    else { return nil }
    return (
      Endpoint(address: ip.source, port: UInt16(truncatingIfNeeded: ports >> 16)),
      Endpoint(address: ip.destination, port: UInt16(truncatingIfNeeded: ports))
    )
  }

  /// The sender and the receiver of a fragment; nil for every other frame.
  package static func addresses(
    ofFragment bytes: borrowing ByteView, frame: Frame
  ) -> (source: IPAddress, destination: IPAddress)? {
    guard case .fragment(let offset) = try? read(bytes, frame: frame), let packet = try? bytes.view(from: offset),
      let ip = try? IPHeader.decode(packet, wireLength: packet.count)
    else { return nil }
    return (ip.source, ip.destination)
  }
}
