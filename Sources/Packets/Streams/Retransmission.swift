/// A hole in a stream up to which the receiver has confirmed everything, and nothing behind it.
package struct UndeliveredBytes: Hashable, Sendable {
  package var count: Int
  /// The first frame behind the hole.
  package var behind: FrameStamp
  /// That frame brings no bytes: only its place shows that there were some.
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
