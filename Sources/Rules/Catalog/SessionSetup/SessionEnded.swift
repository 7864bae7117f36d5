import Packets
import Protocols
import Transcripts

/// A logon that got no answer, or was cut off.
extension Rule {
  static let sessionSetupUnanswered = Rule(
    id: "session-setup-unanswered",
    severity: .critical,
    phase: .sessionSetup,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered the logon.",
    explanation: """
      The client sent SESSION_SETUP and nothing came back: it gave up after ten seconds or more, or was still \
      waiting after a minute. TCP may have acknowledged the request. That only shows that the server's network stack \
      received it.

      Look first at what the server needs for a logon: its domain controller, DNS, and the security software in \
      between. If the capture ends sooner, or lacks bytes from the server, smbdx reports nothing.
      """,
    whenBenign: "When the capture ends sooner, lacks bytes from the server, or the server answered that it is still working (STATUS_PENDING) and time is left. smbdx then reports nothing.",
    howToVerify: "Capture on the server. It shows whether the request arrived, and what the server asked its domain controller meanwhile.",
    causes: [
      "the server waits for a domain controller that it cannot reach",
      "security software on the server delays the logon",
      "a large logon message was lost on the path", "the server's security service hangs",
      "a device on the path drops the request or its answer",
    ],
    remedies: [.domainControllerWindows, .domainControllerSamba, .securitySoftwareOnServer, .captureOtherSideOfSilence, .serverLogs],
    references: ["MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.sessionSetup), let session = transcript.sessions.last else { return [] }
    return [
      Observation(
        .likely, "\(transcript.doesNotAnswer) the logon of \(session.who)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: session) + transcript.evidenceOfEnd)
    ]
  }

  private static let cutOff = """
    The logon was in progress without a final status, and then the connection was closed. If the server refuses with \
    a status, smbdx reports that status and ignores the close after it.


    """

  static let sessionSetupResetByServer = Rule(
    id: "session-setup-reset-by-server",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server closed the connection in the middle of the logon.",
    explanation: cutOff + """
      A server closes the connection without a status if the message itself is wrong. On SMB 3.1.1 every key depends \
      on a hash over NEGOTIATE and SESSION_SETUP: a device that changes one of them breaks the logon here.
      """,
    whenBenign: "When the server closes an idle or half-open connection. Much time then passes between the last message and the close.",
    howToVerify: "Record on both hosts. If NEGOTIATE or SESSION_SETUP differs between the two captures, a device in between is at fault.",
    causes: [
      "a device on the path changed NEGOTIATE or SESSION_SETUP, so that keys or hashes do not match",
      "security software on the server", "the server failed, or considers the security token malformed",
    ],
    remedies: [.wanOptimizer, .captureOtherSide, .serverLogs, .securitySoftwareOnServer, .patchBoth],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.3.5.2"]
  ) { $0.logonCutOffByServer }

  static let sessionSetupResetByClient = Rule(
    id: "session-setup-reset-by-client",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client closed the connection in the middle of the logon.",
    explanation: cutOff + """
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

  static let sessionSetupResetByThirdParty = Rule(
    id: "session-setup-reset-by-third-party",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "Something on the path reset the connection in the middle of the logon.",
    explanation: cutOff + """
      Here the reset has the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) show that another device sent it. The evidence lists them.
      """,
    whenBenign: "Never. Neither host ended the logon.",
    howToVerify: "Record on both hosts. The reset is in only one capture, or looks different in the two.",
    causes: [
      "a firewall or intrusion prevention system that acts on the logon", "endpoint security software on one of the hosts",
    ],
    remedies: [.findInjector, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.end.diagnosis == .resetByThirdParty, transcript.end.stage == .sessionSetup,
      let session = transcript.sessions.last, let forged = transcript.forgedReset
    else { return [] }
    return [
      Observation(
        forged.thirdParty ?? .possible,
        "a reset that the \(transcript.peer(forged.termination.side).rawValue) did not send ended the logon of \(session.who)",
        evidence: transcript.evidence(of: session) + transcript.evidenceOfEnd)
    ]
  }
}

extension Transcript {
  fileprivate var logonCutOffByServer: [Observation] {
    guard let session = sessions.last else { return [] }
    switch end.diagnosis {
    case .cutOff(.sessionSetup, .server), .closedBehind(.challenge):
      if let observation = logonInSMB1(session) { return [observation] }
      var observation = logonCutOff(session, by: .server)
      if lacksCredits {
        observation.confidence = .possible
        observation.causes = [
          "the client asked for no credits (CreditRequest 0) in NEGOTIATE and SESSION_SETUP, so it may send nothing more, and the server closes the connection"
        ] + Rule.sessionSetupResetByServer.causes
        observation.firstRemedies = [.patchClient]
      } else if observation.causes == nil, let refusal = resetOverNTLM(session) {
        observation.causes = refusal.causes
        observation.remedies = refusal.remedies
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

  fileprivate var logonCutOffByClient: [Observation] {
    guard let session = sessions.last else { return [] }
    if !session.isEstablished, let left = left(overUnreadable: .sessionSetup, request: session.requestStamp) { return [left] }
    switch end.diagnosis {
    case .cutOff(.sessionSetup, .client): return [logonCutOff(session, by: .client)]
    case .rejected(.challenge): return [wantsThirdLeg(session) ?? logonInSMB1(session) ?? logonCutOff(session, by: .client)]
    case .leftOpen(.challenge):
      return [
        Observation(
          .likely, "the client did not continue the logon of \(session.who) after the answer to leg \(session.legs), for \(end.waited)",
          evidence: evidence(of: session) + evidenceOfEnd)
      ]
    default: return []
    }
  }

  private func logonCutOff(_ session: Session, by peer: Peer) -> Observation {
    let moment = session.isAnswered ? "after the answer to leg \(session.legs)" : "while leg \(session.legs) waited for its answer"
    let causes = causesOfHang(session, closedBy: peer)
    return Observation(
      confidenceOfCloser, "\(closer(peer)) during the logon of \(session.who), \(moment)",
      evidence: evidence(of: session) + evidenceOfEnd, causes: causes,
      firstRemedies: causes == nil ? [] : [.serverLogs, .securitySoftwareOnServer, .captureOtherSideOfSilence])
  }

  /// Who refuses what was said does it at once. After seconds of silence the server hangs, and one side gives up.
  private func causesOfHang(_ session: Session, closedBy peer: Peer) -> [String]? {
    guard !session.isAnswered, end.waited >= (peer == .client ? .seconds(2) : .seconds(5)) else { return nil }
    return peer == .client
      ? [
        "the server did not answer, and the user or the program gave up: the server waits for a domain controller, or a filter or security software hangs",
        "a device on the path drops the request or its answer",
      ]
      : [
        "the file service hung and was then stopped or restarted, or waits for a domain controller that does not answer",
        "a proxy or load balancer whose server does not answer, and that gives up after this time", "security software on the server",
      ]
  }

  /// AUTHENTICATE is answered with a step more, which the client does not know.
  private func wantsThirdLeg(_ session: Session) -> Observation? {
    guard session.ntlm?.response != nil, let reply = session.replyStamp, reply.status == .moreProcessingRequired else { return nil }
    return Observation(
      .proven, "the server asks for one more step after the NTLM response of \(session.who), and the client leaves",
      evidence: evidence(of: session) + evidenceOfEnd,
      causes: [
        "the server answers AUTHENTICATE with accept-incomplete and a mechListMIC, and waits for the client's mechListMIC: SPNEGO allows this (RFC 4178 5), but the client does not support it; the server did not refuse the password",
        "a server or device with its own SPNEGO that adds a step",
      ], firstRemedies: [.otherClient, .patchBoth])
  }

  /// The server chose SMB2, and the client logs on in SMB1 all the same.
  private func logonInSMB1(_ session: Session) -> Observation? {
    guard session.requestStamp.isSMB1, let chosen = smb1?.upgrade else { return nil }
    return Observation(
      .proven, "the server chose SMB\(chosen == .wildcard ? "2" : " \(chosen)"), but the client logs on in SMB1; the two disagree about the dialect, and the \(ending.map { peer($0.side) } == .server ? "server closes the connection" : "client leaves")",
      evidence: [
        Evidence(smb1?.requestFrame, .client, "SMB1 NEGOTIATE: \(smb1?.request?.dialects.joined(separator: ", ") ?? "")"),
        Evidence(smb1?.upgradeFrame, .server, "NEGOTIATE response in SMB2, DialectRevision \(chosen.hex)"),
        Evidence(session.requestStamp.frame, .client, "SESSION_SETUP in SMB1"),
        Evidence(session.replyStamp?.frame, .server, "the answer"),
      ].compactMap(\.self) + evidenceOfEnd,
      causes: [
        "an error in the client: after an answer in SMB2 it has to continue in SMB2 (MS-SMB2 3.2.5.2)",
        "a device on the path that changed the server's answer to NEGOTIATE",
      ], firstRemedies: [.patchClient])
  }

  /// MS-SMB2 3.3.1.2: the client has no credit to send another request with.
  private var lacksCredits: Bool {
    guard let negotiate = negotiation?.requestStamp, let setup = sessions.last?.requestStamp else { return false }
    return negotiate.credits == 0 && setup.credits == 0
  }
}
