import Packets
import Rules
import Transcripts

/// Decides for one connection at two points what happened to everything that was sent on it.
struct PairBuilder {
  private let pair: AlignedPair
  private let context: PathContext
  private let path: PathKind
  private var steps: [Step] = []
  private var notCompared = NotCompared()
  /// Where packets of either sender begin, at the near point, that are altered.
  private var altered: [Peer: Set<Int>] = [:]

  init(_ pair: AlignedPair, _ context: PathContext) {
    self.pair = pair
    self.context = context
    path = pair.path
  }

  func built() -> PairComparison {
    var builder = self
    builder.addOpening()
    builder.addMessages(pair.client, answers: pair.server)
    builder.addMessages(pair.server, answers: pair.client)
    for lane in [pair.client, pair.server] { builder.addBulk(lane) }
    for sender in [Peer.client, .server] { builder.addClosings(sender) }
    builder.excuseSingleLosses()
    var result = PairComparison(near: pair.near, far: pair.far, common: pair.pair.common, path: path)
    result.steps = builder.inOrder()
    result.notCompared = builder.notCompared
    let notes = PathNoteWriter(near: pair.near, far: pair.far, path: path, names: context.points)
    result.notes = notes.all + notes.shifts([pair.client, pair.server])
    return result
  }

  /// By the near clock, and where it cannot tell in the order in which they were added.
  private func inOrder() -> [Step] {
    let times = steps.map { step in step.near?.time ?? step.far.map { context.near($0.time) } ?? Timestamp(nanoseconds: 0) }
    return steps.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { steps[$0] }
  }

  private mutating func add(
    _ kind: Step.Kind, _ name: String, _ sender: Peer, _ near: FrameStamp?, _ far: FrameStamp?, _ fate: Step.Fate,
    isTimed: Bool = true, isLate: Bool = false, exchange: UInt64? = nil, wasRepeated: Bool = false, damage: Step.Damage? = nil, copy: LaterCopy? = nil
  ) {
    var step = Step(kind: kind, name: name, sender: sender, near: near, far: far, fate: fate)
    (step.exchange, step.damage) = (exchange, damage)
    if let near, let far, isTimed { step.transit = context.transit(sender, near.time, far.time) }
    step.wasRepeated = wasRepeated
    step.isDelayed = context.isDelayed(step.transit, wasRepeated: wasRepeated)
    if let copy { step.take(copy, isSerious: step.isDelayed, by: context) }
    step.isLate = isLate
    steps.append(step)
  }

  // MARK: Handshake

  private mutating func addOpening() {
    let (ours, theirs) = (pair.near.handshake, pair.far.handshake)
    // Without sequence numbers in common each side has a handshake of its own.
    guard path != .ended else { return addAttempt(theirs.syn) }
    addOpening(.syn, "SYN", .client, ours.syn, theirs.syn, isRepeated: ours.isRepeated || theirs.isRepeated)
    addOpening(.synAck, "SYN-ACK", .server, ours.synAck, theirs.synAck, isRepeated: ours.isRepeated || theirs.isRepeated)
  }

  /// A device accepts the connection, and gets none to the server.
  private mutating func addAttempt(_ syn: FrameStamp?) {
    guard pair.far.isAttempt, !pair.near.isEmptyOfServer, let syn else { return }
    let why = "the device that terminates TCP opens its own connection in \(context.farName), and \(pair.far.fateOfAttempt)"
    add(.syn, "SYN", .client, nil, syn, .notRecorded(why: why))
  }

  private mutating func addOpening(
    _ kind: Step.Kind, _ name: String, _ sender: Peer, _ near: FrameStamp?, _ far: FrameStamp?, isRepeated: Bool
  ) {
    let crossing = context.crossing(sender, pair, path)
    let (sent, received) = sender == .client ? (near, far) : (far, near)
    switch (sent, received) {
    case (nil, nil): return
    case (_?, _?): add(kind, name, sender, near, far, .same, wasRepeated: isRepeated, copy: crossing.laterCopy(of: kind))
    case (let sent?, nil):
      let arrived = kind == .syn ? !crossing.receiving.isEmptyOfServer : crossing.receiving.isAcceptedByClient
      // A client that asks again did not get the answer, nor the ones before it.
      let isMissed = kind == .synAck && crossing.receiving.handshake.synCount > 1 && crossing.sending.handshake.synAckCount > 1
      add(kind, name, sender, near, far, crossing.fate(ofOpening: sent, isSent: true, isProven: arrived, isMissed: isMissed))
    case (nil, let received?):
      let wasSent = kind == .syn ? !crossing.sending.isEmptyOfClient : !crossing.sending.isEmptyOfServer
      add(kind, name, sender, near, far, crossing.fate(ofOpening: received, isSent: false, isProven: wasSent))
    }
  }

  // MARK: Messages

  private mutating func addMessages(_ lane: AlignedPair.Lane, answers: AlignedPair.Lane) {
    let crossing = context.crossing(lane.sender, pair, path)
    // At the receiver's point: what it answered has arrived.
    let answered = Set((lane.sender == .client ? answers.far : answers.near).filter { $0.identity.isResponse && $0.identity.form.isNumbered }.map(\.identity.number))
    let odd = lane.oddPackets
    // Behind a length that a device has changed, messages are not found where they are.
    var isFramed = true
    let cutOut = lane.cutOut
    for (index, entry) in lane.entries.enumerated() {
      switch entry {
      case .both(let nearPlace, let farPlace):
        let (near, far) = (lane.near[nearPlace], lane.far[farPlace])
        let isExplained = odd.contains(near.packet?.start ?? -1)
        if !add(near, far, lane.sender, crossing, isExplained: isExplained) { isFramed = false }
      case .near(let place), .far(let place):
        let isNear = if case .near = entry { true } else { false }
        let message = isNear ? lane.near[place] : lane.far[place]
        let isAnswered = !message.identity.isResponse && message.identity.form.isNumbered && answered.contains(message.identity.number)
        let fate = fate(
          of: message, crossing, isSent: isNear == (lane.sender == .client), isAnswered: isAnswered, isFramed: isFramed,
          isCutOut: cutOut.contains(index))
        if case .notRecorded = fate { notCompared.lost += 1 }
        add(
          .message, message.name, lane.sender, isNear ? message.stamp : nil, isNear ? nil : message.stamp, fate,
          exchange: message.identity.exchange)
      }
    }
  }

  /// Adds a message that both points have.
  ///
  /// - Parameter isExplained: another message of its packet is not the same.
  /// - Returns: false when the messages behind it are not found where they are, because its length was altered.
  private mutating func add(
    _ near: PointMessage, _ far: PointMessage, _ sender: Peer, _ crossing: Crossing, isExplained: Bool
  ) -> Bool {
    let both = sender == .client ? (sent: near, received: far) : (sent: far, received: near)
    let damage = crossing.damage(both.sent, both.received)
    let copy = crossing.laterCopy(of: both.sent, both.received)
    let wasSentAgain = copy != nil || isRepeated(near, in: pair.near, sender) || isRepeated(far, in: pair.far, sender)
    let doubt: String? =
      if damage.sent {
        "\(crossing.names.sending) has it with a wrong checksum: the recorder there damaged it"
      } else if damage.received == .confirmed, wasSentAgain {
        "\(crossing.names.receiving) has only a damaged copy of it, and the \(sender.rawValue) sent it again"
      } else if damage.received == .unchecked, wasSentAgain {
        "the \(sender.rawValue) sent it again, so the copies before it may have been damaged, which TCP discards; smbdx did not look at their checksums"
      } else {
        nil
      }
    let fate = fate(both, isExplained: isExplained, doubt: doubt)
    if case .altered = fate, let packet = near.packet { altered[sender, default: []].insert(packet.start) }
    notCompared.add(fate, damage.received)
    add(
      .message, both.sent.name, sender, near.stamp, far.stamp, fate,
      // Of a message in one frame the time is known, whatever of it was cut.
      isTimed: near.isWhole && far.isWhole || near.frames.count == 1 && far.frames.count == 1, exchange: near.identity.exchange,
      // Of what arrives damaged there are further copies.
      wasRepeated: wasSentAgain || crossing.receiving.stream(of: sender).oddities.damaged.count > 0,
      damage: damage.received, copy: copy)
    return !fate.isOfFraming && both.received.identity.form != .unread
  }

  /// What became of a message that only one point has.
  ///
  /// - Parameters:
  ///   - isFramed: no altered length comes before it.
  ///   - isCutOut: the messages around it follow each other directly at the other point.
  private func fate(
    of message: PointMessage, _ crossing: Crossing, isSent: Bool, isAnswered: Bool, isFramed: Bool, isCutOut: Bool
  ) -> Step.Fate {
    if isCutOut, path != .ended {
      return isSent
        ? .dropped(.proven, why: Crossing.cutOut(crossing.names.receiving))
        : .made(.proven, why: Crossing.cutOut(crossing.names.sending))
    }
    if !isFramed, crossing.hasBytes(of: message, isSent: isSent) {
      return .notRecorded(why: "its bytes are in both recordings, but behind the altered message it is not found where it begins")
    }
    return isSent
      ? crossing.fate(ofSent: message.stamp, reach: message.reach, isAnswered: isAnswered, isCutOut: isCutOut)
      : crossing.fate(ofReceived: message.stamp, reach: message.reach)
  }

  /// The segment with the message was sent more than once.
  private func isRepeated(_ message: PointMessage, in connection: PointConnection, _ sender: Peer) -> Bool {
    guard let again = connection.stream(of: sender).retransmission else { return false }
    return again.offset < message.reach && again.offset + again.longest >= message.reach
  }

  /// Only one repeated segment of each direction is remembered, so other late messages may have been repeated, too.
  private mutating func excuseSingleLosses() {
    for sender in [Peer.client, .server] {
      let point = sender == .client ? pair.near : pair.far
      guard point.stream(of: sender).retransmission != nil else { continue }
      let late = steps.indices.filter { steps[$0].sender == sender && steps[$0].isDelayed }
      for place in late where late.count < PathContext.Delay.several && steps[place].transit ?? .zero <= PathContext.Delay.ofRepeated {
        steps[place].isDelayed = false
      }
    }
  }

  /// - Parameter doubt: why nothing says whether the path altered it; nil where it would be the path.
  private func fate(_ pair: (sent: PointMessage, received: PointMessage), isExplained: Bool, doubt: String?) -> Step.Fate {
    var changes = FieldChange.all(pair.sent, pair.received, isExplained: isExplained)
    if context.isRedacted, !pair.sent.isWhole || !pair.received.isWhole { changes.removeAll(where: \.isUnnamed) }
    guard changes.isEmpty else { return doubt.map { .notRecorded(why: $0) } ?? .altered(changes) }
    return pair.sent.isWholeInDigest && pair.received.isWholeInDigest ? .same : .sameAsFarAsCaptured
  }

  /// What is not compared message by message.
  private mutating func addBulk(_ lane: AlignedPair.Lane) {
    let passedOver = max(pair.near.passedOver, pair.far.passedOver)
    guard passedOver > 0 else { return }
    guard pair.near.isFromStart, pair.far.isFromStart, lane.isSideBySide else {
      notCompared.unplaced = passedOver
      return
    }
    let bulk = BulkComparison(pair.near.cells(of: lane.sender), pair.far.cells(of: lane.sender), altered: altered[lane.sender] ?? []) {
      [pair.near, pair.far].doubt(lane.sender, $0, [$1, $2])
    }
    notCompared.missing = min(passedOver, notCompared.missing + bulk.unknownPackets)
    for one in bulk.differences {
      let (near, far) = (pair.near.middle(of: one.near), pair.far.middle(of: one.far))
      let places = "frames \(near.first.number) to \(near.last) in \(context.nearName), \(far.first.number) to \(far.last) in \(context.farName)"
      let change = FieldChange(name: "bytes \(one.bytes.lowerBound) to \(one.bytes.upperBound - 1) of its stream (\(places))")
      add(.bulk, "data of the \(lane.sender.rawValue)", lane.sender, near.first, far.first, .altered([change]), isTimed: false, damage: one.isUnchecked ? .unchecked : nil)
    }
  }

  // MARK: FIN and RST

  private mutating func addClosings(_ sender: Peer) {
    let crossing = context.crossing(sender, pair, path)
    let lane = sender == .client ? pair.client : pair.server
    func terminations(_ one: PointConnection) -> [PointClosing] { one.terminations.filter { one.peer($0.side) == sender && !$0.isUnseen } }
    var received = terminations(crossing.receiving)
    for termination in terminations(crossing.sending) {
      let match = received.firstIndex { crossing.isSame(termination, $0, shift: lane.lastShift) }
      let other = match.map { received.remove(at: $0) }
      let (near, far) = sender == .client ? (termination.stamp, other?.stamp) : (other?.stamp, termination.stamp)
      let fate: Step.Fate = other == nil ? (path != .ended ? crossing.fate(ofSent: termination) : ownEnd(crossing.names.receiving)) : .same
      add(termination, sender, near, far, fate, in: crossing.sending)
    }
    for termination in received {
      let (near, far) = sender == .client ? (nil, termination.stamp) : (termination.stamp, nil)
      add(termination, sender, near, far, path != .ended ? crossing.fate(ofReceived: termination) : ownEnd(crossing.names.sending), in: crossing.receiving)
    }
  }

  /// Where a device ends TCP, each side has an end of its own.
  private func ownEnd(_ name: String) -> Step.Fate { .notRecorded(why: "the device that terminates TCP ends its own connection in \(name)") }

  private mutating func add(
    _ termination: PointClosing, _ sender: Peer, _ near: FrameStamp?, _ far: FrameStamp?, _ fate: Step.Fate, in connection: PointConnection
  ) {
    let isLate = termination.isIgnored || connection.hasEnded(before: termination)
    // Hosts reset what comes behind the end of a connection, and recorders stop then.
    let isUnclear = isLate && fate.isOnlyLikely
    add(
      termination.kind == .fin ? .fin : .reset, termination.kind == .fin ? "FIN" : "RST", sender, near, far,
      isUnclear ? .notRecorded(why: "the connection had ended before it: the recorder there may have stopped, or lost it") : fate, isLate: isLate)
  }
}

extension PointMessage.Identity {
  /// What it shares with its answer.
  fileprivate var exchange: UInt64? { form.isNumbered ? number : nil }
}

extension Step.Fate {
  fileprivate var isOnlyLikely: Bool {
    switch self {
    case .dropped(let confidence, _), .made(let confidence, _): confidence < .proven
    case .same, .sameAsFarAsCaptured, .altered, .notRecorded: false
    }
  }

  /// The receiver finds the next message elsewhere.
  fileprivate var isOfFraming: Bool {
    guard case .altered(let changes) = self else { return false }
    return changes.contains { $0.name == FieldChange.lengthName }
  }
}

extension Crossing {
  /// The other point has the bytes of a message, whatever is read in them.
  fileprivate func hasBytes(of message: PointMessage, isSent: Bool) -> Bool {
    guard path != .ended else { return false }
    let (stream, shift) = isSent ? (receiving.stream(of: sender), 1) : (sending.stream(of: sender), -1)
    return stream.missing == 0 && stream.end >= message.reach + shift * self.shift
  }
}

extension PointMessage.Identity.Form {
  /// A number identifies each message.
  var isNumbered: Bool {
    switch self {
    case .smb2, .smb1: true
    case .session, .encrypted, .compressed, .unread: false
    }
  }
}

extension Crossing {
  /// What became of a SYN or SYN-ACK that one point has.
  ///
  /// - Parameters:
  ///   - isProven: the other point shows by what follows that it was there.
  ///   - isMissed: that it never came.
  func fate(ofOpening stamp: FrameStamp, isSent: Bool, isProven: Bool, isMissed: Bool = false) -> Step.Fate {
    let (span, own, name) = isSent ? (receivingSpan, sendingSpan, names.receiving) : (sendingSpan, receivingSpan, names.sending)
    if let why = absence(stamp.time, span, isSent ? toReceiver : toSender, name, own: own) { return .notRecorded(why: why) }
    if isProven { return .notRecorded(why: "the following messages show that it existed: the recorder there may have lost it") }
    if isMissed { return .dropped(.proven, why: "the \(sender.other.rawValue) repeats its SYN, as if there were no answer") }
    guard isSent || sending.hasSeen(sender) else { return .notRecorded(why: "\(name) has nothing that the \(sender.rawValue) sent") }
    return isSent
      ? .dropped(.likely, why: "nothing in \(name) follows it")
      : .made(.likely, why: "it is not in \(name)")
  }

  /// The same segment at both points.
  ///
  /// - Parameter shift: what a device has made the stream longer at the far point, as far as the last messages show.
  func isSame(_ sent: PointClosing, _ received: PointClosing, shift: Int) -> Bool {
    guard sent.kind == received.kind else { return false }
    let change = sender == .client ? shift : -shift
    if change != 0, path != .ended, sent.position + change == received.position, sent.hasAck == received.hasAck { return true }
    guard path == .transparent else { return path == .renumbered && sent.position == received.position && sent.hasAck == received.hasAck }
    let base = (sending.stream(of: sender).base, receiving.stream(of: sender).base)
    return base.0 &+ UInt32(truncatingIfNeeded: sent.position) == base.1 &+ UInt32(truncatingIfNeeded: received.position)
      && sent.hasAck == received.hasAck
  }
}

extension [PointConnection] {
  /// Why parts of a stream that are not the same may be so by accident.
  ///
  /// - Parameters:
  ///   - bytes: of the stream.
  ///   - frames: of each connection.
  fileprivate func doubt(_ sender: Peer, _ bytes: Range<Int>, _ frames: [ClosedRange<Int>]) -> BulkComparison.Doubt? {
    let all = zip(map { (connection: $0, oddities: $0.stream(of: sender).oddities) }, frames)
    if all.contains(where: { $0.oddities.isOfDamage($1) }) { return .damaged }
    guard all.contains(where: { $0.connection.isUnchecked($1) }) else { return nil }
    return all.contains { one, _ in one.oddities.repeats.contains { $0.range.overlaps(bytes) } } ? .damaged : .unchecked
  }
}

extension PointConnection {
  /// The part of some frames in which messages are that are not kept: those before and behind are compared one by one.
  fileprivate func middle(of frames: (first: FrameStamp, last: Int)) -> (first: FrameStamp, last: Int) {
    let start = first.last.map(\.stamp) ?? frames.first
    let end = last.first?.frame ?? frames.last
    return (frames.first.number < start.number ? start : frames.first, min(frames.last, max(end, start.number)))
  }

  var isEmptyOfServer: Bool { handshake.synAck == nil && serverStream.segments == 0 }
  var isEmptyOfClient: Bool { handshake.syn == nil && clientStream.segments == 0 }
  /// The client went on behind the SYN-ACK.
  var isAcceptedByClient: Bool { handshake.isAccepted || clientStream.end > 0 }

  /// Both sides had ended it, or one had reset it.
  func hasEnded(before termination: PointClosing) -> Bool {
    let earlier = terminations.filter { !$0.isIgnored && $0.stamp.number < termination.stamp.number }
    return earlier.contains { $0.kind == .rst } || earlier.contains { $0.side == .first } && earlier.contains { $0.side == .second }
  }
}
