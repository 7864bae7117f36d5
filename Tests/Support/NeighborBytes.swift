package import Packets

/// ARP in an Ethernet frame: RFC 826.
package enum ARPBytes {
  /// Sent to all hosts, or to one.
  package static func question(for target: IPAddress, from sender: IPAddress, hardware: UInt8 = 1, isForAll: Bool = true) -> [UInt8] {
    let frame = ethernetFrame(etherType: 0x0806, message(1, sender, hardware, target))
    return isForAll ? [UInt8](repeating: 0xff, count: 6) + frame.dropFirst(6) : frame
  }

  package static func answer(of host: IPAddress, to asker: IPAddress) -> [UInt8] {
    ethernetFrame(etherType: 0x0806, message(2, host, 9, asker))
  }

  package static func message(_ operation: UInt16, _ sender: IPAddress, _ hardware: UInt8, _ target: IPAddress) -> [UInt8] {
    ByteWriter().u16be(1).u16be(0x0800).u16be(0x0604).u16be(operation)
      .raw([2, 0, 0, 0, 0, hardware]).u32be(UInt32(truncatingIfNeeded: sender.low))
      .raw([0, 0, 0, 0, 0, 0]).u32be(UInt32(truncatingIfNeeded: target.low)).bytes
  }
}

/// A question of neighbour discovery in an Ethernet frame: RFC 4861 4.3.
package func neighborSolicitation(for target: IPAddress, from sender: IPAddress, hopLimit: UInt8 = 255) -> [UInt8] {
  let group = IPAddress(high: 0xff02_0000_0000_0000, low: 0x1_ff00_0000 | target.low & 0xff_ffff)
  var packet = IPv6Bytes(
    source: sender, destination: group, hopLimit: hopLimit,
    payload: ByteWriter().u8(135).u8(0).u16be(0).u32be(0).raw(target.bytes).bytes)
  packet.transport = 58
  return ethernetFrame(etherType: 0x86dd, packet.bytes)
}

extension IPAddress {
  fileprivate var bytes: [UInt8] { ByteWriter().u32be(UInt32(high >> 32)).u32be(UInt32(truncatingIfNeeded: high)).u32be(UInt32(low >> 32)).u32be(UInt32(truncatingIfNeeded: low)).bytes }
}
