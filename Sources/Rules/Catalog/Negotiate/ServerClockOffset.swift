import Packets
import Transcripts

extension Rule {
  static let serverClockOffset = Rule(
    id: "server-clock-offset",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    summary: "The server's clock differs from that of the recording by more than a minute.",
    explanation: """
      The server sends its time in the NEGOTIATE response. Kerberos fails when clocks are more than five minutes \
      apart. The recording does not show which clock is wrong: the server's, or that of the recording host. If all \
      servers are off by the same amount, it is the recording host's.

      The finding is a warning if a KDC in the same recording has a time that differs from the server's by more than \
      the five minutes that Kerberos allows.
      """,
    whenBenign: """
      When the recording's times were shifted on purpose, or the recording is a replay. Every server then shows \
      this, and a difference of more than a year is rarely a wrong clock. Without Kerberos a wrong clock does no \
      harm to SMB.
      """,
    howToVerify: "Compare the clocks of server, client and domain controller.",
    remedies: [
      Remedy("On Windows check where the time comes from, and set it again:", command: "w32tm /query /status; w32tm /resync"),
      Remedy("On Linux look at the time service:", command: "timedatectl; chronyc tracking"),
    ],
    references: ["MS-SMB2 2.2.4", "RFC 4120 1.6"],
    threshold: .seconds(60)
  ) { limit in
    .capture { facts in
      let wrong = facts.clocks.values.filter { $0.offset.magnitude > limit }.sorted { $0.frame < $1.frame }
      let offsets = facts.clocks.values.map(\.offset)
      if wrong.count > 1, wrong.count == facts.clocks.count, let least = offsets.min(), let most = offsets.max(),
        most - least < .seconds(10)
      {
        var observation = Observation(
          .likely, "the clocks of all \(wrong.count) servers are \(wrong[0].offset.aheadOrBehind) that of the recording: the recording's own clock is wrong",
          evidence: wrong.prefix(5).map { Evidence($0.frame, .server, "SystemTime of \($0.server)") })
        if wrong[0].offset.magnitude > ClockDifference.credible { (observation.causes, observation.remedies) = changedTimes }
        return [observation]
      }
      return wrong.prefix(8).map { clock in
        clock.offset.magnitude > ClockDifference.credible && !facts.hasWitness(of: clock) ? incredible(clock) : observation(clock, facts)
      }
    }
  }

  /// Years are no matter of a time service.
  private static let changedTimes: (causes: [String], remedies: [Remedy]) = (
    [
      "the times of the recording were changed, for example by editcap -t, a replay, or a tool that anonymizes captures",
      "the server has no clock with a battery, and no time service",
    ], [Remedy("Compare the time of the recording with the day on which it was made. If they differ, nothing is wrong with the server.")]
  )

  private static func incredible(_ clock: RecordingFacts.Clock) -> Observation {
    var observation = Observation(
      .possible, "the clock of \(clock.server) is \(clock.offset.aheadOrBehind) that of the recording; the recording's times were probably changed",
      evidence: [Evidence(clock.frame, .server, "SystemTime in the NEGOTIATE response")].compactMap(\.self))
    (observation.causes, observation.remedies) = changedTimes
    observation.host = clock.server
    return observation
  }

  /// A time that a KDC contradicts by more than Kerberos tolerates is a fault, and not the recording's own.
  private static func observation(_ clock: RecordingFacts.Clock, _ facts: RecordingFacts) -> Observation {
    let kdc = facts.kdcClocks.values.filter { (clock.offset - $0.offset).magnitude > KerberosFault.tolerance }.min { $0.frame < $1.frame }
    var summary = "the clock of \(clock.server) is \(clock.offset.aheadOrBehind) that of the recording"
    if let kdc { summary += ", and \((clock.offset - kdc.offset).aheadOrBehind) that of the KDC \(kdc.server)" }
    var observation = Observation(
      .proven, summary,
      evidence: [
        Evidence(clock.frame, .server, "SystemTime in the NEGOTIATE response"), Evidence(kdc?.frame, nil, "stime in the KDC's KRB-ERROR"),
      ].compactMap(\.self),
      severity: kdc == nil ? nil : .warning)
    observation.host = clock.server
    return observation
  }
}

extension RecordingFacts {
  /// A KDC tells about the time of the recording, so that it was not changed.
  fileprivate func hasWitness(of clock: Clock) -> Bool {
    kdcClocks.values.contains { $0.offset.magnitude <= ClockDifference.credible }
  }
}
