/// A question for the hardware address of a host on the same network, or its answer: ARP (RFC 826) for IPv4, neighbour
/// discovery (RFC 4861 4.3 and 4.4) for IPv6. Big-endian.
package struct NeighborMessage: Hashable, Sendable {
  package var sender: IPAddress
  /// The host that is looked for; the sender's own address in an answer.
  package var target: IPAddress
  /// Of the sender, in the low 48 bits; 0 when the message has none.
  package var hardware: UInt64
  package var isQuestion: Bool

  /// RFC 5227 1.1: a host that announces its own address, or asks whether it is free, expects no answer.
  package var isAboutSender: Bool { sender == target || sender == IPAddress(ipv4: 0) || sender == IPAddress(high: 0, low: 0) }

  /// Hardware type 2, protocol type 2, lengths 1 and 1, operation 2, then hardware and protocol address of sender and target.
  ///
  /// - Returns: nil when it is not about IPv4 on Ethernet, or neither question nor answer.
  init?(arp packet: borrowing ByteView) throws(DecodeError) {
    guard try packet.u16be(at: 0) == 1, try packet.u16be(at: 2) == EtherType.ipv4, try packet.u16be(at: 4) == 0x0604 else { return nil }
    let operation = try packet.u16be(at: 6)
    guard operation == 1 || operation == 2 else { return nil }
    hardware = try packet.u64be(at: 8) >> 16
    sender = IPAddress(ipv4: try packet.u32be(at: 14))
    isQuestion = operation == 1
    target = isQuestion ? IPAddress(ipv4: try packet.u32be(at: 24)) : sender
  }

  /// Type 1, code 1, checksum 2, reserved or flags 4, target 16.
  ///
  /// - Parameters:
  ///   - message: the ICMPv6 message.
  ///   - hardware: of the sender, from the frame.
  /// - Returns: nil when it is another kind of message.
  init?(icmp message: borrowing ByteView, header: IPHeader, hardware: UInt64) throws(DecodeError) {
    let type = try message.u8(at: 0)
    // RFC 4861 7.1: a message that a router forwarded does not count.
    guard header.transport == 58, type == 135 || type == 136, header.hopLimit == 255 else { return nil }
    isQuestion = type == 135
    target = IPAddress(high: try message.u64be(at: 8), low: try message.u64be(at: 16))
    sender = header.source
    self.hardware = hardware
  }
}

extension Packet {
  /// Whether a frame was sent to every host of its network, as far as its link header shows.
  package static func isForAll(_ frame: borrowing ByteView, linkType: LinkType) -> Bool {
    switch linkType {
    // IEEE 802.3 3.2.3: the first bit on the wire makes it a group's.
    case .ethernet: (try? frame.u8(at: 0)).map { $0 & 1 != 0 } ?? true
    // Packet types 1 and 2; what the recording host sent itself is 4.
    case .linuxSLL: (try? frame.u16be(at: 0)).map { $0 == 1 || $0 == 2 } ?? true
    case .linuxSLL2: (try? frame.u8(at: 10)).map { $0 == 1 || $0 == 2 } ?? true
    default: true
    }
  }
}
