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
    causes: [
      "the account was disabled or locked, or its password changed, since the first logon",
      "the client got no new ticket", "the session no longer exists on the server",
    ],
    remedies: [.accountWindows, .accountSamba, .storedWindowsCredentials, .serverLogs],
    references: ["MS-SMB2 3.3.5.5.2", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.sessions.compactMap { session in
      guard let renewal = session.reauthentications.last, let status = renewal.refusal else { return nil }
      return Observation(
        .proven, "\(transcript.serverName) refuses to renew the session of \(session.who) with \(status)"
          + (status == .logonFailure && session.identity.mechanism == .ntlm
            ? ": the server does not accept the user name and password" : meaning(of: status)),
        evidence: [
          Evidence(session.establishedFrame, .server, "the session of \(session.who) is established"),
          Evidence(renewal.requestStamp.frame, .client, "SESSION_SETUP request for the same session"),
          Evidence(renewal.replyStamp?.frame, .server, "SESSION_SETUP response: \(status)"),
        ].compactMap(\.self), goal: Goal(user: session.account))
    }
  }
}
