package import Packets

/// What is kept of a handshake to compare it with that at another capture point.
package struct PointHandshake: Sendable {
  @ShortStamp package var syn: FrameStamp?
  package var synSequence: UInt32
  @ShortStamp package var synAck: FrameStamp?
  package var synAckSequence: UInt32
  /// The last SYN without an answer, and how long before it the one before was sent.
  @ShortStamp private(set) var lastTry: FrameStamp?
  private let lastTryMilliseconds: UInt32
  package var synCount: UInt8
  package var synAckCount: UInt8
  /// The client has acknowledged the SYN-ACK, or sent data.
  var isAccepted: Bool
  /// It is unknown which of several SYNs or SYN-ACKs was answered.
  package var isRepeated: Bool

  init(_ handshake: Handshake) {
    lastTryMilliseconds = handshake.lastTryGap
    (synSequence, synAckSequence) = (handshake.synSequence, handshake.synAckSequence)
    (synCount, synAckCount) = (handshake.synCount, handshake.synAckCount)
    isAccepted = handshake.isComplete || handshake.isAnsweredUnseen
    isRepeated = handshake.isRepeated
    (syn, synAck, lastTry) = (handshake.syn, handshake.synAck, handshake.lastTry)
  }

  /// From the first SYN to the last.
  var timeOfTries: TimeSpan {
    guard let syn, let lastTry else { return .zero }
    return max(.zero, lastTry.time.since(syn.time))
  }
  var lastTryGap: TimeSpan { .milliseconds(Int(lastTryMilliseconds)) }
  /// See ``Handshake/roundTripTime``.
  package var roundTripTime: TimeSpan? { isRepeated ? nil : Handshake.roundTripTime(syn, synAck) }
}

/// What is kept of a FIN or RST.
package struct PointClosing: Sendable {
  package var kind: Termination.Kind
  package var side: Side
  package var hopLimit: UInt8
  var hasAck: Bool
  /// It answers the SYN.
  package var isRefusal: Bool
  /// The receiver did not take it for this connection's.
  var isIgnored: Bool
  /// Not in the capture: known by the segment that confirms it.
  var isUnseen: Bool
  private var frame: UInt32
  private var time: Timestamp
  /// Its place in the sender's stream.
  var position: Int
  /// Where the sender's stream ends, by this segment.
  var end: Int

  init(_ termination: Termination, _ handshake: Handshake) {
    (kind, side, hopLimit, hasAck) = (termination.kind, termination.side, termination.hopLimit, termination.hasAck)
    isRefusal = handshake.isRefused(by: termination)
    (isIgnored, isUnseen) = (termination.isIgnored, termination.isUnseen)
    (frame, time) = (UInt32(clamping: termination.stamp.number), termination.stamp.time)
    (position, end) = (termination.position, termination.end)
  }

  package var stamp: FrameStamp { FrameStamp(number: Int(frame), time: time) }
}
