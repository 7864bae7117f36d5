/// What the capture shows of each side of a connection.
extension TCPState {
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
  package func lastAcknowledgment(of side: Side) -> FrameStamp { stream(of: side).lastAcknowledgment }

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

  func stream(of side: Side) -> StreamAssembler { side == .first ? firstStream : secondStream }

  /// Bytes that wait behind holes, of both sides.
  var heldByteCount: Int { firstStream.heldByteCount + secondStream.heldByteCount }
}
