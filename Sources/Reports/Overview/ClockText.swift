import Diagnosis
import Packets

/// Times of day for people: UTC, with the date only where a recording goes on over midnight.
struct ClockText {
  /// Frames without times are all stamped with the beginning of the epoch.
  private let hasTimes: Bool
  private let needsDate: Bool

  init(_ capture: CaptureFacts) {
    hasTimes = capture.lastTime.map { $0.nanoseconds > 0 } ?? true
    needsDate = capture.firstTime.map { Self.date($0) } != capture.lastTime.map { Self.date($0) }
  }

  /// `2026-11-21`
  static func date(_ time: Timestamp) -> String { String(time.rfc3339.prefix(10)) }

  /// `05:32:17Z`, `2026-11-21 23:59:58Z`; nil when frames have no times.
  func seconds(_ time: Timestamp?) -> String? { text(time, digits: 8) }

  /// `05:32:17.123Z`, for evidence.
  func milliseconds(_ time: Timestamp?) -> String? { text(time, digits: 12) }

  /// `09:12:04Z to 09:23:41Z`; one of them when it is all one second.
  func range(_ first: Timestamp?, _ last: Timestamp?) -> String? {
    guard let from = seconds(first), let to = seconds(last) else { return nil }
    return from == to ? from : "\(from) to \(to)"
  }

  private func text(_ time: Timestamp?, digits: Int) -> String? {
    guard hasTimes, let time else { return nil }
    let text = time.rfc3339
    return (needsDate ? text.prefix(10) + " " : "") + text.dropFirst(11).prefix(digits) + "Z"
  }
}

extension CaptureFacts {
  /// `recorded for 30 min 42 s from 2026-11-21 09:00:00Z`; nil when frames have no times.
  var lengthText: String? {
    guard let first = firstTime, let last = lastTime, last.nanoseconds > 0 else { return nil }
    return "recorded for \(last.since(first)) from \(ClockText.date(first)) \(first.clock)"
  }
}
