import DequeModule

/// What the first bytes of a connection show.
package enum Recognition {
  /// A consumer reads it.
  case consumed(by: any StreamConsumer)
  /// No consumer does.
  case foreign
  /// Not known yet: later segments may show it.
  case undecided
}

/// Decides who reads a connection, and learns when it is over.
package protocol ConnectionObserver: AnyObject {
  /// Looks at the payload of one segment of a connection that has no reader yet.
  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition

  /// The reader of a connection that ended, or was still open at the end, without any payload; nil if it is not needed.
  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)?

  /// The connection has its number and what its handshake showed; its first payload follows.
  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer)

  /// Both sides have ended it; late segments may still come.
  func connectionLingers(_ connection: TCPConnection, consumer: any StreamConsumer)

  /// No more segments of this connection will come. Its streams have been released to its consumer.
  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer)
}

extension ConnectionObserver {
  package func connectionLingers(_ connection: TCPConnection, consumer: any StreamConsumer) {}
}

/// All TCP connections of a recording.
///
/// A connection costs one slot until it has a reader; a connection known to be foreign keeps only what shows
/// a reused port. Memory is bounded: see ``Limit``.
package struct ConnectionTable {
  package enum Limit {
    /// Connections known at the same time; a new one replaces the one that was silent longest. A quarter of a million of them fits 48 MiB. `--max-connections`
    package static let connections = 1 << 20
    /// Of these, connections with a reader, at about 2 KiB each.
    package static let read = 1 << 17
    /// Bytes that wait after gaps, for all connections together.
    static let heldBytes = 16 * 1024 * 1024
    /// Ended connections that are kept for their late segments.
    static let ended = 1 << 14
    /// Of these, connections with their full state; they are reported early if more end within ``lingering``, or when
    /// the capture's clock stands still.
    static let lingering = 1 << 10
    /// Segments with payload that are searched for SMB on a non-standard port.
    static let undecidedSegments: UInt8 = 64
    /// Connections with ICMP errors: more than the firewalls of one network reject at the same time.
    static let connectionsWithNotices = 4096
    /// The first ones show what is wrong; a firewall that rejects sends one or two.
    static let noticesOfConnection = 4
  }

  /// How long after its end a connection may still show which side ended it.
  static let lingering = TimeSpan.seconds(5)

  enum State: UInt8 {
    case undecided, foreign, consumed
    /// Both sides have ended it; late segments may still tell who did.
    case lingering
    /// Reported.
    case ended
  }

  /// What each segment asks for comes first: with very many connections open, most of the time goes into fetching it.
  struct Slot {
    var key: ConnectionKey
    /// Its index in ``readings``; ``unread`` if it has no reader.
    var reading = Self.unread
    var lastFrame: FrameStamp
    var handshake = Handshake()
    var state = State.undecided
    var undecidedSegments: UInt8 = 0
    /// A FIN or RST was seen.
    var hasEnding = false
    /// Stands in ``reusable``.
    var isQueued = false
    var tcpStream: Int
    var firstFrame: FrameStamp

    static let unread: Int32 = -1
    var isRead: Bool { reading != Self.unread }
  }

  /// What a connection with a reader has beside its slot. A value in a list, and no object: an object's parts are
  /// checked at run time for overlapping access, every time.
  struct Reading {
    var state: TCPState
    let consumer: any StreamConsumer

    mutating func accept(
      _ packet: borrowing Packet, _ header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView,
      handshake: inout Handshake
    ) -> (held: Int, use: PayloadUse) {
      state.accept(
        packet, header: header, from: side, frame: frame, bytes: bytes, handshake: &handshake, to: consumer)
    }

    mutating func giveUpHoles() -> Int {
      let held = state.heldByteCount
      state.giveUpHoles(consumer)
      return held
    }
  }

  /// A connection that both sides have ended; the number shows whether the slot still has it.
  struct Ended {
    var slot: Int
    var tcpStream: Int
    var since: Timestamp
  }

  let observer: any ConnectionObserver
  let seed = UInt64.random(in: .min ... .max)
  var index = ConnectionIndex()
  var slots: [Slot] = []
  /// Connections with a reader. Stored separately, so that slots are small, hold no references and are cheap to look at.
  var readings: [Reading?] = []
  /// Places in ``readings`` that are free.
  var freeReadings: [Int32] = []
  var lastSlot = 0
  /// Connections that have ended and wait for late segments, oldest first.
  var lingering: Deque<Ended> = []
  /// Slots whose connection was over when they were queued, oldest first, each at most once.
  var reusable: Deque<Int> = []
  var evictionHand = 0
  private var heldByteCount = 0
  /// The last segment is held behind a hole.
  package private(set) var lastSegmentWaits = false
  /// How the last segment was used.
  package internal(set) var lastUse = SegmentUse.ignored
  /// ICMP errors by `tcpStream`, until their connection is over.
  var notices: [Int: [ICMPNotice]] = [:]
  /// SYNs that the recording host dropped, by `tcpStream`, until their connection is over.
  var drops: [Int: [DroppedSegment]] = [:]
  /// ICMP errors that found no room.
  package private(set) var noticesNotKept = 0

  /// TCP connections seen, counted as Wireshark does.
  package internal(set) var connectionCount = 0
  /// Connections given up while they were open because the table was full.
  package internal(set) var evictedConnections = 0
  /// Times that the bytes held behind holes reached their limit.
  package private(set) var heldLimitsReached = 0

  let maximumConnections: Int
  let maximumRead: Int

  /// - Parameter maximumConnections: known at one time; when fewer than ``Limit/read``, so many may be read too.
  package init(observer: any ConnectionObserver, maximumConnections: Int = Limit.connections) {
    self.observer = observer
    self.maximumConnections = maximumConnections
    maximumRead = maximumConnections == Limit.connections ? Limit.read : maximumConnections
    // This reserves address space only: memory is used when the first slot of a page is.
    slots.reserveCapacity(maximumConnections)
    readings.reserveCapacity(maximumRead)
  }

  /// Takes one TCP segment.
  package mutating func accept(_ packet: borrowing Packet, header: TCPHeader, frame: FrameStamp, bytes: borrowing ByteView) {
    lastSegmentWaits = false
    lastUse = .read(.all)
    let (key, side) = ConnectionKey.of(packet)
    let slot = slot(for: key, header, from: side, frame: frame)
    slots[slot].lastFrame = frame
    if slots[slot].handshake.synAck == nil, slots[slot].handshake.takeChallenge(header, packet, from: side, frame: frame) {
      // The segment belongs to an older connection: it neither opens nor ends this one.
      if !lingering.isEmpty { endLingering(now: frame.time) }
      return
    }
    if slots[slot].isRead {
      read(packet, header, from: side, frame: frame, bytes: bytes, in: slot)
    } else if slots[slot].state == .undecided {
      acceptUndecided(packet, header, from: side, frame: frame, bytes: bytes, in: slot)
    } else {
      lastUse = use(of: packet, header, byUnread: slots[slot])
      if header.flags.contains(.syn) { slots[slot].handshake.record(header, packet, from: side, frame: frame, bytes: bytes) }
    }
    if !header.flags.isDisjoint(with: [.fin, .rst]) { recordEnding(of: slot, at: frame) }
    guard !lingering.isEmpty else { return }
    let before = lingering.count
    endLingering(now: frame.time)
    // The segment's time ended a lingering connection.
    if lingering.count < before, lastUse == .ignored { lastUse = .read(.none) }
  }

  /// How a segment of a connection is used that is foreign, or was reported.
  private func use(of packet: borrowing Packet, _ header: TCPHeader, byUnread slot: Slot) -> SegmentUse {
    guard slot.state == .foreign, !header.flags.isOfOpeningOrEnd else { return .read(.none) }
    // It may be an answer to an older connection.
    let mayBeAnswer = slot.handshake.syn != nil && slot.handshake.synAck == nil
    let isEmpty = packet.payloadLength == 0
    return mayBeAnswer && isEmpty ? .read(.none) : .ignored
  }

  mutating func read(
    _ packet: borrowing Packet, _ header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView,
    in slot: Int
  ) {
    let reading = Int(slots[slot].reading)
    guard
      let (held, use) = readings[reading]?.accept(
        packet, header, from: side, frame: frame, bytes: bytes, handshake: &slots[slot].handshake)
    else { return }
    lastUse = .read(use)
    guard held != 0 else { return }
    lastSegmentWaits = held > 0
    recordHeld(held, of: reading)
  }

  /// Accepts an ICMP error about a segment of a connection that has a reader, or would get one.
  package mutating func accept(_ error: ICMPError, frame: FrameStamp) {
    let (key, sender) = ConnectionKey.of(source: error.source, destination: error.destination)
    guard let slot = index.find(key.hash(seed: seed), where: { slots[$0].key == key }) else { return }
    switch slots[slot].state {
    case .undecided where observer.consumerWithoutPayload(endpoints: key.endpoints) == nil: return
    case .foreign, .ended: return
    default: break
    }
    let stream = slots[slot].tcpStream
    guard notices.count < Limit.connectionsWithNotices || notices[stream] != nil,
      notices[stream, default: []].count < Limit.noticesOfConnection
    else {
      noticesNotKept += 1
      return
    }
    notices[stream, default: []].append(ICMPNotice(error: error, stamp: frame, sender: sender))
  }

  /// Takes a SYN that the recording host dropped. The SYN itself was accepted before.
  package mutating func record(_ drop: HostDrop, of packet: borrowing Packet, header: TCPHeader, frame: FrameStamp) {
    let (key, sender) = ConnectionKey.of(packet)
    guard let slot = index.find(key.hash(seed: seed), where: { slots[$0].key == key }) else { return }
    let stream = slots[slot].tcpStream
    guard drops.count < Limit.connectionsWithNotices || drops[stream] != nil,
      drops[stream, default: []].count < Limit.noticesOfConnection
    else { return }
    drops[stream, default: []].append(
      DroppedSegment(drop: drop, stamp: frame, sender: sender, sequenceNumber: header.sequenceNumber))
  }

  /// The recording has one side only of every connection, and at least one connection shows that the other side answered.
  package var isOneDirectional: Bool {
    var isProven = false
    for slot in slots {
      if slot.handshake.syn != nil, slot.handshake.synAck != nil { return false }
      if slot.handshake.isAnsweredUnseen { isProven = true }
      guard slot.isRead, let state = readings[Int(slot.reading)]?.state else { continue }
      let (first, second) = (state.trace(of: .first).segments > 0, state.trace(of: .second).segments > 0)
      if first && second || state.terminations.contains(where: { $0.kind == .rst && !(($0.side == .first) ? first : second) }) {
        return false
      }
      if first && state.isConfirmed(.second) || second && state.isConfirmed(.first) { isProven = true }
    }
    return isProven
  }

  /// The recording is over: every connection with a reader is reported, in the order of their first frames.
  package mutating func finish() {
    for slot in slots.indices.sorted(by: { slots[$0].tcpStream < slots[$1].tcpStream }) { end(slot) }
  }

  /// Keeps what all connections hold within its limit; the one that goes beyond it gives up its holes.
  mutating func recordHeld(_ change: Int, of reading: Int) {
    heldByteCount += change
    guard heldByteCount > Limit.heldBytes else { return }
    heldLimitsReached += 1
    giveUpHoles(of: reading)
  }

  /// Releases what waits behind holes.
  mutating func giveUpHoles(of reading: Int) {
    heldByteCount -= readings[reading]?.giveUpHoles() ?? 0
  }
}
