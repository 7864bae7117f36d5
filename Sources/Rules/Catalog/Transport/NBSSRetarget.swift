import Packets
import Protocols
import Transcripts

extension Rule {
  static let nbssRetarget = Rule(
    id: "nbss-retarget",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The server redirects the client to another address.",
    explanation: """
      Instead of accepting the NetBIOS session the server gives another address and port. The client connects there \
      next, and that connection shows the result.
      """,
    whenBenign: "Always. This is a regular but rare answer of the NetBIOS session service.",
    howToVerify: "Look for the client's next connection, to the given address.",
    remedies: [Remedy("Check the connection to the given address, or use the server's DNS name on port 445.")],
    references: ["RFC 1002 4.3.5"]
  ) { transcript in
    transcript.sessionPackets.filter { $0.type == .retarget }.prefix(1).map { packet in
      Observation(
        .proven, "the server redirects the client to \(packet.target?.description ?? "another address")",
        evidence: [Evidence(packet.frame, .server, "retarget session response")])
    }
  }
}
