import Packets
import Protocols
import Transcripts

extension Rule {
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
        case let session = self.session(expiry.sessionID, at: expiry.frame), !logsOnAgain(session, behind: expiry.frame),
        // Work that succeeds again shows the renewal, even where that was not recorded.
        traffic.lastWorkDoneFrame.map({ $0 < expiry.frame }) ?? true || isShared(besides: session)
      else { return nil }
      // The client tried: a refusal has a rule of its own, and so has the end of a renewal that is cut off.
      if session?.reauthentications.contains(where: { $0.refusal != nil || $0.kerberosError != nil || $0.requestStamp.frame > expiry.frame && ($0.isOpen || forgedReset?.isForged == true) }) == true { return nil }
      let who = session?.who ?? "the client"
      let isNTLM = session?.identity.mechanism == .ntlm
      var observation = Observation(
        .proven, "the session of \(who) on \(serverName) expired, and the client did not renew it",
        evidence: [
          Evidence(session?.establishedFrame, .server, "the session of \(who) is established"),
          Evidence(expiry.frame, .server, "\(expiry.command.name) response: \(NTStatus.networkSessionExpired)"),
        ].compactMap(\.self) + endEvidence, causes: expiryCauses(isKerberos: !isNTLM),
        goal: session?.account.map { Goal(.established, user: $0) })
      if isNTLM { observation.remedies = [.updateClientSoftware, .logonHours, .ticketLifetime] }
      return observation
    }
  }
}
