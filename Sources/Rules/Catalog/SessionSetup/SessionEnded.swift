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
    yieldsToSuccess: true,
    summary: "The server never answered the logon.",
    explanation: """
      The client sent SESSION_SETUP and nothing came back: it gave up after ten seconds or more, or was still waiting \
      after a minute. TCP may well have acknowledged the request; that only says that the server's network stack has it.

      Look first at what the server needs for a logon: its domain controller, DNS, and the security software in \
      between. When the capture ends sooner, or bytes of the server are missing from it, nothing is reported.
      """,
    harmless: "When the capture ends sooner, bytes of the server are missing, or the server has said that it is at work (STATUS_PENDING) and time is left, nothing is reported.",
    confirmation: "A capture on the server shows whether the request arrived, and what the server asked of its domain controller meanwhile.",
    causes: [
      "the server waits for a domain controller that it cannot reach",
      "security software on the server holds the logon up",
      "a large logon message is lost on the path", "the server's security service hangs",
      "a device on the path swallows the request or its answer",
    ],
    remedies: [.domainControllerWindows, .domainControllerSamba, .securitySoftwareOnServer, .captureOtherSideOfSilence, .serverLogs],
    references: ["MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.sessionSetup), let session = transcript.sessions.last else { return [] }
    return [
      Observation(
        .likely, "\(transcript.serverName) does not answer the logon of \(session.who)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: session) + transcript.evidenceOfEnd)
    ]
  }

  private static let cutOff = """
    The logon was under way, no status had ended it, and then the connection was closed. A refusal with a status is \
    reported by that status, and the close behind it is not looked at.


    """

  static let sessionSetupResetByServer = Rule(
    id: "session-setup-reset-by-server",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The server closed the connection in the middle of the logon.",
    explanation: cutOff + """
      A server hangs up without a status when it finds the message itself wrong. On SMB 3.1.1 the hash over NEGOTIATE \
      and SESSION_SETUP goes into every key: a device that changes one of them breaks the logon here.
      """,
    harmless: "Some servers close idle or half-open connections; then much time lies between the last message and the close.",
    confirmation: "Record on both hosts: if NEGOTIATE or SESSION_SETUP differ between the two captures, a device in between is at fault.",
    causes: [
      "a device on the path changed NEGOTIATE or SESSION_SETUP, so that keys or hashes do not fit",
      "security software on the server", "the server failed, or finds the security token malformed",
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
    yieldsToSuccess: true,
    summary: "The client closed the connection in the middle of the logon.",
    explanation: cutOff + """
      A client hangs up when it does not like the server's answer (its token, its mechanism, its name), when it has no \
      credentials to go on with, when the user cancels, and when it only wanted to see the server's names: scanners and \
      inventory tools stop after the server's challenge.
      """,
    harmless: "Scanners and inventory tools stop after the server's challenge on purpose.",
    confirmation: "The client's log names its reason; so does running the same command by hand.",
    causes: [
      "the client could not go on: no credentials, or a policy against NTLM", "the client found the server's token wrong",
      "the client wants what it is sent signed, and an old third-party server cannot sign",
      "the user cancelled, or a tool only looked at the server's names",
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
    yieldsToSuccess: true,
    summary: "Something on the path reset the connection in the middle of the logon.",
    explanation: cutOff + """
      Here the reset bears the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) say that another device sent it. They are listed.
      """,
    harmless: "It never is: neither host ended the logon.",
    confirmation: "Record on both hosts: the reset is in one capture only, or looks different in the two.",
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
        "a reset that the \(transcript.peer(forged.closing.side).rawValue) did not send ended the logon of \(session.who)",
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
          "the client asked for no credits (CreditRequest 0) in NEGOTIATE and SESSION_SETUP, so that it may send nothing more, and the server closes"
        ] + Rule.sessionSetupResetByServer.causes
        observation.firstRemedies = [.patchClient]
      } else if let refusal = resetOverNTLM(session) {
        observation.causes = refusal.causes
        observation.remedies = refusal.remedies
      }
      return [observation]
    case .closedBehind(.session):
      return [
        Observation(
          confidenceOfCloser, "\(closer(.server)) \(end.waited) after it had accepted the logon of \(session.who)",
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
    switch end.diagnosis {
    case .cutOff(.sessionSetup, .client): return [logonCutOff(session, by: .client)]
    case .rejected(.challenge): return [wantsThirdLeg(session) ?? logonInSMB1(session) ?? logonCutOff(session, by: .client)]
    case .leftOpen(.challenge):
      return [
        Observation(
          .likely, "the client did not go on with the logon of \(session.who) after leg \(session.legs) was answered, for \(end.waited)",
          evidence: evidence(of: session) + evidenceOfEnd)
      ]
    default: return []
    }
  }

  private func logonCutOff(_ session: Session, by peer: Peer) -> Observation {
    let moment = session.isAnswered ? "after leg \(session.legs) was answered" : "while leg \(session.legs) was waiting for its answer"
    return Observation(
      confidenceOfCloser, "\(closer(peer)) during the logon of \(session.who), \(moment)",
      evidence: evidence(of: session) + evidenceOfEnd)
  }

  /// AUTHENTICATE is answered with a step more, which the client does not know.
  private func wantsThirdLeg(_ session: Session) -> Observation? {
    guard session.ntlm?.response != nil, let reply = session.replyStamp, reply.status == .moreProcessingRequired else { return nil }
    return Observation(
      .proven, "the server asks for one more step after the NTLM response of \(session.who), and the client leaves",
      evidence: evidence(of: session) + evidenceOfEnd,
      causes: [
        "the server answers AUTHENTICATE with accept-incomplete and a mechListMIC, and waits for the client's: SPNEGO allows it (RFC 4178 5), and the client does not know it; the password was not refused",
        "a server or device of its own making that adds a step to SPNEGO",
      ], firstRemedies: [.otherClient, .patchBoth])
  }

  /// The server chose SMB2, and the client logs on in SMB1 all the same.
  private func logonInSMB1(_ session: Session) -> Observation? {
    guard session.requestStamp.isSMB1, let chosen = smb1?.upgrade, chosen != .wildcard || negotiation?.response != nil else { return nil }
    return Observation(
      .proven, "the server chose SMB \(chosen), and the client logs on in SMB1 all the same; the two disagree about the dialect, and the \(ending.map { peer($0.side) } == .server ? "server closes the connection" : "client leaves")",
      evidence: [
        Evidence(smb1?.requestFrame, .client, "SMB1 NEGOTIATE: \(smb1?.request?.dialects.joined(separator: ", ") ?? "")"),
        Evidence(smb1?.upgradeFrame, .server, "NEGOTIATE response in SMB2, DialectRevision \(chosen.hex)"),
        Evidence(session.requestStamp.frame, .client, "SESSION_SETUP in SMB1"),
        Evidence(session.replyStamp?.frame, .server, "the answer"),
      ].compactMap(\.self) + evidenceOfEnd,
      causes: [
        "an error in the client: behind an answer in SMB2 it has to go on in SMB2 (MS-SMB2 3.2.5.2)",
        "a device on the path that changed the server's answer to NEGOTIATE",
      ], firstRemedies: [.patchClient])
  }

  /// MS-SMB2 3.3.1.2: the client has no credit to send another request with.
  private var lacksCredits: Bool {
    guard let negotiate = negotiation?.requestStamp, let setup = sessions.last?.requestStamp else { return false }
    return negotiate.credits == 0 && setup.credits == 0
  }
}
