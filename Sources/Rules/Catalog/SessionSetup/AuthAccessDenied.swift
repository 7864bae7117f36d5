import Packets
import Protocols
import Transcripts

extension Rule {
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
      let denial = transcript.accessDenial(of: session)
      return transcript.refusal(of: session, status, note: denial?.note ?? "", causes: denial?.causes, remedies: denial?.remedies)
    }
  }
}

extension Transcript {
  /// What this logon says of the reason; nil when the rule's own causes fit.
  fileprivate func accessDenial(of session: Session) -> (note: String, causes: [String], remedies: [Remedy])? {
    if isAzureFiles { return (": the storage account does not admit this client or this user", azureCauses, [.storageAccountSecurity, .storageAccountDomain]) }
    if let before = session.acceptedBefore, !before.isOfOtherServer {
      return (
        ", although the same user got in before, in frame \(before.frame)",
        [
          "a limit of sessions of the user or of the server, or a policy that changed meanwhile",
          "several servers stand behind this address, and this one has other rules",
        ], [.serverLogs, .sessionLimitWindows, .sessionLimitSamba, .loadBalancer]
      )
    }
    if session.identity.mechanism == .kerberos { return denialOfTicket }
    if session.identity.isAnonymous {
      return (
        "",
        [
          "the server admits no anonymous user: a policy (RestrictAnonymous of Windows, “restrict anonymous” of Samba)",
          "the server requires encryption or signing, and an anonymous session has no key for either",
        ], [.realCredentials, .serverLogs]
      )
    }
    if session.identity.isBeforeUser(legs: session.legs) {
      return (
        " before the client named a user",
        [
          "the server admits no NTLM, or no client from this address (“hosts allow” and “hosts deny” of Samba and NAS)",
          "a policy of the server for all clients: encryption, signing, or a limit of sessions",
        ], [.restrictNTLM, .checkSambaHosts, .serverLogs]
      )
    }
    // Samba answers a policy against NTLM with other statuses.
    guard serverSoftware == .samba else { return nil }
    return (
      "",
      [
        "the server does not know the user and makes it a guest, and it requires encryption or signing, for which a guest has no key (“map to guest”, “smb encrypt” in smb.conf)",
        "the server's account rules refuse the user (PAM with “obey pam restrictions”)",
      ], [.accountSamba, .mapToGuestSamba, .serverLogs]
    )
  }

  /// What a storage account refuses in this way.
  var azureCauses: [String] {
    let isOldCipher = negotiation?.response?.contexts.ciphers?.first.map { $0 != .aes256GCM } ?? false
    return [
      "the security settings of the storage account (SMB versions, authentication methods, channel encryption) leave out what this client uses"
        + (isOldCipher ? ": the connection agreed on \(negotiation?.response?.contexts.ciphers?.first?.description ?? ""), and “Maximum security” admits only AES-256-GCM and Kerberos" : ""),
      "the firewall of the storage account, or a private endpoint, does not admit the client's network",
      "the user has no role on the share (Storage File Data SMB Share …), or access with the key is switched off",
    ]
  }

  private var denialOfTicket: (note: String, causes: [String], remedies: [Remedy]) {
    guard serverSoftware == .samba else {
      return ("", ["the user right to access this computer from the network is missing or denied"], [.userRights, .serverLogs])
    }
    return (
      "",
      [
        "the server has no local account for the Kerberos user, and cannot make one (on Samba: idmap and winbind, or an account of the same name)",
        "“valid users” or “hosts allow” of the server",
      ], [.idmapSamba, .serverLogs]
    )
  }
}
