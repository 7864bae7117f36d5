import Packets
import Transcripts

extension Rule {
  static let tcpClosedBeforeSMB = Rule(
    id: "tcp-closed-before-smb",
    severity: .error,
    phase: .transport,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The connection was opened and closed without a single byte of SMB.",
    explanation: """
      TCP connected, nobody said anything, and then the connection was closed. When the server closes it, it turned \
      the client away before listening to it, or something in front of it accepted the connection and found no server \
      behind. When the client closes it, it connected and then had no use for the connection.
      """,
    harmless: """
      A client that connects and leaves within a second only looked whether the port is open (monitoring, a load \
      balancer's probe) and is not reported. Neither is the losing one of two connections to ports 445 and 139. \
      Monitoring that waits longer before it leaves is reported as “possible”.
      """,
    confirmation: "Try again while looking at the server's log; compare with a client in the server's own network.",
    causes: [
      "the server is at its limit of connections or processes",
      "the server denies this client (“hosts deny” in Samba) or is shutting down",
      "a port forwarding, proxy or load balancer without a working server behind it",
      "security software that accepts the connection and drops it",
    ],
    remedies: [.serverLogs, .checkSambaHosts, .checkServerService, .checkPortOwner],
    references: ["MS-SMB2 2.1", "RFC 9293 3.6"]
  ) { transcript in
    guard case .closedUnused(let closing)? = transcript.openingFailure, !transcript.isNetBIOS else { return [] }
    let isServer = transcript.peer(closing.side) == .server
    let delay = "\(closing.stamp.time.since(transcript.handshake.synAckTime))"
    return [
      Observation(
        isServer ? .likely : .possible,
        isServer
          ? "the server closed the connection after \(delay), before the client had said anything"
          : "the client left after \(delay) without having said anything",
        evidence: [
          Evidence(transcript.handshake.synFrame, .client, "SYN"),
          Evidence(transcript.handshake.synAckFrame, .server, "SYN-ACK"),
        ].compactMap(\.self) + [transcript.evidence(of: closing)])
    ]
  }
}
