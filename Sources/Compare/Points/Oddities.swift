import Packets

/// What few connections have in the packets of one direction, and a path may make of them.
struct Oddities: Sendable {
  /// Packets that came in fragments.
  var fragmented = Tally()
  /// Segments with a wrong checksum, and those behind the first of them that have the right one.
  var damaged = Tally()
  var intact = Tally()
  /// Those of the damaged ones that were read, because the receiver confirmed them or no good copy came.
  private(set) var readFrames: [UInt32] = []
  /// What was sent again.
  private(set) var repeats: [Repeat] = []
  /// Packets that allow routers to mark congestion (ECT), and those marked (CE): RFC 3168 5.
  var markable = Tally()
  var marked = Tally()

  /// So many of them are remembered.
  static let remembered = 16

  /// With the damaged segments that were read, and those that were sent again.
  func reading(_ frames: [UInt32], _ repeats: [Repeat]) -> Oddities {
    var changed = self
    (changed.readFrames, changed.repeats) = (frames, repeats)
    return changed
  }

  /// A message that these frames brought was read as it came damaged.
  func isOfDamage(_ frames: ClosedRange<Int>) -> Bool { readFrames.contains { frames.contains(Int($0)) } }

  /// So few that the path has damaged them: where nearly all are wrong, a virtual network card has left the checksum out.
  ///
  /// - Parameter segments: all of that direction.
  func isOfPath(among segments: Int) -> Bool {
    damaged.count > 0 && Int(damaged.count) * 2 < segments && (damaged.count < 4 || intact.count > damaged.count)
  }

  /// A count, with the first frame of it.
  struct Tally: Sendable {
    private(set) var count: UInt32 = 0
    private(set) var frame: UInt32 = 0

    mutating func add(_ frame: FrameStamp) {
      if count == 0 { self.frame = UInt32(clamping: frame.number) }
      if count < .max { count += 1 }
    }
  }
}

/// Collects the oddities of connections that are open.
struct OddityTable {
  /// One direction of a connection.
  private struct Direction: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  private enum Limit {
    /// Directions with something odd at a time; of further ones nothing is said.
    static let directions = 1 << 16
    /// The first segments of a recording whose checksums are looked at: a path that damages packets shows it in them, too.
    static let checked = 1 << 16
  }

  private var table: [Direction: Oddities] = [:]
  private(set) var limitsReached = 0
  private var checked = 0
  let damage = SegmentDamage()

  mutating func record(_ packet: borrowing Packet, _ frame: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool) {
    let congestion = packet.trafficClass & 3
    let verdict = isWorthACheck(packet) && checked < Limit.checked ? self.verdict(packet, bytes) : .unknown
    damage.record(verdict, of: packet, frame)
    guard isOfFragments || congestion > 0 || verdict == .wrong || verdict == .right && !table.isEmpty else { return }
    let direction = Direction(source: packet.source, destination: packet.destination)
    if verdict == .right, table[direction] != nil { table[direction]?.intact.add(frame) }
    guard isOfFragments || congestion > 0 || verdict == .wrong else { return }
    guard table.count < Limit.directions || table[direction] != nil else {
      limitsReached += 1
      return
    }
    if isOfFragments { table[direction, default: Oddities()].fragmented.add(frame) }
    if verdict == .wrong { table[direction, default: Oddities()].damaged.add(frame) }
    switch congestion {
    case 0: break
    case 3: table[direction, default: Oddities()].marked.add(frame)
    default: table[direction, default: Oddities()].markable.add(frame)
    }
  }

  /// Without payload a segment harms nothing that another one does not repeat; those that open a connection show whether the
  /// checksums of their senders are right.
  private func isWorthACheck(_ packet: borrowing Packet) -> Bool {
    guard packet.payloadLength == 0 else { return true }
    guard case .tcp(let header) = packet.transport else { return false }
    return header.flags.contains(.syn)
  }

  private mutating func verdict(_ packet: borrowing Packet, _ bytes: borrowing ByteView) -> ChecksumVerdict {
    checked += 1
    return packet.checksumVerdict(in: bytes)
  }

  /// Those of a connection that is over.
  mutating func take(from source: Endpoint, to destination: Endpoint) -> Oddities? {
    table.isEmpty ? nil : table.removeValue(forKey: Direction(source: source, destination: destination))
  }
}
