import DequeModule

/// Reassembles fragmented IP packets: RFC 791 3.2, RFC 8200 4.5.
package struct FragmentTable {
  package enum Limit {
    /// Packets of which fragments are missing.
    static let packets = 256
    /// Bytes held for all packets together.
    static let heldBytes = 4 * 1024 * 1024
    /// Fragments of one packet: 64 KiB in the smallest pieces that links of 576 bytes make.
    package static let pieces = 128
    /// RFC 8200 4.5 gives 60 s, RFC 1122 3.3.2 between 60 and 120.
    static let lifetime = TimeSpan.seconds(60)
  }

  /// What happened to fragments, for the report.
  package struct Counts: Sendable, Codable {
    /// Fragments read.
    package var fragments = 0
    /// Packets that became whole.
    package var reassembled = 0
    /// Packets given up: a fragment never came, or was captured in part only.
    package var incomplete = 0
    /// Fragments that contradict an earlier one about the same bytes.
    package var conflicts = 0
    /// Times a limit was reached.
    package var limitsReached = 0

    package init() {}
  }

  private struct Key: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var identification: UInt32
    var transport: UInt8
  }

  private struct Piece {
    var offset: Int
    var bytes: [UInt8]
  }

  private struct Entry {
    var pieces: [Piece] = []
    /// Bytes of the whole packet; known once its last fragment is there.
    var length: Int?
    var held = 0
    var start: Timestamp
    var order: Int
  }

  package private(set) var counts = Counts()
  private var entries: [Key: Entry] = [:]
  /// Oldest first. Some are complete by now: no entry has their number any more.
  private var queue: Deque<(key: Key, order: Int)> = []
  private var held = 0
  private var nextOrder = 0

  package init() {}

  /// Takes one fragment.
  ///
  /// - Parameter packet: from its IP header on.
  /// - Returns: the whole packet, IP header first, when this was the last one missing.
  package mutating func take(_ packet: borrowing ByteView, time: Timestamp) -> [UInt8]? {
    expire(time)
    guard let header = try? FragmentHeader(packet) else { return nil }
    counts.fragments += 1
    guard let payload = try? packet.view(at: header.payloadOffset, count: header.payloadLength) else {
      // Cut by the snapshot length: the packet will never be whole.
      counts.incomplete += 1
      return nil
    }
    let end = header.offset + header.payloadLength
    guard header.payloadLength > 0, end <= 65_535, header.isLast || header.payloadLength % 8 == 0 else { return nil }
    let key = Key(
      source: header.source, destination: header.destination, identification: header.identification,
      transport: header.transport)
    if entries[key] == nil { makeRoom(for: key, time) }
    guard held + header.payloadLength <= Limit.heldBytes, entries[key, default: .init(start: time, order: 0)].pieces.count < Limit.pieces
    else {
      counts.limitsReached += 1
      return nil
    }
    guard add(payload.copy(), header, to: key) else { return nil }
    return whole(key, header)
  }

  /// The capture is over: packets that are not whole will never be.
  package mutating func finish() -> Counts {
    counts.incomplete += entries.count
    entries = [:]
    return counts
  }

  private mutating func makeRoom(for key: Key, _ time: Timestamp) {
    while entries.count >= Limit.packets, let oldest = queue.popFirst() {
      if entries[oldest.key]?.order == oldest.order {
        drop(oldest.key)
        counts.limitsReached += 1
      }
    }
    nextOrder += 1
    entries[key] = Entry(start: time, order: nextOrder)
    queue.append((key, nextOrder))
  }

  private mutating func expire(_ now: Timestamp) {
    while let oldest = queue.first {
      guard let entry = entries[oldest.key], entry.order == oldest.order else {
        queue.removeFirst()
        continue
      }
      guard now.since(entry.start) > Limit.lifetime else { return }
      drop(oldest.key)
      counts.incomplete += 1
    }
  }

  private mutating func drop(_ key: Key) {
    held -= entries.removeValue(forKey: key)?.held ?? 0
  }

  /// Keeps the bytes of a fragment that no earlier one brought: the first copy wins.
  ///
  /// - Returns: whether there is anything new.
  private mutating func add(_ bytes: [UInt8], _ header: FragmentHeader, to key: Key) -> Bool {
    guard var entry = entries[key] else { return false }
    let end = header.offset + bytes.count
    if header.isLast {
      if let known = entry.length, known != end { counts.conflicts += 1 } else { entry.length = end }
    }
    let overlapping = entry.pieces.filter { $0.offset < end && header.offset < $0.offset + $0.bytes.count }
    if !overlapping.isEmpty {
      let isCopy = overlapping.allSatisfy { piece in
        (max(piece.offset, header.offset)..<min(piece.offset + piece.bytes.count, end)).allSatisfy {
          piece.bytes[$0 - piece.offset] == bytes[$0 - header.offset]
        }
      }
      if !isCopy { counts.conflicts += 1 }
    }
    // A fragment that was captured twice takes no room.
    if !overlapping.contains(where: { $0.offset <= header.offset && end <= $0.offset + $0.bytes.count }) {
      entry.pieces.append(Piece(offset: header.offset, bytes: bytes))
      entry.held += bytes.count
      held += bytes.count
    }
    entries[key] = entry
    return true
  }

  /// The packet, when no byte of it is missing; it is let go.
  private mutating func whole(_ key: Key, _ header: FragmentHeader) -> [UInt8]? {
    guard let entry = entries[key], let length = entry.length else { return nil }
    var reached = 0
    // Pieces behind the end do not count: they cannot belong to the packet.
    for piece in entry.pieces.sorted(by: { $0.offset < $1.offset }) {
      guard piece.offset <= reached else { break }
      reached = max(reached, piece.offset + piece.bytes.count)
    }
    guard reached >= length else { return nil }
    var payload = [UInt8](repeating: 0, count: length)
    // In reverse order, so that the earliest copy stays.
    for piece in entry.pieces.reversed() {
      for (index, byte) in piece.bytes.enumerated() where piece.offset + index < length {
        payload[piece.offset + index] = byte
      }
    }
    drop(key)
    counts.reassembled += 1
    return header.wholeHeader(payloadLength: length) + payload
  }
}

/// What an IP header says of a fragment.
private struct FragmentHeader {
  var source: IPAddress
  var destination: IPAddress
  var identification: UInt32
  var transport: UInt8
  var hopLimit: UInt8
  var trafficClass: UInt8
  /// In bytes.
  var offset: Int
  var isLast: Bool
  var payloadOffset: Int
  var payloadLength: Int

  init?(_ packet: borrowing ByteView) throws(DecodeError) {
    // What the header says, however much of it was captured.
    guard let ip = try IPHeader.decode(packet, wireLength: .max) else { return nil }
    source = ip.source
    destination = ip.destination
    transport = ip.transport
    hopLimit = ip.hopLimit
    trafficClass = ip.trafficClass
    payloadOffset = ip.payloadOffset
    payloadLength = ip.payloadLength
    if try packet.u8(at: 0) >> 4 == 4 {
      let field = try packet.u16be(at: 6)
      offset = Int(field & 0x1fff) * 8
      isLast = field & 0x2000 == 0
      identification = UInt32(try packet.u16be(at: 4))
    } else {
      guard let start = try Self.ipv6Fragment(packet) else { return nil }
      let field = try packet.u16be(at: start + 2)
      offset = Int(field & 0xfff8)
      isLast = field & 1 == 0
      identification = try packet.u32be(at: start + 4)
    }
  }

  /// Where the fragment header is: RFC 8200 4.5.
  private static func ipv6Fragment(_ packet: borrowing ByteView) throws(DecodeError) -> Int? {
    var next = try packet.u8(at: 6)
    var offset = 40
    while next == 0 || next == 43 || next == 60 {
      next = try packet.u8(at: offset)
      offset += (Int(try packet.u8(at: offset + 1)) + 1) * 8
    }
    return next == 44 ? offset : nil
  }

  /// The header of the packet before it was cut.
  func wholeHeader(payloadLength: Int) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - 8 * $0)) }
    }
    if source.isIPv4 {
      let addresses = bytes(UInt32(truncatingIfNeeded: source.low)) + bytes(UInt32(truncatingIfNeeded: destination.low))
      // A total length that does not fit becomes 0, as in packets that the sender's network card splits.
      let total = UInt16(exactly: 20 + payloadLength) ?? 0
      return [0x45, trafficClass] + bytes(total) + bytes(UInt16(truncatingIfNeeded: identification)) + [0, 0]
        + [hopLimit, transport, 0, 0] + addresses
    }
    let length = UInt16(exactly: payloadLength) ?? 0
    return bytes(0x6000_0000 | UInt32(trafficClass) << 20) + bytes(length) + [transport, hopLimit]
      + bytes(source.high) + bytes(source.low) + bytes(destination.high) + bytes(destination.low)
  }
}
