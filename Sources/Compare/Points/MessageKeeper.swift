import Packets

/// Reads both streams of a connection and keeps what is needed to compare their messages with those at another capture point.
final class MessageKeeper: StreamConsumer {
  private enum Limit {
    /// Bytes of either stream at the beginning of a connection, in which sessions and shares are set up: the checksums of their
    /// segments are looked at in every connection.
    static let checked = 16 * 1024
  }

  private var lanes: (first: MessageLane, second: MessageLane)
  /// An object of its own: a lane calls it while it works.
  private let collector: MessageCollector
  private let memory: PointMemory
  /// The first segment with data whose checksum was not looked at; 0 if there is none.
  private(set) var uncheckedFrame: UInt32 = 0
  /// Segments that were sent again.
  private var repeats: (first: [Repeat], second: [Repeat]) = ([], [])

  init(memory: PointMemory) {
    collector = MessageCollector(memory: memory)
    lanes = (MessageLane(.first, isAligned: false), MessageLane(.second, isAligned: false))
    self.memory = memory
  }

  /// What is odd about a direction, with what its reader knows of it; nil when nothing is.
  func oddities(of side: Side, beside others: Oddities?) -> Oddities? {
    let (damaged, repeats) = side == .first ? (lanes.first.damaged, repeats.first) : (lanes.second.damaged, repeats.second)
    guard others != nil || !repeats.isEmpty else { return nil }
    return (others ?? Oddities()).reading(damaged, repeats)
  }

  func sentAgain(_ range: Range<Int>, side: Side, frame: FrameStamp) {
    switch side {
    case .first: repeats.first.add(range, frame)
    case .second: repeats.second.add(range, frame)
    }
  }

  var isCheckedThroughout: Bool { true }

  func isDamaged(_ packet: borrowing Packet, _ bytes: borrowing ByteView, frame: FrameStamp) -> Bool {
    if !memory.damage.isJudged {
      if max(lanes.first.position, lanes.second.position) < Limit.checked {
        memory.oddities.judge(packet, frame, bytes)
      } else if uncheckedFrame == 0 {
        uncheckedFrame = UInt32(clamping: frame.number)
      }
    }
    return memory.damage.isOfCurrent
  }

  var kept: KeptMessages { collector.kept }

  /// The connection is over, but for late packets.
  ///
  /// - Parameters:
  ///   - other: the same connection in another recording.
  ///   - clientSide: the side of the client here.
  func rest(beside other: PointConnection?, clientSide: Side) {
    collector.rest(beside: other)
    lanes.first.rest(beside: other?.packedCells(of: .first, clientSide))
    lanes.second.rest(beside: other?.packedCells(of: .second, clientSide))
  }

  func cells(of side: Side, beside other: DigestCells.Packed?) -> DigestCells.Packed {
    side == .first ? lanes.first.cells(beside: other) : lanes.second.cells(beside: other)
  }

  func begin(_ connection: TCPConnection) {
    guard connection.handshake.initiator != nil, connection.state.isFromStart else { return }
    lanes = (MessageLane(.first, isAligned: true), MessageLane(.second, isAligned: true))
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    let isDamaged = memory.damage.contains(chunk.frame.number)
    return switch chunk.side {
    case .first: lanes.first.receive(chunk, isDamaged: isDamaged, collector)
    case .second: lanes.second.receive(chunk, isDamaged: isDamaged, collector)
    }
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    switch side {
    case .first: lanes.first.missed(count, at: offset, frame: frame, collector)
    case .second: lanes.second.missed(count, at: offset, frame: frame, collector)
    }
  }

  func finish(_ frame: FrameStamp) {
    lanes.first.finish(frame, collector)
    lanes.second.finish(frame, collector)
  }
}

/// Bytes kept of the messages of all connections of a recording.
final class PointMemory {
  /// Enough for tens of thousands of connections; more messages are compared as a whole, not byte by byte.
  private static let maximum = 192 << 20
  private var budget = ByteBudget(limit: maximum)
  var templates: MessageTemplates

  /// Room for the messages of packets in progress: few connections have one at a time.
  private var spare: [StoredMessage] = []
  var oddities: OddityTable
  let damage: SegmentDamage
  /// What was read before.
  let known: KnownConnections?

  init(beside known: KnownConnections?, _ oddities: OddityTable) {
    self.known = known
    self.oddities = oddities
    templates = known?.templates ?? MessageTemplates()
    damage = oddities.damage
  }

  func lend(to list: inout [StoredMessage], adding message: StoredMessage) {
    if list.capacity == 0 { swap(&list, &spare) }
    list.append(message)
  }

  func takeBack(_ list: inout [StoredMessage]) {
    list.removeAll(keepingCapacity: true)
    if spare.capacity == 0 { swap(&list, &spare) } else { list = [] }
  }

  var limitsReached: Int { budget.limitsReached + oddities.limitsReached + damage.limitsReached }

  func take(_ count: Int) -> Bool { budget.take(count) }
}
