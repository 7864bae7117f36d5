/// How much of a segment's payload was looked at. Other bytes in the rest would change nothing.
package struct PayloadUse: Equatable, Sendable {
  /// Bytes from its start; more than the payload has when all of them were looked at, or may be later.
  package var bytes: Int
  /// Where the bytes begin that the reader got; negative when it got none. The reader knows how many of them it looked at.
  package var chunk: Int

  static let none = Self(bytes: 0, chunk: -1)
  static let all = Self(bytes: .max, chunk: -1)

  mutating func add(_ other: PayloadUse) {
    bytes = max(bytes, other.bytes)
    if other.chunk >= 0 { chunk = other.chunk }
  }
}

/// How a table of connections used a segment.
package enum SegmentUse: Equatable, Sendable {
  /// The result would be the same without it.
  case ignored
  case read(PayloadUse)
}
