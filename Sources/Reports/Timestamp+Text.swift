package import Packets

extension Timestamp {
  /// `2026-11-21T05:32:17.123456789Z`: RFC 3339, UTC, nine digits.
  package var rfc3339: String {
    let (seconds, fraction) = nanoseconds.flooredDivision(by: 1_000_000_000)
    let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
    let date = CivilDate(daysSince1970: days)
    let clock = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map { padded($0, 2) }
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
      + clock.joined(separator: ":") + ".\(padded(fraction, 9))Z"
  }
}

/// A date of the Gregorian calendar.
private struct CivilDate {
  var year: Int64
  var month: Int64
  var day: Int64

  /// Counts years from 1 March, so that leap days come last, in eras of 400 years, which all have 146,097 days.
  init(daysSince1970: Int64) {
    let (era, dayOfEra) = (daysSince1970 + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

extension Int64 {
  /// Quotient and a remainder that is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// The number with zeros before it.
func padded(_ number: Int64, _ digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
}

/// `35 ms`, `1.4 s`, `61 s`, `5 min 20 s`, `3 h 12 min`: a span of nanoseconds for people.
func duration(_ nanoseconds: Int64) -> String {
  let seconds = nanoseconds / 1_000_000_000
  switch seconds {
  case ..<1: return "\(Swift.max(0, nanoseconds) / 1_000_000) ms"
  case ..<10:
    let tenths = nanoseconds / 100_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  case ..<120: return "\(seconds) s"
  case ..<7200: return "\(seconds / 60) min \(seconds % 60) s"
  case ..<172_800: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  default: return "\(seconds / 86_400) days \(seconds / 3600 % 24) h"
  }
}
