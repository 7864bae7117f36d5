import Packets
import Protocols
import Transcripts

/// SESSION_SETUP refused: one rule for each family of statuses.
extension Rule {
  static let sessionStatuses: [Rule] = sessionFamilies.map(rule)

  fileprivate static let listedCodes = Set(sessionFamilies.flatMap(\.codes)).union([NTStatus.accessDenied.rawValue, NTStatus.networkSessionExpired.rawValue])

  private static func rule(_ family: StatusFamily) -> Rule {
    let isOfDeletion = family.id == "session-deleted"
    let rule = Rule(
      id: family.id, severity: family.severity, phase: .sessionSetup, nature: .status, supersededBySuccess: true,
      summary: family.summary, explanation: family.explanation, whenBenign: family.whenBenign, howToVerify: family.howToVerify,
      causes: family.causes, remedies: family.remedies, references: ["MS-SMB2 3.3.5.5", "MS-ERREF 2.3.1"] + family.references
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
    if let service = session.ticketSetAside { observation.blame(ticketSetAside: service) }
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

extension Session {
  /// Without those that speak of another mechanism than this logon used.
  fileprivate func fitting(_ causes: [String]) -> [String] {
    let rest = causes.filter { cause in !(identity.mechanism == .kerberos && ["NTLM", "blank password"].contains(where: cause.contains)) }
    return rest.isEmpty ? causes : rest
  }
}
