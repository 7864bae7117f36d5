import Protocols
import Transcripts

extension Rule {
  static let vniOn311 = Rule(
    id: "vni-on-311",
    severity: .error,
    phase: .validateNegotiate,
    nature: .wrongValue,
    needs: [.negotiate],
    summary: "The client sent Validate Negotiate on an SMB 3.1.1 connection.",
    explanation: """
      SMB 3.1.1 protects NEGOTIATE by its pre-authentication hash and has no Validate Negotiate. A server that \
      receives Validate Negotiate on a 3.1.1 connection must end the connection.

      Either the client is broken, or it assumes an older dialect. In the second case a device between the two \
      rewrote the dialect, and each side sees a different one.
      """,
    whenBenign: "Never on a healthy path. SMB 3.1.1 protects NEGOTIATE in another way, and clients do not send this.",
    howToVerify: "Record on the other host as well, and compare NEGOTIATE: the two may have received different dialects.",
    causes: [
      "a client (often a test tool) that sends Validate Negotiate with every dialect",
      "a device on the path that shows the client an older dialect than the server chose",
    ],
    remedies: [.patchBoth, .wanOptimizer, .captureOtherSide],
    references: ["MS-SMB2 3.3.5.15.12", "MS-SMB2 3.2.5.5"]
  ) { transcript in
    guard transcript.dialect == .smb311 else { return [] }
    return transcript.validations.prefix(1).map { validation in
      Observation(
        .proven, "the client sent Validate Negotiate although the dialect is SMB 3.1.1, which does not have it",
        evidence: transcript.evidence(of: validation) + transcript.endEvidence)
    }
  }
}
