import Protocols
import Transcripts

extension Rule {
  static let vniRejectedStatus = Rule(
    id: "vni-rejected-status",
    severity: .error,
    phase: .validateNegotiate,
    nature: .status,
    needs: [.answerToValidation],
    summary: "The server answered Validate Negotiate with an error status.",
    explanation: """
      The server did not compare the values but refused the request. If the answer has a valid signature and the \
      status STATUS_NOT_SUPPORTED, STATUS_INVALID_DEVICE_REQUEST, STATUS_FILE_CLOSED, STATUS_FS_DRIVER_REQUIRED or \
      STATUS_INVALID_PARAMETER, the server just does not know the request. Windows 7 and Windows Server 2008 R2, Samba over SMB 2.0.2 and older \
      third-party servers answer this way, clients continue, and the finding is only a note.

      STATUS_ACCESS_DENIED means that the server did not accept the signature of the request, and clients must end the \
      connection. If it is unsigned and only repeats the signature of the request, the server could not check the \
      signature at all. Any other status is unusual: see what it means.
      """,
    whenBenign: "When the server does not support the request and gives a signed answer: NOT_SUPPORTED, INVALID_DEVICE_REQUEST, FILE_CLOSED and similar statuses. The finding is then a note.",
    howToVerify: "Look at the client's next step: it continues after a harmless status.",
    causes: [
      "the server does not implement Validate Negotiate",
      "the share or session of the request is gone",
    ],
    remedies: [.patchBoth, .serverLogs],
    references: ["MS-SMB2 3.2.5.14.12", "MS-SMB2 3.3.5.15"]
  ) { transcript in
    // A client asks once for each share; the same answer is one finding.
    var seen: Set<NTStatus> = []
    return transcript.validations.compactMap { validation in
      guard let reply = validation.responseStamp, let status = reply.status, status.isError,
        !validation.isAnsweredWithoutSignature || transcript.isRefusedForWantOfSignatures(validation), seen.insert(status).inserted
      else { return nil }
      // ksmbd says INVALID_PARAMETER when a field differs: then the difference is the finding.
      let differs = validation.comparison(with: transcript.negotiation).contains { !$0.isEqual }
      if status == .invalidParameter, differs { return nil }
      // The client that leaves then could not do without it.
      let isLeft = transcript.validationAbort.map { $0.validation.requestStamp.frame >= validation.requestStamp.frame } ?? false
      let refusal = Refusal(status, reply, isLeft: isLeft)
      var observation = Observation(
        .proven, refusal.summary(status),
        evidence: transcript.zeroSignatureEvidence + transcript.evidence(of: validation) + (refusal == .benign ? [] : transcript.endEvidence),
        severity: refusal == .benign ? .info : isLeft || status == .accessDenied ? .critical : !reply.isSigned ? .warning : .error,
        causes: refusal.causes(cannotSign: transcript.session(of: validation)?.hasZeroSignature == true))
      observation.remedies = refusal.remedies
      return observation
    }
  }
}

/// What the status and its signature say.
private enum Refusal {
  /// The server does not know the request, and says so with a signature.
  case benign
  /// It could not check the signature of the request, so it does not sign either.
  case unchecked
  /// It does not know the request, and the client accepts that with a signature only.
  case bare
  case denied, other

  init(_ status: NTStatus, _ reply: MessageStamp, isLeft: Bool) {
    let isHarmless = Validation.harmlessStatuses.contains(status)
    self =
      switch (reply.isSigned, status) {
      case (true, _) where isHarmless: .benign
      case (false, .accessDenied): .unchecked
      case (false, _) where isHarmless && isLeft: .bare
      case (_, .accessDenied): .denied
      default: .other
      }
  }

  func summary(_ status: NTStatus) -> String {
    switch self {
    case .unchecked: "the server answers Validate Negotiate with an unsigned \(status): it could not check the signature of the request"
    case .benign: "the server does not know Validate Negotiate and answers with a signed \(status); clients accept that"
    case .bare: "the server answers Validate Negotiate with an unsigned \(status)"
    case .denied, .other: "the server answers Validate Negotiate with \(status)"
    }
  }

  /// nil for those of the rule.
  func causes(cannotSign: Bool) -> [String]? {
    switch self {
    case .benign: ["the server does not implement Validate Negotiate, which is normal for its age or dialect"]
    case .unchecked:
      [
        cannotSign
          ? "the server cannot sign: it completed the logon with an all-zero signature (the kernel module cmac is missing on a ksmbd server)"
          : "the server cannot check signatures (the kernel module cmac is missing on a ksmbd server)",
        "the server has another key for this session than the client",
      ]
    case .bare:
      [
        "the server does not sign this answer, and the client accepts this status only with a signature",
        "a WAN optimizer or proxy answers instead of the server, or strips the signature",
      ]
    case .denied:
      [
        "the signature of the request is wrong: the request was changed on its way",
        "client and server have different keys, because of a fault in the software of one of them",
      ]
    case .other: nil
    }
  }

  var remedies: [Remedy]? {
    switch self {
    case .benign, .other: nil
    case .unchecked: [.ksmbdModules, .serverLogs, .patchBoth]
    case .bare: [.patchBoth, .wanOptimizer, .captureOtherSide, .requireSigningClient]
    case .denied: [.wanOptimizer, .captureOtherSide, .patchBoth]
    }
  }
}

extension Transcript {
  /// The answer to the logon, when its signature is zero.
  fileprivate var zeroSignatureEvidence: [Evidence] {
    sessions.compactMap { session in
      guard let reply = session.replyStamp, reply.isSigned, reply.hasZeroSignature else { return nil }
      return Evidence(reply.frame, .server, "SESSION_SETUP response, flagged as signed, signature all zero")
    }
  }
}
