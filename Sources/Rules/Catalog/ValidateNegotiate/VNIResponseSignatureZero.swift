import Protocols
import Transcripts

extension Rule {
  static let vniResponseSignatureZero = Rule(
    id: "vni-response-signature-zero",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .wrongValue,
    summary: "The answer to Validate Negotiate claims to be signed, but its signature is all zero.",
    explanation: """
      The SIGNED flag is set, but the sixteen bytes of the signature are zero. No signing algorithm produces that \
      for a real message: the sender of this answer copied the header but could not sign. The client rejects the \
      signature and ends the connection.

      Look first for a proxy or WAN optimizer that answers or rewrites SMB messages.
      """,
    whenBenign: "Never. A valid signature is never all zero.",
    howToVerify: "Record on the server as well. If the answer leaves the server with a real signature, the path is at fault; otherwise the server is.",
    causes: [
      "a WAN optimizer or proxy that copies the header and has no key to sign with",
      "a server that sets the flag without signing",
    ],
    remedies: [.wanOptimizer, .patchBoth, .captureOtherSide, .requireSigningClient, .disableSecureNegotiate],
    references: ["MS-SMB2 3.2.5.14.12", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    transcript.validations.filter { validation in
      guard let reply = validation.responseStamp, reply.isSigned, reply.hasZeroSignature else { return false }
      return !Validation.earlyStatuses.contains(reply.status ?? .success)
    }.prefix(1).map { validation in
      Observation(
        .proven, "the answer to Validate Negotiate is flagged as signed, but its signature is all zero",
        evidence: transcript.evidence(of: validation) + transcript.endEvidence,
        comparison: validation.comparison(with: transcript.negotiation))
    }
  }
}
