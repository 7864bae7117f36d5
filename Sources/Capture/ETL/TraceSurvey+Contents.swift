import Packets

// A trace that was not made to record packets.
extension TraceSurvey {
  private static let shownProviders = 3

  var holdsPackets: Bool { counts.captured + counts.switched + counts.monitored + counts.dropped > 0 }

  /// What is in it, and how to record packets, as a sentence about “it”.
  var contents: String {
    let known = providers.filter { !TraceProvider.ofTraces.contains($0.key) }.sorted { ($1.value, "\($0.key)") < ($0.value, "\($1.key)") }
    var parts = known.prefix(Self.shownProviders).map { "\(number($0.value, "event")) of \($0.key)" }
    if known.count > Self.shownProviders { parts.append("events of \(number(known.count - Self.shownProviders, "other provider"))") }
    let what = parts.isEmpty ? number(events, "event") : parts.joined(separator: ", ")
    let cut = damage.map { "; it is damaged (\($0.message))" } ?? ""
    return "this Windows event trace has \(what)\(cut); record packets with \(Self.command), and stop with pktmon stop"
  }

  private static let command = "pktmon start --capture --pkt-size 0 -f smb.etl"

  private func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
