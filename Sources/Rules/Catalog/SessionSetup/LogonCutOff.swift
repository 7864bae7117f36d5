import Packets
import Protocols
import Transcripts

/// A logon that was cut off, whoever did it.
extension Rule {
  static let whatCutsOffALogon = """
    The logon was in progress without a final status, and then the connection was closed. If the server refuses with \
    a status, smbdx reports that status and ignores the close after it.


    """
}

extension Transcript {
  func logonCutOff(_ session: Session, by peer: Peer) -> Observation {
    let moment = session.isAnswered ? "after the answer to leg \(session.legs)" : "while leg \(session.legs) waited for its answer"
    let causes = causesOfHang(session, closedBy: peer)
    return Observation(
      confidenceOfCloser, "\(closer(peer)) during the logon of \(session.who), \(moment)",
      evidence: evidence(of: session) + evidenceOfEnd, causes: causes,
      firstRemedies: causes == nil ? [] : [.serverLogs, .securitySoftwareOnServer, .captureOtherSideOfSilence])
  }

  /// Who refuses what was said does it at once. After seconds of silence the server hangs, and one side gives up.
  private func causesOfHang(_ session: Session, closedBy peer: Peer) -> [String]? {
    guard !session.isAnswered, end.waited >= .seconds(2) else { return nil }
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

  /// The server chose SMB2, and the client logs on in SMB1 all the same.
  func logonInSMB1(_ session: Session) -> Observation? {
    guard session.requestStamp.isSMB1, let chosen = smb1?.upgrade else { return nil }
    return Observation(
      .proven, "the server chose SMB\(chosen == .wildcard ? "2" : " \(chosen)"), but the client logs on in SMB1; the two disagree about the dialect, and the \(ending.map { peer($0.side) } == .server ? "server closes the connection" : "client leaves")",
      evidence: [
        Evidence(smb1?.requestStamp?.number, .client, "SMB1 NEGOTIATE: \(smb1?.request?.list ?? "")"),
        Evidence(smb1?.upgradeFrame, .server, "NEGOTIATE response in SMB2, DialectRevision \(chosen.hex)"),
        Evidence(session.requestStamp.frame, .client, "SESSION_SETUP in SMB1"),
        Evidence(session.replyStamp?.frame, .server, "the answer"),
      ].compactMap(\.self) + evidenceOfEnd,
      causes: [
        "an error in the client: after an answer in SMB2 it has to continue in SMB2 (MS-SMB2 3.2.5.2)",
        "a device on the path that changed the server's answer to NEGOTIATE",
      ], firstRemedies: [.patchClient])
  }
}
