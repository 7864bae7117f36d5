public import ArgumentParser
public import Packets

/// As users write it: `90s`, `10m`, `8h`, `30d`; seconds without a unit. At least one second.
extension TimeSpan: ExpressibleByArgument {
  private static let units: [Character: TimeSpan] = ["s": .seconds(1), "m": .minutes(1), "h": .hours(1), "d": .days(1)]

  @usableFromInline package init?(argument: String) {
    let unit = argument.last.flatMap { Self.units[$0] }
    guard let number = Int(unit == nil ? argument : String(argument.dropLast())), number > 0 else { return nil }
    let span = (unit ?? .seconds(1)) * number
    guard span < .longest else { return nil }
    self = span
  }
}
