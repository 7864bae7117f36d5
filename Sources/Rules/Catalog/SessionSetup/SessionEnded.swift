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
    needs: [.serverReplies],
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
    guard let session = transcript.unfinishedSession, !session.isAnswered,
      let awaited = AwaitedReply(session.requestStamp, interim: session.pendingStamp, in: transcript), awaited.isSilence
    else { return [] }
    return [
      Observation(
        .likely, "\(transcript.serverName) does not answer the logon of \(session.who)\(awaited.waiting(in: transcript))",
        evidence: transcript.evidence(of: session) + awaited.evidence(in: transcript))
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
    needs: [.serverReplies],
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
  ) { $0.cutOffLogon(by: .server) }

  static let sessionSetupResetByClient = Rule(
    id: "session-setup-reset-by-client",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.serverReplies],
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
  ) { $0.cutOffLogon(by: .client) }

  static let sessionSetupResetByThirdParty = Rule(
    id: "session-setup-reset-by-third-party",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.serverReplies],
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
    guard let (session, awaited) = transcript.cutOffLogon, case .resetByThirdParty(let forged) = awaited.fate else { return [] }
    return [
      Observation(
        forged.thirdParty ?? .possible,
        "a reset that the \(transcript.peer(forged.closing.side).rawValue) did not send ended the logon of \(session.who)",
        evidence: transcript.evidence(of: session) + awaited.evidence(in: transcript))
    ]
  }
}

extension Transcript {
  /// The logon that was under way when the connection ended or the capture did; nil when one succeeded or was refused.
  fileprivate var unfinishedSession: Session? {
    guard let last = sessions.last, last.refusal == nil, !sessions.contains(where: \.isEstablished), !wasLeftOrderly
    else { return nil }
    return last
  }

  fileprivate var cutOffLogon: (session: Session, awaited: AwaitedReply)? {
    guard let session = unfinishedSession else { return nil }
    // Behind MORE_PROCESSING_REQUIRED the next leg is the client's.
    let stamp = session.isAnswered ? session.replyStamp ?? session.requestStamp : session.requestStamp
    return AwaitedReply(
      stamp, interim: session.pendingStamp, from: session.isAnswered ? .client : .server, in: self
    ).map { (session, $0) }
  }

  fileprivate func cutOffLogon(by peer: Peer) -> [Observation] {
    guard let (session, awaited) = cutOffLogon, case .closed(peer, _) = awaited.fate else { return [] }
    let moment = session.isAnswered ? "after leg \(session.legs) was answered" : "while leg \(session.legs) was waiting for its answer"
    var observation = Observation(
      .likely, "the \(peer.rawValue) closed the connection during the logon of \(session.who), \(moment)",
      evidence: evidence(of: session) + awaited.evidence(in: self))
    if peer == .server, let refusal = resetOverNTLM(session) {
      observation.causes = refusal.causes
      observation.remedies = refusal.remedies
    }
    return [observation]
  }
}
