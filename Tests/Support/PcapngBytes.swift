/// Blocks of pcapng under construction, in either byte order.
package struct PcapngBytes: Sendable {
  package var isBigEndian = false
  package private(set) var bytes: [UInt8] = []

  package init(isBigEndian: Bool = false) { self.isBigEndian = isBigEndian }

  package func u16(_ value: UInt16) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
  package func u32(_ value: UInt32) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
  package func u64(_ value: UInt64) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }

  package func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    u16(code) + u16(UInt16(value.count)) + Self.padded(value)
  }

  package mutating func block(_ type: UInt32, _ body: [UInt8]) {
    let padded = Self.padded(body)
    let length = u32(UInt32(padded.count + 12))
    bytes += u32(type) + length + padded + length
  }

  package mutating func section(minor: UInt16 = 0, options: [UInt8] = []) {
    block(0x0a0d_0d0a, u32(0x1a2b_3c4d) + u16(1) + u16(minor) + u64(.max) + options)
  }

  /// - Parameter resolution: if_tsresol; nil for microseconds.
  package mutating func interface(
    linkType: UInt16 = 1, snapshotLength: UInt32 = 262_144, resolution: UInt8? = nil, offsetSeconds: Int64? = nil,
    options further: [UInt8] = []
  ) {
    let options = further + (resolution.map { option(9, [$0]) } ?? []) + (offsetSeconds.map { option(14, u64(UInt64(bitPattern: $0))) } ?? [])
    block(1, u16(linkType) + u16(0) + u32(snapshotLength) + options)
  }

  package mutating func enhancedPacket(
    interface: UInt32 = 0, ticks: UInt64, _ frame: [UInt8], originalLength: Int? = nil, options: [UInt8] = []
  ) {
    block(
      6,
      u32(interface) + u32(UInt32(ticks >> 32)) + u32(UInt32(truncatingIfNeeded: ticks)) + u32(UInt32(frame.count))
        + u32(UInt32(originalLength ?? frame.count)) + Self.padded(frame) + options)
  }

  package mutating func simplePacket(_ frame: [UInt8], originalLength: Int? = nil) {
    block(3, u32(UInt32(originalLength ?? frame.count)) + frame)
  }

  /// The obsolete Packet Block.
  package mutating func packet(interface: UInt16 = 0, drops: UInt16 = 0, ticks: UInt64, _ frame: [UInt8]) {
    block(
      2,
      u16(interface) + u16(drops) + u32(UInt32(ticks >> 32)) + u32(UInt32(truncatingIfNeeded: ticks))
        + u32(UInt32(frame.count)) + u32(UInt32(frame.count)) + frame)
  }

  private static func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: -bytes.count & 3) }
}
