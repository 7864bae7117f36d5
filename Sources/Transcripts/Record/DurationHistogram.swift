package import Packets

/// How long something took, in parts of fixed number: eight for each doubling, so that a figure is right to about 6 %.
package struct DurationHistogram: Sendable, Codable {
  /// Up to two minutes; what takes longer is in the last part.
  static let parts = 224

  private var counts: [UInt32] = []
  package private(set) var count = 0
  /// Exact.
  package private(set) var longest = TimeSpan.zero

  package init() {}

  init(_ counts: [UInt32], longest: TimeSpan) {
    self.counts = counts
    self.longest = longest
    count = counts.reduce(0) { $0 + Int($1) }
  }

  /// A clock that was set back makes no duration.
  mutating func record(_ duration: TimeSpan) {
    guard duration >= .zero else { return }
    if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.parts) }
    counts[Self.part(of: duration.nanoseconds)] &+= 1
    count += 1
    longest = max(longest, duration)
  }

  /// The part of a duration of 0 or more; units of 1.024 µs.
  static func part(of nanoseconds: Int64) -> Int {
    let units = Int(nanoseconds >> 10)
    guard units >= 8 else { return units }
    let shift = Int.bitWidth - units.leadingZeroBitCount - 4
    return min((shift + 1) * 8 + ((units >> shift) & 7), parts - 1)
  }

  /// What so many of hundred take at most; nil when there is none.
  package func percentile(_ percent: Int) -> TimeSpan? {
    guard count > 0 else { return nil }
    let rank = max(1, (count * percent + 99) / 100)
    var seen = 0
    for (part, number) in counts.enumerated() {
      seen += Int(number)
      if seen >= rank { return min(TimeSpan(nanoseconds: Self.middle(of: part)), longest) }
    }
    return longest
  }

  private static func middle(of part: Int) -> Int64 {
    guard part >= 8 else { return (Int64(part) << 10) + 512 }
    let shift = part / 8 - 1
    return ((Int64(8 + part % 8) << shift) << 10) + ((Int64(1) << shift) << 9)
  }
}
