import Packets

/// What few connections have in the packets of one direction, and a path may make of them.
struct Oddities: Sendable {
  /// Packets that came in fragments.
  var fragmented = Tally()
  /// Segments with a wrong checksum.
  var damaged = Tally()
  /// Packets that allow routers to mark congestion (ECT), and those marked (CE): RFC 3168 5.
  var markable = Tally()
  var marked = Tally()

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
  }

  private var table: [Direction: Oddities] = [:]
  private(set) var limitsReached = 0

  mutating func record(_ packet: borrowing Packet, _ frame: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool) {
    let congestion = packet.trafficClass & 3
    // Without payload a segment harms nothing that another one does not repeat.
    let hasPayload = packet.payloadLength > 0
    let isDamaged = hasPayload ? packet.checksumVerdict(in: bytes) == .wrong : false
    guard isOfFragments || congestion > 0 || isDamaged else { return }
    let direction = Direction(source: packet.source, destination: packet.destination)
    guard table.count < Limit.directions || table[direction] != nil else {
      limitsReached += 1
      return
    }
    if isOfFragments { table[direction, default: Oddities()].fragmented.add(frame) }
    if isDamaged { table[direction, default: Oddities()].damaged.add(frame) }
    switch congestion {
    case 0: break
    case 3: table[direction, default: Oddities()].marked.add(frame)
    default: table[direction, default: Oddities()].markable.add(frame)
    }
  }

  /// Those of a connection that is over.
  mutating func take(from source: Endpoint, to destination: Endpoint) -> Oddities? {
    table.isEmpty ? nil : table.removeValue(forKey: Direction(source: source, destination: destination))
  }
}
