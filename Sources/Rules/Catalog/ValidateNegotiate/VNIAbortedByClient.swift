import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniAbortedByClient = Rule(
    id: "vni-aborted-by-client",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The client closed the connection right after Validate Negotiate.",
    explanation: whatEndsAValidation + """
      A client closes the connection if the answer is unsigned, differs from the NEGOTIATE response that it \
      received, or is STATUS_ACCESS_DENIED. If the answer agrees in this capture, a device changed the NEGOTIATE \
      response between this capture point and the client.

      smbdx does not report a close after LOGOFF or TREE_DISCONNECT, or after any other request that followed the \
      validation: that is the normal end of a connection. Some clients validate on IPC$ first, continue, and close \
      the connection only after they validate again on the share.
      """,
    whenBenign: "When the user or a program ended the connection at exactly this time.",
    howToVerify: "Record on the client at the same time, and compare NEGOTIATE in both captures.",
    causes: [
      "a WAN optimizer or another device between this capture point and the client rewrites the NEGOTIATE response",
      "the user cancelled at exactly this time",
      "a bug in the client",
    ],
    remedies: [
      .wanOptimizer, .captureOtherSide, .clientLogs, .requireSigningClient, .requireSigningServer,
      .disableSecureNegotiate,
    ],
    references: ["MS-SMB2 3.2.5.14.12", "MS-SMB2 2.2.32.6"]
  ) { transcript in
    guard let abort = transcript.validationAbort, abort.peer == .client, !transcript.wasResetByThirdParty,
      transcript.end.diagnosis != .notDelivered(from: .client)
    else { return [] }
    guard let reply = abort.validation.responseStamp, reply.frame < abort.termination.stamp.number else {
      return [transcript.leftWithoutWaiting(abort)].compactMap(\.self)
    }
    // A server that says it does not know the request gives the client no reason to leave, and some leave all the same.
    if let status = reply.status, reply.isSigned, Validation.harmlessStatuses.contains(status) {
      return abort.isOverRefusal ? [transcript.leftOverRefusal(abort, status)] : []
    }
    if reply.hasWrongSignature { return [transcript.abortOverSignature(abort, of: .server)] }
    return [transcript.leftOverAnswer(abort, reply)]
  }
}

extension Remedy {
  fileprivate static let otherDialectForClient = Remedy(
    "Let the client use SMB 3.1.1, which needs no Validate Negotiate, or 2.1; or update its program, or switch the check off in it (“require_secure_negotiate”).")
}

extension Transcript {
  /// The client closed before the answer. Waiting long and giving up is not hanging up.
  fileprivate func leftWithoutWaiting(_ abort: ValidationAbort) -> Observation? {
    guard abort.termination.stamp.time.since(abort.validation.requestStamp.time) < ValidationAbort.timeout else { return nil }
    return Observation(
      .likely, "the client closed the connection without waiting for the answer to Validate Negotiate",
      evidence: evidence(of: abort.validation) + [evidence(of: abort.termination, after: abort.validation.requestStamp)],
      comparison: abort.validation.comparison(with: negotiation))
  }

  /// The client closed after an answer that tells what it may have objected to, or agrees in every field.
  fileprivate func leftOverAnswer(_ abort: ValidationAbort, _ reply: MessageStamp) -> Observation {
    let evidence = evidence(of: abort.validation) + [evidence(of: abort.termination, after: reply)]
    let isProtected = reply.isSigned && !reply.hasZeroSignature
    if abort.validation.isCut, isProtected {
      return Observation(
        .possible, "the client closed the connection right after the answer to Validate Negotiate, of which the capture has only the beginning",
        evidence: evidence)
    }
    let comparison = abort.validation.comparison(with: negotiation)
    let looksGood = abort.validation.response != nil && isProtected
    guard !looksGood || !comparison.isEmpty else {
      return Observation(
        .possible,
        "the client closed the connection right after the answer to Validate Negotiate; the capture does not have the NEGOTIATE that this answer repeats",
        evidence: evidence, severity: .error)
    }
    let agrees = looksGood && comparison.allSatisfy(\.isEqual)
    return Observation(
      .likely,
      agrees
        ? "the client closed the connection right after a Validate Negotiate answer that agrees in every field here"
        : "the client closed the connection because of the answer to Validate Negotiate",
      evidence: evidence, causes: agrees ? causesBeyondCapture(reply) : nil, comparison: comparison)
  }

  /// Nothing is wrong with the answer here.
  private func causesBeyondCapture(_ reply: MessageStamp) -> [String] {
    [
      reply.hasRightSignature
        ? "the NEGOTIATE response was changed between this capture point and the client: the signature of the answer that confirms it is right, so up to here it is the server's, field by field"
        : "the NEGOTIATE response was changed beyond this capture point: look for a WAN optimizer or security device between here and the client",
      "the user cancelled at exactly this time", "a bug in the client",
    ]
  }

  fileprivate func leftOverRefusal(_ abort: ValidationAbort, _ status: NTStatus) -> Observation {
    let differs = "the request differs from the NEGOTIATE that the server received: ksmbd then answers INVALID_PARAMETER"
    let insists = "the client accepts no refusal: it insists on Validate Negotiate, but the server does not support it"
    let mayDiffer = status == .invalidParameter
    return Observation(
      .likely, "the client closed the connection right after the server refused Validate Negotiate with \(status), signed",
      evidence: evidence(of: abort.validation) + endEvidence, causes: mayDiffer ? [differs, insists] : [insists],
      firstRemedies: mayDiffer ? [] : [.otherDialectForClient, .otherClient], comparison: abort.validation.comparison(with: negotiation))
  }
}
