import Packets
import Protocols
import Transcripts

/// The connection ends because of Validate Negotiate: three rules, by who ended it.
extension Rule {
  private static let meaning = """
    The client asked the server to repeat what both said in NEGOTIATE, and the connection ended over it. This is the \
    mechanism that detects tampering with NEGOTIATE: one side compared, found a difference, and hung up.


    """

  static let vniAbortedByServer = Rule(
    id: "vni-aborted-by-server",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The server closed the connection instead of answering Validate Negotiate.",
    explanation: meaning + """
      A server hangs up without a word when the request does not agree with the NEGOTIATE that it received. When every \
      field agrees in this capture, the NEGOTIATE request was changed between this capture point and the server, or a \
      software error is at work. Both a reset and an orderly FIN are used: Windows resets, Samba sends FIN.

      Nothing between the two may change either exchange any more: a server or client that tolerated it would let \
      anybody on the path talk them down to an older, unprotected dialect.

      A close after the answer, after LOGOFF, or of an idle connection is not meant.
      """,
    harmless: "When the server was stopped or restarted at that very moment.",
    confirmation: "Record on the server at the same time, and compare NEGOTIATE in both captures.",
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
    let delay = abort.closing.stamp.time.since(abort.validation.requestStamp.time)
    // Much later than a round trip it may have another reason.
    let isPrompt = delay <= (transcript.handshake.roundTripTime ?? .zero) + .seconds(1)
    return [
      Observation(
        isPrompt ? .likely : .possible,
        "the server closed the connection instead of answering Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation)
          + [transcript.evidence(of: abort.closing, after: abort.validation.requestStamp)],
        causes: transcript.causesOfSilentAbort(abort.validation, default: vniAbortedByServerCauses),
        comparison: abort.validation.comparison(with: transcript.negotiation))
    ]
  }

  private static let vniAbortedByServerCauses = [
    "every field is the same here, so what the server received was changed beyond this capture point: look for a WAN optimizer or security device between here and the server",
    "a security product on the server alters or blocks the exchange",
    "a bug in the server",
  ]

  static let vniAbortedByClient = Rule(
    id: "vni-aborted-by-client",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The client closed the connection right after Validate Negotiate.",
    explanation: meaning + """
      A client hangs up when the answer is unsigned, differs from the NEGOTIATE response that it received, or is \
      STATUS_ACCESS_DENIED. When the answer agrees in this capture, the NEGOTIATE response was changed between this \
      capture point and the client.

      A close after LOGOFF or TREE_DISCONNECT, or after any other request that followed the validation, is the normal \
      end of a connection and not meant. Some clients validate on IPC$ first, go on, and hang up only after \
      validating again on the share.
      """,
    harmless: "When the user or a program ended the connection at that very moment.",
    confirmation: "Record on the client at the same time, and compare NEGOTIATE in both captures.",
    causes: [
      "a WAN optimizer or another device between this capture point and the client rewrites the NEGOTIATE response",
      "the user cancelled at this very moment",
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
    guard let reply = abort.validation.responseStamp, reply.frame < abort.closing.stamp.number else {
      // Waiting long and giving up is not hanging up.
      guard abort.closing.stamp.time.since(abort.validation.requestStamp.time) < ValidationAbort.patience else { return [] }
      return [
        Observation(
          .likely, "the client closed the connection without waiting for the answer to Validate Negotiate",
          evidence: transcript.evidence(of: abort.validation)
            + [transcript.evidence(of: abort.closing, after: abort.validation.requestStamp)],
          comparison: abort.validation.comparison(with: transcript.negotiation))
      ]
    }
    // A server that says it does not know the request gives the client no reason to leave, and some leave all the same.
    if let status = reply.status, reply.isSigned, Validation.harmlessStatuses.contains(status) {
      return abort.isOverRefusal ? [transcript.leftOverRefusal(abort, status)] : []
    }
    let comparison = abort.validation.comparison(with: transcript.negotiation)
    let looksGood = abort.validation.response != nil && reply.isSigned && !reply.hasZeroSignature
    guard !looksGood || !comparison.isEmpty else {
      return [
        Observation(
          .possible,
          "the client closed the connection right after the answer to Validate Negotiate; NEGOTIATE, which it repeats, is not in the capture",
          evidence: transcript.evidence(of: abort.validation) + [transcript.evidence(of: abort.closing, after: reply)],
          severity: .warning)
      ]
    }
    let agrees = looksGood && comparison.allSatisfy(\.isEqual)
    return [
      Observation(
        .likely,
        agrees
          ? "the client closed the connection right after a Validate Negotiate answer that agrees in every field here"
          : "the client closed the connection over the answer to Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation) + [transcript.evidence(of: abort.closing, after: reply)],
        causes: agrees
          ? [
            "what the client received in NEGOTIATE was changed beyond this capture point: look for a WAN optimizer or security device between here and the client",
            "the user cancelled at this very moment", "a bug in the client",
          ] : nil,
        comparison: comparison)
    ]
  }

  static let vniAbortedByThirdParty = Rule(
    id: "vni-aborted-by-third-party",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "Something on the path reset the connection during Validate Negotiate.",
    explanation: meaning + """
      Here the reset bears the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) say that another device sent it. The signs are listed as evidence under \
      rst-injected-by-third-party.

      Resets that a host really sends look like its other segments and are not meant.
      """,
    harmless: "Never: somebody on the path ends connections.",
    confirmation: "Record on the other host at the same time: the reset is missing there, or looks different.",
    causes: [
      "a firewall, intrusion prevention system or WAN optimizer that resets what it cannot inspect or has altered",
      "endpoint security software on one of the hosts",
    ],
    remedies: [.findInjector, .wanOptimizer, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    guard let abort = transcript.validationAbort, abort.validation.responseStamp == nil,
      transcript.wasResetByThirdParty, let forged = transcript.forgedReset
    else { return [] }
    return [
      Observation(
        .likely, "a reset that the \(transcript.peer(forged.closing.side).rawValue) did not send ended the connection during Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation)
          + [transcript.evidence(of: forged.closing, after: abort.validation.requestStamp)]
          + forged.evidence,
        comparison: abort.validation.comparison(with: transcript.negotiation))
    ]
  }
}

extension Transcript {
  fileprivate func leftOverRefusal(_ abort: ValidationAbort, _ status: NTStatus) -> Observation {
    Observation(
      .likely, "the client closed the connection right after the server had refused Validate Negotiate with \(status), signed",
      evidence: evidence(of: abort.validation) + endEvidence,
      causes: [
        "a value of the request that does not agree with NEGOTIATE as the server has it: ksmbd answers INVALID_PARAMETER then",
        "a client that takes no refusal: it insists on Validate Negotiate, and the server does not know it",
      ], comparison: abort.validation.comparison(with: negotiation))
  }

  /// The causes when this capture shows no difference; the rule's own when it cannot compare or does show one.
  func causesOfSilentAbort(_ validation: Validation, default causes: [String]) -> [String]? {
    let comparison = validation.comparison(with: negotiation)
    return !comparison.isEmpty && comparison.allSatisfy(\.isEqual) ? causes : nil
  }
}
