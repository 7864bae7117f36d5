import Packets
import Transcripts

extension Rule {
  static let mbxWindowOrTimestampInconsistent = Rule(
    id: "mbx-window-or-timestamp-inconsistent",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "TCP timestamps of one host contradict each other.",
    explanation: """
      A host that uses TCP timestamps puts one into every segment, and they only grow. Here a segment with newer \
      data carries a much older timestamp, or none. So another TCP stack made this segment.
      """,
    whenBenign: "If a load balancer hands the connection over to another server. Some do it this way.",
    howToVerify: "Record on the host that seems to send these segments, and compare.",
    remedies: [.knowThePath],
    references: ["RFC 7323 3.2", "RFC 7323 5.4"]
  ) { transcript in
    let handshake = transcript.handshake
    guard handshake.synOptions.hasTimestamps, handshake.synAckOptions.hasTimestamps else { return [] }
    return [Peer.client, .server].compactMap { peer in
      let trace = transcript.trace(of: peer)
      guard trace.oldTimestampFrame != nil || trace.noTimestampFrame != nil else { return nil }
      return Observation(
        .possible, "a segment in the name of the \(peer.rawValue) has a wrong TCP timestamp, or none",
        evidence: [
          Evidence(trace.oldTimestampFrame, peer, "newer data, much older timestamp"),
          Evidence(trace.noTimestampFrame, peer, "data without a timestamp, although both sides agreed to use them"),
        ].compactMap(\.self))
    }
  }
}
