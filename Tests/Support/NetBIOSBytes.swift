package import Packets

/// Messages of the NetBIOS name service: RFC 1002 4.2.
package enum NetBIOSBytes {
  /// RFC 1001 14.1: each byte of the name as two letters.
  package static func name(_ name: String, type: UInt8 = 0x20) -> [UInt8] {
    var padded = Array(name.utf8.prefix(15))
    padded += [UInt8](repeating: 0x20, count: 15 - padded.count)
    padded.append(type)
    var bytes: [UInt8] = [32]
    for byte in padded {
      bytes.append(0x41 + (byte >> 4))
      bytes.append(0x41 + (byte & 0x0f))
    }
    return bytes + [0]
  }

  /// A positive answer: 4.2.13.
  package static func answer(_ host: String, _ entries: [(flags: UInt16, address: IPAddress)]) -> [UInt8] {
    var bytes = ByteWriter().u16be(0x1234).u16be(0x8500).u16be(0).u16be(1).u16be(0).u16be(0)
      .raw(name(host)).u16be(0x0020).u16be(1).u32be(300_000).u16be(UInt16(entries.count * 6)).bytes
    for entry in entries { bytes += ByteWriter().u16be(entry.flags).u32be(UInt32(truncatingIfNeeded: entry.address.low)).bytes }
    return bytes
  }
}
