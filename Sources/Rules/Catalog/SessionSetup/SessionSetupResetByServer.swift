import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupResetByServer = Rule(
    id: "session-setup-reset-by-server",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server closed the connection in the middle of the logon.",
    explanation: whatCutsOffALogon + """
      A server closes the connection without a status if the message itself is wrong, if it is at a limit, or if its \
      service fails. A device that changes NEGOTIATE is seldom the reason here: keys and hashes are first compared when \
      the logon is complete.
      """,
    whenBenign: "When the server closes an idle or half-open connection. Much time then passes between the last message and the close.",
    howToVerify: "Record on both hosts. If NEGOTIATE or SESSION_SETUP differs between the two captures, a device in between is at fault.",
    causes: [
      "the server failed, is at its limit of sessions, or considers the security token malformed", "security software on the server or on the path",
      "a device on the path changed SESSION_SETUP, or closes the connection in the server's name",
    ],
    remedies: [.serverLogs, .securitySoftwareOnServer, .captureOtherSide, .patchBoth, .wanOptimizer],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.3.5.2"]
  ) { $0.logonCutOffByServer }
}

extension Rule {
  fileprivate static let causesInSMB1 = [
    "the server failed, or considers the security token malformed", "security software on the server or on the path",
    "the server is at its limit of sessions",
  ]
}

extension Transcript {
  fileprivate var logonCutOffByServer: [Observation] {
    guard let session = logonAtEnd else { return [] }
    switch end.diagnosis {
    case .cutOff(.sessionSetup, .server), .closedBehind(.challenge):
      if let observation = logonInSMB1(session) { return [observation] }
      var observation = logonCutOff(session, by: .server)
      if session.repeatsMessageID {
        observation.causes = ["the client's SESSION_SETUP bears the MessageId 0 of its NEGOTIATE once more, and a server has to close the connection for that: a fault in the client's software"]
        observation.firstRemedies = [.patchClient]
      } else if lacksCredits {
        observation.confidence = .possible
        observation.causes = [
          "the client asked for no credits (CreditRequest 0) in NEGOTIATE and SESSION_SETUP, so it may send nothing more, and the server closes the connection"
        ] + Rule.sessionSetupResetByServer.causes
        observation.firstRemedies = [.patchClient]
      } else if observation.causes == nil, let refusal = resetOverNTLM(session) {
        observation.causes = refusal.causes
        observation.remedies = refusal.remedies
        // A client that could not use Kerberos came to this.
        observation.isOfFallback = true
      } else if session.requestStamp.isSMB1 {
        // It has no hash over these messages, and no key before the logon is complete.
        observation.causes = observation.causes ?? Rule.causesInSMB1
        observation.firstRemedies += [.serverLogs, .securitySoftwareOnServer]
      }
      return [observation]
    case .closedBehind(.session):
      return [
        Observation(
          confidenceOfCloser, "\(closer(.server)) \(end.waited) after it accepted the logon of \(session.who)",
          evidence: evidence(of: session) + evidenceOfEnd,
          causes: [
            "the server is at its limit of sessions or connections", "security software on the server or on the path",
            "the file service crashed",
          ], firstRemedies: [.sessionLimitSamba, .sessionLimitWindows, .serverLogs])
      ]
    default: return []
    }
  }

  /// MS-SMB2 3.3.1.2: the client has no credit to send another request with.
  private var lacksCredits: Bool {
    guard let negotiate = negotiation?.requestStamp, let setup = sessions.last?.requestStamp else { return false }
    return negotiate.credits == 0 && setup.credits == 0
  }
}

extension Transcript {
  /// The server closes instead of answering the first message of NTLM, as Windows Server 2025 does when it takes none. Keys
  /// come from a later message, so none of them can be wrong here.
  fileprivate func resetOverNTLM(_ session: Session) -> (causes: [String], remedies: [Remedy])? {
    guard session.identity.mechanism == .ntlm, session.legs == 1, !session.isAnswered, !session.isBinding, session.reauthentications.isEmpty,
      let ending
    else { return nil }
    // It takes NTLM: another user of this connection is in.
    if sessions.contains(where: { $0.isEstablished && $0.identity.mechanism == .ntlm }) {
      return (
        ["the server is at its limit of sessions or users for one connection", "the file service crashed", "security software on the server or on the path"],
        [.sessionLimitSamba, .sessionLimitWindows, .serverLogs, .captureOtherSide])
    }
    if let mechanisms = negotiation?.mechanisms, !mechanisms.isEmpty, !mechanisms.contains(.ntlm) {
      return (
        ["the server offers no NTLM (as its answer to NEGOTIATE shows), and the client has no Kerberos ticket", "the server failed, or considers the token malformed"],
        [.useKerberos, .restrictNTLM, .serverLogs])
    }
    guard ending.kind == .rst else {
      let isRaw = session.identity.offered.isEmpty
      return (
        [
          isRaw
            ? "the server does not accept this first message of the logon: it expects NTLM inside SPNEGO, or accepts no NTLM"
            : "the server does not accept this first message of the logon: it accepts no NTLM, or considers the token malformed",
          "the server is at its limit of sessions, or the file service crashed", "security software on the server or on the path",
        ], (isRaw ? [.otherClientSPNEGO] : [.useKerberos]) + [.restrictNTLM, .serverLogs, .captureOtherSide, .securitySoftwareOnServer]
      )
    }
    return (
      [
        "possibly the server accepts no NTLM: Windows Server 2025 with NTLM blocked resets the connection here instead of refusing the logon",
        "the server failed, or considers the security token malformed", "security software on the server",
        "a device on the path changed NEGOTIATE or SESSION_SETUP",
      ], [.useKerberos, .restrictNTLM, .serverLogs, .captureOtherSide, .securitySoftwareOnServer, .wanOptimizer, .patchBoth]
    )
  }
}
