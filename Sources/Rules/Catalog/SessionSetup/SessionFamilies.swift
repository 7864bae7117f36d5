import Protocols

/// What statuses of SESSION_SETUP mean, family by family.
extension Rule {
  static let sessionFamilies: [StatusFamily] = [
    StatusFamily(
      id: "auth-logon-failure", codes: [0xC000_006D],
      summary: "The server does not accept the user name and password, or the ticket.",
      explanation: """
        Servers give the same answer for an unknown user and for a wrong password, so that attackers cannot find out \
        user names. Compare the domain, user and workstation in the evidence with the intended ones. Samba and ksmbd \
        also give this answer if they cannot decrypt a Kerberos ticket, if their clock is wrong, or if a Kerberos \
        user maps to no local account.
        """,
      whenBenign: whenSentByItself,
      howToVerify: """
        On a Windows server look at event 4625 of that moment: the sub status tells a wrong password (0xC000006A) from \
        an unknown user (0xC0000064). For NTLM the domain controller has event 4776. On Samba raise “log level” to “3 \
        auth_audit:3” and read log.smbd.
        """,
      causes: [
        "a wrong password, typed or stored on the client", "the wrong domain or workgroup before the user name",
        "an unknown user",
      ],
      remedies: [.storedWindowsCredentials, .reconnectAs, .credentialsLinux, .accountSamba, .serverLogs], references: ["MS-NLMP 3.2.5.1.2"]),
    StatusFamily(
      id: "auth-wrong-password-named", codes: [0xC000_006A, 0xC000_0064, 0xC000_0149],
      summary: "The server states what is wrong: the password or the user.",
      explanation: "Most servers hide which of the two is wrong. This one says it: either the password is wrong, or the user does not exist.",
      whenBenign: whenSentByItself,
      howToVerify: """
        Log on by hand as the same user, and type the password again. For NTLM event 4776 on the domain controller \
        repeats the status.
        """,
      causes: ["a wrong password, typed or stored on the client", "a mistyped user name, or a user name of another domain"],
      remedies: [.storedWindowsCredentials, .reconnectAs, .credentialsLinux, .accountSamba], references: ["MS-NLMP 3.2.5.1.2"]),
    StatusFamily(
      id: "auth-account-restriction", codes: [0xC000_006E, 0xC000_006C],
      summary: "A restriction on the account forbids this logon.",
      explanation: """
        User name and password are right. Windows refuses blank passwords over the network, refuses NTLM for members \
        of Protected Users, and applies authentication policies.
        """,
      whenBenign: "When the same user gets in soon afterwards, on this connection or another. The finding is then only a note.",
      howToVerify: """
        Check whether the user belongs to Protected Users (the domain controller then logs event 100 in \
        ProtectedUserFailures-DomainController), and whether the password is blank.
        """,
      causes: [
        "an account with a blank password", "NTLM for an account that may only use Kerberos (Protected Users)",
        "a policy on the account",
      ],
      remedies: [.accountWindows, .useKerberos], references: ["MS-NLMP 3.2.5.1.2"]),
    StatusFamily(
      id: "auth-logon-hours", codes: [0xC000_006F, 0xC000_0247],
      summary: "The account may not log on at this hour.",
      explanation: "The account's permitted logon hours do not include the time of this attempt, by the clock of the domain controller.",
      whenBenign: "When the user logs on again within the permitted hours. The finding is then only a note.",
      howToVerify: """
        “net user NAME /domain” shows the permitted hours under “Logon hours allowed”. Compare them with the clock of \
        the domain controller.
        """,
      causes: ["the logon hours of the account", "a wrong clock or time zone on the domain controller"],
      remedies: [.accountWindows, .serverTime]),
    StatusFamily(
      id: "auth-workstation-restriction", codes: [0xC000_0070, 0xC000_0248],
      summary: "The account may not log on from this workstation.",
      explanation: """
        The account is limited to certain workstations (“Log On To” in Active Directory), and the list does not \
        contain the name that the client sends. The evidence shows this name.
        """,
      whenBenign: "When the same user gets in soon afterwards, for example from a computer on the list. The finding is then only a note.",
      howToVerify: """
        “Get-ADUser NAME -Properties LogonWorkstations” shows the list. Compare it with the workstation in the evidence, \
        letter by letter.
        """,
      causes: ["the account's list of permitted workstations", "a client that sends another name than expected"],
      remedies: [.accountWindows], references: ["MS-NLMP 2.2.1.3"]),
    StatusFamily(
      id: "auth-password-expired", codes: [0xC000_0071],
      summary: "The password has expired.",
      explanation: "The password was right, but it is older than the policy of the server or its domain allows, and the user cannot change it over SMB.",
      whenBenign: "When the user changes the password and gets in soon afterwards. The finding is then only a note.",
      howToVerify: """
        “net user NAME /domain” shows “Password expires”; on Samba use “pdbedit -Lv NAME” (a domain controller: \
        “samba-tool user show NAME”).
        """,
      causes: ["the password's age", "a service account that is not exempt from expiry"],
      remedies: [.changePassword, .accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-password-must-change", codes: [0xC000_0224, 0xC000_030C],
      summary: "The user must change the password before the first logon.",
      explanation: "The account is marked “User must change password at next logon”, but a user cannot change the password over SMB.",
      whenBenign: "When the user changes the password and gets in soon afterwards. The finding is then only a note.",
      howToVerify: """
        “Get-ADUser NAME -Properties pwdLastSet” shows 0 for such an account; on Samba “pdbedit -Lv NAME” shows \
        “Password must change”.
        """,
      causes: ["a new account, or a password that was reset"],
      remedies: [.changePassword, .accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-account-disabled", codes: [0xC000_0072],
      summary: "The account is disabled.",
      explanation: "The server or its domain knows the account, but it is disabled. For “guest” this is the usual state.",
      whenBenign: whenSentByItself,
      howToVerify: """
        “Get-ADUser NAME” shows “Enabled : False”, and event 4725 on the domain controller names who disabled it. On \
        Samba “pdbedit -Lv NAME” shows the flag D.
        """,
      causes: ["the account was disabled", "the client tries the guest account"],
      remedies: [.accountWindows, .enableAccountSamba]),
    StatusFamily(
      id: "auth-account-expired", codes: [0xC000_0193],
      summary: "The account has expired.",
      explanation: "The account has an end date, as is usual for guests and trainees of a company, and that date has passed.",
      whenBenign: "When the same user gets in soon afterwards, on this connection or another. The finding is then only a note.",
      howToVerify: """
        “Get-ADUser NAME -Properties AccountExpirationDate” shows the date; on Samba “pdbedit -Lv NAME” shows it under \
        “Kickoff time”.
        """,
      causes: ["the account's expiry date"], remedies: [.accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-account-locked", codes: [0xC000_0234],
      summary: "The account is locked after too many wrong passwords.",
      explanation: """
        A user or a program sent wrong passwords until the account was locked. Unlocking helps only if you also find \
        the source: a service, a scheduled task, a phone, a scanner or a mapped drive with an old password.
        """,
      whenBenign: "When the lock has ended and the same user gets in soon afterwards. The finding is then only a note, but the source of the wrong passwords is still there.",
      howToVerify: """
        Event 4740 on the domain controller that holds the PDC emulator role names the computer that sent the wrong \
        passwords. “Get-ADUser NAME -Properties LockedOut” shows the state.
        """,
      causes: ["an old password stored somewhere", "an attack on the account"],
      remedies: [.unlockAccount, .accountSamba, .storedWindowsCredentials]),
    StatusFamily(
      id: "auth-logon-type-not-granted", codes: [0xC000_015B, 0xC000_0155, 0xC000_010B, 0xC000_0061],
      summary: "The user may not access this computer from the network.",
      explanation: "User name and password are right, but a user right on the server excludes the user or one of the user's groups.",
      whenBenign: whenSentByItself,
      howToVerify: """
        On the server run “secedit /export /areas USER_RIGHTS /cfg rights.txt” and read SeNetworkLogonRight and \
        SeDenyNetworkLogonRight. Event 4625 has the same status.
        """,
      causes: [
        "“Deny access to this computer from the network” names the user or a group",
        "“Access this computer from the network” does not name the user or a group",
      ],
      remedies: [.userRights]),
    StatusFamily(
      id: "auth-no-logon-servers", codes: [0xC000_005E],
      summary: "The server could not reach a domain controller to check the logon.",
      explanation: "The server is a member of a domain and asks a domain controller about every NTLM logon. None answered.",
      whenBenign: "When a domain controller answers again and the same user gets in soon afterwards. The finding is then only a note.",
      howToVerify: "On the server run “nltest /sc_verify:DOMAIN” (Windows) or “wbinfo --ping-dc” (Samba).",
      causes: ["the server's DNS does not find the domain", "a firewall between server and domain controller", "the domain controller is down"],
      remedies: [.domainControllerWindows, .domainControllerSamba], references: ["MS-NLMP 3.2.5.1.2"]),
    StatusFamily(
      id: "auth-trust-failure",
      codes: [0xC000_018A, 0xC000_018B, 0xC000_018C, 0xC000_018D, 0xC000_0190, 0xC000_019B, 0xC000_0233, 0xC000_00DF],
      summary: "The trust between the server and the user's domain does not work.",
      explanation: """
        Either the server's own membership is broken (its computer account is missing or has another password), or \
        the trust between its domain and the user's domain is broken, or the server does not know the domain.
        """,
      whenBenign: whenSentByItself,
      howToVerify: """
        On the server run “Test-ComputerSecureChannel -Verbose” and “nltest /domain_trusts” (Windows), or “net ads \
        testjoin” and “wbinfo --all-domains” (Samba).
        """,
      causes: [
        "the server's computer account was deleted, reset or restored from an old snapshot",
        "a broken trust between two domains", "a mistyped or unknown domain",
      ],
      remedies: [.secureChannelWindows, .secureChannelSamba, .domainControllerWindows], references: ["MS-NLMP 3.2.5.1.2"]),
    StatusFamily(
      id: "auth-netlogon-not-started", codes: [0xC000_0192],
      summary: "The Netlogon service is not running on the server.",
      explanation: "A Windows server that belongs to a domain needs the Netlogon service to check logons with its domain controller.",
      whenBenign: "When the service starts and the same user gets in soon afterwards, as during a boot. The finding is then only a note.",
      howToVerify: "On the server run “sc query netlogon”.",
      causes: ["the service was stopped, or failed to start after a boot"], remedies: [.startNetlogon]),
    StatusFamily(
      id: "auth-time-difference", codes: [0xC000_0133],
      summary: "The clocks of the server and its domain controller differ too much.",
      explanation: "The server asked its domain controller, and their clocks differ by more than a few minutes.",
      whenBenign: "When the clock is set and the same user gets in soon afterwards. The finding is then only a note.",
      howToVerify: "On the server run “w32tm /stripchart /computer:DC /samples:3 /dataonly” with the name of a domain controller.",
      causes: ["a wrong clock on the server or the domain controller"], remedies: [.serverTime]),
    StatusFamily(
      id: "auth-trust-account", codes: [0xC000_0198, 0xC000_0199, 0xC000_019A],
      summary: "The account belongs to a computer or a trust; a user account is needed.",
      explanation: "The name that the client sent is the account of a computer or of a trust between domains. Such accounts may not log on over NTLM like users.",
      whenBenign: "When a user of the same computer gets in soon afterwards. The finding is then only a note.",
      howToVerify: "The evidence shows the user name. If it ends in $, it is the account of a computer or a trust.",
      causes: ["a service that runs as the computer and falls back to NTLM", "a mistyped user name that ends in $"],
      remedies: [.useKerberos, .reconnectAs], references: ["MS-NLMP 2.2.1.3"]),
    StatusFamily(
      id: "auth-ntlm-blocked", codes: [0xC000_0418],
      summary: "The server or its domain does not accept NTLM.",
      explanation: """
        The policies “Network security: Restrict NTLM” forbid NTLM on this server, for its domain or for this account. \
        Kerberos needs a name with a registered service principal name; an address always leads to NTLM.
        """,
      whenBenign: "When the client gets a Kerberos ticket and the same user gets in soon afterwards. The finding is then only a note.",
      howToVerify: "Read the log Microsoft-Windows-NTLM/Operational: events 4002 and 4003 on the server, 4004 on the domain controller.",
      causes: ["NTLM is restricted on the server or in the domain", "the client could not get a Kerberos ticket and fell back to NTLM"],
      remedies: [.useKerberos, .restrictNTLM], references: ["MS-NLMP 3.2.5.1.2"], isOfFallback: true),
    StatusFamily(
      id: "auth-authentication-firewall", codes: [0xC000_0413],
      summary: "Selective authentication or an authentication policy forbids this logon.",
      explanation: """
        Across a trust with selective authentication a user needs “Allowed to authenticate” on the server's computer \
        account; authentication policies and silos have the same effect inside a domain.
        """,
      whenBenign: "When the same user gets in soon afterwards, on this connection or another. The finding is then only a note.",
      howToVerify: """
        Event 4625 on the server has the same status. On the trust look at its authentication scope; on the server's \
        computer account look at “Allowed to authenticate”.
        """,
      causes: ["selective authentication on the trust", "an authentication policy or silo"],
      remedies: [.allowedToAuthenticate]),
    StatusFamily(
      id: "auth-downgrade-detected", codes: [0xC000_0388],
      summary: "The server or its domain saw an attempt to weaken the logon.",
      explanation: """
        The parameters of the logon are weaker than both sides could have used. This may be an attack. More often a \
        domain controller is out of reach for Kerberos while NTLM is restricted.
        """,
      whenBenign: "When the client reaches a domain controller and the same user gets in soon afterwards. The finding is then only a note.",
      howToVerify: """
        On the client look in the System log for events of LsaSrv at this moment, and check that it reaches a domain \
        controller: “nltest /dsgetdc:DOMAIN”.
        """,
      causes: ["a domain controller out of reach for Kerberos", "a device that changes the negotiation", "settings for NTLM or encryption types that do not match"],
      remedies: [.useKerberos, .restrictNTLM, .domainControllerWindows]),
    StatusFamily(
      id: "auth-too-many-sessions", codes: [0xC000_00CE, 0xC000_0246, 0xC000_00D0, 0xC000_0196, 0xC000_0259],
      summary: "The server has reached its limit of sessions or connections.",
      explanation: "The server answers that it has too many sessions or connections, or that it does not accept the request now.",
      whenBenign: "When the server takes the client soon afterwards. The finding is then only a note.",
      howToVerify: """
        Count the sessions on the server: “Get-SmbSession” (Windows) or “smbstatus -p” (Samba), and compare the number \
        with the limit.
        """,
      causes: ["a limit in the server's configuration or licence", "sessions that were never closed", "a server under load"],
      remedies: [.sessionLimitWindows, .sessionLimitSamba]),
    StatusFamily(
      id: "auth-insufficient-resources", codes: [0xC000_009A, 0xC000_0205, 0xC000_0017],
      summary: "The server has run out of resources.",
      explanation: "The server lacks memory or another resource and cannot set up the session. ksmbd gives this answer at its limit of sessions.",
      whenBenign: "When the server takes the client soon afterwards. The finding is then only a note.",
      howToVerify: """
        Look at the free memory of the server and at its System log of that moment (source Srv: events 2011, 2019 and \
        2020), and count its sessions.
        """,
      causes: ["too little memory on the server", "a limit of sessions or connections"],
      remedies: [.serverLogs, .sessionLimitWindows, .sessionLimitSamba]),
    StatusFamily(
      id: "auth-protocol-error", codes: [0xC000_000D, 0xC000_00BB, 0xC000_00C3, 0xC000_042A],
      summary: "The server rejects the logon as malformed, out of order or not supported.",
      explanation: """
        The server does not expect something in the security buffer or its order: a mechanism that it does not \
        support, a damaged token, a leg out of sequence. ksmbd also gives this answer for other logon faults.
        """,
      whenBenign: "When the client logs on in another way soon afterwards, for example with another mechanism. The finding is then only a note.",
      howToVerify: """
        Log on to the same server with another client, and to another server with the same client: this tells which side \
        is wrong.
        """,
      causes: ["a mechanism that the server does not support", "a software error in the client or the server", "a device that changes the messages"],
      remedies: [.patchBoth, .serverLogs, .wanOptimizer], references: ["MS-SPNG 3.1.5", "RFC 4178 4.2"]),
    StatusFamily(
      id: "session-deleted", codes: [0xC000_0203],
      summary: "The session that the client uses no longer exists on the server.",
      explanation: """
        The client names a SessionId that the server does not know. This happens after a restart or failover of the \
        server, after another connection has replaced the session, and if a load balancer has sent the connection \
        elsewhere.
        """,
      whenBenign: "When the client logs on again and goes on with its work. The finding is then only a note.",
      howToVerify: """
        Look when the server last started (“systeminfo” on Windows, “systemctl status smbd” on Linux), and whether the \
        client reaches it through a load balancer.
        """,
      causes: ["the server was restarted", "a load balancer moved the connection to another server", "the client replaced the session from another connection"],
      remedies: [.loadBalancer, .serverLogs], references: ["MS-SMB2 3.3.5.2.9"]),
    StatusFamily(
      id: "session-setup-other-status", codes: [],
      summary: "The server refused the logon with another status.",
      explanation: """
        These statuses rarely end a logon. The finding gives the name, the usual causes and what to do. For an \
        undocumented number it says where to look it up.
        """,
      whenBenign: whenSentByItself,
      howToVerify: """
        Look for the reason in the server's log of that moment: event 4625 in the Security log of Windows, log.smbd at \
        level 3 on Samba.
        """,
      causes: ["depends on the status: the finding names the causes"], remedies: [.serverLogs, .lookUpStatus]),
  ]

  /// Of accounts that a client may have sent by itself.
  private static let whenSentByItself = """
    When the same user gets in soon afterwards, on this connection or another. The finding is then only a note. It is \
    one, too, if the client sent an account by itself (a local account of the client, a Microsoft account, a guest), and \
    the person then gets in with another one.
    """
}
