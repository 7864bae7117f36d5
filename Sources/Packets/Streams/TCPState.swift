/// Both streams of a connection, and how it ended: RFC 9293 3.6.
package struct TCPState {
  /// Resets and FINs kept for one connection; only a device that floods them sends more than a few.
  static let maximumTerminations = 16

  private var firstTrace = HostTrace()
  private var secondTrace = HostTrace()
  private var firstStream = StreamAssembler()
  private var secondStream = StreamAssembler()
  /// All FINs and resets, also those without effect; see ``ending``.
  package private(set) var terminations: [Termination] = []
  package private(set) var closingsNotKept = 0

  /// The first byte that is read is the first of its stream: nothing passed before it had a reader.
  package let isFromStart: Bool

  init(handshake: Handshake, isFromStart: Bool = true) {
    self.isFromStart = isFromStart
    guard let initiator = handshake.initiator else { return }
    if handshake.syn != nil {
      if isFromStart {
        anchor(initiator, behind: handshake.synSequence)
        if initiator == .first {
          firstStream.recordConfirmed(Int(handshake.confirmed))
        } else {
          secondStream.recordConfirmed(Int(handshake.confirmed))
        }
      }
      seedTrace(of: initiator, handshake.synOptions, hopLimit: handshake.synHopLimit)
    }
    if handshake.synAck != nil {
      if isFromStart { anchor(initiator.other, behind: handshake.synAckSequence) }
      seedTrace(of: initiator.other, handshake.synAckOptions, hopLimit: handshake.synAckHopLimit)
    }
  }

  private mutating func seedTrace(of side: Side, _ options: TCPOptions, hopLimit: UInt8) {
    let trace = HostTrace(options: options, hopLimit: hopLimit)
    if side == .first { firstTrace = trace } else { secondTrace = trace }
  }

  private mutating func anchor(_ side: Side, behind sequenceNumber: UInt32) {
    switch side {
    case .first: firstStream.anchor(at: sequenceNumber &+ 1)
    case .second: secondStream.anchor(at: sequenceNumber &+ 1)
    }
  }

  // MARK: What the capture shows of one side

  package func trace(of side: Side) -> HostTrace { side == .first ? firstTrace : secondTrace }

  /// The sequence number of the first byte of this side's stream.
  package func firstSequenceNumber(of side: Side) -> UInt32 { stream(of: side).base }

  /// Bytes of this side's stream that the capture lacks.
  package func missingBytes(from side: Side) -> Int { stream(of: side).bytesNotCaptured }

  /// Bytes this side has sent that the capture shows or that lie behind a hole.
  package func nextOffset(of side: Side) -> Int { stream(of: side).next }

  /// Whether the capture has the end of the connection and all that this side sent: a message that it began and did not finish
  /// has no rest that the capture lacks.
  package func showsAll(of side: Side) -> Bool {
    terminations.contains { !$0.isIgnored } && missingBytes(from: side) == 0 && unseenTail(of: side) == 0
      && acknowledgedOffset(of: side) <= nextOffset(of: side) + 1
  }

  /// Bytes of this side's stream that the other side has confirmed.
  package func acknowledgedOffset(of side: Side) -> Int { stream(of: side).acknowledged }

  /// When the other side confirmed bytes of this side last.
  package func lastAcknowledgment(of side: Side) -> FrameStamp? { stream(of: side).lastAcknowledgment }

  /// The longest payload of this side that is known to have arrived, in bytes.
  package func longestConfirmedPayload(of side: Side) -> Int { Int(stream(of: side).longestConfirmed) }

  /// The shortest time in which the other side confirmed what this one had sent last.
  package func shortestDelay(of side: Side) -> TimeSpan? {
    let delay = stream(of: side).shortestDelay
    return delay == .max ? nil : TimeSpan(nanoseconds: Int64(delay))
  }

  /// The segment of this side that had to be sent again and again.
  package func retransmission(of side: Side) -> Retransmission? { stream(of: side).retransmission }

  /// Bytes of this side that neither the capture nor the other side has, although later ones came.
  package func undelivered(of side: Side) -> UndeliveredBytes? { stream(of: side).undelivered }

  /// The other side has confirmed segments of this side, so they exist.
  package func isConfirmed(_ side: Side) -> Bool {
    stream(of: side).acknowledged > 0 || stream(of: side).isConfirmedUnseen
  }

  /// Bytes this side must have sent, by its own sequence numbers, behind the last that the capture shows.
  package func unseenTail(of side: Side) -> Int {
    let stream = stream(of: side)
    // RFC 9293 3.4: a FIN occupies one sequence number.
    let hasFin = terminations.contains { $0.side == side && $0.kind == .fin }
    return max(0, stream.furthest - stream.next - (hasFin ? 1 : 0))
  }

  /// Bytes of this side since the start of the capture, before the first one that it shows, as one of the two reported them.
  package func unseenHead(of side: Side) -> Int { stream(of: side).unseenHead }

  /// The snapshot length cut bytes that the reader wanted.
  package var isCut: Bool { firstStream.cutBytes > 0 || secondStream.cutBytes > 0 }
  /// Those of the missing bytes of which the packets are there.
  package func cutBytes(from side: Side) -> Int { stream(of: side).cutBytes }

  /// Segments whose bytes differ from an earlier copy.
  package var conflictingSegments: Int {
    firstStream.conflictingSegments + secondStream.conflictingSegments
  }

  /// Holes given up early because a limit on held bytes was reached.
  package var heldLimitsReached: Int { firstStream.limitsReached + secondStream.limitsReached }

  private func stream(of side: Side) -> StreamAssembler { side == .first ? firstStream : secondStream }

  /// Bytes that wait behind holes, of both sides.
  var heldByteCount: Int { firstStream.heldByteCount + secondStream.heldByteCount }

  /// Both sides have said FIN, or one has said RST.
  package var hasEnded: Bool {
    let obeyed = terminations.lazy.filter { !$0.isIgnored }
    return obeyed.contains { $0.kind == .rst } || obeyed.contains { $0.side == .first } && obeyed.contains { $0.side == .second }
  }

  /// The segment that ended the connection: the first FIN or RST that was not ignored, but for a FIN of the other side
  /// that it confirms. That one came before it, whatever the order in the capture, and also when the capture lacks it.
  package var ending: Termination? {
    guard let first = terminations.first(where: { !$0.isIgnored }) else { return nil }
    guard let confirmed = first.confirmed else { return first }
    let fins = terminations.lazy.filter { $0.kind == .fin && $0.side != first.side && !$0.isIgnored }
    // RFC 9293 3.4: a FIN occupies one sequence number.
    if let fin = fins.first(where: { confirmed > $0.end }) { return fin }
    let other = stream(of: first.side.other)
    guard confirmed == other.next + 1, other.next > 0 || other.isAnchoredFirmly, fins.isEmpty else { return first }
    var unseen = first
    (unseen.kind, unseen.side, unseen.isUnseen) = (.fin, first.side.other, true)
    (unseen.position, unseen.end, unseen.reach, unseen.sequenceDistance) = (other.next, other.next, other.next, 0)
    return unseen
  }

  // MARK: Segments

  /// Takes one segment.
  ///
  /// - Returns: by how much the bytes that wait behind holes have grown, and what was looked at.
  mutating func accept(
    _ packet: borrowing Packet, header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView,
    handshake: inout Handshake, to consumer: any StreamConsumer
  ) -> (held: Int, use: PayloadUse) {
    let held = heldByteCount
    if !handshake.isComplete { handshake.record(header, packet, from: side, frame: frame, bytes: bytes) }
    if header.flags.contains(.syn) { anchor(side, behind: header.sequenceNumber) }
    if !terminations.isEmpty {
      recordLateData(packet, header, from: side, frame: frame)
      recordGoingOn(packet, header, from: side, frame: frame)
    }
    var isStray = false
    if !header.flags.isDisjoint(with: [.fin, .rst]) {
      releaseDamaged(consumer)
      isStray = isOutsideWindow(header, packet, from: side, handshake)
      recordClosing(header, packet, from: side, frame: frame, bytes, isStray: isStray)
    }
    guard !isStray else { return (0, .none) }
    let use: PayloadUse
    if side == .first {
      use = Self.accept(
        packet, header, side: side, frame, bytes, sender: &firstStream, receiver: &secondStream,
        trace: &firstTrace, consumer)
    } else {
      use = Self.accept(
        packet, header, side: side, frame, bytes, sender: &secondStream, receiver: &firstStream,
        trace: &secondTrace, consumer)
    }
    return (heldByteCount - held, use)
  }

  // Outside its caller the packet would be copied for it.
  @inline(__always)
  private static func accept(
    _ packet: borrowing Packet, _ header: TCPHeader, side: Side, _ frame: FrameStamp, _ bytes: borrowing ByteView,
    sender: inout StreamAssembler, receiver: inout StreamAssembler, trace: inout HostTrace,
    _ consumer: any StreamConsumer
  ) -> PayloadUse {
    guard !header.flags.contains(.rst) else {
      trace.recordTime(frame.time)
      if header.flags.contains(.ack) { receiver.acknowledge(byReset: header.acknowledgmentNumber, frame: frame) }
      return .none
    }
    trace.record(packet, header: header, frame: frame)
    if trace.usesTimestamps, trace.segments <= HostTrace.timedSegments {
      trace.recordTimestamp(packet, header, number: frame.number, bytes)
    }
    if header.flags.contains(.ack) {
      let isPure = packet.payloadLength == 0 && header.flags.isDisjoint(with: [.syn, .fin])
      receiver.acknowledge(header.acknowledgmentNumber, isPure: isPure, frame: frame)
      receiver.releaseConfirmed(side: side.other, to: consumer)
      if receiver.isWaiting { receiver.giveUpAcknowledgedHoles(now: frame.time, side: side.other, to: consumer) }
    }
    // RFC 7413: a SYN may bring data, whose sequence numbers begin behind its own.
    let isOpening = header.flags.contains(.syn)
    guard packet.payloadLength > 0 else {
      if !isOpening { sender.recordPosition(header.sequenceNumber, frame) }
      return .none
    }
    let sequenceNumber = isOpening ? header.sequenceNumber &+ 1 : header.sequenceNumber
    sender.anchor(at: sequenceNumber)
    let start = sender.offset(of: sequenceNumber)
    // RFC 9293 3.8.4: a keep-alive repeats the last byte, or one that was never sent.
    if packet.payloadLength == 1, start == sender.next - 1 { return .none }
    // If the capture has nothing of the receiver, no confirmation can be waited for.
    let isChecked = sender.isChecked(at: start, for: consumer) && (receiver.isAnchoredFirmly || consumer.isCheckedThroughout)
    let isDamaged = isChecked ? consumer.isDamaged(packet, bytes, frame: frame) : false
    if isDamaged, sender.holdBack(packet.payload(in: bytes), at: start, length: packet.payloadLength, frame: frame) { return .all }
    let use = sender.accept(
      packet.payload(in: bytes), at: start, length: packet.payloadLength, side: side, frame: frame, isDamaged: isDamaged,
      to: consumer)
    if sender.isWaiting { sender.giveUpAcknowledgedHoles(now: frame.time, side: side, to: consumer) }
    return use
  }

  /// A host that goes on sending new data did not send the reset that has its address.
  private mutating func recordLateData(_ packet: borrowing Packet, _ header: TCPHeader, from side: Side, frame: FrameStamp) {
    let sender = stream(of: side)
    guard packet.payloadLength > 0, sender.isAnchored, trace(of: side).frameAfterReset == nil,
      let reset = terminations.first(where: { $0.kind == .rst && $0.side == side && !$0.isIgnored })
    else { return }
    // Data that ends where the reset stands was sent before it and captured after it.
    let end = sender.offset(of: header.sequenceNumber) + packet.payloadLength
    guard end > max(sender.next, reset.position) else { return }
    setFrameAfterReset(frame.number, of: side)
  }

  private mutating func setFrameAfterReset(_ frame: Int?, of side: Side) {
    if side == .first {
      firstTrace.oddities.value.frameAfterReset = frame
    } else {
      secondTrace.oddities.value.frameAfterReset = frame
    }
  }

  /// Segments in transit arrive after a reset, too. But a host has ignored the reset if it confirms later data, or sends new
  /// data much later.
  private mutating func recordGoingOn(_ packet: borrowing Packet, _ header: TCPHeader, from side: Side, frame: FrameStamp) {
    guard !header.flags.contains(.rst) else { return }
    let (receiver, sender) = (stream(of: side), stream(of: side.other))
    let confirmed = header.flags.contains(.ack) && sender.isAnchored ? sender.offset(of: header.acknowledgmentNumber) : 0
    let length = packet.payloadLength
    let isNew = length > 0 && receiver.isAnchored && receiver.offset(of: header.sequenceNumber) + length > receiver.next
    for index in terminations.indices {
      let termination = terminations[index]
      guard termination.kind == .rst, termination.side != side, !termination.isIgnored else { continue }
      let isLate = frame.time.since(termination.stamp.time) > StreamAssembler.timeout
      guard confirmed > termination.reach || isNew && (isLate || confirmed > termination.position - termination.sequenceDistance)
      else { continue }
      terminations[index].isIgnored = true
      if trace(of: termination.side).frameAfterReset != nil { setFrameAfterReset(nil, of: termination.side) }
    }
  }

  /// RFC 9293 3.5.3 and 3.10.7.4: outside of the window neither a reset nor a FIN is this connection's. A SYN has no window yet.
  private func isOutsideWindow(
    _ header: TCPHeader, _ packet: borrowing Packet, from side: Side, _ handshake: Handshake
  ) -> Bool {
    let sender = stream(of: side)
    guard sender.isAnchored, handshake.isComplete || handshake.syn == nil && handshake.synAck == nil else { return false }
    let start = sender.offset(of: header.sequenceNumber)
    // A FIN and its repetitions end where the stream does.
    let end = start + (header.flags.contains(.fin) ? packet.payloadLength : 0)
    return end < sender.acknowledged - 1 || start > max(sender.next, sender.acknowledged, sender.furthest) + Self.largestWindow
  }

  /// RFC 7323 2.3: bytes.
  private static let largestWindow = 1 << 30

  private mutating func recordClosing(
    _ header: TCPHeader, _ packet: borrowing Packet, from side: Side, frame: FrameStamp, _ bytes: borrowing ByteView,
    isStray: Bool
  ) {
    let other = trace(of: side.other)
    let sender = stream(of: side)
    let receiver = stream(of: side.other)
    let position = sender.isAnchored ? sender.offset(of: header.sequenceNumber) : 0
    let isReset = header.flags.contains(.rst)
    let termination = Termination(
      kind: isReset ? .rst : .fin,
      side: side,
      stamp: frame,
      sequenceDistance: sender.isAnchored ? position - sender.next : 0,
      position: position,
      reach: max(position, sender.next),
      end: position + (isReset ? 0 : packet.payloadLength),
      confirmed: header.flags.contains(.ack) && receiver.isAnchored ? receiver.offset(of: header.acknowledgmentNumber) : nil,
      hasAck: header.flags.contains(.ack),
      acknowledgmentNumber: header.acknowledgmentNumber,
      window: header.window,
      hopLimit: packet.hopLimit,
      trafficClass: packet.trafficClass,
      identification: packet.identification,
      hardwareSource: packet.hardwareSource,
      hasTimestamps: TCPOptions(of: header, packet, in: bytes).hasTimestamps,
      sinceOtherSide: other.lastTime.map { frame.time.since($0) },
      otherSideSilence: other.segments > 1 ? other.lastSilence : nil,
      followsOtherSide: terminations.contains { $0.side == side.other && !$0.isIgnored },
      isIgnored: isStray)
    guard !terminations.contains(where: { termination.isCopy(of: $0) }) else { return }
    if isReset { confirmResets(by: termination) }
    guard terminations.count < Self.maximumTerminations else {
      closingsNotKept += 1
      return
    }
    terminations.append(termination)
  }

  /// A host that answers what comes long after its reset with another one, and has said nothing in between, has sent the first
  /// one itself: only the other side did not obey it.
  private mutating func confirmResets(by termination: Termination) {
    for index in terminations.indices where terminations[index].isIgnored && terminations[index].kind == .rst {
      let earlier = terminations[index]
      guard earlier.side == termination.side, earlier.position == termination.position,
        termination.stamp.time.since(earlier.stamp.time) > StreamAssembler.timeout
      else { continue }
      terminations[index].isIgnored = false
    }
  }

  /// The connection ends: no better copies will come.
  private mutating func releaseDamaged(_ consumer: any StreamConsumer) {
    firstStream.releaseDamaged(side: .first, to: consumer)
    secondStream.releaseDamaged(side: .second, to: consumer)
  }

  /// Releases what waits behind holes.
  mutating func giveUpHoles(_ consumer: any StreamConsumer) {
    firstStream.finish(side: .first, to: consumer)
    secondStream.finish(side: .second, to: consumer)
  }
}
