import Packets
import Protocols
import Transcripts

extension Rule {
  static let signingAlgorithmMismatch = Rule(
    id: "signing-algorithm-mismatch",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    summary: "The server chose a signing algorithm that the client did not offer.",
    explanation: """
      On SMB 3.1.1 the client lists the signing algorithms it has, and the server names one of them. This answer \
      names another one. A client that checks it ends the connection.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on both hosts and compare NEGOTIATE.",
    causes: ["a device on the path rewrites NEGOTIATE", "a software error in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 2.2.4.1.7", "MS-SMB2 3.2.5.2"]
  ) { transcript in
    guard transcript.dialect == .smb311, let offered = transcript.negotiation?.request?.contexts.signingAlgorithms,
      let chosen = transcript.negotiation?.response?.contexts.signingAlgorithms?.first, !offered.isEmpty,
      !offered.contains(chosen)
    else { return [] }
    return [
      Observation(
        .proven, "the server chose the signing algorithm \(SMB2NegotiateContext.signingName(chosen)), which the client did not offer",
        evidence: [
          Evidence(
            transcript.negotiation?.requestStamp?.frame, .client,
            "NEGOTIATE request: signing with \(offered.map(SMB2NegotiateContext.signingName).joined(separator: ", "))"),
          Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: signing with \(SMB2NegotiateContext.signingName(chosen))"),
        ].compactMap(\.self) + transcript.endEvidence)
    ]
  }
}
