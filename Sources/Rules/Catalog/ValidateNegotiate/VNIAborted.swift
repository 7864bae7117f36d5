import Packets
import Protocols
import Transcripts

/// The connection ends because of Validate Negotiate: three rules, by who ended it.
extension Rule {
  private static let meaning = """
    The client asked the server to confirm the values of NEGOTIATE (Validate Negotiate), and the connection ended at \
    this step. Validate Negotiate detects tampering with NEGOTIATE: a side that finds a difference closes the \
    connection.


    """

  static let vniAbortedByServer = Rule(
    id: "vni-aborted-by-server",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The server closed the connection instead of answering Validate Negotiate.",
    explanation: meaning + """
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

  static let vniAbortedByClient = Rule(
    id: "vni-aborted-by-client",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "The client closed the connection right after Validate Negotiate.",
    explanation: meaning + """
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
      // Waiting long and giving up is not hanging up.
      guard abort.termination.stamp.time.since(abort.validation.requestStamp.time) < ValidationAbort.timeout else { return [] }
      return [
        Observation(
          .likely, "the client closed the connection without waiting for the answer to Validate Negotiate",
          evidence: transcript.evidence(of: abort.validation)
            + [transcript.evidence(of: abort.termination, after: abort.validation.requestStamp)],
          comparison: abort.validation.comparison(with: transcript.negotiation))
      ]
    }
    // A server that says it does not know the request gives the client no reason to leave, and some leave all the same.
    if let status = reply.status, reply.isSigned, Validation.harmlessStatuses.contains(status) {
      return abort.isOverRefusal ? [transcript.leftOverRefusal(abort, status)] : []
    }
    if reply.hasWrongSignature { return [transcript.abortOverSignature(abort, of: .server)] }
    if abort.validation.isCut, reply.isSigned, !reply.hasZeroSignature {
      return [
        Observation(
          .possible, "the client closed the connection right after the answer to Validate Negotiate, of which the capture has only the beginning",
          evidence: transcript.evidence(of: abort.validation) + [transcript.evidence(of: abort.termination, after: reply)])
      ]
    }
    let comparison = abort.validation.comparison(with: transcript.negotiation)
    let looksGood = abort.validation.response != nil && reply.isSigned && !reply.hasZeroSignature
    guard !looksGood || !comparison.isEmpty else {
      return [
        Observation(
          .possible,
          "the client closed the connection right after the answer to Validate Negotiate; the capture does not have the NEGOTIATE that this answer repeats",
          evidence: transcript.evidence(of: abort.validation) + [transcript.evidence(of: abort.termination, after: reply)],
          severity: .warning)
      ]
    }
    let agrees = looksGood && comparison.allSatisfy(\.isEqual)
    return [
      Observation(
        .likely,
        agrees
          ? "the client closed the connection right after a Validate Negotiate answer that agrees in every field here"
          : "the client closed the connection because of the answer to Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation) + [transcript.evidence(of: abort.termination, after: reply)],
        causes: agrees
          ? [
            reply.hasRightSignature
              ? "the NEGOTIATE response was changed between this capture point and the client: the signature of the answer that confirms it is right, so up to here it is the server's, field by field"
              : "the NEGOTIATE response was changed beyond this capture point: look for a WAN optimizer or security device between here and the client",
            "the user cancelled at exactly this time", "a bug in the client",
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
      Here the reset has the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) show that another device sent it. The signs are listed as evidence under \
      rst-injected-by-third-party.

      smbdx does not report resets that look like the host's other segments: the host really sent those.
      """,
    whenBenign: "Never. A device on the path ends connections.",
    howToVerify: "Record on the other host at the same time. The reset is missing there, or looks different.",
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
        .likely, "a reset that the \(transcript.peer(forged.termination.side).rawValue) did not send ended the connection during Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation)
          + [transcript.evidence(of: forged.termination, after: abort.validation.requestStamp)]
          + forged.evidence,
        comparison: abort.validation.comparison(with: transcript.negotiation))
    ]
  }
}

extension Transcript {
  /// A key shows that the message of that side is not as it was signed: reason enough to leave.
  fileprivate func abortOverSignature(_ abort: ValidationAbort, of peer: Peer) -> Observation {
    let message = peer == .client ? "request" : "answer"
    return Observation(
      .proven, "the \(peer.other.rawValue) closed the connection because the signature of the Validate Negotiate \(message) is wrong",
      evidence: evidence(of: abort.validation) + endEvidence,
      causes: ["the \(message) was changed on its way, or the \(peer.rawValue) signs with another key: see the finding about that signature"],
      comparison: abort.validation.comparison(with: negotiation))
  }

  fileprivate func leftOverRefusal(_ abort: ValidationAbort, _ status: NTStatus) -> Observation {
    Observation(
      .likely, "the client closed the connection right after the server refused Validate Negotiate with \(status), signed",
      evidence: evidence(of: abort.validation) + endEvidence,
      causes: [
        "the request differs from the NEGOTIATE that the server received: ksmbd then answers INVALID_PARAMETER",
        "the client accepts no refusal: it insists on Validate Negotiate, but the server does not support it",
      ], comparison: abort.validation.comparison(with: negotiation))
  }

  /// The causes when this capture shows no difference; the rule's own when it cannot compare or does show one.
  func causesOfSilentAbort(_ validation: Validation, default causes: [String]) -> [String]? {
    let comparison = validation.comparison(with: negotiation)
    return !comparison.isEmpty && comparison.allSatisfy(\.isEqual) ? causes : nil
  }
}
