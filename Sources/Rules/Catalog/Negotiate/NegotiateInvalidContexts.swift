import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateInvalidContexts = Rule(
    id: "negotiate-invalid-contexts",
    severity: .error,
    phase: .negotiate,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    summary: "The negotiate contexts of SMB 3.1.1 are damaged.",
    explanation: """
      The response gives an offset or a length for its negotiate contexts that is outside the message. A client \
      cannot accept that. A device that rewrites NEGOTIATE without adjusting these numbers produces such a message.
      """,
    whenBenign: "Never. No working server sends this.",
    howToVerify: "Capture on the server and compare the two messages byte by byte.",
    causes: ["a device on the path rewrites NEGOTIATE", "a bug in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 2.2.4", "MS-SMB2 2.2.4.1"]
  ) { transcript in
    guard let negotiation = transcript.negotiation, let error = negotiation.contextError else { return [] }
    return [
      Observation(
        .proven, "the negotiate contexts of the response cannot be read",
        evidence: [
          Evidence(
            negotiation.responseStamp?.frame, .server,
            "NEGOTIATE response, byte 0x\(String(error.offset, radix: 16)): \(error.reason)")
        ].compactMap(\.self) + transcript.endEvidence)
    ]
  }
}
