import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionReauthFailed = Rule(
    id: "session-reauth-failed",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The client could not renew an established session.",
    explanation: """
      A client authenticates an established session again, usually because its Kerberos ticket expires. The server \
      refused this, and the session ended with its files open.

      The statuses mean the same as in a first logon. See the rule for that status.
      """,
    whenBenign: "When a later renewal of the same session succeeds. smbdx then reports nothing.",
    howToVerify: "Look at event 4625 in the server's Security log at this moment, or on Samba at log.smbd at level 3.",
    causes: ["the account was disabled or locked, or its password changed, since the first logon", "the session no longer exists on the server"],
    remedies: [.accountWindows, .accountSamba, .storedWindowsCredentials, .serverLogs],
    references: ["MS-SMB2 3.3.5.5.2", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.sessions.compactMap { session in
      guard let renewal = session.reauthentications.last else { return nil }
      guard let status = renewal.refusal else { return transcript.ticketRefused(to: renewal, of: session) }
      let advice = advice(on: status, of: session, isSamba: transcript.serverSoftware.map { $0 == .samba } ?? true)
      return Observation(
        .proven, "\(transcript.serverName) refuses to renew the session of \(session.who) with \(status)"
          + (status == .logonFailure && session.identity.mechanism == .ntlm
            ? ": the server does not accept the user name and password" : meaning(of: status)),
        evidence: [
          Evidence(session.establishedFrame, .server, "the session of \(session.who) is established"),
          Evidence(renewal.requestStamp.frame, .client, "SESSION_SETUP request for the same session"),
          Evidence(renewal.replyStamp?.frame, .server, "SESSION_SETUP response: \(status)"),
        ].compactMap(\.self), causes: advice?.causes, firstRemedies: advice?.remedies ?? [], goal: Goal(user: session.account))
    }
  }

  /// What the status says in a first logon; nil where it speaks of the password, which was right before.
  private static func advice(on status: NTStatus, of session: Session, isSamba: Bool) -> (causes: [String], remedies: [Remedy])? {
    if status == .logonFailure || status == .wrongPassword {
      return session.identity.mechanism == .kerberos ? keyChanged : nil
    }
    if status == .userSessionDeleted { return (LostSession.endedByServer.causes, LostSession.endedByServer.remedies) }
    if let family = sessionFamilies.first(where: { $0.codes.contains(status.rawValue) }) { return (family.causes, family.remedies) }
    return (StatusAdvice.ofLogon(status, of: session, isSamba: isSamba) ?? StatusAdvice.of(status)).map { ($0.causes, $0.remedies) }
  }
}

extension Transcript {
  /// The server answers the new ticket with an error of Kerberos, and no leg follows that succeeds.
  fileprivate func ticketRefused(to renewal: Reauthentication, of session: Session) -> Observation? {
    guard let error = renewal.kerberosError, let reply = renewal.replyStamp else { return nil }
    let advice = Rule.advice(on: error)
    return Observation(
      .proven,
      "\(serverName) refuses to renew the session of \(session.who): it answers \(error.name ?? "error \(error.rawValue)") to the new ticket"
        + (error.meaning.map { ": \($0.withoutFullStop)" } ?? ""),
      evidence: [
        Evidence(session.establishedFrame, .server, "the session of \(session.who) is established"),
        Evidence(renewal.requestStamp.frame, .client, "SESSION_SETUP request for the same session, with a ticket"),
        Evidence(reply.frame, .server, "SESSION_SETUP response: KRB-ERROR \(error)"),
      ].compactMap(\.self) + endEvidence, causes: advice.causes, firstRemedies: advice.remedies, goal: Goal(user: session.account))
  }
}

extension Rule {
  /// What an error in answer to a renewed ticket means: RFC 4120 7.5.9.
  fileprivate static func advice(on error: KerberosErrorCode) -> (causes: [String], remedies: [Remedy]) {
    switch error.rawValue {
    case 37: (["the clock of the server or of the client is wrong, and was right at the first logon"], [.synchronizeServer, .synchronizeClient])
    case 32, 33: (["the client presents a ticket that has expired and was not renewed", "clocks that differ"], [.purgeTickets, .synchronizeTime])
    default: keyChanged
    }
  }

  /// The first ticket was accepted.
  fileprivate static let keyChanged = (
    causes: [
      "the server does not have the key of the new ticket: its machine password changed since the first logon, and its keytab was not updated",
      "the account was disabled or locked since the first logon", "the session no longer exists on the server",
    ], remedies: [Remedy.purgeTickets, .serverKeys, .testJoin, .repairSecureChannel]
  )
}
