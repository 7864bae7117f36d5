import Packets
import Transcripts

extension Rule {
  static let mbxTCPOptionsStripped = Rule(
    id: "mbx-tcp-options-stripped",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "A device on the path changes TCP options.",
    explanation: """
      The server may use window scaling, selective acknowledgments and timestamps only when the client's SYN offers \
      them. Here its SYN-ACK has an option that the recorded SYN does not offer: a device changed one of the two on \
      the way, or sent it itself.
      """,
    whenBenign: "If a firewall normalizes TCP on every connection. That costs speed, and rarely more.",
    howToVerify: "Record on both hosts and compare SYN and SYN-ACK.",
    remedies: [.knowThePath],
    references: ["RFC 7323 2.2", "RFC 7323 3.2", "RFC 2018 2"]
  ) { transcript in
    let handshake = transcript.handshake
    let (offered, answered) = (handshake.synOptions.kinds, handshake.synAckOptions.kinds)
    // A client may send its SYN again with fewer options.
    guard handshake.roundTripTime != nil, !offered.contains(.incomplete), !answered.contains(.incomplete) else { return [] }
    let names: [(TCPOptions.Kinds, String)] = [
      (.windowScale, "window scale"), (.sackPermitted, "SACK permitted"), (.timestamps, "timestamps"),
    ]
    let extra = names.filter { answered.contains($0.0) && !offered.contains($0.0) }.map(\.1)
    guard !extra.isEmpty else { return [] }
    let options = extra.joined(separator: ", ")
    return [
      Observation(
        .likely, "the SYN-ACK has TCP options that the SYN does not offer: \(options)",
        evidence: [
          Evidence(handshake.syn?.number, .client, "SYN without \(options)"),
          Evidence(handshake.synAck?.number, .server, "SYN-ACK with \(options)"),
        ].compactMap(\.self))
    ]
  }
}
