/// One direction of a TCP connection: segments in, ordered bytes and holes out (RFC 9293 3.4, 3.10.7.4).
///
/// The first copy of a byte wins. Bytes that the consumer lets pass are counted, never stored; bytes that
/// arrive before their predecessors are held until the hole in front of them is filled or given up.
struct StreamAssembler {
  /// What a stream may hold behind a hole.
  enum Limit {
    /// A control-plane message is at most about 64 KiB; four of them in flight are more than any peer sends.
    static let heldBytes: Int32 = 256 * 1024
    /// As many bytes in segments of 512 bytes, the size on old links.
    static let heldSegments = 512
    /// Intervals remembered as not captured inside skipped payload.
    static let gaps = 16
    /// Bytes in flight: more than the receive buffers of common hosts.
    static let window = 1 << 24
    /// Logons and shares are among the first bytes of a stream. Those are checked for damage before they are read.
    static let checkedBytes = 16 * 1024
  }

  /// How long a hole that the receiver has acknowledged may still be filled by a reordered frame.
  static let timeout = TimeSpan.seconds(1)

  /// Next in-order offset.
  private(set) var next = 0
  /// Bytes before this offset are not wanted.
  private var passUntil = 0
  private var disorder = Boxed<StreamDisorder>()
  private var delivered = DeliveredHead()

  /// Highest offset that the receiver has acknowledged.
  private(set) var acknowledged = 0
  /// When it did so last.
  @OptionalStamp private(set) var lastAcknowledgment: FrameStamp?
  /// When the last new bytes came.
  private var lastNewTime = Timestamp(nanoseconds: 0)
  /// Highest position at which the sender itself has placed a segment.
  private(set) var furthest = 0
  /// Sequence number of stream offset 0.
  private(set) var base: UInt32 = 0
  /// Longest payload of a segment that was confirmed, in bytes; of one that may not be yet.
  private(set) var longestConfirmed: UInt16 = 0
  private var longestSent: UInt16 = 0
  /// The shortest time in nanoseconds in which the last byte sent so far was confirmed; `.max` when none was, or not that soon.
  private(set) var shortestDelay: UInt32 = .max
  /// The receiver has repeated its last acknowledgment this often while more was under way.
  private var duplicateAcknowledgments: UInt8 = 0
  private(set) var isAnchored = false
  /// The sequence number of offset 0 is only a position at the start of the capture: of the receiver, by its first
  /// acknowledgment, or the sender, by its first segment without payload.
  private var isProvisional = false
  /// The receiver has confirmed something of this stream, of which the capture has shown nothing so far.
  private(set) var isConfirmedUnseen = false

  /// The first segment that was repeated several times, or a later one that never got through.
  var retransmission: Retransmission? {
    disorder.read { disorder in
      guard let latest = disorder.latestRetransmission, acknowledged <= latest.offset else { return disorder.retransmission }
      return disorder.retransmission.map { acknowledged <= $0.offset } == true ? disorder.retransmission : latest
    }
  }
  /// The hole that was still open when the connection ended.
  var undelivered: UndeliveredBytes? { disorder.read { $0.undelivered } }
  /// Bytes of the stream that the capture lacks.
  var missingBytes: Int { disorder.read { $0.missingBytes } }
  var heldByteCount: Int { disorder.isAbsent ? 0 : Int(disorder.read { $0.heldByteCount }) }
  var conflictingSegments: Int { Int(disorder.read { $0.conflictingSegments }) }
  var limitsReached: Int { Int(disorder.read { $0.limitsReached }) }
  var cutBytes: Int { disorder.read { $0.cutBytes } }
  /// Bytes that one side sent or the other confirmed since the capture began, before the first that the capture shows.
  var unseenHead: Int { disorder.read { $0.unseenHead } }

  /// Offset 0 is that of the first byte of the stream, or of the first that the capture shows.
  var isAnchoredFirmly: Bool { isAnchored && !isProvisional }

  /// Places the sequence number that the first byte has, once.
  mutating func anchor(at sequenceNumber: UInt32) {
    guard isProvisional || !isAnchored else { return }
    if isAnchored { begin(at: sequenceNumber) } else { base = sequenceNumber }
    isAnchored = true
    isProvisional = false
  }

  private mutating func anchorProvisionally(at sequenceNumber: UInt32) {
    base = sequenceNumber
    isAnchored = true
    isProvisional = true
  }

  /// The first byte in the capture is not where the stream was assumed to begin.
  private mutating func begin(at sequenceNumber: UInt32) {
    let start = offset(of: sequenceNumber)
    if abs(start) > Limit.window {
      (base, acknowledged, furthest) = (sequenceNumber, 0, 0)
    } else if start < 0 {
      // This byte was sent before the segment that the assumption was taken from.
      (base, acknowledged, furthest) = (sequenceNumber, max(0, acknowledged - start), max(0, furthest - start))
    } else {
      next = start
      // Sent before the capture began, or lost by it. A keep-alive is one byte before.
      if start > 1 { disorder.value.recordUnseenHead(start) }
    }
  }

  /// Stream offset of a sequence number, taking the wrap-around nearest to the current position.
  func offset(of sequenceNumber: UInt32) -> Int {
    let expected = base &+ UInt32(truncatingIfNeeded: next)
    return next + Int(Int32(bitPattern: sequenceNumber &- expected))
  }

  /// Bytes that lie behind a hole and wait.
  var isWaiting: Bool { !disorder.isAbsent && !disorder.read { $0.held.isEmpty } }

  /// The next segment in order, if it is damaged.
  private var damaged: StreamDisorder.Held? { disorder.isAbsent ? nil : disorder.read { $0.damaged } }

  /// Bytes known to be missing, also those of skipped payload.
  var bytesNotCaptured: Int { disorder.read { $0.bytesNotCaptured } }

  /// A segment without payload begins at this sequence number: the sender has sent everything before it.
  mutating func recordPosition(_ sequenceNumber: UInt32, _ frame: FrameStamp) {
    guard isAnchored else { return anchorProvisionally(at: sequenceNumber) }
    let position = offset(of: sequenceNumber)
    guard position > furthest else { return }
    furthest = position
    // A FIN takes one number.
    if position > next + 1 { disorder.value.ahead = frame }
  }

  /// The receiver has confirmed everything before this sequence number.
  ///
  /// - Parameter isPure: the segment brings nothing but this.
  mutating func acknowledge(_ acknowledgmentNumber: UInt32, isPure: Bool, isReset: Bool = false, frame: FrameStamp) {
    guard isAnchored else {
      isConfirmedUnseen = true
      return anchorProvisionally(at: acknowledgmentNumber)
    }
    let confirmed = offset(of: acknowledgmentNumber)
    if confirmed > acknowledged {
      // A FIN takes the number behind the last byte: its confirmation says nothing about when the bytes arrived.
      if acknowledged < next || confirmed > next + 1 { lastAcknowledgment = frame }
      acknowledged = confirmed
      duplicateAcknowledgments = 0
      if confirmed == next, !isReset { recordDelay(frame.time.since(lastNewTime)) }
      if confirmed >= next {
        longestConfirmed = max(longestConfirmed, longestSent)
        longestSent = 0
      }
    } else if confirmed == acknowledged, isPure, next > confirmed, duplicateAcknowledgments < .max {
      duplicateAcknowledgments += 1
    }
  }

  /// The receiver had confirmed this many bytes before the connection had a reader.
  mutating func recordConfirmed(_ count: Int) { acknowledged = max(acknowledged, count) }

  private mutating func recordDelay(_ delay: TimeSpan) {
    if delay >= .zero, delay.nanoseconds < Int64(shortestDelay) { shortestDelay = UInt32(delay.nanoseconds) }
  }

  /// A reset confirms bytes, too; a forged one confirms anything, so only what a window may hold.
  mutating func acknowledge(byReset acknowledgmentNumber: UInt32, frame: FrameStamp) {
    guard isAnchored, offset(of: acknowledgmentNumber) - max(next, furthest) <= Limit.window else { return }
    acknowledge(acknowledgmentNumber, isPure: false, isReset: true, frame: frame)
  }

  /// Takes a segment's payload.
  ///
  /// - Parameters:
  ///   - payload: the captured bytes, which the snapshot length may have cut.
  ///   - length: payload bytes on the wire.
  ///   - isDamaged: its receiver has probably thrown it away; behind a hole it waits for a good copy, too.
  /// - Returns: what was looked at of it.
  @discardableResult
  mutating func accept(
    _ payload: borrowing ByteView, at start: Int, length: Int, side: Side, frame: FrameStamp, isDamaged: Bool = false,
    to consumer: any StreamConsumer
  ) -> PayloadUse {
    let end = start + length
    var use = PayloadUse.none
    if !disorder.isAbsent, let damaged, start <= damaged.offset, end > damaged.offset { _ = disorder.value.takeDamaged() }
    if start < next {
      if !disorder.isAbsent {
        disorder.value.fillGaps(start..<min(end, next))
        disorder.value.showHead(start..<min(end, next))
      }
      if delivered.isContradicted(by: payload, at: start) { disorder.value.conflictingSegments &+= 1 }
      use.bytes = delivered.reach(in: payload, at: start)
    }
    guard end > next else {
      // A single byte asks whether the other host is still there.
      if length > 1, frame.time.since(lastNewTime) >= Retransmission.shortestInterval { consumer.sentAgain(start..<end, side: side, frame: frame) }
      recordRetransmission(at: start, length: length, frame: frame)
      return use
    }
    longestSent = max(longestSent, UInt16(clamping: length))
    lastNewTime = frame.time
    if isWaiting, end > disorder.read({ $0.held[0].offset }) {
      if start <= passUntil { passOver(to: start) }
      hold(payload, at: start, end: end, frame: frame)
      releaseInOrder(side: side, to: consumer)
      releaseIfFull(side: side, to: consumer)
      return .all
    }
    if start > next {
      if start <= passUntil {
        // Only skipped payload lies in between, so there is nothing to wait for.
        disorder.value.recordGap(next..<start)
        next = start
      } else {
        hold(payload, at: start, end: end, frame: frame, isDamaged: isDamaged)
        releaseIfFull(side: side, to: consumer)
        return .all
      }
    }
    use.add(deliver(payload, at: start, end: end, side: side, frame: frame, to: consumer))
    guard isWaiting else { return use }
    releaseInOrder(side: side, to: consumer)
    return .all
  }

  /// Holds a damaged segment that is next in order, until a good copy comes or the receiver confirms it.
  ///
  /// - Returns: false when it must be read as it is.
  mutating func holdBack(_ payload: borrowing ByteView, at start: Int, length: Int, frame: FrameStamp) -> Bool {
    guard start == next, start + length > passUntil else { return false }
    if damaged == nil { disorder.value.holdDamaged(payload, at: start, end: start + length, frame: frame) }
    return true
  }

  /// Whether a segment at this place is looked at for damage before it is read.
  func isChecked(at start: Int, for consumer: any StreamConsumer) -> Bool {
    start >= next && start >= passUntil && (start < Limit.checkedBytes || consumer.isCheckedThroughout)
  }

  /// Reads the damaged segment if the receiver has confirmed it: only the recording has it damaged.
  mutating func releaseConfirmed(side: Side, to consumer: any StreamConsumer) {
    guard !disorder.isAbsent, let damaged else { return }
    if acknowledged >= damaged.end { releaseDamaged(side: side, to: consumer) }
  }

  /// Reads the damaged segment: there is nothing better.
  mutating func releaseDamaged(side: Side, to consumer: any StreamConsumer) {
    guard !disorder.isAbsent, damaged != nil, let segment = disorder.value.takeDamaged(), segment.offset == next else { return }
    deliver(ByteView(segment.bytes.span), at: segment.offset, end: segment.end, side: side, frame: segment.frame, to: consumer)
    if isWaiting { releaseInOrder(side: side, to: consumer) }
  }

  /// Takes a segment whose bytes were all sent before, unless the receiver has confirmed its first byte.
  private mutating func recordRetransmission(at start: Int, length: Int, frame: FrameStamp) {
    guard acknowledged <= start else { return }
    // The longest payload sent so far has not got through.
    longestSent = 0
    disorder.value.recordRetransmission(
      at: start, length: length, frame: frame, sinceNew: frame.time.since(lastNewTime), duplicateAcknowledgments)
  }

  /// Gives up holes that the receiver has acknowledged and that no late frame has filled in time.
  mutating func giveUpAcknowledgedHoles(now: Timestamp, side: Side, to consumer: any StreamConsumer) {
    while let first = disorder.read({ $0.held.first }), acknowledged >= first.offset, now.since(first.frame.time) > Self.timeout {
      giveUpHole(before: first.offset, side: side, frame: first.frame, to: consumer)
    }
  }

  /// Releases everything that waits; nothing more will come.
  mutating func finish(side: Side, to consumer: any StreamConsumer) {
    releaseDamaged(side: side, to: consumer)
    while let first = disorder.read({ $0.held.first }) {
      if acknowledged == next, next > 0 || isAnchoredFirmly, undelivered == nil {
        disorder.value.undelivered = UndeliveredBytes(count: first.offset - next, behind: first.frame)
      }
      giveUpHole(before: first.offset, side: side, frame: first.frame, to: consumer)
    }
    releaseDamaged(side: side, to: consumer)
    guard !disorder.isAbsent else { return }
    if let ahead = disorder.read({ $0.ahead }), undelivered == nil, acknowledged == next, next > 0, furthest > next + 1 {
      disorder.value.undelivered = UndeliveredBytes(count: furthest - next, behind: ahead, isAtEnd: true)
    }
    disorder.value.missingBytes = bytesNotCaptured
    disorder.value.gaps = []
  }

  // MARK: Delivering

  /// A segment begins at `start` inside skipped payload, and continues after it: only the bytes before it are missing.
  private mutating func passOver(to start: Int) {
    if start > next { disorder.value.recordGap(next..<start) }
    next = max(next, passUntil)
  }

  /// Hands on the part of a segment that is new and wanted; `start` is at most `next`.
  @discardableResult
  private mutating func deliver(
    _ payload: borrowing ByteView, at start: Int, end: Int, side: Side, frame: FrameStamp,
    to consumer: any StreamConsumer
  ) -> PayloadUse {
    if end < passUntil {
      next = end
      return .none
    }
    var use = PayloadUse.none
    let from = max(next, passUntil)
    let captured = min(start + payload.count, end)
    if captured > from || end == passUntil {
      let first = min(from, captured) - start
      if let bytes = try? payload.view(at: first, count: captured - start - first) {
        next = from + bytes.count
        use = PayloadUse(bytes: first + DeliveredHead.count, chunk: first)
        delivered.record(bytes, at: from)
        let pass = consumer.receive(StreamChunk(bytes: bytes, offset: from, side: side, frame: frame))
        passUntil = max(passUntil, next + max(0, pass))
        // The segment ends with the passed payload, although the snapshot length cut it before.
        if captured < end, from < end, passUntil == end, let none = try? payload.view(at: captured - start, count: 0) {
          passUntil += max(0, consumer.receive(StreamChunk(bytes: none, offset: end, side: side, frame: frame)))
        }
      }
    }
    if captured < end { skipUncaptured(from: max(captured, next), to: end, side: side, frame: frame, to: consumer) }
    next = end
    return use
  }

  /// The snapshot length cut a segment: harmless inside passed payload, a hole elsewhere.
  private mutating func skipUncaptured(
    from start: Int, to end: Int, side: Side, frame: FrameStamp, to consumer: any StreamConsumer
  ) {
    let from = max(start, min(passUntil, end))
    guard end > from else { return }
    disorder.value.missingBytes += end - from
    disorder.value.cutBytes += end - from
    consumer.missed(end - from, at: from, side: side, frame: frame)
  }

  private mutating func releaseInOrder(side: Side, to consumer: any StreamConsumer) {
    while let first = disorder.read({ $0.held.first }), first.offset <= max(next, passUntil) {
      if first.isDamaged, first.offset == next, acknowledged < first.end { return disorder.value.holdFirstAsDamaged() }
      disorder.value.removeFirst()
      guard first.end > next else { continue }
      if first.offset > next {
        disorder.value.recordGap(next..<first.offset)
        next = first.offset
      }
      deliver(
        ByteView(first.bytes.span), at: first.offset, end: first.end, side: side, frame: first.frame, to: consumer)
    }
  }

  private mutating func giveUpHole(
    before end: Int, side: Side, frame: FrameStamp, to consumer: any StreamConsumer
  ) {
    releaseDamaged(side: side, to: consumer)
    if end > next {
      // Skipped payload is missing too, but nothing wanted it.
      let wanted = min(max(next, passUntil), end)
      disorder.value.missingBytes += end - next
      if end > wanted { consumer.missed(end - wanted, at: wanted, side: side, frame: frame) }
      next = end
      passUntil = max(passUntil, next)
    }
    releaseInOrder(side: side, to: consumer)
  }

  // MARK: Holding

  /// Stores the parts of a segment that no held one covers; the first copy of a byte wins, unless it is damaged.
  private mutating func hold(_ payload: borrowing ByteView, at start: Int, end: Int, frame: FrameStamp, isDamaged: Bool = false) {
    disorder.value.hold(payload, at: start, end: end, from: max(start, next, passUntil), frame: frame, isDamaged: isDamaged)
  }

  private mutating func releaseIfFull(side: Side, to consumer: any StreamConsumer) {
    while disorder.read({ $0.isFull }), let first = disorder.read({ $0.held.first }) {
      disorder.value.limitsReached &+= 1
      giveUpHole(before: first.offset, side: side, frame: first.frame, to: consumer)
    }
  }
}
