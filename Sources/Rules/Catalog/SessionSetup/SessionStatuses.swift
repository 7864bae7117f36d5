import Packets
import Protocols
import Transcripts

/// SESSION_SETUP refused: one rule for each family of statuses.
extension Rule {
  static let sessionStatuses: [Rule] = sessionFamilies.map(rule)

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
      causes: [
        "a wrong password, typed or stored on the client", "the wrong domain or workgroup before the user name",
        "an unknown user",
      ],
      remedies: [.storedWindowsCredentials, .reconnectAs, .credentialsLinux, .accountSamba, .serverLogs]),
    StatusFamily(
      id: "auth-wrong-password-named", codes: [0xC000_006A, 0xC000_0064, 0xC000_0149],
      summary: "The server states what is wrong: the password or the user.",
      explanation: "Most servers hide which of the two is wrong. This one states that the password is wrong, or that there is no such user.",
      causes: ["a wrong password, typed or stored on the client", "a mistyped user name, or a user name of another domain"],
      remedies: [.storedWindowsCredentials, .reconnectAs, .credentialsLinux, .accountSamba]),
    StatusFamily(
      id: "auth-account-restriction", codes: [0xC000_006E, 0xC000_006C],
      summary: "A restriction on the account forbids this logon.",
      explanation: """
        User name and password are right. Windows refuses blank passwords over the network, refuses NTLM for members \
        of Protected Users, and applies authentication policies.
        """,
      causes: [
        "an account with a blank password", "NTLM for an account that may only use Kerberos (Protected Users)",
        "a policy on the account",
      ],
      remedies: [.accountWindows, .useKerberos]),
    StatusFamily(
      id: "auth-logon-hours", codes: [0xC000_006F, 0xC000_0247],
      summary: "The account may not log on at this hour.",
      explanation: "The account's permitted logon hours do not include the time of this attempt, by the clock of the domain controller.",
      causes: ["the logon hours of the account", "a wrong clock or time zone on the domain controller"],
      remedies: [.accountWindows, .serverTime]),
    StatusFamily(
      id: "auth-workstation-restriction", codes: [0xC000_0070, 0xC000_0248],
      summary: "The account may not log on from this workstation.",
      explanation: """
        The account is limited to certain workstations (“Log On To” in Active Directory), and the list does not \
        contain the name that the client sends. The evidence shows this name.
        """,
      causes: ["the account's list of permitted workstations", "a client that sends another name than expected"],
      remedies: [.accountWindows]),
    StatusFamily(
      id: "auth-password-expired", codes: [0xC000_0071],
      summary: "The password has expired.",
      explanation: "The password was right, but it is older than the policy of the server or its domain allows, and the user cannot change it over SMB.",
      causes: ["the password's age", "a service account that is not exempt from expiry"],
      remedies: [.changePassword, .accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-password-must-change", codes: [0xC000_0224, 0xC000_030C],
      summary: "The user must change the password before the first logon.",
      explanation: "The account is marked “User must change password at next logon”, but a user cannot change the password over SMB.",
      causes: ["a new account, or a password that was reset"],
      remedies: [.changePassword, .accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-account-disabled", codes: [0xC000_0072],
      summary: "The account is disabled.",
      explanation: "The server or its domain knows the account, but it is disabled. For “guest” this is the usual state.",
      causes: ["the account was disabled", "the client tries the guest account"],
      remedies: [.accountWindows, .enableAccountSamba]),
    StatusFamily(
      id: "auth-account-expired", codes: [0xC000_0193],
      summary: "The account has expired.",
      explanation: "The account has an end date, as is usual for guests and trainees of a company, and that date has passed.",
      causes: ["the account's expiry date"], remedies: [.accountWindows, .accountSamba]),
    StatusFamily(
      id: "auth-account-locked", codes: [0xC000_0234],
      summary: "The account is locked after too many wrong passwords.",
      explanation: """
        A user or a program sent wrong passwords until the account was locked. Unlocking helps only if you also find \
        the source: a service, a scheduled task, a phone, a scanner or a mapped drive with an old password.
        """,
      causes: ["an old password stored somewhere", "an attack on the account"],
      remedies: [.unlockAccount, .accountSamba, .storedWindowsCredentials]),
    StatusFamily(
      id: "auth-logon-type-not-granted", codes: [0xC000_015B, 0xC000_0155, 0xC000_010B, 0xC000_0061],
      summary: "The user may not access this computer from the network.",
      explanation: "User name and password are right, but a user right on the server excludes the user or one of the user's groups.",
      causes: [
        "“Deny access to this computer from the network” names the user or a group",
        "“Access this computer from the network” does not name the user or a group",
      ],
      remedies: [.userRights]),
    StatusFamily(
      id: "auth-no-logon-servers", codes: [0xC000_005E],
      summary: "The server could not reach a domain controller to check the logon.",
      explanation: "The server is a member of a domain and asks a domain controller about every NTLM logon. None answered.",
      causes: ["the server's DNS does not find the domain", "a firewall between server and domain controller", "the domain controller is down"],
      remedies: [.domainControllerWindows, .domainControllerSamba]),
    StatusFamily(
      id: "auth-trust-failure",
      codes: [0xC000_018A, 0xC000_018B, 0xC000_018C, 0xC000_018D, 0xC000_0190, 0xC000_019B, 0xC000_0233, 0xC000_00DF],
      summary: "The trust between the server and the user's domain does not work.",
      explanation: """
        Either the server's own membership is broken (its computer account is missing or has another password), or \
        the trust between its domain and the user's domain is broken, or the server does not know the domain.
        """,
      causes: [
        "the server's computer account was deleted, reset or restored from an old snapshot",
        "a broken trust between two domains", "a mistyped or unknown domain",
      ],
      remedies: [.secureChannelWindows, .secureChannelSamba, .domainControllerWindows]),
    StatusFamily(
      id: "auth-netlogon-not-started", codes: [0xC000_0192],
      summary: "The Netlogon service is not running on the server.",
      explanation: "A Windows server that belongs to a domain needs the Netlogon service to check logons with its domain controller.",
      causes: ["the service was stopped, or failed to start after a boot"], remedies: [.startNetlogon]),
    StatusFamily(
      id: "auth-time-difference", codes: [0xC000_0133],
      summary: "The clocks of the server and its domain controller differ too much.",
      explanation: "The server asked its domain controller, and their clocks differ by more than a few minutes.",
      causes: ["a wrong clock on the server or the domain controller"], remedies: [.serverTime]),
    StatusFamily(
      id: "auth-trust-account", codes: [0xC000_0198, 0xC000_0199, 0xC000_019A],
      summary: "The account belongs to a computer or a trust; a user account is needed.",
      explanation: "The name that the client sent is the account of a computer or of a trust between domains. Such accounts may not log on over NTLM like users.",
      causes: ["a service that runs as the computer and falls back to NTLM", "a mistyped user name that ends in $"],
      remedies: [.useKerberos, .reconnectAs]),
    StatusFamily(
      id: "auth-ntlm-blocked", codes: [0xC000_0418],
      summary: "The server or its domain does not accept NTLM.",
      explanation: """
        The policies “Network security: Restrict NTLM” forbid NTLM on this server, for its domain or for this account. \
        Kerberos needs a name with a registered service principal name; an address always leads to NTLM.
        """,
      causes: ["NTLM is restricted on the server or in the domain", "the client could not get a Kerberos ticket and fell back to NTLM"],
      remedies: [.useKerberos, .restrictNTLM], isOfFallback: true),
    StatusFamily(
      id: "auth-authentication-firewall", codes: [0xC000_0413],
      summary: "Selective authentication or an authentication policy forbids this logon.",
      explanation: """
        Across a trust with selective authentication a user needs “Allowed to authenticate” on the server's computer \
        account; authentication policies and silos have the same effect inside a domain.
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
      causes: ["a domain controller out of reach for Kerberos", "a device that changes the negotiation", "settings for NTLM or encryption types that do not match"],
      remedies: [.useKerberos, .restrictNTLM, .domainControllerWindows]),
    StatusFamily(
      id: "auth-too-many-sessions", codes: [0xC000_00CE, 0xC000_0246, 0xC000_00D0, 0xC000_0196, 0xC000_0259],
      summary: "The server has reached its limit of sessions or connections.",
      explanation: "The server answers that it has too many sessions or connections, or that it does not accept the request now.",
      causes: ["a limit in the server's configuration or licence", "sessions that were never closed", "a server under load"],
      remedies: [.sessionLimitWindows, .sessionLimitSamba]),
    StatusFamily(
      id: "auth-insufficient-resources", codes: [0xC000_009A, 0xC000_0205, 0xC000_0017],
      summary: "The server has run out of resources.",
      explanation: "The server lacks memory or another resource and cannot set up the session. ksmbd gives this answer at its limit of sessions.",
      causes: ["too little memory on the server", "a limit of sessions or connections"],
      remedies: [.serverLogs, .sessionLimitWindows, .sessionLimitSamba]),
    StatusFamily(
      id: "auth-protocol-error", codes: [0xC000_000D, 0xC000_00BB, 0xC000_00C3, 0xC000_042A],
      summary: "The server rejects the logon as malformed, out of order or not supported.",
      explanation: """
        The server does not expect something in the security buffer or its order: a mechanism that it does not \
        support, a damaged token, a leg out of sequence. ksmbd also gives this answer for other logon faults.
        """,
      causes: ["a mechanism that the server does not support", "a software error in the client or the server", "a device that changes the messages"],
      remedies: [.patchBoth, .serverLogs, .wanOptimizer]),
    StatusFamily(
      id: "session-deleted", codes: [0xC000_0203],
      summary: "The session that the client uses no longer exists on the server.",
      explanation: """
        The client names a SessionId that the server does not know. This happens after a restart or failover of the \
        server, after another connection has replaced the session, and if a load balancer has sent the connection \
        elsewhere.
        """,
      causes: ["the server was restarted", "a load balancer moved the connection to another server", "the client replaced the session from another connection"],
      remedies: [.loadBalancer, .serverLogs]),
    StatusFamily(
      id: "session-setup-other-status", codes: [],
      summary: "The server refused the logon with another status.",
      explanation: """
        These statuses rarely end a logon. The finding gives the name, the usual causes and what to do. For an \
        undocumented number it says where to look it up.
        """,
      causes: ["depends on the status: the finding names the causes"], remedies: [.serverLogs, .lookUpStatus]),
  ]

  fileprivate static let listedCodes = Set(sessionFamilies.flatMap(\.codes)).union([NTStatus.accessDenied.rawValue, NTStatus.networkSessionExpired.rawValue])

  private static let whenBenign = """
    When the same user gets in soon afterwards, on this connection or another. The finding is then only a note. It is \
    one, too, if the client sent an account by itself (a local account of the client, a Microsoft account, a guest), and \
    the person then gets in with another one. For an error on an established session smbdx reports session-reauth-failed.
    """

  private static let howToVerify = """
    Look for the reason in the server's log: event 4625 in the Security log of a Windows server (for NTLM also 4776 \
    on the domain controller), or on Samba log.smbd at level 3.
    """

  private static func rule(_ family: StatusFamily) -> Rule {
    let isOfDeletion = family.id == "session-deleted"
    let rule = Rule(
      id: family.id, severity: family.severity, phase: .sessionSetup, nature: .status, supersededBySuccess: true,
      summary: family.summary, explanation: family.explanation, whenBenign: whenBenign, howToVerify: howToVerify,
      causes: family.causes, remedies: family.remedies, references: ["MS-SMB2 3.3.5.5", "MS-ERREF 2.3.1"]
    ) { transcript in
      if isOfDeletion, let deleted = transcript.deletedInUse { return [deleted] }
      // Nearly all connections have none.
      guard transcript.hasRefusedSession else { return [] }
      return transcript.refusedSessions(with: family.isConcerned) { session, status in
        guard !session.isBinding, !transcript.hasNoCommonMechanism(session) else { return nil }
        let isMatch = transcript.familyOfRefusal(session, status).map { $0 == family.id } ?? family.lists(status)
        return isMatch ? transcript.refusal(of: session, status, family) : nil
      }
    }
    return family.isOfFallback ? rule.ofFallback() : rule
  }
}

extension StatusFamily {
  /// Where a refusal belongs that shows more than its status: see ``Transcripts/Transcript/familyOfRefusal(_:_:)``.
  private static let byEvidence: Set<String> = ["auth-ntlm-blocked", "auth-protocol-error"]

  fileprivate func isConcerned(by status: NTStatus) -> Bool { lists(status) || Self.byEvidence.contains(id) }

  fileprivate func lists(_ status: NTStatus) -> Bool {
    codes.isEmpty ? !Rule.listedCodes.contains(status.rawValue) : codes.contains(status.rawValue)
  }
}

extension Transcript {
  /// A session that the server had let go of in the middle of the work, and that the client did not set up again.
  fileprivate var deletedInUse: Observation? {
    guard let deleted = deletedSessions.first(where: { deletion in
      (ending != nil || captureEnd.since(deletion.time) >= End.timeout)
        && !logsOnAgain(self.session(deletion.sessionID, at: deletion.frame), behind: deletion.frame)
    }) else { return nil }
    let session = self.session(deleted.sessionID, at: deleted.frame)
    let answer = Evidence(deleted.frame, .server, "\(deleted.command.name) response: \(NTStatus.userSessionDeleted)")
    let lost = lostSession(deleted.sessionID, at: deleted.frame)
    if lost.isByClient {
      return Observation(
        .proven, "\(serverName) answers a request with \(NTStatus.userSessionDeleted)\(lost.note)",
        evidence: lost.evidence + [answer] + endEvidence, causes: lost.causes, remedies: lost.remedies,
        goal: Goal(.established, user: session?.account))
    }
    let isIdle = deleted.idle >= .seconds(5)
    return Observation(
      .proven,
      "the session of \(session?.who ?? "the client") no longer exists on \(serverName)"
        + (isIdle ? ", after \(deleted.idle) without a message" : "") + ", and the client did not log on again",
      evidence: [
        Evidence(session?.establishedFrame, .server, "the session of \(session?.who ?? "the client") is established"),
        answer,
      ].compactMap(\.self) + endEvidence,
      causes: isIdle
        ? ["the server ends sessions that are idle for this long (deadtime of Samba, AutoDisconnectTimeout of Windows)", "the server was restarted meanwhile", "an administrator closed the session"]
        : ["the server was restarted, or an administrator closed the session", "another connection replaced the session (PreviousSessionId)", "a load balancer moved the connection to another server"],
      remedies: isIdle ? [.idleLimits, .serverLogs] : [.serverLogs, .idleLimits, .loadBalancer],
      goal: Goal(.established, user: session?.account))
  }

  /// The refusal in the words of its family, with what the messages show put first.
  fileprivate func refusal(of session: Session, _ status: NTStatus, _ family: StatusFamily) -> Observation {
    if family.codes.isEmpty {
      let advice = StatusAdvice.ofLogon(status, of: session, isSamba: serverSoftware.map { $0 == .samba } ?? true) ?? StatusAdvice.of(status) ?? .unknown(status)
      return refusal(of: session, status, causes: fitting(advice.causes), remedies: advice.remedies)
    }
    if let story = domainStory(session, status) {
      return refusal(of: session, status, causes: story.causes + family.causes, remedies: story.remedies + family.remedies)
    }
    let reason = logonRefusal(of: session, status)
    let others = reason?.excludesOthers == true ? [] : causes(of: family, session, status)
    let isOfDomain = session.isOfServersDomain && !session.isOfServerItself && session.ntlm?.isDomainMember == true && serverSoftware == .samba
    let isRejectedTicket = family.id == "auth-protocol-error" && session.identity.mechanism == .kerberos
    let own = isOfDomain ? family.remedies.forAccountOfDomain : (isRejectedTicket ? [.serverKeytab, .joinAgain] : []) + family.remedies
    let remedies = reason?.excludesOthers == true ? [] : (slowRefusal(of: session) == nil ? [] : [.testJoin, .secureChannelWindows]) + own
    if status == .userSessionDeleted {
      let lost = lostSession(session.id, at: session.replyStamp?.frame ?? .max, except: session)
      return refusal(of: session, status, note: lost.note, causes: lost.causes, remedies: lost.remedies)
    }
    var observation = refusal(
      of: session, status, confidence: reason?.confidence ?? .proven, note: reason?.note ?? ntlmNote(session, status),
      causes: (reason?.causes ?? []) + others,
      remedies: reason.map { reason in reason.remedies + remedies.filter { !reason.remedies.contains($0) } }
        ?? (session.identity.mechanism == .kerberos ? remedies.filter { $0 != .restrictNTLM } : isOfDomain || remedies != family.remedies ? remedies : nil))
    observation.isOfFallback = reason?.isOfFallback ?? false
    return observation
  }

  /// What two of the statuses about trusts say more exactly.
  private func domainStory(_ session: Session, _ status: NTStatus) -> (causes: [String], remedies: [Remedy])? {
    switch status.rawValue {
    case 0xC000_00DF:
      let domain = session.identity.domain.flatMap { $0.isEmpty ? nil : "the domain \($0) that the client sent" } ?? "the user's domain"
      return (["the server does not know \(domain): it is mistyped, or no trust leads to it"], [.reconnectAs, .credentialsLinux])
    case 0xC000_0233:
      return (
        ["the server finds no domain controller of the user's domain: its DNS servers, a firewall, or the domain controller is down"],
        [.domainControllerWindows, .domainControllerSamba]
      )
    default: return nil
    }
  }

  /// A password was sent, so tickets have no place in the sentence.
  private func ntlmNote(_ session: Session, _ status: NTStatus) -> String {
    status == .logonFailure && session.identity.mechanism == .ntlm
      ? ": the server does not accept the user name and password" : ""
  }

  /// A member of a domain refuses a wrong password as soon as its domain controller has said so.
  private func slowRefusal(of session: Session) -> TimeSpan? {
    guard session.refusal == .logonFailure, session.identity.mechanism == .ntlm, session.ntlm?.isDomainMember == true, !session.isOfServerItself,
      let delay = answerDelay(of: session), delay >= .seconds(2)
    else { return nil }
    return delay
  }

  private func causes(of family: StatusFamily, _ session: Session, _ status: NTStatus) -> [String] {
    switch status.rawValue {
    // It is the user that is not known, or the password that is wrong.
    case 0xC000_0064: return family.causes.filter { !$0.hasPrefix("a wrong password") }
    case 0xC000_006A: return family.causes.filter { !$0.hasPrefix("a mistyped user") }
    default: break
    }
    if family.id == "auth-protocol-error" { return causesOfRejectedToken(family, session) }
    guard status == .logonFailure else {
      let causes = session.fitting(family.causes)
      // Domains hardly have users without a password.
      return status.rawValue == 0xC000_006E && session.isOfServersDomain && session.ntlm?.isDomainMember == true
        ? Array(causes.dropFirst() + causes.prefix(1)) : causes
    }
    var causes = family.causes
    if session.isOfServersDomain || session.foreignDomain != nil { causes.removeAll { $0.hasPrefix("the wrong domain") } }
    if let host = serverNames.first, let own = session.otherServer(than: host) {
      causes.insert(
        "the name \(host) leads to another server, which calls itself \(own) and does not know the user (an old DNS record, an alias, an entry in the hosts file)", at: 1)
    }
    // To tell the software takes long.
    let isLocal = session.ntlm?.isDomainMember == false
    if isLocal || session.isOfServersDomain, serverSoftware == .samba {
      causes.append(
        isLocal
          ? "Samba has the account, but the Unix account behind it is gone (getent passwd does not find it)"
          : "the Samba server has no Unix account for the user (“idmap config” in smb.conf, winbind in /etc/nsswitch.conf)")
    }
    if let delay = slowRefusal(of: session) {
      causes.insert(
        "possibly not the password: the server took \(delay) to refuse it, so perhaps it cannot ask its domain (its computer account is gone, its machine password does not match, or no domain controller answers)", at: 0)
    }
    if let suffix = session.foreignSuffix {
      causes.insert("the user belongs to \(suffix), which is not the domain of the server, unless it is an alternative UPN suffix there", at: 1)
    }
    if session.ntlm?.isVersion1 == true { causes.insert("the client sends NTLMv1, and the server accepts only NTLMv2", at: 1) }
    if let ntlm = session.ntlm, ntlm.hasClientPairs, ntlm.targetName?.isEmpty != false,
      serverSoftware.map({ ![.samba, .ksmbd, .impacket].contains($0) }) ?? true
    {
      causes.insert(
        "possibly not the password: the client sends no target name, but a server with “SPN target name validation” demands one", at: 1)
    }
    return causes
  }
}

extension Transcript {
  /// A mechanism that the server offered, or answered with a step more, is one that it supports.
  private func causesOfRejectedToken(_ family: StatusFamily, _ session: Session) -> [String] {
    let supportsMechanism = session.legs > 1 || session.identity.mechanism == .ntlm && negotiation?.mechanisms.contains(.ntlm) == true
      || session.identity.mechanism == .kerberos && negotiation?.mechanisms.contains(.kerberos) == true
    let others = supportsMechanism ? Array(family.causes.dropFirst()) : family.causes
    if let flags = session.ntlm?.contradictingFlags {
      return ["the client's AUTHENTICATE message has the flags \(hexadecimal(flags.rawValue)), which contradict what both agreed in CHALLENGE: a fault in the client's software"] + others
    }
    if session.identity.mechanism == .kerberos {
      return ["the server cannot use the ticket: it has no keytab or an old one, or its Kerberos is not switched on (ksmbd needs ksmbd-tools with Kerberos)"] + others
    }
    guard session.legs > 1 else { return others }
    return ["the server does not accept the security token of leg \(session.legs): the NTLM message in it, or what SPNEGO adds to it (a mechListMIC)"] + others
  }
}

extension Session {
  /// Without those that speak of another mechanism than this logon used.
  fileprivate func fitting(_ causes: [String]) -> [String] {
    let rest = causes.filter { cause in !(identity.mechanism == .kerberos && ["NTLM", "blank password"].contains(where: cause.contains)) }
    return rest.isEmpty ? causes : rest
  }
}
