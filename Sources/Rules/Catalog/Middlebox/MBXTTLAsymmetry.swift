import Packets
import Transcripts

extension Rule {
  static let mbxTTLAsymmetry = Rule(
    id: "mbx-ttl-asymmetry",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "The SYN-ACK travelled over a different number of hops than the server's other packets.",
    explanation: """
      Routers count the TTL down, so packets of one host arrive with the same value. Here the SYN-ACK has another \
      value than the packets after it. So a device nearer or farther than the server accepted the connection, such \
      as a firewall's SYN proxy, a load balancer or a WAN optimizer.
      """,
    whenBenign: "If the route changed in the middle of the connection, or a load balancer is there on purpose. Both look the same.",
    howToVerify: "Record on the server and check whether the SYN arrives there.",
    remedies: [.knowThePath],
    references: ["RFC 791 3.2"]
  ) { transcript in
    let trace = transcript.trace(of: .server)
    let first = transcript.handshake.synAckHopLimit
    guard let synAck = transcript.handshake.synAck, trace.segments >= 3, trace.lowestHopLimit == first || trace.highestHopLimit == first
    else { return [] }
    let later = trace.lowestHopLimit == first ? trace.highestHopLimit : trace.lowestHopLimit
    guard max(first, later) - min(first, later) > 2 else { return [] }
    return [
      Observation(
        .possible, "the SYN-ACK has TTL \(first), later packets of the server have \(later)",
        evidence: [Evidence(synAck.number, .server, "SYN-ACK, TTL \(first)")])
    ]
  }
}
