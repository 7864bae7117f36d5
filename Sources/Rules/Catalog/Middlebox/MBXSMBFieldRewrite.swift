import Transcripts

extension Rule {
  static let mbxSMBFieldRewrite = Rule(
    id: "mbx-smb-field-rewrite",
    severity: .critical,
    phase: .middlebox,
    nature: .note,
    needs: [.negotiate],
    summary: "A device on the path rewrites SMB messages.",
    explanation: """
      The sender repeats NEGOTIATE in the signed Validate Negotiate, and the values there differ from NEGOTIATE as \
      recorded here. Each field that differs has its own finding. Together they show that a device between the \
      sender and this capture point changes SMB, as WAN optimizers do. Microsoft's systems do not tolerate that, \
      because a downgrade attack looks the same.
      """,
    whenBenign: "Never. The only other explanation is a sender that contradicts itself because of a bug.",
    howToVerify: "Record on the sender. If NEGOTIATE there agrees with Validate Negotiate, a device in between is proven.",
    causes: ["a WAN optimizer", "an SMB proxy or an inspecting firewall", "a bug in the sender"],
    remedies: [.wanOptimizer, .captureOtherSide, .requireSigningClient, .requireSigningServer],
    references: ["MS-SMB2 3.3.5.15.12", "MS-SMB2 3.2.5.14.12"]
  ) { transcript in
    guard !transcript.isAdditionalChannel else { return [] }
    for validation in transcript.validations {
      let comparison = validation.comparison(with: transcript.negotiation)
      // What the server accepts reached it as the client sent it.
      let isAccepted = transcript.goesOn(behind: validation)
      let differing = comparison.filter { !$0.isEqual && !$0.differsInOrderOnly && !(isAccepted && $0.direction == .request) }
      guard !differing.isEmpty else { continue }
      let fields = differing.map { "\($0.field.specificationName) of the \($0.direction.rawValue)" }.joined(separator: ", ")
      return [
        Observation(
          .likely, "a device on the path rewrites NEGOTIATE: \(fields)", evidence: transcript.evidence(of: validation),
          comparison: comparison)
      ]
    }
    return []
  }
}
