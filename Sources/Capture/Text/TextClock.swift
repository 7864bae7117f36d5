import Packets

/// The times of a text's packets.
struct TextClock {
  private static let day: Int64 = 86_400_000_000_000
  /// Seconds beyond this count from 1970: tcpdump -tt.
  private static let leastSince1970: Int64 = 100_000_000_000_000_000

  /// tcpdump -ttt: since the packet before.
  private let isSinceLast: Bool
  private var last: Int64 = 0
  private var lastOfDay: Int64 = 0
  private var days: Int64 = 0

  private var hasDates = false
  private var hasTimesOfDay = false
  private var hasDistances = false
  private var hasNone = false

  init(isSinceLast: Bool) { self.isSinceLast = isSinceLast }

  /// - Parameter time: nil for a packet without one, which came no earlier than the one before it.
  mutating func time(_ time: PacketHeading.Time?) -> Timestamp {
    switch time {
    case .date(let time):
      hasDates = true
      last = time
    case .start(let time) where time >= Self.leastSince1970: last = time
    case .start(let time):
      hasDistances = true
      last = time
    case .midnight(let time):
      hasTimesOfDay = true
      if time < lastOfDay - Self.day / 2 { days += 1 }
      lastOfDay = time
      last = days * Self.day + time
    case .packet(let time):
      hasDistances = true
      last = isSinceLast ? last.addingReportingOverflow(time).partialValue : time
    case nil: hasNone = true
    }
    return Timestamp(nanoseconds: last)
  }

  /// The warnings about times for the report.
  var remarks: [String] {
    var remarks = [
      "smbdx read the packets from text and numbers them in its order; for Wireshark, use the capture that smbdx extract FILE --all -o trace.pcapng writes"
    ]
    if hasDates { remarks.append("the text does not name the time zone; the report takes its times for UTC") }
    if hasTimesOfDay { remarks.append("the text has times of day without a date or a zone; in the report they are of 1970-01-01, UTC") }
    if hasDistances {
      remarks.append("the text counts time from the start of the recording; in the report that is 1970-01-01 00:00 (on FortiGate, option a gives dates: … 6 0 a)")
    }
    if hasNone {
      remarks.append(
        hasDates || hasTimesOfDay || hasDistances
          ? "the text has no time for some packets; the report takes that of the packet before"
          : "the text has no times; smbdx cannot judge waits and response times")
    }
    return remarks
  }
}
