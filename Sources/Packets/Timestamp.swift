/// A moment in a capture: nanoseconds since 1970-01-01T00:00:00Z.
@usableFromInline package struct Timestamp: Hashable, Comparable, Sendable, Codable {
  @usableFromInline package var nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  /// From `earlier` to this moment; negative when the capture's clock stepped back.
  @inlinable package func since(_ earlier: Timestamp) -> TimeSpan {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return TimeSpan(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : difference)
  }

  package static func + (time: Self, span: TimeSpan) -> Self {
    Self(nanoseconds: time.nanoseconds.added(clamped: span.nanoseconds))
  }

  package static func - (time: Self, span: TimeSpan) -> Self { time + -span }
}

extension Timestamp {
  /// Recordings without dates begin in 1970, when SMB did not exist.
  package var isDated: Bool { nanoseconds > 366 * 86_400_000_000_000 }

  /// Whole ones, downwards.
  package var secondsSince1970: Int64 { nanoseconds.flooredDivision(by: 1_000_000_000).quotient }

  /// `2026-11-21T05:32:17.123456789Z`: RFC 3339, UTC, nine digits.
  package var rfc3339: String {
    let (seconds, fraction) = nanoseconds.flooredDivision(by: 1_000_000_000)
    let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
    let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
    return "\(CivilDate(daysSince1970: days))T" + clock.joined(separator: ":") + ".\(padded(fraction, 9))Z"
  }
}
