package import Packets

/// One frame of a capture under construction.
package struct TestFrame: Sendable {
  package var time: Timestamp
  package var bytes: [UInt8]
  /// nil: as long as the bytes.
  package var originalLength: Int?
  /// The recording host threw it away.
  package var hostDrop: HostDrop?

  package init(seconds: Int64 = 0, nanoseconds: Int64 = 0, _ bytes: [UInt8], originalLength: Int? = nil) {
    time = Timestamp(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
    self.bytes = bytes
    self.originalLength = originalLength
  }

  var wireLength: UInt32 { UInt32(originalLength ?? bytes.count) }
}

/// A pcap file.
package func pcapFile(
  _ frames: [TestFrame], linkType: UInt32 = 1, isNanosecond: Bool = false, isBigEndian: Bool = false,
  snapshotLength: UInt32 = 262_144
) -> [UInt8] {
  func u16(_ value: UInt16) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
  func u32(_ value: UInt32) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
  var file = u32(isNanosecond ? 0xa1b2_3c4d : 0xa1b2_c3d4) + u16(2) + u16(4) + u32(0) + u32(0)
  file += u32(snapshotLength) + u32(linkType)
  for frame in frames {
    let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    file += u32(UInt32(truncatingIfNeeded: seconds)) + u32(UInt32(rest / (isNanosecond ? 1 : 1000)))
    file += u32(UInt32(frame.bytes.count)) + u32(frame.wireLength) + frame.bytes
  }
  return file
}

/// A little-endian pcapng file of one section and one interface with nanosecond times.
package func pcapngFile(_ frames: [TestFrame], linkType: UInt16 = 1) -> [UInt8] {
  func block(_ type: UInt32, _ body: ByteWriter) -> [UInt8] {
    let padded = body.align(4).bytes
    let length = UInt32(padded.count + 12)
    return ByteWriter().u32le(type).u32le(length).raw(padded).u32le(length).bytes
  }
  var file = block(0x0a0d_0d0a, ByteWriter().u32le(0x1a2b_3c4d).u16le(1).u16le(0).u64le(.max))
  // Option 9, if_tsresol, of one byte: 10 to the power of -9 seconds.
  file += block(1, ByteWriter().u16le(linkType).u16le(0).u32le(262_144).u16le(9).u16le(1).u8(9).zeros(3).u32le(0))
  for frame in frames {
    let time = UInt64(bitPattern: frame.time.nanoseconds)
    file += block(
      6,
      ByteWriter().u32le(0).u32le(UInt32(time >> 32)).u32le(UInt32(truncatingIfNeeded: time))
        .u32le(UInt32(frame.bytes.count)).u32le(frame.wireLength).raw(frame.bytes))
  }
  return file
}
