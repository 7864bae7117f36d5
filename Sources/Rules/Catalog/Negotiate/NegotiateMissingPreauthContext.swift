import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateMissingPreauthContext = Rule(
    id: "negotiate-missing-preauth-context",
    severity: .error,
    phase: .negotiate,
    nature: .wrongValue,
    needs: [.end],
    summary: "SMB 3.1.1 is negotiated without a preauthentication hash.",
    explanation: """
      With SMB 3.1.1 the request must list the hashes that can protect the negotiation, and the response must say which \
      one does. If the request does not list them, the server refuses it. If the response names none, the client has \
      to end the connection. A device that rewrites NEGOTIATE and drops what it does not know produces such \
      messages.
      """,
    whenBenign: "Never. No working server sends this.",
    howToVerify: "Capture on the server. If its response has the context there, a device in between removes it.",
    causes: ["a device on the path rewrites NEGOTIATE and drops its contexts", "a bug in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.2.5.2", "MS-SMB2 3.3.5.4", "MS-SMB2 2.2.3.1.1"]
  ) { transcript in
    guard let negotiation = transcript.negotiation else { return [] }
    let isRefused = negotiation.responseStamp?.status?.isError ?? (transcript.ending != nil)
    guard negotiation.hasNoPreauthContext || negotiation.requestHasNoPreauthContext && isRefused else { return [] }
    func contexts(_ list: [SMB2NegotiateContext]?) -> String { counted(list?.count ?? 0, "negotiate context") }
    return [
      Observation(
        .proven,
        negotiation.hasNoPreauthContext
          ? "the response chooses SMB 3.1.1, but no preauthentication hash"
          : "the request offers SMB 3.1.1, but no preauthentication hash",
        evidence: [
          Evidence(
            negotiation.requestStamp?.frame, .client,
            "\(negotiateRequest(offering: negotiation.offered)), with \(contexts(negotiation.request?.contexts))"),
          Evidence(
            negotiation.responseStamp?.frame, .server,
            negotiation.response.map { "NEGOTIATE response, SMB \($0.dialectRevision), with \(contexts($0.contexts))" }
              ?? "NEGOTIATE response: \(negotiation.responseStamp?.status?.description ?? "")"),
        ].compactMap(\.self) + transcript.endEvidence)
    ]
  }
}
