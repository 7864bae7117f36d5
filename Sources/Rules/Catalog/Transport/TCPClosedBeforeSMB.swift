import Packets
import Transcripts

extension Rule {
  static let tcpClosedBeforeSMB = Rule(
    id: "tcp-closed-before-smb",
    severity: .error,
    phase: .transport,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The connection was opened and closed without a single byte of SMB.",
    explanation: """
      TCP connected, neither side sent data, and then the connection was closed. If the server closes it, it refused \
      the client at once, or something in front of it accepted the connection and found no working server behind it. \
      If the client closes it, it connected and then did not use the connection. If the closing reset is not the \
      server's own, smbdx reports rst-injected-by-third-party instead.
      """,
    whenBenign: """
      When the client leaves within a second: it only checked whether the port is open (monitoring, a load \
      balancer's probe). smbdx does not report this, nor the unused one of two connections to ports 445 and 139. \
      Monitoring that waits longer before it leaves is reported as “possible”.
      """,
    howToVerify: "Try again while looking at the server's log; compare with a client in the server's own network.",
    causes: [
      "the server is at its limit of connections or processes",
      "the server denies this client (“hosts deny” in Samba) or is shutting down",
      "a port forwarding, proxy or load balancer without a working server behind it",
      "security software that accepts the connection and drops it",
    ],
    remedies: [.serverLogs, .checkSambaHosts, .checkServerService, .checkPortOwner],
    references: ["MS-SMB2 2.1", "RFC 9293 3.6"]
  ) { transcript in
    guard case .closedUnused(let termination)? = transcript.openingFailure, !transcript.isNetBIOS, !transcript.isClosedByThirdParty,
      let synAck = transcript.handshake.synAck
    else { return [] }
    let isServer = transcript.peer(termination.side) == .server
    let delay = "\(termination.stamp.time.since(synAck.time))"
    return [
      Observation(
        isServer ? .likely : .possible,
        isServer
          ? "the server closed the connection after \(delay), before the client sent any data"
          : "the client left after \(delay) without sending any data",
        evidence: [
          Evidence(transcript.handshake.syn?.number, .client, "SYN"),
          Evidence(synAck.number, .server, "SYN-ACK"),
        ].compactMap(\.self) + [transcript.evidence(of: termination)])
    ]
  }
}
