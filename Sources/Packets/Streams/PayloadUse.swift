/// What was looked at of the payload of a segment: the rest might as well be other bytes.
package struct PayloadUse: Equatable, Sendable {
  /// From its start; more than there are when all of them were, or may be later.
  package var bytes: Int
  /// Where the bytes begin that its reader got; negative when it got none. The reader knows how many it looked at.
  package var chunk: Int

  static let none = Self(bytes: 0, chunk: -1)
  static let all = Self(bytes: .max, chunk: -1)

  mutating func add(_ other: PayloadUse) {
    bytes = max(bytes, other.bytes)
    if other.chunk >= 0 { chunk = other.chunk }
  }
}

/// What a table of connections made of a segment.
package enum SegmentUse: Equatable, Sendable {
  /// Nothing would be different without it.
  case ignored
  case read(PayloadUse)
}
