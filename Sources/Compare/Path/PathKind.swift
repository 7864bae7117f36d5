/// What the way between two points does with a TCP connection.
package enum PathKind: String, Sendable {
  /// It is one connection, with the same sequence numbers.
  case transparent
  /// It is one connection, and a device gives it other sequence numbers.
  case renumbered
  /// A device ends it and opens another one for the rest of the way.
  case ended
}

extension OpeningSegment {
  /// The same segment, sent on by a device that may have changed its addresses, sequence number and MSS.
  func isForwarded(as other: OpeningSegment) -> Bool {
    let (ours, theirs) = (PathNote.Options(options), PathNote.Options(other.options))
    guard ours.layout == theirs.layout, ours.timestamp == theirs.timestamp else { return false }
    return ours.timestamp != nil || identification == other.identification && window == other.window
  }
}
