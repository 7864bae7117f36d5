package import Packets

extension IPAddress {
  /// `IPAddress(10, 0, 0, 1)`
  package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
    self.init(ipv4: UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
  }
}

extension Endpoint {
  package static let testClient = Endpoint(address: IPAddress(10, 0, 0, 1), port: 49_152)
  package static let testServer = Endpoint(address: IPAddress(10, 0, 0, 2), port: 445)
}

/// A TCP segment that can be wrapped into frames: RFC 9293 3.1.
package struct TCPSegment: Sendable {
  package var source: Endpoint
  package var destination: Endpoint
  package var sequence: UInt32
  package var acknowledgment: UInt32
  package var flags: TCPFlags
  package var window: UInt16 = 64_240
  /// A multiple of four bytes.
  package var options: [UInt8] = []
  package var payload: [UInt8]
  package var hopLimit: UInt8 = 64
  package var identification: UInt16 = 1

  package init(
    from source: Endpoint = .testClient, to destination: Endpoint = .testServer, sequence: UInt32 = 1,
    acknowledgment: UInt32 = 0, flags: TCPFlags = [.ack], payload: [UInt8] = []
  ) {
    self.source = source
    self.destination = destination
    self.sequence = sequence
    self.acknowledgment = acknowledgment
    self.flags = flags
    self.payload = payload
  }

  /// Header, options and payload.
  package var bytes: [UInt8] {
    ByteWriter().u16be(source.port).u16be(destination.port).u32be(sequence).u32be(acknowledgment)
      .u8(UInt8((20 + options.count) / 4) << 4).u8(flags.rawValue).u16be(window).u32be(0)
      .raw(options).raw(payload).bytes
  }

  package var ipv4: [UInt8] {
    IPv4Bytes(
      source: source.address, destination: destination.address, hopLimit: hopLimit, identification: identification,
      payload: bytes
    ).bytes
  }

  package var ipv6: [UInt8] {
    IPv6Bytes(source: source.address, destination: destination.address, hopLimit: hopLimit, payload: bytes).bytes
  }

  /// An Ethernet frame around IPv4.
  package var ethernet: [UInt8] { ethernetFrame(etherType: 0x0800, ipv4) }
}

/// An IPv4 packet: RFC 791 3.1.
package struct IPv4Bytes {
  package var source = Endpoint.testClient.address
  package var destination = Endpoint.testServer.address
  package var hopLimit: UInt8 = 64
  package var identification: UInt16 = 1
  package var transport: UInt8 = 6
  /// A multiple of four bytes.
  package var options: [UInt8] = []
  /// Flags and fragment offset.
  package var fragment: UInt16 = 0
  /// nil states the true one.
  package var totalLength: UInt16?
  package var payload: [UInt8]

  package init(
    source: IPAddress = Endpoint.testClient.address, destination: IPAddress = Endpoint.testServer.address,
    hopLimit: UInt8 = 64, identification: UInt16 = 1, payload: [UInt8]
  ) {
    self.source = source
    self.destination = destination
    self.hopLimit = hopLimit
    self.identification = identification
    self.payload = payload
  }

  package var bytes: [UInt8] {
    let headerLength = 20 + options.count
    return ByteWriter().u8(0x40 | UInt8(headerLength / 4)).u8(0)
      .u16be(totalLength ?? UInt16(truncatingIfNeeded: headerLength + payload.count)).u16be(identification)
      .u16be(fragment).u8(hopLimit).u8(transport).u16be(0)
      .u32be(UInt32(truncatingIfNeeded: source.low)).u32be(UInt32(truncatingIfNeeded: destination.low))
      .raw(options).raw(payload).bytes
  }
}

/// An ICMP error of type 3 in an Ethernet frame, which quotes the beginning of an IPv4 packet: RFC 792.
package func icmpUnreachable(
  from reporter: IPAddress, to destination: IPAddress, type: UInt8 = 3, code: UInt8, mtu: UInt16 = 0, quoting packet: [UInt8], bytes: Int = 28
) -> [UInt8] {
  var ip = IPv4Bytes(
    source: reporter, destination: destination,
    payload: ByteWriter().u8(type).u8(code).u16be(0).u16be(0).u16be(mtu).raw(Array(packet.prefix(bytes))).bytes)
  ip.transport = 1
  return ethernetFrame(etherType: 0x0800, ip.bytes)
}

/// An IPv6 packet: RFC 8200 3.
package struct IPv6Bytes {
  package var source: IPAddress
  package var destination: IPAddress
  package var hopLimit: UInt8 = 64
  /// Extension headers: number of each, and its bytes, of which the first is replaced by the next number.
  package var extensions: [(number: UInt8, bytes: [UInt8])] = []
  package var transport: UInt8 = 6
  /// nil states the true one.
  package var payloadLength: UInt16?
  package var payload: [UInt8]

  package init(
    source: IPAddress = IPAddress(high: 0x2001_0db8_0000_0000, low: 1),
    destination: IPAddress = IPAddress(high: 0x2001_0db8_0000_0000, low: 2), hopLimit: UInt8 = 64, payload: [UInt8]
  ) {
    self.source = source
    self.destination = destination
    self.hopLimit = hopLimit
    self.payload = payload
  }

  package var bytes: [UInt8] {
    var chain: [UInt8] = []
    for (index, header) in extensions.enumerated() {
      let next = index + 1 < extensions.count ? extensions[index + 1].number : transport
      chain += [next] + header.bytes.dropFirst()
    }
    return ByteWriter().u32be(0x6000_0000)
      .u16be(payloadLength ?? UInt16(truncatingIfNeeded: chain.count + payload.count))
      .u8(extensions.first?.number ?? transport).u8(hopLimit)
      .u64be(source.high).u64be(source.low).u64be(destination.high).u64be(destination.low)
      .raw(chain).raw(payload).bytes
  }
}

/// An Ethernet II frame with VLAN tags, given as tag protocol numbers.
package func ethernetFrame(etherType: UInt16, _ payload: [UInt8], tags: [UInt16] = []) -> [UInt8] {
  var writer = ByteWriter().raw([2, 0, 0, 0, 0, 2]).raw([2, 0, 0, 0, 0, 1])
  for tag in tags { writer = writer.u16be(tag).u16be(7) }
  return writer.u16be(etherType).raw(payload).bytes
}
