import Packets
import Protocols
import Transcripts

/// Sessions that stand: re-authentication, and answers that took long.
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

  static let sessionExpired = Rule(
    id: "session-expired",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The session expired, and the client did not renew it.",
    explanation: """
      The Kerberos ticket of the session expired, or the server limits the time of sessions. The server now refuses \
      every request except a new logon. A client that can get a new ticket renews the session, and users notice \
      nothing. This client did not, and the user's request failed.
      """,
    whenBenign: """
      When the client renews the session or logs on again, or only wanted to disconnect. smbdx then reports nothing.
      """,
    howToVerify: "Run klist on the client. It shows the tickets and when they expire. The client must be able to get a new ticket for the server's cifs name.",
    causes: expiryCauses(isKerberos: true),
    remedies: [.updateClientSoftware, .renewableTickets, .ticketLifetime],
    references: ["MS-SMB2 3.3.5.2.9", "MS-SMB2 3.2.5.1.6"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      status == .networkSessionExpired && !session.isBinding ? transcript.refusal(of: session, status) : nil
    } + transcript.unrenewedSessions
  }

  static let sessionSetupSlow = Rule(
    id: "session-setup-slow",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The server took more than ten seconds to answer a step of the logon.",
    explanation: """
      The server answered the logon, but so late that users and programs give up. The server itself usually waits \
      for something: a domain controller, DNS, or a name service. ksmbd delays failed logons by five seconds on \
      purpose; smbdx does not count that.
      """,
    whenBenign: "When it is the first logon after hours without any. That may take seconds.",
    howToVerify: "Repeat the logon. If it is fast now, something first had to wake up or to time out.",
    causes: ["a domain controller that answers slowly, or the first one is down and the second answers", "slow DNS on the server"],
    remedies: [.domainControllerWindows, .domainControllerSamba],
    references: ["MS-SMB2 3.3.5.5"],
    threshold: .seconds(10)
  ) { limit in
    .connection { transcript in
      transcript.sessions.compactMap { session in
        guard let slow = session.slowReply, slow.took(longerThan: limit) else { return nil }
        return Observation(
          .proven, "a step of the logon of \(session.who) was answered after \(slow.delay)",
          evidence: [
            Evidence(slow.requestFrame, .client, "SESSION_SETUP request"),
            Evidence(slow.replyFrame, .server, "SESSION_SETUP response, \(slow.delay) later"),
          ])
      }
    }
  }
}

/// What keeps a client from logging on again: the ticket plays a part only where there is one.
private func expiryCauses(isKerberos: Bool) -> [String] {
  ["a client program or mount that does not log on again when the server says that the session has expired"]
    + (isKerberos
      ? [
        "the client cannot get a new ticket: no stored password, no domain controller in reach, or the ticket can no longer be renewed",
        "a ticket lifetime that is shorter than the program's work",
      ] : ["the logon hours of the account have ended", "a server that limits the time of a session"])
}

extension Remedy {
  fileprivate static let updateClientSoftware = Remedy(
    "Update the client program or library, or let it connect again after this error: it has to send SESSION_SETUP again on the same connection.")
  fileprivate static let renewableTickets = Remedy(
    "Check whether the client's tickets can be renewed, and until when. A service on Linux needs a keytab and a job that renews tickets (k5start, or the ticket renewal of sssd); by hand:",
    command: "klist -f; kinit -R")
  fileprivate static let ticketLifetime = Remedy(
    "Check the ticket lifetime: in a Windows domain the Kerberos policy (maximum lifetime for service ticket), on Samba “kdc:service ticket lifetime”.")
  fileprivate static let logonHours = Remedy(
    "Look at the logon hours of the account, and at the policy “Microsoft network server: Disconnect clients when logon hours expire”:",
    command: "Get-ADUser USER -Properties LogonHours, AccountExpirationDate")
}

extension Transcript {
  /// Sessions that expired under the user's hands, unless the capture ends before the client can have renewed them.
  fileprivate var unrenewedSessions: [Observation] {
    expiredSessions.compactMap { expiry in
      guard ending != nil || captureEnd.since(expiry.time) >= End.timeout,
        !sessions.contains(where: { $0.isEstablished && $0.requestStamp.time >= expiry.time })
      else { return nil }
      let session = sessions.last { $0.id == expiry.sessionID }
      // The client tried, which has a rule of its own.
      if session?.reauthentications.contains(where: { $0.replyStamp?.status.map { $0.isError && $0 != .moreProcessingRequired } ?? false }) == true {
        return nil
      }
      let who = session?.who ?? "the client"
      let isNTLM = session?.identity.mechanism == .ntlm
      var observation = Observation(
        .proven, "the session of \(who) on \(serverName) expired, and the client did not renew it",
        evidence: [
          Evidence(session?.establishedFrame, .server, "the session of \(who) is established"),
          Evidence(expiry.frame, .server, "\(expiry.command.name) response: \(NTStatus.networkSessionExpired)"),
        ].compactMap(\.self) + endEvidence, causes: expiryCauses(isKerberos: !isNTLM))
      if isNTLM { observation.remedies = [.updateClientSoftware, .logonHours, .ticketLifetime] }
      return observation
    }
  }
}
