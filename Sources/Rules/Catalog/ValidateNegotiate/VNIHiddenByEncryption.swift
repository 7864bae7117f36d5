import Protocols
import Transcripts

extension Rule {
  static let vniHiddenByEncryption = Rule(
    id: "vni-hidden-by-encryption",
    severity: .info,
    phase: .validateNegotiate,
    nature: .note,
    needs: [.negotiate],
    summary: "Validate Negotiate, if it took place, is inside encrypted messages.",
    explanation: """
      The session or share is encrypted with SMB 3.0 or 3.0.2, so the capture shows messages but not their contents. \
      It does not show whether the client validated the negotiation. This is no fault: encryption protects the rest \
      of the session.
      """,
    whenBenign: "Always. Encryption protects more than this check.",
    howToVerify: "If the connection continues after the share is connected, the check passed.",
    remedies: [.clientLogs, .serverLogs],
    references: ["MS-SMB2 2.2.41", "MS-SMB2 3.2.4.1.8"]
  ) { transcript in
    guard let dialect = transcript.dialect, dialect == .smb300 || dialect == .smb302,
      transcript.validations.isEmpty, transcript.settledValidations == 0, let first = transcript.traffic.firstEncryptedFrame,
      !transcript.isAdditionalChannel
    else { return [] }
    return [
      Observation(
        .proven, "messages are encrypted from frame \(first) on; Validate Negotiate is not visible",
        evidence: [Evidence(first, nil, "first encrypted message")])
    ]
  }
}
