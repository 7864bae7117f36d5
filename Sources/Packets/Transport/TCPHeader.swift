/// TCP control bits: RFC 9293 3.1.
package struct TCPFlags: OptionSet, Hashable, Sendable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let fin = Self(rawValue: 0x01)
  package static let syn = Self(rawValue: 0x02)
  package static let rst = Self(rawValue: 0x04)
  package static let psh = Self(rawValue: 0x08)
  package static let ack = Self(rawValue: 0x10)

  /// SYN, FIN or RST. Every segment is asked, so this is a mask and not a set.
  @inline(__always)
  package var isOfOpeningOrEnd: Bool { rawValue & 0x07 != 0 }
}

/// The TCP header: RFC 9293 3.1. Big-endian.
package struct TCPHeader: Sendable {
  package var sequenceNumber: UInt32
  package var acknowledgmentNumber: UInt32
  package var flags: TCPFlags
  package var window: UInt16
  /// Header length with options, in bytes.
  package var length: Int

  /// SYN or SYN-ACK: asked of every segment.
  @inlinable package var isOfOpening: Bool { flags.rawValue & 0x02 != 0 }

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

/// The options that matter here: RFC 9293 3.2 (kinds 0–2), RFC 7323 (window scale, timestamps), RFC 2018 (SACK), and
/// those by which WAN optimizers find each other.
package struct TCPOptions: Hashable, Sendable {
  package struct Kinds: OptionSet, Hashable, Sendable, Codable {
    package var rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let windowScale = Self(rawValue: 0x01)  // 3
    package static let sackPermitted = Self(rawValue: 0x02)  // 4
    package static let timestamps = Self(rawValue: 0x04)  // 8
    /// 33, of Cisco WAAS.
    package static let optimizer33 = Self(rawValue: 0x08)
    /// 76, of Riverbed SteelHead (IANA: reserved, known unauthorized use).
    package static let optimizer76 = Self(rawValue: 0x10)
    /// 78, of Riverbed SteelHead.
    package static let optimizer78 = Self(rawValue: 0x20)
    /// The rest of the options was not captured, or is malformed.
    package static let incomplete = Self(rawValue: 0x80)
  }

  package var maximumSegmentSize: UInt16?
  package var kinds: Kinds = []
  package var hasTimestamps: Bool { kinds.contains(.timestamps) }

  package init() {}

  /// The options of a segment in `frame`.
  init(of header: TCPHeader, _ packet: borrowing Packet, in frame: borrowing ByteView) {
    var timestamp: UInt32 = 0
    self.init(of: header, packet, in: frame, timestamp: &timestamp)
  }

  /// - Parameter timestamp: TSval (RFC 7323 3.2) when there is one, which is not kept with the other options.
  init(of header: TCPHeader, _ packet: borrowing Packet, in frame: borrowing ByteView, timestamp: inout UInt32) {
    let length = header.length - 20
    guard length > 0 else {
      self.init()
      return
    }
    guard let options = try? frame.view(at: packet.payloadOffset - length, count: length) else {
      self.init()
      kinds = .incomplete
      return
    }
    self.init(options, timestamp: &timestamp)
  }

  init(_ options: borrowing ByteView) {
    var timestamp: UInt32 = 0
    self.init(options, timestamp: &timestamp)
  }

  /// Reads the options as far as they are captured and well-formed.
  private init(_ options: borrowing ByteView, timestamp: inout UInt32) {
    var offset = 0
    while offset < options.count {
      guard let kind = try? options.u8(at: offset), kind != 0 else { return }
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = try? options.u8(at: offset + 1), length >= 2, offset + Int(length) <= options.count else {
        kinds.insert(.incomplete)
        return
      }
      switch (kind, length) {
      case (2, 4): maximumSegmentSize = try? options.u16be(at: offset + 2)
      case (3, 3): kinds.insert(.windowScale)
      case (4, 2): kinds.insert(.sackPermitted)
      case (8, 10):
        kinds.insert(.timestamps)
        timestamp = (try? options.u32be(at: offset + 2)) ?? 0
      case (33, _): kinds.insert(.optimizer33)
      case (76, _): kinds.insert(.optimizer76)
      case (78, _): kinds.insert(.optimizer78)
      default: break
      }
      offset += Int(length)
    }
  }
}
