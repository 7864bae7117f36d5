import Packets

// A trace that was not made to record packets, or that ends before the first one.
extension TraceSurvey {
  private static let shownProviders = 3

  var holdsPackets: Bool { counts.captured + counts.switched + counts.monitored + counts.dropped > 0 }

  /// What is in it, and what to do, as a sentence about a trace without packets.
  var contents: String {
    guard let damage else { return "this Windows event trace has \(eventList); \(Self.command)" }
    return "\(Self.place(damage)), and the readable rest has no packets, only \(eventList); \(Self.copy)"
  }

  /// The same of a trace whose first event cannot be read.
  static func damage(_ damage: ReadDamage) -> String { "\(place(damage)); \(copy)" }

  private static func place(_ damage: ReadDamage) -> String {
    let byte = damage.byte.map { "byte \($0), " } ?? ""
    return "reading of this Windows event trace stopped at \(byte)\(damage.message)"
  }

  private static let command =
    "record packets with pktmon start --capture --pkt-size 0 -f smb.etl, and stop with pktmon stop; or with netsh trace start capture=yes tracefile=smb.etl, and stop with netsh trace stop"
  private static let copy = "copy the file again after pktmon stop or netsh trace stop"

  private var eventList: String {
    let known = providers.filter { !TraceProvider.ofTraces.contains($0.key) }.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
    var parts = known.prefix(Self.shownProviders).map { "\(number($0.value, "event")) of \($0.key)" }
    if known.count > Self.shownProviders { parts.append("events of \(number(known.count - Self.shownProviders, "other provider"))") }
    return parts.isEmpty ? number(events, "event") : parts.joined(separator: ", ")
  }

  private func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
