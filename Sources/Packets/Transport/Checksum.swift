/// The Internet checksum: RFC 1071.
package struct Checksum {
  private var sum: UInt64 = 0

  package init() {}

  /// Eight bytes at a time: a one's complement sum is the same in words of any size, and in either byte order as long as
  /// the result is turned (RFC 1071 1, 2).
  package mutating func add(_ bytes: borrowing ByteView) {
    var words: UInt64 = 0
    var offset = 0
    // One check for 32 bytes, then for eight.
    while offset <= bytes.count - 32, let piece = try? bytes.view(at: offset, count: 32),
      let first = try? piece.u64le(at: 0), let second = try? piece.u64le(at: 8),
      let third = try? piece.u64le(at: 16), let fourth = try? piece.u64le(at: 24)
    {
      words &+= first & 0xffff_ffff &+ first >> 32 &+ second & 0xffff_ffff &+ second >> 32
      words &+= third & 0xffff_ffff &+ third >> 32 &+ fourth & 0xffff_ffff &+ fourth >> 32
      offset += 32
    }
    while offset <= bytes.count - 8, let piece = try? bytes.view(at: offset, count: 8), let word = try? piece.u64le(at: 0) {
      words &+= word & 0xffff_ffff &+ word >> 32
      offset += 8
    }
    var shift = UInt64(0)
    while let byte = try? bytes.u8(at: offset) {
      words &+= UInt64(byte) << shift
      shift &+= 8
      offset += 1
    }
    sum &+= UInt64(Self.folded(words).byteSwapped)
  }

  package mutating func add(_ value: UInt64) { sum &+= value & 0xffff_ffff &+ value >> 32 }

  /// The pseudo header of TCP (RFC 9293 3.1) and UDP (RFC 768): both addresses, the protocol, and the length in bytes.
  fileprivate init(pseudoHeaderOf packet: borrowing Packet, protocol number: UInt64, length: Int) {
    for address in [packet.source.address, packet.destination.address] {
      add(address.isIPv4 ? address.low & 0xffff_ffff : address.low)
      if !address.isIPv4 { add(address.high) }
    }
    add(number)
    add(UInt64(length))
  }

  /// Whether the checksum among the bytes is right.
  package var isRight: Bool { folded == 0xffff }

  /// The checksum of bytes that contain it as zero. Never 0, because 0 means “none” in UDP: RFC 768.
  package var value: UInt16 { folded == 0xffff ? 0xffff : ~folded }

  /// What a network card gets to complete: the sum of the pseudo header alone.
  fileprivate var partial: UInt16 { folded }

  private var folded: UInt16 { Self.folded(sum) }

  private static func folded(_ sum: UInt64) -> UInt16 {
    var folded = sum
    while folded > 0xffff { folded = folded & 0xffff &+ folded >> 16 }
    return UInt16(truncatingIfNeeded: folded)
  }
}

extension Packet {
  /// Whether the IP header's checksum, or that of TCP or UDP, is wrong (RFC 791 3.1, RFC 9293 3.1, RFC 768).
  ///
  /// False when it cannot be judged: bytes were not captured, the sender gave none, or left a length to the network card.
  package func hasWrongChecksum(in frame: borrowing ByteView) -> Bool {
    guard let packet = try? frame.view(from: ipOffset), let first = try? packet.u8(at: 0) else { return false }
    if first >> 4 == 4 {
      guard (try? packet.u16be(at: 2)) != 0 else { return false }
      var header = Checksum()
      if let bytes = try? packet.view(at: 0, count: Int(first & 0x0f) * 4), (try? bytes.u16be(at: 10)) != 0 {
        header.add(bytes)
        guard header.isRight else { return true }
      }
    }
    return hasWrongTransportChecksum(in: frame)
  }

  private func hasWrongTransportChecksum(in frame: borrowing ByteView) -> Bool {
    let (number, headerLength): (UInt64, Int) =
      switch transport {
      case .tcp(let header): (6, header.length)
      case .udp: (17, 8)
      }
    let length = headerLength + payloadLength
    guard let segment = try? frame.view(at: payloadOffset - headerLength, count: length) else { return false }
    if case .udp = transport, (try? segment.u16be(at: 6)) == 0 { return false }
    var checksum = Checksum(pseudoHeaderOf: self, protocol: number, length: length)
    checksum.add(segment)
    return !checksum.isRight
  }
}

/// What the checksums of a packet say of its bytes.
package enum ChecksumVerdict: Sendable {
  case right, wrong
  /// Bytes were not captured, or the sender left a checksum or a length to its network card.
  case unknown
}

extension Packet {
  /// Bytes. Networks carry no more in one packet: the network card splits or joined it, so the checksum is that of another
  /// packet.
  private static let longestSegment = 1500

  /// Reads all bytes of the packet, so ask only about packets that matter.
  package func checksumVerdict(in frame: borrowing ByteView) -> ChecksumVerdict {
    guard let packet = try? frame.view(from: ipOffset), let first = try? packet.u8(at: 0) else { return .unknown }
    if first >> 4 == 4, (try? packet.u16be(at: 2)) == 0 { return .unknown }
    let (headerLength, number, field): (Int, UInt64, Int) =
      switch transport {
      case .tcp(let header): (header.length, 6, 16)
      case .udp: (8, 17, 6)
      }
    let length = headerLength + payloadLength
    guard length <= Self.longestSegment, let segment = try? frame.view(at: payloadOffset - headerLength, count: length),
      let value = try? segment.u16be(at: field), value != 0
    else { return .unknown }
    let pseudoHeader = Checksum(pseudoHeaderOf: self, protocol: number, length: length)
    guard value != pseudoHeader.partial else { return .unknown }
    return hasWrongChecksum(in: frame) ? .wrong : .right
  }

  /// Whether the receiver says that it got the frame damaged: radiotap, `F_BADFCS` of the field Flags.
  package static func isMarkedDamaged(_ frame: borrowing ByteView, linkType: LinkType) -> Bool {
    guard linkType == .radiotap, let flags = try? LinkHeader.radiotapFlags(frame) else { return false }
    return flags & 0x40 != 0
  }
}
