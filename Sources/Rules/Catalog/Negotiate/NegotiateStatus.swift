import Protocols
import Transcripts

/// NEGOTIATE answered with an error: MS-SMB2 3.3.5.4.
extension Rule {
  static func negotiateStatus(
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
            negotiateRequest(offering: negotiation.offered)
              + (contexts.isEmpty ? "" : "; contexts \(contexts.map(\.description).joined(separator: ", "))")),
          Evidence(negotiation.responseStamp?.frame, .server, "NEGOTIATE response: \(status)"),
        ].compactMap(\.self), causes: isMalformed ? refusal.causes : advice?.causes)
      observation.remedies = isMalformed ? refusal.remedies : advice?.remedies
      if isMalformed, let request = negotiation.requestStamp { transcript.addMalformedRequest(request, status, &observation) }
      return [observation]
    }
  }
}

extension NTStatus {
  /// STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP.
  static let noPreauthHashOverlap = Self(rawValue: 0xC05D_0000)
}
