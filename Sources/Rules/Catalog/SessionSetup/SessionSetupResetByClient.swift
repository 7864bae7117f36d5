import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupResetByClient = Rule(
    id: "session-setup-reset-by-client",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client closed the connection in the middle of the logon.",
    explanation: whatCutsOffALogon + """
      A client closes the connection if it does not accept the server's answer (its token, its mechanism, its name), \
      if it has no credentials to continue with, or if the user cancels. Scanners and inventory tools only want the \
      server's names and stop after the server's challenge.
      """,
    whenBenign: "When the client is a scanner or inventory tool. They stop after the server's challenge on purpose.",
    howToVerify: "Look for the reason in the client's log, or run the same command by hand.",
    causes: [
      "the client could not continue: no credentials, or a policy against NTLM", "the client rejected the server's token",
      "the client requires signed answers, and an old third-party server cannot sign",
      "the user cancelled, or a tool only wanted the server's names",
    ],
    remedies: [.clientLogs, .storedWindowsCredentials, .signingOnServer, .wanOptimizer],
    references: ["MS-SMB2 3.2.5.3"]
  ) { $0.logonCutOffByClient }
}

extension Transcript {
  fileprivate var logonCutOffByClient: [Observation] {
    guard let session = logonAtEnd else { return [] }
    if !session.isEstablished, let left = left(overUnreadable: .sessionSetup, request: session.requestStamp) { return [left] }
    switch end.diagnosis {
    case .cutOff(.sessionSetup, .client): return [logonCutOff(session, by: .client)]
    // The error tells why, and has a rule of its own.
    case .rejected(.challenge) where session.kerberosError != nil:
      var left = logonCutOff(session, by: .client)
      left.severity = .info
      return [left]
    case .rejected(.challenge): return [wantsThirdLeg(session) ?? logonInSMB1(session) ?? leftOverToken(session) ?? leftOverFlags(session) ?? logonCutOff(session, by: .client)]
    case .leftOpen(.challenge):
      return [
        Observation(
          .likely, "the client did not continue the logon of \(session.who) after the answer to leg \(session.legs), for \(end.waited)",
          evidence: evidence(of: session) + evidenceOfEnd)
      ]
    default: return []
    }
  }

  /// AUTHENTICATE is answered with a step more, which the client does not know.
  private func wantsThirdLeg(_ session: Session) -> Observation? {
    guard let reply = session.replyStamp, reply.status == .moreProcessingRequired else { return nil }
    if session.identity.mechanism == .kerberos, session.identity.service != nil { return wantsStepBehindTicket(session) }
    guard session.ntlm?.response != nil else { return nil }
    return Observation(
      .proven, "the server asks for one more step after the NTLM response of \(session.who), and the client leaves",
      evidence: evidence(of: session) + evidenceOfEnd,
      causes: [
        "the server answers AUTHENTICATE with accept-incomplete and a mechListMIC, and waits for the client's mechListMIC: SPNEGO allows this (RFC 4178 5), but the client does not support it; the server did not refuse the password",
        "a server or device with its own SPNEGO that adds a step",
      ], firstRemedies: [.otherClient, .patchBoth])
  }

  private func wantsStepBehindTicket(_ session: Session) -> Observation {
    Observation(
      .proven, "the server asks for one more step after the ticket of \(session.who), and the client leaves",
      evidence: evidence(of: session) + evidenceOfEnd,
      causes: [
        "the server wants the client's mechListMIC, or mutual authentication in three steps (DCE style): SPNEGO allows this (RFC 4178 5), but the client does not support it; the server did not refuse the ticket",
        "the client does not accept the server's proof (AP-REP), for example because its name does not match",
      ], firstRemedies: [.otherClient, .patchBoth])
  }

  /// The CHALLENGE lacks what some clients insist on.
  private func leftOverFlags(_ session: Session) -> Observation? {
    guard let ntlm = session.ntlm, ntlm.response == nil, case let lacking = ntlm.flagsNotGranted, !lacking.isEmpty else { return nil }
    var observation = logonCutOff(session, by: .client)
    observation.firstCauses = [
      "the server's CHALLENGE does not grant what the client asks for in NTLM (\(lacking.names)), and this client insists on it"
        + (lacking.contains(.seal) ? ", for example because it demands encryption" : lacking.contains(.sign) ? ", for example because it demands signing" : "")
    ]
    observation.firstRemedies = [.otherClient, .patchBoth]
    return observation
  }

  /// The client cannot go on with such an answer.
  private func leftOverToken(_ session: Session) -> Observation? {
    guard let fault = session.tokenFault?.ofServer else { return nil }
    return Observation(
      .likely, "the client left because of the token in the server's answer to leg \(session.legs) of the logon of \(session.who): \(fault)",
      evidence: evidence(of: session) + evidenceOfEnd,
      causes: ["a fault in the server's software", "a device on the path that changed the answer"],
      remedies: [.patchServer, .captureOtherSide, .serverLogs])
  }
}

extension NTLMFlags {
  /// As MS-NLMP 2.2.2.5 calls them.
  fileprivate var names: String {
    [
      contains(.sign) ? "SIGN" : nil, contains(.seal) ? "SEAL" : nil, contains(.keyExchange) ? "KEY_EXCH" : nil,
      contains(.extendedSessionSecurity) ? "EXTENDED_SESSIONSECURITY" : nil, contains(.key128) ? "128" : nil,
    ].compactMap(\.self).joined(separator: ", ")
  }
}

extension TokenFault {
  /// What is wrong, in words; nil for the client's own.
  fileprivate var ofServer: String? {
    switch self {
    case .missing, .unknown: nil
    case .unreadable: "it is malformed"
    case .rejected: "its SPNEGO says “reject”, although the status asks for one more leg"
    case .notOffered(let mechanism): "it chooses \(mechanism), which the client does not offer"
    case .noChallenge: "it is a message of NTLM that only clients send, and no CHALLENGE"
    }
  }
}
