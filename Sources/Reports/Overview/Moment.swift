import Diagnosis
import Packets

/// A moment as users write it, in UTC: `2026-11-21T09:12:30Z`, `2026-11-21`, or `09:12` on the day of the recording.
package struct Moment: Sendable {
  package let text: String
  /// Since 1970; nil for the day of the recording.
  private let day: Int64?
  /// Nanoseconds.
  private let ofDay: Int64

  private static let nanosecondsOfDay: Int64 = 86_400_000_000_000

  package init?(_ text: String) {
    self.text = text
    var rest = text.hasSuffix("Z") ? text.dropLast() : text[...]
    if let match = rest.prefixMatch(of: /(\d{4})-(\d\d)-(\d\d)([T ]|$)/), let date = Self.days(match.1, match.2, match.3) {
      day = date
      rest = rest[match.range.upperBound...]
      guard rest.isEmpty == match.4.isEmpty else { return nil }
    } else {
      day = nil
    }
    if rest.isEmpty, day != nil {
      ofDay = 0
      return
    }
    guard let match = rest.wholeMatch(of: /(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?/), let hour = Int64(match.1),
      let minute = Int64(match.2), hour < 24, minute < 60
    else { return nil }
    let second = match.3.flatMap { Int64($0) } ?? 0
    guard second < 61 else { return nil }
    let digits = match.4.map(String.init) ?? ""
    let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
    ofDay = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction
  }

  /// In the Gregorian calendar; nil for what is no date of the years that timestamps can hold.
  private static func days(_ year: Substring, _ month: Substring, _ day: Substring) -> Int64? {
    guard let year = Int64(year), let month = Int64(month), let day = Int64(day), (1970...2200).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return CivilDate(year: year, month: month, day: day).daysSince1970
  }

  /// A time of day that was over when the recording began means the next day, when that is in the recording.
  func time(in capture: CaptureFacts) -> Timestamp {
    let first = capture.firstTime?.nanoseconds ?? 0
    let start = day ?? (first - (first % Self.nanosecondsOfDay)) / Self.nanosecondsOfDay
    let time = start * Self.nanosecondsOfDay + ofDay
    let next = time + Self.nanosecondsOfDay
    if day == nil, time < first, let last = capture.lastTime, next <= last.nanoseconds { return Timestamp(nanoseconds: next) }
    return Timestamp(nanoseconds: time)
  }
}
