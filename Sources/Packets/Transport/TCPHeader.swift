/// TCP control bits: RFC 9293 3.1.
package struct TCPFlags: OptionSet, Hashable, Sendable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let fin = Self(rawValue: 0x01)
  package static let syn = Self(rawValue: 0x02)
  package static let rst = Self(rawValue: 0x04)
  package static let psh = Self(rawValue: 0x08)
  package static let ack = Self(rawValue: 0x10)
}

/// The TCP header: RFC 9293 3.1. Big-endian.
package struct TCPHeader: Sendable {
  package var sequenceNumber: UInt32
  package var acknowledgmentNumber: UInt32
  package var flags: TCPFlags
  package var window: UInt16
  /// Header length with options, in bytes.
  package var length: Int

  @inline(__always)
  init?(_ bytes: borrowing ByteView) throws(DecodeError) {
    let segment = try bytes.view(at: 0, count: 16)
    length = Int(try segment.u8(at: 12) >> 4) * 4
    guard length >= 20 else { return nil }
    sequenceNumber = try segment.u32be(at: 4)
    acknowledgmentNumber = try segment.u32be(at: 8)
    flags = TCPFlags(rawValue: try segment.u8(at: 13))
    window = try segment.u16be(at: 14)
  }
}

/// The options that matter here: RFC 9293 3.2 (kinds 0–2) and RFC 7323 (window scale, timestamps).
package struct TCPOptions: Hashable, Sendable {
  package var maximumSegmentSize: UInt16?
  package var hasTimestamps = false

  package init() {}

  /// The options of a segment in `frame`.
  init(of header: TCPHeader, _ packet: borrowing Packet, in frame: borrowing ByteView) {
    let length = header.length - 20
    guard length > 0, let options = try? frame.view(at: packet.payloadOffset - length, count: length) else {
      self.init()
      return
    }
    self.init(options)
  }

  /// Reads as far as the options are well-formed and captured; what a device mangled behind that is left out.
  init(_ options: borrowing ByteView) {
    var offset = 0
    while offset < options.count {
      guard let kind = try? options.u8(at: offset), kind != 0 else { return }
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = try? options.u8(at: offset + 1), length >= 2 else { return }
      if kind == 2, length == 4 { maximumSegmentSize = try? options.u16be(at: offset + 2) }
      if kind == 8, length == 10 { hasTimestamps = true }
      offset += Int(length)
    }
  }
}
