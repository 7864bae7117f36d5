import Packets
import Rules

/// Why the absence of a packet from a recording does not prove that there was none.
struct DoubtAboutSilence {
  /// The clock step from which on waiting times are not trusted.
  static let stepBack = TimeSpan.seconds(5)

  /// `the recorder lost 17 packets`; nil when it does not say so.
  var losses: String?
  /// nil when there is no doubt.
  var reason: String?

  /// None.
  init() {}

  init(_ facts: CaptureFacts) {
    if facts.lostPackets > 0 { losses = "the recorder lost \(counted(facts.lostPackets, "packet"))" }
    let reasons = [
      losses.map { "\($0), and an answer may be one of them" },
      facts.largestStepBack < Self.stepBack
        ? nil : "the recording's clock was set back by \(facts.largestStepBack), so times may be wrong",
    ].compactMap(\.self)
    if !reasons.isEmpty { reason = reasons.joined(separator: "; ") }
  }
}
