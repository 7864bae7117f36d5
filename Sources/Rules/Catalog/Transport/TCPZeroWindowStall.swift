import Packets
import Transcripts

extension Rule {
  static let tcpZeroWindowStall = Rule(
    id: "tcp-zero-window-stall",
    severity: .warning,
    phase: .transport,
    nature: .note,
    summary: "One side accepted no data for more than five seconds while the connection was being set up.",
    explanation: """
      A host advertises a receive window of zero when its application does not take the data that has arrived. During \
      the few small messages by which a connection is set up that does not happen to a healthy one: the process or a \
      driver in front of it hangs.
      """,
    harmless: "Under load, in the middle of large transfers, short zero windows are normal and not reported.",
    confirmation: "Look at the load of that host at this moment: memory, disk queues, what the security software does.",
    causes: [
      "the server process or the client's redirector hangs",
      "a driver in front of it hangs (antivirus, storage filter)",
      "the host is out of memory",
    ],
    remedies: [.serverLogs, .clientLogs],
    references: ["RFC 9293 3.8.6"]
  ) { transcript in
    guard !transcript.visibility.startsMidstream else { return [] }
    return [Peer.client, .server].compactMap { peer in
      guard let window = transcript.trace(of: peer).zeroWindow,
        window.since.number <= transcript.establishmentEnd
      else { return nil }
      let end = transcript.ending?.stamp.time ?? transcript.captureEnd
      let duration = window.isOver ? window.duration : end.since(window.since.time)
      guard duration > ZeroWindow.notable else { return nil }
      return Observation(
        .proven, "the \(peer.rawValue) accepted no data for \(duration)",
        evidence: [Evidence(window.since.number, peer, "window 0")])
    }
  }
}
