import Protocols
import Transcripts

extension Rule {
  static let vniResponseUnsigned = Rule(
    id: "vni-response-unsigned",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .wrongValue,
    summary: "The answer to Validate Negotiate is not signed.",
    explanation: """
      The request is always signed and its answer must be, because the signature is what makes the comparison worth \
      anything. This answer carries no signature and is not encrypted. A client that follows the specification ends \
      the connection here; some clients do not check and go on, which does not make it harmless.

      Look first for a device that answers in the server's place or strips signatures. Errors that a server sends \
      before it looks at the signature at all (share, file or session gone) are reported as vni-rejected-status.
      """,
    harmless: "Never, on a session of a user: guests and anonymous sessions, which cannot sign, are left out.",
    confirmation: "Record on the server too: whether the answer leaves it signed tells server from path.",
    causes: [
      "a WAN optimizer or proxy answers in the server's place, or strips the signature",
      "a third-party server that does not sign this answer",
      "the server found the signature of the request wrong (then the status is STATUS_ACCESS_DENIED): the request was altered on its way",
      FakeServer.cause,
    ],
    remedies: [.wanOptimizer, .patchBoth, .captureOtherSide, .requireSigningClient, .disableSecureNegotiate],
    references: ["MS-SMB2 3.2.5.14.12", "MS-SMB2 3.3.4.1.1"]
  ) { transcript in
    transcript.validations.filter { validation in
      validation.isAnsweredWithoutSignature && transcript.session(of: validation)?.hasNoKey != true
    }.prefix(1).map { validation in
      let status = validation.status ?? .success
      var observation = Observation(
        .proven,
        status == .success
          ? "the server's answer to Validate Negotiate is not signed"
          : "Validate Negotiate is answered with an unsigned \(status)",
        evidence: transcript.evidence(of: validation) + transcript.endEvidence,
        comparison: validation.comparison(with: transcript.negotiation))
      let fake = transcript.isLikeFakeServer(validation)
      var causes = [
        "a WAN optimizer or proxy answers in the server's place, or strips the signature",
        "a third-party server that does not sign this answer",
      ]
      if status == .accessDenied {
        causes.insert("the server found the signature of the request wrong: the request was altered on its way, or the keys differ", at: 0)
      }
      causes.insert(FakeServer.cause, at: fake ? 0 : causes.count)
      observation.causes = causes
      if fake { observation.remedies = [.findFakeServer, .captureOtherSide, .wanOptimizer, .requireSigningClient] }
      return observation
    }
  }
}

extension Validation {
  /// Errors that a server may send before it has looked at the signature: MS-SMB2 3.3.5.2.9, 3.3.5.2.11.
  static let earlyStatuses: Set<NTStatus> = [.networkNameDeleted, .fileClosed, .userSessionDeleted]

  /// Unsigned, and not one of the errors that may be.
  var isAnsweredWithoutSignature: Bool {
    guard let responseStamp, !responseStamp.isSigned else { return false }
    // A server may echo the request's signature with such an error.
    return !Self.earlyStatuses.contains(responseStamp.status ?? .success)
      && !echoesSignature
  }
}
