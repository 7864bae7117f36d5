/// A hole in a stream. The receiver has confirmed everything before it, and nothing behind it.
package struct UndeliveredBytes: Hashable, Sendable {
  package var count: Int
  /// The first frame behind the hole.
  package var behind: FrameStamp
  /// That frame has no payload: its sequence number alone shows that bytes came before it.
  package var isAtEnd = false
}

/// A segment that was sent again before the receiver had confirmed its first byte: RFC 6298.
package struct Retransmission: Hashable, Sendable {
  /// No host sends a segment again sooner; what comes sooner is a copy of the same frame.
  static let shortestInterval = TimeSpan.milliseconds(50)

  /// Position of its first byte in the stream.
  package var offset: Int
  /// Bytes of payload of the longest copy and of the last one.
  package var longest: Int
  package var latest: Int
  /// How often it was sent again.
  package var copies = 1
  /// The first and the last repetition.
  package var first: FrameStamp
  package var last: FrameStamp
  /// How often the receiver had repeated its acknowledgment of what comes before.
  package var duplicateAcknowledgments: UInt8 = 0

  init(offset: Int, length: Int, frame: FrameStamp) {
    self.offset = offset
    longest = length
    latest = length
    first = frame
    last = frame
  }

  mutating func add(length: Int, frame: FrameStamp, duplicateAcknowledgments: UInt8) {
    longest = max(longest, length)
    latest = length
    last = frame
    copies += 1
    self.duplicateAcknowledgments = max(self.duplicateAcknowledgments, duplicateAcknowledgments)
  }
}

extension StreamDisorder {
  /// Takes a segment whose bytes all have been sent before, and that the receiver has not confirmed.
  ///
  /// - Parameters:
  ///   - span: since the last new bytes of the stream.
  ///   - duplicateAcknowledgments: how often the receiver had repeated its last one.
  mutating func recordRetransmission(
    at start: Int, length: Int, frame: FrameStamp, sinceNew span: TimeSpan, _ duplicateAcknowledgments: UInt8
  ) {
    func repeated(_ known: Retransmission?) -> Retransmission {
      guard var known, known.offset == start else {
        var repetition = Retransmission(offset: start, length: length, frame: frame)
        if span < Retransmission.shortestInterval { repetition.copies = 0 }
        return repetition
      }
      // No host sends again that soon: it is the same frame seen on another interface.
      guard frame.time.since(known.last.time) >= Retransmission.shortestInterval else { return known }
      known.add(length: length, frame: frame, duplicateAcknowledgments: duplicateAcknowledgments)
      return known
    }
    // The first that was stubborn explains more than later ones, unless one of these never gets through.
    if retransmission?.offset == start || retransmission?.copies ?? 0 < 2 {
      retransmission = repeated(retransmission)
    } else {
      latestRetransmission = repeated(latestRetransmission)
    }
  }
}
