/// The state of a stream in which segments were lost, repeated or reordered.
struct StreamDisorder: DefaultInitializable {
  /// A segment, or a part of one, that waits for its predecessors.
  struct Held {
    var offset: Int
    /// End of the segment on the wire; more than offset + bytes.count when the snapshot length cut it.
    var end: Int
    var bytes: [UInt8]
    var frame: FrameStamp
    /// Its checksum is wrong.
    var isDamaged = false
  }

  /// Ordered by offset, without overlaps.
  var held: [Held] = []
  /// The next segment in order, whose checksum is wrong: read only if the receiver confirms it, or nothing better comes.
  private(set) var damaged: Held?
  /// Ranges inside passed payload that the capture has not shown so far.
  var gaps: [Range<Int>] = []
  /// A segment that had to be sent again and again.
  var retransmission: Retransmission?
  /// A segment that was sent again later.
  var latestRetransmission: Retransmission?
  var undelivered: UndeliveredBytes?
  /// A segment without payload that came before the bytes in front of it.
  var ahead: FrameStamp?
  /// Bytes of the stream that the capture lacks.
  var missingBytes = 0
  /// Bytes before the first that the capture shows, of a connection that is older than the capture. Bytes that come later are
  /// subtracted.
  private(set) var unseenHead = 0
  private var headEnd = 0
  /// At most ``StreamAssembler/Limit/heldBytes`` and one segment.
  private(set) var heldByteCount: Int32 = 0
  var conflictingSegments: UInt32 = 0
  /// Times that held bytes reached a limit and a hole was given up early.
  var limitsReached: UInt32 = 0
  /// Bytes that were wanted and that the snapshot length cut; they are among the missing ones.
  var cutBytes = 0

  /// More bytes or segments wait than a stream may hold.
  var isFull: Bool {
    heldByteCount > StreamAssembler.Limit.heldBytes || held.count > StreamAssembler.Limit.heldSegments
  }

  /// Bytes known to be missing, also those of skipped payload.
  var bytesNotCaptured: Int { gaps.reduce(missingBytes) { $0 + $1.count } }

  // MARK: Holding

  /// Stores the parts of a segment that no held one covers; the first copy of a byte wins, unless it is damaged.
  ///
  /// - Parameter wanted: bytes before it are not wanted.
  mutating func hold(
    _ payload: borrowing ByteView, at start: Int, end: Int, from wanted: Int, frame: FrameStamp, isDamaged: Bool = false
  ) {
    if !isDamaged { dropDamaged(wanted..<max(wanted, end)) }
    var from = wanted
    var index = held.firstIndex { $0.end > from } ?? held.count
    while from < end {
      let until = index < held.count ? min(end, max(from, held[index].offset)) : end
      if until > from {
        held.insert(piece(of: payload, at: start, from: from, until: until, frame: frame), at: index)
        held[index].isDamaged = isDamaged
        heldByteCount += Int32(held[index].bytes.count)
        index += 1
      }
      guard index < held.count, until < end else { break }
      if conflicts(payload, at: start, with: held[index]) { conflictingSegments &+= 1 }
      from = max(until, held[index].end)
      index += 1
    }
  }

  private func piece(
    of payload: borrowing ByteView, at start: Int, from: Int, until: Int, frame: FrameStamp
  ) -> Held {
    let captured = min(until - start, payload.count)
    let bytes = (try? payload.view(at: from - start, count: captured - (from - start)).copy()) ?? []
    return Held(offset: from, end: until, bytes: bytes, frame: frame)
  }

  /// Whether the two copies of the common bytes differ.
  private func conflicts(_ payload: borrowing ByteView, at start: Int, with other: Held) -> Bool {
    let from = max(start, other.offset)
    let until = min(start + payload.count, other.offset + other.bytes.count)
    guard from < until else { return false }
    for offset in from..<until {
      guard let byte = try? payload.u8(at: offset - start) else { return false }
      if byte != other.bytes[offset - other.offset] { return true }
    }
    return false
  }

  /// A good copy replaces damaged pieces.
  private mutating func dropDamaged(_ range: Range<Int>) {
    guard held.contains(where: \.isDamaged) else { return }
    let isCovered = { (piece: Held) in piece.isDamaged && range.lowerBound <= piece.offset && piece.end <= range.upperBound }
    heldByteCount -= held.reduce(into: 0) { if isCovered($1) { $0 += Int32($1.bytes.count) } }
    held.removeAll(where: isCovered)
  }

  /// The first of the held segments is in order now, and waits for a good copy.
  mutating func holdFirstAsDamaged() { damaged = held.removeFirst() }

  mutating func holdDamaged(_ payload: borrowing ByteView, at start: Int, end: Int, frame: FrameStamp) {
    damaged = Held(offset: start, end: end, bytes: payload.copy(), frame: frame)
    heldByteCount += Int32(payload.count)
  }

  mutating func takeDamaged() -> Held? {
    guard let segment = damaged else { return nil }
    damaged = nil
    heldByteCount -= Int32(segment.bytes.count)
    return segment
  }

  /// Removes the first of the held segments.
  mutating func removeFirst() {
    heldByteCount -= Int32(held.removeFirst().bytes.count)
    // Frees the memory of the list.
    if held.isEmpty { held = [] }
  }

  // MARK: Gaps in passed payload

  mutating func recordGap(_ range: Range<Int>) {
    if gaps.count == StreamAssembler.Limit.gaps { missingBytes += gaps.removeFirst().count }
    gaps.append(range)
  }

  mutating func recordUnseenHead(_ count: Int) { (unseenHead, headEnd) = (count, count) }

  mutating func showHead(_ range: Range<Int>) {
    guard unseenHead > 0, range.lowerBound < headEnd else { return }
    unseenHead -= min(unseenHead, max(0, min(range.upperBound, headEnd) - max(0, range.lowerBound)))
  }

  mutating func fillGaps(_ range: Range<Int>) {
    guard !gaps.isEmpty else { return }
    gaps = gaps.flatMap { gap -> [Range<Int>] in
      guard gap.overlaps(range) else { return [gap] }
      return [gap.lowerBound..<max(gap.lowerBound, range.lowerBound), min(gap.upperBound, range.upperBound)..<gap.upperBound]
        .filter { !$0.isEmpty }
    }
  }
}
