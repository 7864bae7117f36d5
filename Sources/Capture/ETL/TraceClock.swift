import Packets

/// How the events of a trace count time.
struct TraceClock {
  private enum Tick {
    /// A FILETIME.
    case systemTime
    /// So many of the first number are so many FILETIME units as the second says.
    case counter(ticks: Int64, units: Int64)
    /// The file does not say how long a tick is.
    case unknown
  }

  /// FILETIME counts 100 ns since 1601-01-01.
  private static let unitsPerSecond: Int64 = 10_000_000
  private static let epoch: Int64 = 116_444_736_000_000_000
  /// Smaller system times are before 1829: these are ticks since the start.
  private static let leastSystemTime: Int64 = 1 << 56

  private let tick: Tick
  /// The first event's time.
  private let first: Int64
  /// The same moment as a FILETIME.
  private let start: Int64

  init(kind: UInt32, first: Int64, start: Int64, frequency: Int64, megahertz: Int64) {
    self.first = first
    self.start = start
    switch kind {
    case 1 where frequency > 0: tick = .counter(ticks: frequency, units: Self.unitsPerSecond)
    case 2: tick = .systemTime
    case 3 where megahertz > 0: tick = .counter(ticks: megahertz, units: 10)
    default: tick = .unknown
    }
  }

  /// The Unix epoch for a time that cannot be: the file is damaged.
  func time(_ ticks: Int64) -> Timestamp {
    guard let fileTime = fileTime(ticks) else { return Timestamp(nanoseconds: 0) }
    let (units, isBefore) = fileTime.subtractingReportingOverflow(Self.epoch)
    let (nanoseconds, isFar) = units.multipliedReportingOverflow(by: 100)
    return Timestamp(nanoseconds: isBefore || isFar ? 0 : nanoseconds)
  }

  /// So many ticks as are this many milliseconds.
  func ticks(milliseconds: Int64) -> Int64 {
    guard case .counter(let ticks, let units) = tick else { return milliseconds * (Self.unitsPerSecond / 1_000) }
    let count = Int128(milliseconds) * Int128(Self.unitsPerSecond / 1_000) * Int128(ticks) / Int128(units)
    return max(1, Int64(clamping: count))
  }

  private func fileTime(_ ticks: Int64) -> Int64? {
    switch tick {
    case .systemTime where ticks > Self.leastSystemTime: return ticks
    case .systemTime: return sum(Int128(ticks) - Int128(first))
    // Nearly every file, and 128 bits are slow to divide.
    case .counter(Self.unitsPerSecond, Self.unitsPerSecond): return sum(Int128(ticks) - Int128(first))
    case .counter(let length, let units):
      let product = (Int128(ticks) - Int128(first)) * Int128(units)
      let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Int128(length))
      return sum(remainder < 0 ? quotient - 1 : quotient)
    case .unknown: return start
    }
  }

  private func sum(_ units: Int128) -> Int64? { Int64(exactly: Int128(start) + units) }
}
