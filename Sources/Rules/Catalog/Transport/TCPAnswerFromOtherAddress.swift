import Packets
import Transcripts

extension Rule {
  static let tcpAnswerFromOtherAddress = Rule(
    id: "tcp-answer-from-other-address",
    severity: .critical,
    phase: .transport,
    nature: .status,
    supersededBySuccess: true,
    summary: "Another address than the one that the client asked answers its SYN.",
    explanation: """
      The client opens a connection, and a SYN-ACK comes back to the same port of the client, but from another address. TCP \
      knows a connection by its two addresses and ports, so the client cannot use this answer: it resets it, and goes on \
      waiting for the right one. The server is reached, and only its address is wrong on the way back.
      """,
    whenBenign: "Never, if the client asks in vain. An answer from the right address that comes as well makes it harmless, and smbdx then reports nothing.",
    howToVerify: "Record on the server: from which of its addresses does the SYN-ACK leave?",
    causes: [
      "the server has several addresses and answers from another one than it was asked at (routing, a script or container network that rewrites addresses)",
      "a NAT or load balancer translates the address on the way to the server, and the answers take a way around it",
    ],
    remedies: [.answerFromSameAddress(), .captureOtherSideOfSilence],
    references: ["RFC 9293 3.5", "RFC 9293 3.5.2"],
    judge: .attempt { one in
      one.answersFromElsewhere.map { stray in
        Observation(
          .likely, "\(stray.address) answers the SYN that the client sent to \(one.server)",
          evidence: [
            Evidence(stray.asked, .client, "SYN to \(one.server)"), Evidence(stray.frame, nil, "SYN-ACK from \(stray.address), to the same port of the client"),
          ].compactMap(\.self), remedies: [.answerFromSameAddress(to: one.connection(stray.connection)?.client.address), .captureOtherSideOfSilence],
          goal: Goal(.answer), connections: [stray.connection])
      }
    })
}

extension Remedy {
  fileprivate static func answerFromSameAddress(to client: IPAddress? = nil) -> Remedy {
    Remedy(
      "On the server look at which address it uses towards the client (Linux; on Windows: Find-NetRoute), and let it answer from the one that clients use. Lead the answers back through the same NAT or load balancer:",
      command: "ip route get \(client?.description ?? "CLIENT")")
  }
}
