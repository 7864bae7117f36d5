import ArgumentParser

/// A time as users write it: `90s`, `10m`, `8h`, `30d`; seconds without a unit.
struct TimeSpan: ExpressibleByArgument {
  private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
  /// In days, so that nanoseconds of it are still a number.
  private static let longest = Int(Int64.max / 1_000_000_000 / 86_400)

  /// At least 1.
  let seconds: Int

  var nanoseconds: Int64 { Int64(seconds) * 1_000_000_000 }

  init?(_ text: String) {
    let unit = text.last.flatMap { Self.units[$0] }
    guard let number = Int(unit == nil ? text : String(text.dropLast())), (1...Self.longest).contains(number) else {
      return nil
    }
    seconds = number * (unit ?? 1)
  }

  init?(argument: String) { self.init(argument) }
}
