/// A moment in a capture: nanoseconds since 1970-01-01T00:00:00Z.
@usableFromInline package struct Timestamp: Hashable, Comparable, Sendable {
  @usableFromInline package var nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Nanoseconds from `earlier` to this moment; negative when the capture's clock stepped back.
  /// A damaged file may hold any two times: clamped to 146 years, so that a caller may add to it.
  @inlinable package func since(_ earlier: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    let bound: Int64 = 1 << 62
    return overflow ? (nanoseconds < 0 ? -bound : bound) : min(max(difference, -bound), bound)
  }

  /// Seconds from `earlier` to this moment.
  package func seconds(since earlier: Timestamp) -> Double { Double(since(earlier)) / 1e9 }
}

/// What the capture says of one frame beside its bytes.
package struct Frame: Sendable {
  /// Number in the recording, from 1, as Wireshark counts.
  package var number: Int
  package var time: Timestamp
  /// Length on the wire, in bytes; the captured bytes may be fewer.
  package var originalLength: Int
  package var linkType: LinkType

  package init(number: Int, time: Timestamp, originalLength: Int, linkType: LinkType) {
    self.number = number
    self.time = time
    self.originalLength = originalLength
    self.linkType = linkType
  }

  package var stamp: FrameStamp { FrameStamp(number: number, time: time) }
}
