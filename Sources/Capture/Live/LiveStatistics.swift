/// What the kernel counts of a capture.
package struct LiveStatistics: Sendable, Equatable {
  /// Frames that passed the filter.
  package var received = 0
  /// Frames for which the buffer had no room.
  package var dropped = 0
  /// Frames that the network card or its driver lost, if it reports them.
  package var droppedByInterface = 0

  package init() {}

  package static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.received += right.received
    sum.dropped += right.dropped
    sum.droppedByInterface += right.droppedByInterface
    return sum
  }
}

/// A count of 32 bits that goes on from zero, followed over its turns.
struct WrappingCount {
  private(set) var total = 0
  private var last: UInt32 = 0

  mutating func record(_ count: UInt32) {
    total += Int(count &- last)
    last = count
  }
}
