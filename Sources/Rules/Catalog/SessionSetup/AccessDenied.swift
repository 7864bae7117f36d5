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
    yieldsToSuccess: true,
    summary: "The server refuses the logon because the client means a name that is not the server's.",
    explanation: """
      A Windows server with “Server SPN target name validation” compares the service name inside the client's proof \
      with its own names and addresses, and answers STATUS_ACCESS_DENIED to the last message of the logon when it \
      finds none that fits. Level 1 checks a name that is there, level 2 also refuses clients that send none.

      The name is shown beside the names that the server gave itself. Aliases, addresses, load balancers and \
      destination NAT are the usual reasons. The status alone does not prove it: events 551 and 5168 on the server do.
      """,
    harmless: "When the same user gets in soon after by another name: then it is only a note.",
    confirmation: "Events 551 and 5168 on the server name the service that was refused. The logon works by the server's own name.",
    causes: [
      "an alias (CNAME) of the server is used that the server does not know as its own",
      "an address that a load balancer or NAT translates is used in place of a name",
      "a client that sends no service name, to a server that demands one",
      "not a matter of names: the user lacks the right to log on, or NTLM is restricted",
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
    yieldsToSuccess: true,
    summary: "The server refuses access to the user as a whole.",
    explanation: """
      STATUS_ACCESS_DENIED during the logon says that the user may not enter at all; permissions of shares and files \
      are looked at later. The reason stands in the server's log: a user right, a restriction on NTLM, a signing or \
      encryption policy.

      Where the name that the client uses, or missing encryption, explains it better, auth-spn-hardening or \
      encryption-required-session is reported instead.
      """,
    harmless: "When the same user gets in soon after: then it is only a note.",
    confirmation: "Event 4625 in the server's Security log gives the reason; log.smbd at level 3 on Samba.",
    causes: [
      "the user right to access this computer from the network is missing or denied",
      "NTLM is restricted on the server",
    ],
    remedies: [.userRights, .restrictNTLM, .serverLogs],
    references: ["MS-SMB2 3.3.5.5", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .other = transcript.denial(of: session) else { return nil }
      guard session.identity.mechanism == .kerberos else { return transcript.refusal(of: session, status) }
      return transcript.refusal(
        of: session, status, causes: ["the user right to access this computer from the network is missing or denied"],
        remedies: [.userRights, .serverLogs])
    }
  }

  static let sessionBindingFailed = Rule(
    id: "session-binding-failed",
    severity: .warning,
    phase: .sessionSetup,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The server refuses an additional channel of a session.",
    explanation: """
      With multichannel a client opens more connections and binds them to the session it has. The server refused this \
      one; the session goes on over its first connection, only slower. The dialect, the client's GUID and the signing \
      key must be those of the first connection.
      """,
    harmless: "The session works without the further channel.",
    confirmation: "Get-SmbMultichannelConnection on the Windows client shows the channels in use.",
    causes: [
      "the channel was negotiated with another dialect or cipher than the first connection",
      "the session expired, or was ended, in between", "a load balancer led the channel to another server",
    ],
    remedies: [.multichannelOff, .loadBalancer, .joinedSession, .patchBoth],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard session.isBinding else { return nil }
      let note = " when it binds a further channel to its session"
      guard transcript.offersNoMultichannel else { return transcript.refusal(of: session, status, note: note) }
      return transcript.refusal(
        of: session, status, note: note + ", which the server never offered",
        causes: [
          "the server does not do multichannel (its capabilities in NEGOTIATE say so), and the client tries all the same; the first connection goes on"
        ], remedies: [.multichannelOff, .multichannelServer, .joinedSession])
    }
  }
}
