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
      The request is always signed, and its answer must be signed too: without the signature the comparison proves \
      nothing. This answer has no signature and is not encrypted. A client that follows the specification ends the \
      connection here. Some clients do not check and continue, but that does not make it harmless.

      Look first for a device that answers instead of the server or strips signatures. For errors that a server \
      sends before it checks the signature (share, file or session gone) smbdx reports vni-rejected-status.
      """,
    whenBenign: "Never on a user's session. smbdx leaves out guest and anonymous sessions, because they cannot sign.",
    howToVerify: "Record on the server as well. If the answer leaves the server signed, the path is at fault; otherwise the server is.",
    causes: [
      "a WAN optimizer or proxy answers instead of the server, or strips the signature",
      "a third-party server that does not sign this answer",
      "the server rejected the signature of the request (then the status is STATUS_ACCESS_DENIED): the request was altered on its way",
      FakeServer.cause,
    ],
    remedies: [.wanOptimizer, .patchBoth, .captureOtherSide, .requireSigningClient, .disableSecureNegotiate],
    references: ["MS-SMB2 3.2.5.14.12", "MS-SMB2 3.3.4.1.1"]
  ) { transcript in
    transcript.validations.filter { validation in
      validation.isAnsweredWithoutSignature && transcript.session(of: validation)?.hasNoKey != true
        && !transcript.isRefusedForWantOfSignatures(validation)
    }.prefix(1).map { validation in
      let status = validation.status ?? .success
      var observation = Observation(
        .proven,
        status == .success
          ? "the server's answer to Validate Negotiate is not signed"
          : "the server answers Validate Negotiate with an unsigned \(status)",
        evidence: transcript.evidence(of: validation) + transcript.endEvidence,
        comparison: validation.comparison(with: transcript.negotiation))
      let fake = transcript.isLikeFakeServer(validation)
      var causes = [
        "a WAN optimizer or proxy answers instead of the server, or strips the signature",
        "a third-party server that does not sign this answer",
      ]
      if status == .accessDenied {
        causes.insert("the server rejected the signature of the request: the request was altered on its way, or the keys differ", at: 0)
      }
      causes.insert(FakeServer.cause, at: fake ? 0 : causes.count)
      observation.causes = causes
      if fake { observation.remedies = [.findFakeServer, .captureOtherSide, .wanOptimizer, .requireSigningClient] }
      return observation
    }
  }
}

extension Transcript {
  /// The server refuses, and has shown at the logon that it cannot sign.
  func isRefusedForWantOfSignatures(_ validation: Validation) -> Bool {
    validation.responseStamp?.status?.isError == true && session(of: validation)?.hasZeroSignature == true
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
