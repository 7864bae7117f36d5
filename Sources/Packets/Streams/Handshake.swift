/// What the opening of a connection showed: RFC 9293 3.5. Frames are 0 where the capture has none.
///
/// One for each connection of any kind: the order of the fields leaves no gaps.
package struct Handshake: Sendable {
  package internal(set) var synFrame = 0
  package internal(set) var synTime = Timestamp(nanoseconds: 0)
  package internal(set) var synAckFrame = 0
  package internal(set) var synAckTime = Timestamp(nanoseconds: 0)
  var synSequence: UInt32 = 0
  var synAckSequence: UInt32 = 0
  /// Options and TTL or hop limit of the SYN and the SYN-ACK.
  package internal(set) var synOptions = TCPOptions()
  package internal(set) var synAckOptions = TCPOptions()
  package internal(set) var synHopLimit: UInt8 = 0
  package internal(set) var synAckHopLimit: UInt8 = 0
  /// The side that sent the SYN, or received the SYN-ACK; nil when neither was captured.
  package internal(set) var initiator: Side?
  /// The initiator has acknowledged the SYN-ACK, or sent data.
  package internal(set) var isComplete = false
  /// A SYN or SYN-ACK came again, so that nobody knows which of them was answered.
  package private(set) var isRepeated = false

  package init() {}

  /// Time from SYN to SYN-ACK in nanoseconds, when both were captured once, in that order.
  package var roundTripTime: Int64? {
    guard synFrame > 0, synAckFrame > 0, !isRepeated else { return nil }
    let delay = synAckTime.since(synTime)
    return delay >= 0 ? delay : nil
  }

  /// Notes a segment of `side` as far as it belongs to the handshake.
  mutating func note(
    _ header: TCPHeader, _ packet: borrowing Packet, from side: Side, frame: FrameStamp, bytes: borrowing ByteView
  ) {
    switch (header.flags.contains(.syn), header.flags.contains(.ack)) {
    case (true, false) where synFrame == 0:
      initiator = initiator ?? side
      (synFrame, synTime, synSequence) = (frame.number, frame.time, header.sequenceNumber)
      synHopLimit = packet.hopLimit
      synOptions = TCPOptions(of: header, packet, in: bytes)
    case (true, false) where initiator == side.other && synAckFrame == 0:
      // RFC 9293 3.5, figure 7: both open at the same time. The SYNs answer each other.
      (synAckFrame, synAckTime, synAckSequence) = (frame.number, frame.time, header.sequenceNumber)
      synAckHopLimit = packet.hopLimit
      synAckOptions = TCPOptions(of: header, packet, in: bytes)
      isRepeated = true
    case (true, _) where frame.number == synFrame || frame.number == synAckFrame: break
    case (true, true) where synAckFrame == 0:
      initiator = initiator ?? side.other
      (synAckFrame, synAckTime, synAckSequence) = (frame.number, frame.time, header.sequenceNumber)
      synAckHopLimit = packet.hopLimit
      synAckOptions = TCPOptions(of: header, packet, in: bytes)
    case (true, true) where !isComplete && initiator == side.other:
      // The same SYN answered again: the streams begin where the last answer says.
      synAckSequence = header.sequenceNumber
    case (true, _):
      isRepeated = true
    case (false, true) where synAckFrame > 0 && side == initiator && !header.flags.contains(.rst):
      isComplete = true
    default: break
    }
  }

  /// Whether this SYN or SYN-ACK opens another connection between the same ports (Wireshark's "port numbers reused").
  ///
  /// - Parameter age: nanoseconds since the first frame between these ports.
  func isReopened(by header: TCPHeader, from side: Side, hasEnded: Bool, age: Int64) -> Bool {
    guard header.flags.contains(.syn) else { return false }
    guard synFrame > 0 || synAckFrame > 0 else {
      // The connection was there before the capture. A SYN that only is out of order comes at once.
      return age > StreamAssembler.patience
    }
    if header.flags.contains(.ack) {
      let answersAnotherSYN = synFrame == 0 || header.acknowledgmentNumber != synSequence &+ 1
      return synAckFrame > 0 && initiator == side.other && header.sequenceNumber != synAckSequence && answersAnotherSYN
    }
    return synFrame > 0 && initiator == side && (header.sequenceNumber != synSequence || hasEnded)
  }
}
