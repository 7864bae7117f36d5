import Packets
import Transcripts

extension Rule {
  static let tcpPacketLossAtEstablishment = Rule(
    id: "tcp-packet-loss-at-establishment",
    severity: .warning,
    phase: .transport,
    nature: .note,
    summary: "Packets were lost while the connection was being set up.",
    explanation: """
      The sender had to send the same segment three times or more, or the receiver asked for it again and again. \
      Each loss costs from a fifth of a second to several seconds. So connecting is slow, or fails because of a \
      timer that has nothing to do with SMB.
      """,
    whenBenign: """
      When the capture shows a frame twice (mirror port, several interfaces). That is no retransmission, and smbdx \
      does not count it. It does not count TCP keep-alives either.
      """,
    howToVerify: "Capture on both hosts. If the first copy is missing on the far side, it was lost in between.",
    causes: [
      "a lossy path: Wi-Fi, a bad cable, a duplex mismatch, an overloaded link",
      "a firewall or VPN gateway that drops under load",
    ],
    remedies: [.checkPath, .captureOtherSideOfSilence],
    references: ["RFC 6298", "RFC 5681 3.2"]
  ) { transcript in
    guard !transcript.visibility.startsMidstream else { return [] }
    let segments = transcript.hasTroubledDelivery ? [Peer.client, .server].compactMap { lostSegment(transcript, $0) } : []
    return lostHandshake(transcript) + segments
  }

  private static func lostHandshake(_ transcript: Transcript) -> [Observation] {
    let handshake = transcript.handshake
    // A SYN that was answered for another connection was not lost.
    guard handshake.synCount >= 3, let syn = handshake.syn, let synAck = handshake.synAck, handshake.challengeCount == 0 else { return [] }
    return [
      Observation(
        .likely, "the server answered only SYN number \(handshake.synCount)",
        evidence: [
          Evidence(syn.number, .client, "SYN"),
          Evidence(synAck.number, .server, "SYN-ACK, \(synAck.time.since(syn.time)) after the first SYN"),
        ])
    ]
  }

  private static func lostSegment(_ transcript: Transcript, _ peer: Peer) -> Observation? {
    guard let repetition = transcript.sending(of: peer).retransmission,
      repetition.copies >= 2 || repetition.copies == 1 && repetition.duplicateAcknowledgments >= 3,
      repetition.first.number <= transcript.establishmentEnd, transcript.blackHole(of: peer) == nil
    else { return nil }
    let isStuck = transcript.sending(of: peer).isStuck
    let again = repetition.copies == 1 ? "sent again" : "sent again \(repetition.copies) times"
    return Observation(
      .likely,
      "a segment of the \(peer.rawValue) with \(repetition.latest) bytes was \(again) "
        + (isStuck ? "and never confirmed" : "before it was confirmed"),
      evidence: [
        Evidence(repetition.first.number, peer, "first repetition"),
        repetition.copies > 1 ? Evidence(repetition.last.number, peer, "last repetition") : nil,
      ].compactMap(\.self))
  }
}
