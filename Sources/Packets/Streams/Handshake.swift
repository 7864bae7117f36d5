/// The opening of a connection: RFC 9293 3.5.
///
/// One for each connection of any kind: the order of the fields leaves no gaps, and what each segment asks for comes first.
package struct Handshake: Sendable {
  @OptionalStamp package internal(set) var synAck: FrameStamp?
  /// The initiator has acknowledged the SYN-ACK, or sent data.
  package internal(set) var isComplete = false
  /// The SYN-ACK allows the initiator no data.
  package private(set) var isWindowClosed = false
  /// The initiator acknowledged a SYN-ACK that the capture does not show.
  package private(set) var isAnsweredUnseen = false
  /// A SYN or SYN-ACK was repeated, so it is unknown which of them was answered.
  package private(set) var isRepeated = false
  /// The side that sent the SYN, or received the SYN-ACK; nil when neither was captured.
  package internal(set) var initiator: Side?
  /// SYNs without an answer, then SYN-ACKs without one; copies of a frame are not counted.
  package private(set) var synCount: UInt8 = 0
  package private(set) var synAckCount: UInt8 = 0
  /// Answers to the SYN that belong to an older connection between the same ports (RFC 9293 3.10.7.4, RFC 5961 4): their count,
  /// and the first.
  package private(set) var challengeCount: UInt8 = 0
  @ShortStamp package private(set) var challenge: FrameStamp?
  private var challengeAcknowledgment: UInt32 = 0
  @OptionalStamp package internal(set) var syn: FrameStamp?
  /// The last SYN without an answer, or SYN-ACK without one, and how long before it the one before was sent, in milliseconds.
  @ShortStamp package private(set) var lastTry: FrameStamp?
  package private(set) var lastTryGap: UInt32 = 0
  package internal(set) var synSequence: UInt32 = 0
  package internal(set) var synAckSequence: UInt32 = 0
  /// Options and TTL or hop limit of the SYN and the SYN-ACK.
  package internal(set) var synOptions = TCPOptions()
  package internal(set) var synAckOptions = TCPOptions()
  package internal(set) var synHopLimit: UInt8 = 0
  package internal(set) var synAckHopLimit: UInt8 = 0
  /// Bytes of the initiator that the other side has confirmed before the capture shows any.
  private(set) var confirmed: UInt16 = 0

  package init() {}

  /// Time from SYN to SYN-ACK, when both were captured once, in that order.
  package var roundTripTime: TimeSpan? {
    isRepeated ? nil : Self.roundTripTime(syn, synAck)
  }

  package static func roundTripTime(_ syn: FrameStamp?, _ synAck: FrameStamp?) -> TimeSpan? {
    guard let syn, let synAck else { return nil }
    let delay = synAck.time.since(syn.time)
    return delay >= .zero ? delay : nil
  }

  /// Notes a segment of `side` as far as it belongs to the handshake.
  mutating func record(
    _ header: TCPHeader, _ packet: borrowing Packet, from side: Side, frame: FrameStamp, bytes: borrowing ByteView
  ) {
    switch (header.flags.contains(.syn), header.flags.contains(.ack)) {
    case (true, false) where syn == nil:
      initiator = initiator ?? side
      (syn, synSequence) = (frame, header.sequenceNumber)
      synHopLimit = packet.hopLimit
      synOptions = TCPOptions(of: header, packet, in: bytes)
      if synAck == nil { synCount = recordTry(synCount, frame) }
    case (true, false) where initiator == side.other && synAck == nil:
      // RFC 9293 3.5, figure 7: both open at the same time. The SYNs answer each other.
      (synAck, synAckSequence) = (frame, header.sequenceNumber)
      synAckHopLimit = packet.hopLimit
      synAckOptions = TCPOptions(of: header, packet, in: bytes)
      isRepeated = true
    case (true, _) where frame.number == syn?.number || frame.number == synAck?.number: break
    case (true, true) where synAck == nil:
      initiator = initiator ?? side.other
      (synAck, synAckSequence) = (frame, header.sequenceNumber)
      synAckHopLimit = packet.hopLimit
      synAckOptions = TCPOptions(of: header, packet, in: bytes)
      isWindowClosed = header.window == 0
      synAckCount = recordTry(synAckCount, frame)
    case (true, true) where !isComplete && initiator == side.other:
      // The same SYN answered again: the streams begin where the last answer says.
      if synAckSequence == header.sequenceNumber, !isCopy(frame, of: synAck) { isRepeated = true }
      synAckSequence = header.sequenceNumber
      synAckCount = recordTry(synAckCount, frame)
    case (true, let isAnswer):
      if !isCopy(frame, of: isAnswer ? synAck : syn) { isRepeated = true }
      if !isAnswer, synAck == nil, side == initiator { synCount = recordTry(synCount, frame) }
    case (false, true) where side == initiator?.other: recordConfirmed(header.acknowledgmentNumber)
    case (false, true) where side == initiator && !header.flags.contains(.rst):
      if synAck != nil { isComplete = true } else { isAnsweredUnseen = true }
    default: break
    }
  }

  /// Whether this reset answers the SYN: RFC 9293 3.5.2 demands that it acknowledges it.
  package func isRefused(by termination: Termination) -> Bool {
    termination.kind == .rst && termination.side != initiator && syn != nil && termination.hasAck
      && termination.acknowledgmentNumber == synSequence &+ 1
  }

  /// Whether this error is about the SYN.
  package func isRefused(by notice: ICMPNotice) -> Bool {
    notice.sender == initiator && syn != nil && notice.error.sequenceNumber == synSequence
  }

  /// Whether the dropped segment is this SYN.
  package func isRefused(by segment: DroppedSegment) -> Bool {
    segment.sender == initiator && syn != nil && segment.sequenceNumber == synSequence
  }

  /// The same SYN or SYN-ACK, duplicated on the way or captured on another interface: no host repeats it that soon.
  private func isCopy(_ frame: FrameStamp, of first: FrameStamp?) -> Bool {
    first.map { frame.time.since($0.time).magnitude < Self.shortestRetryTime } ?? false
  }

  /// Counts a try, unless it is the same frame captured on another interface: no host tries again that soon.
  ///
  /// - Returns: how many there are with it.
  private mutating func recordTry(_ count: UInt8, _ frame: FrameStamp) -> UInt8 {
    let gap = count == 0 ? nil : lastTry.map { frame.time.since($0.time) }
    if let gap, gap < Self.shortestRetryTime { return count }
    lastTryGap = UInt32(clamping: (gap ?? .zero).milliseconds)
    lastTry = frame
    return min(count, .max - 1) + 1
  }

  /// Takes a segment of an older connection: an ACK or SYN-ACK of the server that answers something else than this SYN, or the
  /// client's reset that answers it.
  ///
  /// - Returns: whether it is one, and says nothing of this connection.
  mutating func takeChallenge(_ header: TCPHeader, _ packet: borrowing Packet, from side: Side, frame: FrameStamp) -> Bool {
    guard syn != nil, synAck == nil, !isAnsweredUnseen, packet.payloadLength == 0, let initiator else { return false }
    if side == initiator {
      return challengeCount > 0 && header.flags.contains(.rst) && header.sequenceNumber == challengeAcknowledgment
    }
    let confirmed = Int(Int32(bitPattern: header.acknowledgmentNumber &- synSequence &- 1))
    // A SYN may bring data, as much as fits into a packet.
    let limit = header.flags.contains(.syn) ? 0xffff : StreamAssembler.Limit.window
    guard header.flags.contains(.ack), header.flags.isDisjoint(with: [.fin, .rst]), confirmed < 0 || confirmed > limit else { return false }
    if challengeCount == 0 { challenge = frame }
    challengeCount = min(challengeCount, .max - 1) + 1
    challengeAcknowledgment = header.acknowledgmentNumber
    return true
  }

  private mutating func recordConfirmed(_ acknowledgmentNumber: UInt32) {
    guard syn != nil else { return }
    let count = Int32(bitPattern: acknowledgmentNumber &- synSequence &- 1)
    if count > 0, count <= StreamAssembler.Limit.window { confirmed = max(confirmed, UInt16(clamping: count)) }
  }

  private static let shortestRetryTime = TimeSpan.milliseconds(100)

  /// Whether this SYN or SYN-ACK opens another connection between the same ports (Wireshark's "port numbers reused"). One
  /// with the same sequence number is the same SYN again: a client's next try after a refusal, or a late copy.
  ///
  /// - Parameter age: since the first frame between these ports.
  func isReopened(by header: TCPHeader, from side: Side, age: TimeSpan) -> Bool {
    guard header.flags.contains(.syn) else { return false }
    guard syn != nil || synAck != nil else {
      // The connection is older than the capture. A SYN that is only out of order follows at once.
      return age > StreamAssembler.timeout
    }
    if header.flags.contains(.ack) {
      let answersAnotherSYN = syn == nil || header.acknowledgmentNumber != synSequence &+ 1
      return synAck != nil && initiator == side.other && header.sequenceNumber != synAckSequence && answersAnotherSYN
    }
    return syn != nil && initiator == side && header.sequenceNumber != synSequence
  }

  func isRepeated(by header: TCPHeader, from side: Side) -> Bool {
    header.flags.contains(.syn) && !header.flags.contains(.ack) && syn != nil && initiator == side
      && header.sequenceNumber == synSequence
  }
}
