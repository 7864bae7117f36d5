import Protocols
import Transcripts

/// NEGOTIATE answered with an error: MS-SMB2 3.3.5.4.
extension Rule {
  static let negotiateNoPreauthHash = negotiateStatus(
    id: "negotiate-no-preauth-hash",
    summary: "Client and server have no preauthentication hash in common.",
    explanation: """
      SMB 3.1.1 protects its own negotiation with a hash, and both sides must support the same one. SHA-512 is the \
      only one that exists. So if the server finds no common hash, it received a list without SHA-512.
      """,
    causes: [
      "a device on the path rewrites the list of negotiate contexts",
      "a bug in the client or in the server",
    ],
    remedies: [.captureOtherSide, .wanOptimizer, .patchBoth], references: ["MS-SMB2 3.3.5.4", "MS-SMB2 2.2.3.1.1"]
  ) { $0 == .noPreauthHashOverlap }

  static let negotiateInvalidParameter = negotiateStatus(
    id: "negotiate-invalid-parameter",
    summary: "The server rejects the NEGOTIATE request as malformed.",
    explanation: """
      The server refuses the request itself: it has no dialects, the SIGNED flag is set, it offers SMB 3.1.1 without \
      the preauthentication context, or a context has a wrong length. If smbdx sees one of these, the finding names \
      it: the client is broken, or something changed its request.

      If nothing is wrong with the request, look at its contexts. Samba gives this answer if it has none of the \
      offered signing algorithms, and some old servers fail on a context that they do not know.
      """,
    causes: [
      "a device on the path rewrites NEGOTIATE",
      "a bug in the client",
    ],
    remedies: [.captureOtherSide, .wanOptimizer, .patchBoth], references: ["MS-SMB2 3.3.5.4"]
  ) { $0 == .invalidParameter }

  static let negotiateErrorStatus = negotiateStatus(
    id: "negotiate-error-status",
    summary: "The server refuses NEGOTIATE with an error.",
    explanation: """
      Few errors are usual here. The finding gives the status, its meaning, the usual causes and what to do. For an \
      undocumented number it says where to look it up.
      """,
    causes: ["depends on the status: the finding names the causes"],
    remedies: [.serverLogs, .checkServerService, .patchBoth], references: ["MS-SMB2 3.3.5.4", "MS-ERREF 2.3"]
  ) { $0.isError && ![.notSupported, .invalidParameter, .noPreauthHashOverlap].contains($0) }

  private static func negotiateStatus(
    id: String, summary: String, explanation: String, causes: [String], remedies: [Remedy], references: [String],
    _ isMeant: @escaping @Sendable (NTStatus) -> Bool
  ) -> Rule {
    Rule(
      id: id, severity: .error, phase: .negotiate, nature: .status, supersededBySuccess: true, summary: summary,
      explanation: explanation,
      whenBenign: "When the client tries again in another way and succeeds. The finding is then only a note.",
      howToVerify: "Compare the request with that of a client that works.", causes: causes, remedies: remedies,
      references: references
    ) { transcript in
      guard let negotiation = transcript.negotiation, let status = negotiation.responseStamp?.status, isMeant(status)
      else { return [] }
      let refusal = NegotiateRefusal(negotiation.request, lacksPreauthHash: negotiation.requestHasNoPreauthContext)
      let isMalformed = status == .invalidParameter
      var advice = id == "negotiate-error-status" ? StatusAdvice.of(status) ?? .unknown(status) : nil
      // No share was asked for yet.
      if status == .accessDenied {
        advice = StatusAdvice(
          codes: [status.rawValue],
          causes: [
            "the server refuses this client before it knows the user: “hosts allow” and “hosts deny” on Samba and NAS, or a policy of the server",
            "security software on the server",
          ], remedies: [.serverLogs, .checkServerService, .securitySoftwareOnServer])
      }
      if let repeated = transcript.repeatedNegotiate(status) { return [repeated] }
      let contexts = negotiation.request?.contexts ?? []
      var observation = Observation(
        .proven,
        "the server refuses NEGOTIATE with \(status)" + (isMalformed ? refusal.note.map { ": \($0)" } ?? meaning(of: status) : meaning(of: status)),
        evidence: [
          Evidence(
            negotiation.requestStamp?.frame, .client,
            "NEGOTIATE request: SMB \(list(negotiation.offered))"
              + (contexts.isEmpty ? "" : "; contexts \(contexts.map(\.description).joined(separator: ", "))")),
          Evidence(negotiation.responseStamp?.frame, .server, "NEGOTIATE response: \(status)"),
        ].compactMap(\.self), causes: isMalformed ? refusal.causes : advice?.causes)
      observation.remedies = isMalformed ? refusal.remedies : advice?.remedies
      return [observation]
    }
  }
}

extension NTStatus {
  /// STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP.
  fileprivate static let noPreauthHashOverlap = Self(rawValue: 0xC05D_0000)
}
