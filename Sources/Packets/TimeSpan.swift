/// A span of time, to the nanosecond; negative when a clock stepped back.
///
/// Nothing here overflows: a damaged file may hold any two times, and what is longer than 292 years is cut to that.
@usableFromInline package struct TimeSpan: Hashable, Comparable, Sendable, Codable {
  @usableFromInline package let nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static let zero = Self(nanoseconds: 0)
  package static let longest = Self(nanoseconds: .max)

  package static func milliseconds(_ count: Int) -> Self { Self(count, times: 1_000_000) }
  package static func seconds(_ count: Int) -> Self { Self(count, times: 1_000_000_000) }
  package static func minutes(_ count: Int) -> Self { seconds(count) * 60 }
  package static func hours(_ count: Int) -> Self { minutes(count) * 60 }
  package static func days(_ count: Int) -> Self { hours(count) * 24 }

  private init(_ count: Int, times factor: Int64) {
    nanoseconds = Int64(count).multiplied(clampedBy: factor)
  }

  /// Whole ones, towards zero.
  package var milliseconds: Int64 { nanoseconds / 1_000_000 }
  package var seconds: Int64 { nanoseconds / 1_000_000_000 }

  /// The nearest whole number of them.
  package var roundedToSeconds: Self {
    let seconds = TimeSpan.seconds(Int((magnitude + .milliseconds(500)).seconds))
    return nanoseconds < 0 ? -seconds : seconds
  }

  /// The absolute value.
  package var magnitude: Self { nanoseconds < 0 ? -self : self }

  @inlinable package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

  package static func + (left: Self, right: Self) -> Self {
    Self(nanoseconds: left.nanoseconds.added(clamped: right.nanoseconds))
  }

  package static func - (left: Self, right: Self) -> Self { left + -right }

  package static prefix func - (span: Self) -> Self {
    Self(nanoseconds: span.nanoseconds == .min ? .max : -span.nanoseconds)
  }

  package static func * (span: Self, count: Int) -> Self {
    Self(nanoseconds: span.nanoseconds.multiplied(clampedBy: Int64(count)))
  }

  package static func / (span: Self, count: Int) -> Self { Self(nanoseconds: span.nanoseconds / Int64(count)) }

  /// The quotient of two spans.
  package static func / (left: Self, right: Self) -> Double { Double(left.nanoseconds) / Double(right.nanoseconds) }
}

extension TimeSpan: CustomStringConvertible {
  /// For people: `0.1 ms`, `25 ms`, `12.3 s`, `5 min 20 s`, `3 h 12 min`, `4 days 1 h`. A negative span is `0 ms`.
  @usableFromInline package var description: String {
    switch nanoseconds {
    case ..<0: "0 ms"
    case ..<10_000_000: tenths(of: 1_000_000, "ms")
    case ..<999_500_000: "\((nanoseconds + 500_000) / 1_000_000) ms"
    case ..<120_000_000_000: tenths(of: 1_000_000_000, "s")
    case ..<(7_200 * 1_000_000_000): "\(seconds / 60) min" + rest(seconds % 60, "s")
    case ..<(172_800 * 1_000_000_000): "\(seconds / 3_600) h" + rest(seconds / 60 % 60, "min")
    default: "\(seconds / 86_400) days" + rest(seconds / 3_600 % 24, "h")
    }
  }

  private func tenths(of unit: Int64, _ name: String) -> String {
    let tenths = (nanoseconds + unit / 20) / (unit / 10)
    return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + " \(name)"
  }

  private func rest(_ count: Int64, _ name: String) -> String { count == 0 ? "" : " \(count) \(name)" }
}

extension Int64 {
  func added(clamped other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func multiplied(clampedBy factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? ((self < 0) != (factor < 0) ? .min : .max) : product
  }
}
