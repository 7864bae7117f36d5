import Packets
import Transcripts

extension Rule {
  static let tcpChallengeACK = Rule(
    id: "tcp-challenge-ack",
    severity: .critical,
    phase: .transport,
    nature: .silence,
    supersededBySuccess: true,
    summary: "The server answers each SYN with an acknowledgment that belongs to another connection.",
    explanation: """
      The server, or a device in its place, still has an older connection from the same client port and answers the new SYN with \
      an ACK for it. The client answers with a reset. When the reset arrives, the server drops the old connection, and the next \
      SYN works. Here the server answers further SYNs in the same way, so the reset does not reach it.
      """,
    whenBenign: "When it happens once and the next SYN gets through. smbdx does not report that.",
    howToVerify: "Capture on the server: do the client's resets arrive there? Look at its connections from this client port.",
    causes: [
      "a firewall between client and server drops the client's resets, because they belong to no connection that it knows",
      "a firewall, load balancer or NAT gateway keeps an old connection of this client port and answers in the server's name",
      "two hosts with the same address, or a SYN proxy or NAT gateway that changes sequence numbers in one direction only",
    ],
    remedies: [.captureOtherSideOfSilence, .firewallState, .checkAddress],
    references: ["RFC 9293 3.10.7.4", "RFC 5961 4"]
  ) { transcript in
    guard case .challenged? = transcript.openingFailure, !transcript.isNetBIOS else { return [] }
    let handshake = transcript.handshake
    return [
      Observation(
        .likely, "\(transcript.server) answers \(counted(Int(handshake.synCount), "SYN")) with the acknowledgment of another connection",
        evidence: [
          Evidence(handshake.syn?.number, .client, "SYN"),
          Evidence(handshake.challenge?.number, .server, "it acknowledges something else than this SYN"),
          Evidence(handshake.lastTry?.number, .client, "SYN number \(handshake.synCount)"),
        ].compactMap(\.self))
    ]
  }
}
