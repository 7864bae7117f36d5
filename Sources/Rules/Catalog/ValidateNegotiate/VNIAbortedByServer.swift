import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniAbortedByServer = Rule(
    id: "vni-aborted-by-server",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The server closed the connection instead of answering Validate Negotiate.",
    explanation: whatEndsAValidation + """
      A server closes the connection without an answer if the request differs from the NEGOTIATE that it received. \
      If every field agrees in this capture, a device changed the NEGOTIATE request between this capture point and \
      the server, or a software error is the reason. Windows closes with a reset, Samba with a FIN.

      No device between the two may change either exchange. A server or client that tolerated it would let an \
      attacker on the path force an older, unprotected dialect.

      smbdx does not report a close after the answer, after LOGOFF, or of an idle connection.
      """,
    whenBenign: "When the server was stopped or restarted at exactly this time.",
    howToVerify: "Record on the server at the same time, and compare NEGOTIATE in both captures.",
    causes: [
      "a WAN optimizer or another device between this capture point and the server rewrites NEGOTIATE",
      "a security product on the path or on the server alters or blocks the exchange",
      "a bug in the server",
    ],
    remedies: [
      .wanOptimizer, .captureOtherSide, .serverLogs, .requireSigningClient, .requireSigningServer,
      .disableSecureNegotiate,
    ],
    references: ["MS-SMB2 3.3.5.15.12", "MS-SMB2 2.2.31.4"]
  ) { transcript in
    guard let abort = transcript.validationAbort, abort.peer == .server, abort.validation.responseStamp == nil,
      !transcript.wasResetByThirdParty
    else { return [] }
    let delay = abort.termination.stamp.time.since(abort.validation.requestStamp.time)
    if abort.validation.requestStamp.hasWrongSignature { return [transcript.abortOverSignature(abort, of: .client)] }
    // Much later than a round trip it may have another reason.
    let isPrompt = delay <= (transcript.handshake.roundTripTime ?? .zero) + .seconds(1)
    return [
      Observation(
        isPrompt ? .likely : .possible,
        "the server closed the connection instead of answering Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation)
          + [transcript.evidence(of: abort.termination, after: abort.validation.requestStamp)],
        causes: transcript.causesOfSilentAbort(
          abort.validation, default: abort.validation.requestStamp.hasRightSignature ? vniAbortedByServerProven : vniAbortedByServerCauses),
        comparison: abort.validation.comparison(with: transcript.negotiation))
    ]
  }

  private static let vniAbortedByServerCauses = [
    "every field is the same here, so the request was changed beyond this capture point: look for a WAN optimizer or security device between here and the server",
    "a security product on the server alters or blocks the exchange",
    "a bug in the server",
  ]

  /// A key shows that the request is the client's.
  private static let vniAbortedByServerProven = [
    "the NEGOTIATE request was changed between this capture point and the server: the signature of the request that confirms it is right, so up to here it is the client's, field by field",
    "a security product on the server alters or blocks the exchange",
    "a bug in the server",
  ]
}

extension Transcript {
  /// The causes when this capture shows no difference; the rule's own when it cannot compare or does show one.
  fileprivate func causesOfSilentAbort(_ validation: Validation, default causes: [String]) -> [String]? {
    let comparison = validation.comparison(with: negotiation)
    return !comparison.isEmpty && comparison.allSatisfy(\.isEqual) ? causes : nil
  }
}
