import Packets
import Transcripts

/// One connection at two capture points.
package struct PairComparison: Sendable {
  package var near: PointConnection
  package var far: PointConnection
  package var common: [ContentKey.Kind]
  package var path: PathKind
  /// In the order in which they happened.
  package var steps: [Step] = []
  /// What the path changes of the packets around the messages.
  package var notes: [PathNote] = []
  package var notCompared = NotCompared()
}

extension PairComparison {
  package var isTampered: Bool { steps.contains(where: \.isTampered) }
  /// Messages that are the same at both points.
  package var sameMessages: Int { steps.count { $0.kind == .message && $0.isTheSame && !$0.isHeldUp } }
}

/// Which messages of a pair of connections are the same, before anything is said about them.
struct AlignedPair {
  let pair: ConnectionPair
  let near: PointConnection
  let far: PointConnection
  let client: Lane
  let server: Lane

  /// The messages of one sender.
  struct Lane {
    let sender: Peer
    let near: [PointMessage]
    let far: [PointMessage]
    let entries: [Alignment.Entry]
    /// Both recordings have the beginning of the connection.
    let isFromStart: Bool

    /// - Parameters:
    ///   - stored: all messages of the two points.
    init(_ sender: Peer, _ near: PointConnection, _ far: PointConnection, _ stored: (near: [StoredMessage], far: [StoredMessage])) {
      self.sender = sender
      let (ours, theirs) = (near.messages(of: sender, in: stored.near), far.messages(of: sender, in: stored.far))
      self.near = ours.first + ours.rest
      self.far = theirs.first + theirs.rest
      isFromStart = near.isFromStart && far.isFromStart
      let (base, other) = (near.stream(of: sender).base, far.stream(of: sender).base)
      let isOne = isFromStart && (base == other || near.syn.flatMap { syn in far.syn.map(syn.isForwarded) } ?? false)
      let shift = isFromStart ? 0 : Int(Int32(bitPattern: base &- other))
      var entries = Alignment(self.near, self.far, shift: shift, isOneConnection: isOne).entries
      if near.passedOver + far.passedOver > 0 {
        entries = Self.withoutEdges(entries, (ours.first.count, theirs.first.count))
      }
      self.entries = entries
    }

    /// Where the lists of first messages end and those of the last begin, one point may have kept one more than the other.
    private static func withoutEdges(_ entries: [Alignment.Entry], _ firsts: (Int, Int)) -> [Alignment.Entry] {
      func isFirst(_ entry: Alignment.Entry) -> Bool {
        switch entry {
        case .both(let near, let far): near < firsts.0 && far < firsts.1
        case .near(let near): near < firsts.0
        case .far(let far): far < firsts.1
        }
      }
      func isPair(_ entry: Alignment.Entry) -> Bool { if case .both = entry { true } else { false } }
      let head = entries.filter(isFirst)
      let tail = entries.filter { !isFirst($0) }
      return Array(head[..<((head.lastIndex(where: isPair) ?? -1) + 1)]) + Array(tail.drop { !isPair($0) })
    }

    /// The two streams lie side by side from their first byte to their last, as far as messages show it.
    var isSideBySide: Bool {
      entries.allSatisfy { entry in
        guard case .both(let one, let other) = entry, let ours = near[one].packet, let theirs = far[other].packet else { return true }
        return ours.start == theirs.start
      }
    }

    /// How much longer the stream is at the far point, by each message that both have: frames at the near point, with bytes.
    var shifts: [(frame: Int, shift: Int)] {
      guard isFromStart else { return [] }
      return entries.compactMap { entry in
        guard case .both(let one, let other) = entry, let ours = near[one].packet, let theirs = far[other].packet else { return nil }
        return (near[one].frame, theirs.start - ours.start)
      }
    }

    var lastShift: Int {
      guard case .both(let one, let other)? = entries.last(where: { if case .both = $0 { true } else { false } }),
        isFromStart, let ours = near[one].packet, let theirs = far[other].packet
      else { return 0 }
      return theirs.start + theirs.size - ours.start - ours.size
    }

    /// Messages of one point between two that both have, where the other point has no room for them: places of entries.
    var cutOut: Set<Int> {
      var places: Set<Int> = []
      var alone: [Int] = []
      var before: (near: PacketMark, far: PacketMark)?
      for (place, entry) in entries.enumerated() {
        guard case .both(let one, let other) = entry else {
          alone.append(place)
          continue
        }
        let marks = near[one].packet.flatMap { ours in far[other].packet.map { (near: ours, far: $0) } }
        if let before, let marks {
          places.formUnion(alone.filter { isCutOut(entries[$0], before, marks) })
        }
        (alone, before) = ([], marks)
      }
      return places
    }

    private func isCutOut(
      _ entry: Alignment.Entry, _ before: (near: PacketMark, far: PacketMark), _ behind: (near: PacketMark, far: PacketMark)
    ) -> Bool {
      switch entry {
      case .near: before.far.start + before.far.size == behind.far.start && before.near.start + before.near.size < behind.near.start
      case .far: before.near.start + before.near.size == behind.near.start && before.far.start + before.far.size < behind.far.start
      case .both: false
      }
    }

    /// Where packets begin, at the near point, of which a message is not the same by what was read of it.
    var oddPackets: Set<Int> {
      var places: Set<Int> = []
      for case .both(let one, let other) in entries where near[one].digest != far[other].digest {
        if let packet = near[one].packet { places.insert(packet.start) }
      }
      return places
    }
  }

  init(_ pair: ConnectionPair, _ near: PointConnection, _ far: PointConnection) {
    self.pair = pair
    self.near = near
    self.far = far
    let nearStored = near.stored
    let stored = (nearStored, far.stored(beside: near, with: nearStored))
    client = Lane(.client, near, far, stored)
    server = Lane(.server, near, far, stored)
  }

  var hasSameHopLimits: Bool {
    Peer.allOfTwo.allSatisfy { near.stream(of: $0).highestHopLimit == far.stream(of: $0).highestHopLimit }
  }

  var path: PathKind {
    if hasSameNumbers { return .transparent }
    // Who accepts the connection in the server's name terminates it.
    if pair.has(.attempt) { return .ended }
    guard let ours = near.syn, let theirs = far.syn, ours.isForwarded(as: theirs) else { return .ended }
    return .renumbered
  }

  /// The same sequence numbers: either the first ones, or those of a message that both have.
  private var hasSameNumbers: Bool {
    // Of a host that a recording does not show, only the confirmations of the other one are known.
    let both = Peer.allOfTwo.filter { near.hasSeen($0) && far.hasSeen($0) }
    let isSame = !both.isEmpty && both.allSatisfy { near.stream(of: $0).base == far.stream(of: $0).base }
    if near.isFromStart, far.isFromStart {
      guard near.handshake.synAck != nil || near.serverStream.end > 0, far.handshake.synAck != nil || far.serverStream.end > 0
      else { return near.handshake.synSequence == far.handshake.synSequence }
      return isSame
    }
    return [client, server].contains { lane in
      let (ours, theirs) = (near.stream(of: lane.sender).base, far.stream(of: lane.sender).base)
      return lane.entries.contains { entry in
        guard case .both(let one, let other) = entry else { return false }
        return ours &+ UInt32(truncatingIfNeeded: lane.near[one].reach) == theirs &+ UInt32(truncatingIfNeeded: lane.far[other].reach)
      }
    }
  }

  /// Packets seen at both points, for their clocks.
  var samples: [ClockRelation.Sample] {
    var samples: [ClockRelation.Sample] = []
    func add(_ sender: Peer, _ near: Timestamp, _ far: Timestamp) {
      samples.append(ClockRelation.Sample(isFromClient: sender == .client, near: near, far: far))
    }
    for lane in [client, server] {
      for (one, other) in momentsOfMessages(lane) { add(lane.sender, one, other) }
      guard near.isFromStart, far.isFromStart, lane.isSideBySide else { continue }
      for (one, other) in BulkComparison.moments(near.cells(of: lane.sender), far.cells(of: lane.sender)) {
        add(lane.sender, one.time, other.time)
      }
    }
    let (ours, theirs) = (near.handshake, far.handshake)
    guard path != .ended else { return samples }
    // It is unknown which of several is which; where nothing else tells of the clocks, the first ones are the same, or one of
    // the others is.
    let isRepeated = ours.isRepeated || theirs.isRepeated
    guard !isRepeated || samples.isEmpty else { return samples }
    if let one = ours.syn, let other = theirs.syn {
      let slack = isRepeated && isOtherSYN ? max(ours.timeOfTries, theirs.timeOfTries) : .zero
      samples.append(ClockRelation.Sample(isFromClient: true, near: one.time, far: other.time, slack: slack))
    }
    if let one = ours.synAck, let other = theirs.synAck, !isRepeated { add(.server, one.time, other.time) }
    return samples
  }

  /// The two recordings begin with different copies of the SYN.
  private var isOtherSYN: Bool {
    guard let ours = near.syn, let theirs = far.syn else { return true }
    return ours.isOtherCopy(than: theirs)
  }

  /// When messages were seen at both points. Of what was sent again, it is unknown which copy arrived: it says something only where
  /// nothing else does.
  private func momentsOfMessages(_ lane: Lane) -> [(Timestamp, Timestamp)] {
    let repeats = (lane.sender == .client ? near : far).stream(of: lane.sender).oddities.repeats
    var (once, again): ([(Timestamp, Timestamp)], [(Timestamp, Timestamp)]) = ([], [])
    // The time of the complete message is unknown if it is cut.
    for case .both(let one, let other) in lane.entries where lane.near[one].isWhole && lane.far[other].isWhole {
      let sent = lane.sender == .client ? lane.near[one] : lane.far[other]
      let moment = (lane.near[one].stamp.time, lane.far[other].stamp.time)
      if repeats.copies(of: sent).isEmpty { once.append(moment) } else { again.append(moment) }
    }
    return once.isEmpty ? again : once
  }

  /// How much longer answers take at the near point than at the far one: what the way between takes, there and back.
  var roundTrips: [TimeSpan] {
    var trips: [TimeSpan] = []
    if let ours = near.handshake.roundTripTime, let theirs = far.handshake.roundTripTime { trips.append(ours - theirs) }
    var asked: [UInt64: (near: Timestamp, far: Timestamp)] = [:]
    for case .both(let one, let other) in client.entries where client.near[one].isWhole && client.far[other].isWhole {
      asked[client.near[one].identity.number] = (client.near[one].stamp.time, client.far[other].stamp.time)
    }
    for case .both(let one, let other) in server.entries where !server.near[one].identity.isInterim && server.near[one].isWhole && server.far[other].isWhole {
      guard case .smb2 = server.near[one].identity.form, let question = asked[server.near[one].identity.number] else { continue }
      trips.append(
        server.near[one].stamp.time.since(question.near) - server.far[other].stamp.time.since(question.far))
    }
    return trips
  }
}
