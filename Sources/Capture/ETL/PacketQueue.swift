import DequeModule
import HeapModule
import Packets

/// Packets of pktmon that wait until each was seen everywhere: it records a packet at every place that it passes, and once
/// more where it is thrown away. Each comes out once, in order of time.
struct PacketQueue {
  private enum Limit {
    /// Packets that wait.
    static let packets = 4_096
    /// Bytes of all waiting packets; further packets are delivered sooner.
    static let bytes = 8 << 20
    /// Bytes of memory that a queue entry keeps for the next packet.
    static let kept = 2_048
    /// Packet numbers that are remembered, to recognise later appearances of the same packet.
    static let remembered = 16_384
    /// Appearances of a packet follow each other within 2 ms; a firewall's decision may take longer. TCP does not
    /// retransmit that early.
    static let milliseconds: Int64 = 50
  }

  /// A packet as it is chosen so far.
  struct Packet {
    var time: Int64 = 0
    var content = MonitoredPacket.Content.unknown
    var originalLength = 0
    var component: UInt16 = 0
    var drop: HostDrop?
    var bytes: [UInt8] = []
    fileprivate var first: Int64 = 0
    fileprivate var appearance: UInt16 = 0
  }

  /// A packet that waits only for earlier ones.
  private struct Ready: Comparable {
    var time: Int64
    var serial: Int
    var slot: Int

    static func < (left: Self, right: Self) -> Bool { (left.time, left.serial) < (right.time, right.serial) }
  }

  private let timeout: Int64
  private let notesDrops: Bool
  private var slots: [Packet] = []
  private var free: [Int] = []
  private var heldBytes = 0
  private var serial = 0
  private var now = Int64.min
  /// Slots in the order of their first appearances.
  private var waiting: Deque<Int> = []
  private var ready: Heap<Ready> = []
  private var byKey = RecentSlots<MonitoredPacket.Key>(limit: Limit.remembered)
  private var owners = RecentOwners(limit: Limit.remembered)
  private var byIdentity = RecentSlots<PacketIdentity>(limit: Limit.remembered)

  /// - Parameters:
  ///   - clock: of the trace.
  ///   - notesDrops: there are packets that were dropped.
  init(_ clock: TraceClock, notesDrops: Bool) {
    timeout = clock.ticks(milliseconds: Limit.milliseconds)
    self.notesDrops = notesDrops
  }

  // MARK: In

  /// An appearance of a packet that has a number: the best is taken.
  mutating func add(numbered packet: MonitoredPacket, at time: Int64, _ bytes: borrowing ByteView) {
    now = time
    switch byKey.state(of: packet.key) {
    case .waiting(let slot):
      guard (packet.content.rawValue, packet.appearance) < (slots[slot].content.rawValue, slots[slot].appearance) else { return }
      fill(slot, packet, time, bytes)
    case .gone: break
    case nil: byKey.record(packet.key, append(packet, time, bytes), at: time)
    }
  }

  /// A packet of a place that is taken alone.
  mutating func add(_ packet: MonitoredPacket, at time: Int64, _ bytes: borrowing ByteView) {
    now = time
    _ = append(packet, time, bytes)
  }

  /// The same where it is not known which places belong to one adapter: the first that sees a packet delivers it.
  ///
  /// - Parameter isDescribed: the place's adapter is known.
  mutating func add(_ packet: MonitoredPacket, at time: Int64, _ bytes: borrowing ByteView, isDescribed: Bool) {
    now = time
    let owner = RecentOwners.Owner(component: packet.place.component, isDescribed: isDescribed, time: time)
    if let identity = PacketIdentity(bytes, packet.content), !owners.isFirst(owner, of: identity, since: earliest) { return }
    _ = append(packet, time, bytes)
  }

  /// A packet that was thrown away.
  ///
  /// - Parameter isAlone: it is delivered when it was seen nowhere else.
  mutating func add(
    dropped packet: MonitoredPacket, at time: Int64, _ bytes: borrowing ByteView, isNumbered: Bool, isAlone: Bool
  ) {
    now = time
    let identity = PacketIdentity(bytes, packet.content)
    switch (isNumbered ? byKey.state(of: packet.key) : nil) ?? identity.flatMap({ byIdentity.state(of: $0, since: earliest) }) {
    case .waiting(let slot): slots[slot].drop = slots[slot].drop ?? packet.drop
    case .gone: break
    case nil:
      guard isAlone || identity?.opensSMB == true else { return }
      let slot = append(packet, time, bytes)
      slots[slot].drop = packet.drop
      if isNumbered { byKey.record(packet.key, slot, at: time) }
    }
  }

  /// A packet with the same bytes that was seen before is another one.
  private var earliest: Int64 {
    let (time, isFar) = now.subtractingReportingOverflow(timeout)
    return isFar ? .min : time
  }

  private mutating func append(_ packet: MonitoredPacket, _ time: Int64, _ bytes: borrowing ByteView) -> Int {
    let slot = free.popLast() ?? slots.count
    if slot == slots.count { slots.append(Packet()) }
    slots[slot].first = time
    slots[slot].drop = nil
    fill(slot, packet, time, bytes)
    waiting.append(slot)
    if notesDrops, let identity = PacketIdentity(bytes, packet.content) { byIdentity.record(identity, slot, at: time) }
    return slot
  }

  private mutating func fill(_ slot: Int, _ packet: MonitoredPacket, _ time: Int64, _ bytes: borrowing ByteView) {
    heldBytes += bytes.count - slots[slot].bytes.count
    slots[slot].time = time
    slots[slot].content = packet.content
    slots[slot].appearance = packet.appearance
    slots[slot].originalLength = packet.originalLength
    slots[slot].component = packet.place.component
    slots[slot].bytes.removeAll(keepingCapacity: true)
    bytes.append(to: &slots[slot].bytes)
    // Decrypted, but the flag says that it is not.
    if packet.content == .wireless, WirelessHeader.isClearThoughProtected(bytes) { slots[slot].bytes[1] &= 0xbf }
  }

  // MARK: Out

  /// The next packet, which stays until ``remove(_:)``; nil when more has to come before it is known.
  ///
  /// - Parameter isEnd: nothing comes any more.
  mutating func next(isEnd: Bool) -> Int? {
    while let slot = waiting.first, isEnd || isFull || hasWaited(slots[slot]) {
      waiting.removeFirst()
      serial += 1
      ready.insert(Ready(time: slots[slot].time, serial: serial, slot: slot))
      if isFull { break }
    }
    guard let next = ready.min, isFull || waiting.first.map({ next.time <= slots[$0].first }) ?? true else { return nil }
    ready.removeMin()
    return next.slot
  }

  subscript(_ slot: Int) -> Packet { _read { yield slots[slot] } }

  mutating func remove(_ slot: Int) {
    heldBytes -= slots[slot].bytes.count
    if slots[slot].bytes.capacity > Limit.kept { slots[slot].bytes = [] } else { slots[slot].bytes.removeAll(keepingCapacity: true) }
    byKey.leave(slot)
    byIdentity.leave(slot)
    free.append(slot)
  }

  private var isFull: Bool { slots.count - free.count > Limit.packets || heldBytes > Limit.bytes }

  private func hasWaited(_ packet: Packet) -> Bool {
    let (age, isFar) = now.subtractingReportingOverflow(packet.first)
    return isFar ? now > packet.first : age >= timeout
  }
}
