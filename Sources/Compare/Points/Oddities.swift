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

    init(_ packet: borrowing Packet) { self.init(from: packet.source, to: packet.destination) }

    init(from source: Endpoint, to destination: Endpoint) { (self.source, self.destination) = (source, destination) }
  }

  private enum Limit {
    /// Directions with something odd at a time; of further ones nothing is said.
    static let directions = 1 << 16
    /// The first segments of a recording whose checksums are looked at: a path that damages packets shows it in them, too. Of
    /// each connection the first ones are looked at in any case.
    static let checked = 1 << 16
  }

  private var table: [Direction: Oddities] = [:]
  private(set) var limitsReached = 0
  private var checked = 0
  private let checkedAtMost: Int
  let damage = SegmentDamage()

  /// - Parameter checkedSegments: nil for as many as usual.
  init(checkedSegments: Int? = nil) { checkedAtMost = checkedSegments ?? Limit.checked }

  mutating func record(_ packet: borrowing Packet, _ frame: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool) {
    let congestion = packet.trafficClass & 3
    damage.pass()
    if isWorthACheck(packet), checked < checkedAtMost {
      checked += 1
      judge(packet, frame, bytes)
    }
    guard isOfFragments || congestion > 0 else { return }
    change(packet) { oddities in
      if isOfFragments { oddities.fragmented.add(frame) }
      switch congestion {
      case 0: break
      case 3: oddities.marked.add(frame)
      default: oddities.markable.add(frame)
      }
    }
  }

  /// Looks at the checksum of the frame in progress.
  mutating func judge(_ packet: borrowing Packet, _ frame: FrameStamp, _ bytes: borrowing ByteView) {
    let verdict = packet.checksumVerdict(in: bytes)
    damage.record(verdict, of: packet, frame)
    switch verdict {
    case .wrong: change(packet) { $0.damaged.add(frame) }
    case .right where !table.isEmpty: table[Direction(packet)]?.intact.add(frame)
    case .right, .unknown: break
    }
  }

  private mutating func change(_ packet: borrowing Packet, _ body: (inout Oddities) -> Void) {
    let direction = Direction(packet)
    guard table.count < Limit.directions || table[direction] != nil else {
      limitsReached += 1
      return
    }
    body(&table[direction, default: Oddities()])
  }

  /// Without payload a segment harms nothing that another one does not repeat; those that open a connection show whether the
  /// checksums of their senders are right.
  private func isWorthACheck(_ packet: borrowing Packet) -> Bool {
    guard packet.payloadLength == 0 else { return true }
    guard case .tcp(let header) = packet.transport else { return false }
    return header.flags.contains(.syn)
  }

  /// Those of a connection that is over.
  mutating func take(from source: Endpoint, to destination: Endpoint) -> Oddities? {
    table.isEmpty ? nil : table.removeValue(forKey: Direction(from: source, to: destination))
  }
}
