package import Packets

/// What is kept of a handshake to compare it with that at another capture point.
package struct PointHandshake: Sendable {
  package var synTime: Timestamp
  package var synAckTime: Timestamp
  private var frames: (syn: UInt32, synAck: UInt32)
  /// The last SYN without an answer, and how long before it the one before was sent.
  let lastTryTime: Timestamp
  private let lastTryMilliseconds: UInt32
  package var synSequence: UInt32
  package var synAckSequence: UInt32
  package var synCount: UInt8
  package var synAckCount: UInt8
  /// The client has acknowledged the SYN-ACK, or sent data.
  var isAccepted: Bool
  /// It is unknown which of several SYNs or SYN-ACKs was answered.
  package var isRepeated: Bool
  package var roundTripTime: TimeSpan?

  init(_ handshake: Handshake) {
    (synTime, synAckTime) = (handshake.synTime, handshake.synAckTime)
    frames = (UInt32(clamping: handshake.synFrame), UInt32(clamping: handshake.synAckFrame))
    (lastTryTime, lastTryMilliseconds) = (handshake.lastTryTime, handshake.lastTryGap)
    (synSequence, synAckSequence) = (handshake.synSequence, handshake.synAckSequence)
    (synCount, synAckCount) = (handshake.synCount, handshake.synAckCount)
    isAccepted = handshake.isComplete || handshake.isAnsweredUnseen
    isRepeated = handshake.isRepeated
    roundTripTime = handshake.roundTripTime
  }

  /// From the first SYN to the last.
  var timeOfTries: TimeSpan { max(.zero, lastTryTime.since(synTime)) }
  var lastTryGap: TimeSpan { .milliseconds(Int(lastTryMilliseconds)) }
  /// 0 when it was not captured.
  package var synFrame: Int { Int(frames.syn) }
  package var synAckFrame: Int { Int(frames.synAck) }
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
