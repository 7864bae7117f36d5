import Packets
import Protocols
import Transcripts

/// STATUS_ACCESS_DENIED to SESSION_SETUP: a name that the server does not own, a missing right, or missing encryption.
extension Rule {
  static let authSPNHardening = Rule(
    id: "auth-spn-hardening",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the logon because the client uses a name that is not the server's.",
    explanation: """
      A Windows server with “Server SPN target name validation” compares the service name in the client's proof with \
      its own names and addresses. If none matches, it answers STATUS_ACCESS_DENIED to the last message of the \
      logon. Level 1 checks the name if the client sends one. Level 2 also refuses clients that send none.

      The finding shows this name and the names that the server uses for itself. Aliases, addresses, load balancers \
      and destination NAT are the usual reasons. The status alone is no proof; events 551 and 5168 on the server \
      are.
      """,
    whenBenign: "When the same user gets in soon afterwards by another name. The finding is then only a note.",
    howToVerify: "Look at events 551 and 5168 on the server: they show the service name that it refused. Try the server's own name: the logon should work.",
    causes: [
      "the client uses an alias (CNAME) that the server does not know as its own name",
      "the client uses an address that a load balancer or NAT translates",
      "the client sends no service name, but the server demands one",
      "not the name: the user lacks the right to log on, or NTLM is restricted",
    ],
    remedies: [.allowedServerNames, .nameHardeningOff, .userRights, .serverLogs],
    references: ["MS-SMB2 3.3.5.5.3", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .name(let mismatch) = transcript.denial(of: session) else { return nil }
      return transcript.refusal(
        of: session, status, confidence: mismatch.confidence, note: ": \(mismatch.note)", causes: mismatch.causes,
        remedies: mismatch.remedies)
    }
  }

  static let authAccessDenied = Rule(
    id: "auth-access-denied",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses this user any access.",
    explanation: """
      STATUS_ACCESS_DENIED during the logon means that the user may not use the server at all. The server checks \
      permissions of shares and files later. The server's log has the reason: a user right, a restriction on NTLM, a \
      signing or encryption policy.

      If the name that the client uses or missing encryption explains it better, smbdx reports auth-spn-hardening or \
      encryption-required-session instead.
      """,
    whenBenign: "When the same user gets in soon afterwards. The finding is then only a note.",
    howToVerify: "Look for the reason in event 4625 of the server's Security log, or on Samba in log.smbd at level 3.",
    causes: [
      "the user right to access this computer from the network is missing or denied",
      "NTLM is restricted on the server",
    ],
    remedies: [.userRights, .restrictNTLM, .serverLogs],
    references: ["MS-SMB2 3.3.5.5", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .other = transcript.denial(of: session) else { return nil }
      guard session.identity.mechanism == .kerberos else {
        if session.identity.isAnonymous {
          return transcript.refusal(
            of: session, status,
            causes: [
              "the server admits no anonymous user: a policy (RestrictAnonymous of Windows, “restrict anonymous” of Samba)",
              "the server requires encryption or signing, and an anonymous session has no key for either",
            ], remedies: [.realCredentials, .serverLogs])
        }
        guard session.identity.isBeforeUser(legs: session.legs) else {
          // Samba answers a policy against NTLM with other statuses.
          guard transcript.serverSoftware == .samba else { return transcript.refusal(of: session, status) }
          return transcript.refusal(
            of: session, status,
            causes: [
              "the server does not know the user and makes it a guest, and it requires encryption or signing, for which a guest has no key (“map to guest”, “smb encrypt” in smb.conf)",
              "the server's account rules refuse the user (PAM with “obey pam restrictions”)",
            ], remedies: [.accountSamba, .mapToGuestSamba, .serverLogs])
        }
        return transcript.refusal(
          of: session, status, note: " before the client named a user",
          causes: [
            "the server admits no NTLM, or no client from this address (“hosts allow” and “hosts deny” of Samba and NAS)",
            "a policy of the server for all clients: encryption, signing, or a limit of sessions",
          ], remedies: [.restrictNTLM, .checkSambaHosts, .serverLogs])
      }
      let right = "the user right to access this computer from the network is missing or denied"
      let account = "the server has no local account for the Kerberos user, and cannot make one (on Samba: idmap and winbind, or an account of the same name)"
      let isSamba = transcript.serverSoftware == .samba
      return transcript.refusal(
        of: session, status, causes: isSamba ? [account, "“valid users” or “hosts allow” of the server"] : [right],
        remedies: isSamba ? [.idmapSamba, .serverLogs] : [.userRights, .serverLogs])
    }
  }

  static let sessionBindingFailed = Rule(
    id: "session-binding-failed",
    severity: .warning,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses an additional channel of a session.",
    explanation: """
      With multichannel a client opens more connections and binds them to its session. The server refused this one. \
      The session continues over its first connection, only slower. All channels need the dialect, client GUID and \
      signing key of the first connection.
      """,
    whenBenign: "Always, as long as slower transfers are acceptable. The session works without the additional channel.",
    howToVerify: "Run Get-SmbMultichannelConnection on the Windows client. It shows the channels in use.",
    causes: [
      "the channel was negotiated with another dialect or cipher than the first connection",
      "the session expired or ended in between", "a load balancer sent the channel to another server",
    ],
    remedies: [.multichannelOff, .loadBalancer, .joinedSession, .patchBoth],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard session.isBinding else { return nil }
      let note = " when the client binds a further channel to its session"
      guard transcript.offersNoMultichannel else { return transcript.refusal(of: session, status, note: note) }
      return transcript.refusal(
        of: session, status, note: note + ", which the server never offered",
        causes: [
          "the server does not support multichannel (as its capabilities in NEGOTIATE show), but the client tries it anyway; the first connection continues"
        ], remedies: [.multichannelOff, .multichannelServer, .joinedSession])
    }
  }
}
