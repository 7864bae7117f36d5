import Packets
import Proof
import Protocols
import Transcripts

/// What the messages of a refused logon show beyond its status.
enum LogonRefusal {
  /// STATUS_NOT_SUPPORTED to a token of NTLM.
  case ntlmRefused(isFirstLeg: Bool)
  /// The same, although the server had accepted NTLM from others, in a frame.
  case ntlmRefusedHere(frame: Int)
  /// STATUS_LOGON_FAILURE before the client named a user.
  case beforeUser(isRaw: Bool)
  /// STATUS_LOGON_FAILURE at once, where only the server was recorded: before a password it would have sent its CHALLENGE.
  case firstAnswer
  /// A ticket, for which there is no password to be wrong.
  case ticket(KerberosFamily.Story?)
  /// Another domain than those of the server.
  case foreignDomain(ForeignDomain)
  /// The server's own name as domain, which means one of its own accounts, sent to a member of another.
  case localAccount(account: String, domain: String)
  /// `user@REALM`, sent in NTLM to a server that belongs to no domain but offers Kerberos.
  case userOfRealm(String)
  /// The client renews a session that it had, or the user was let in before, in a frame.
  case acceptedBefore(times: Int, EarlierAnswer?)
  /// The user name has something at its end or beginning that no account has.
  case oddName(String)
  /// `user@domain`, sent to a Samba server that belongs to no domain.
  case plainNamesOnly
  /// The client's clock, by which servers judge the age of an NTLMv2 response, against the server's.
  case clock(TimeSpan)
  /// The server answered before it can have checked a password.
  case daemon(after: String)
  /// The server answers that it found no domain controller, too soon to have looked for one.
  case helperMissing(after: String)
  /// The leg does not bear the SessionId that the server's challenge gave.
  case strayed(LostSession)
  /// The client's token is none of a mechanism for logons.
  case noToken(isMissing: Bool)
  /// The server finds no account for the user of a ticket.
  case ticketUser
  /// The account is that of the client computer itself.
  case computerAccount(String)
  /// - Parameter byKey: the user is the storage account itself, whose password is its key.
  case storageAccount(byKey: Bool)

  /// How sure the reason is that the summary gives; the status itself is always proven.
  var confidence: Confidence {
    switch self {
    case .ntlmRefused(let isFirstLeg): isFirstLeg ? .likely : .possible
    case .daemon, .ntlmRefusedHere: .possible
    case .userOfRealm: .likely
    default: .proven
    }
  }

  /// Goes on after the status; nil for its meaning.
  var note: String? {
    switch self {
    case .ntlmRefused(let isFirstLeg):
      isFirstLeg
        ? " in answer to the first message of NTLM: it probably accepts no NTLM"
        : " in answer to NTLM: perhaps it accepts no NTLM"
    case .ntlmRefusedHere(let frame): " in answer to NTLM, although it accepted NTLM in frame \(frame)"
    case .beforeUser(let isRaw):
      " before the client named a user: it does not accept " + (isRaw ?  "NTLM without SPNEGO around it" : "this first message of NTLM")
    case .firstAnswer: " in its first answer to the logon, before it can have checked a password"
    case .ticket: ": the server does not accept the ticket"
    case .foreignDomain(let domain): ": the domain \(domain.sent) was sent, and the server belongs to \(domain.list)"
    case .localAccount: ": the domain that was sent is the server itself, which means one of its own accounts"
    case .userOfRealm(let realm):
      ": it belongs to no domain, so it can check a user of \(realm) only with Kerberos, and the client sent NTLM"
    case .acceptedBefore(let times, let answer):
      (times > 1 ? " \(times) times" : "") + ", although the same \(answer.map { "user got in before, in frame \($0.frame)" } ?? "client had a session before")"
    case .oddName(let what): ": the user name that the client sends \(what)"
    case .plainNamesOnly: ": the client sends a name of the form user@domain, and the server belongs to no domain"
    case .clock(let offset):
      ": the server does not accept the user name and password, and the client's clock is \(offset.magnitude) \(offset < .zero ? "behind" : "ahead of") the server's"
    case .daemon(let time): " after \(time), faster than ksmbd checks a password: perhaps a part of the server does not run"
    case .helperMissing(let time):
      " after \(time): it answers that it reached no domain controller, but in that time it can hardly have looked for one"
    case .strayed(let lost): lost.note
    case .noToken(true): ": the client's SESSION_SETUP has no token"
    case .noToken: ": the client's token is neither SPNEGO nor NTLM nor Kerberos"
    case .ticketUser: ": it has no account for the user of the ticket"
    case .computerAccount: ": the server does not accept the password of this computer account"
    case .storageAccount: nil
    }
  }

  /// These come first.
  var causes: [String] {
    switch self {
    case .ntlmRefused: [
      "the server, or its domain, accepts no NTLM (policies “Restrict NTLM”, or a server without NTLM)",
      "the client could not get a Kerberos ticket and fell back to NTLM",
    ]
    case .ntlmRefusedHere: [
      "a policy of the server or its domain refuses NTLM for this user or client (“Protected Users”, an authentication policy, exceptions of “Restrict NTLM”)",
      "the client sends NTLM in a form that the server does not take",
    ]
    case .beforeUser(let isRaw):
      isRaw
        ? ["the server accepts no raw NTLMSSP: it expects the token inside SPNEGO", "the server accepts no NTLM at all"]
        : ["the server accepts no NTLM", "the server considers the client's first message malformed"]
    case .firstAnswer: [
      "the client sent a Kerberos ticket that the server does not accept: its keytab or machine password is old, or the ticket is for another name",
      "the server does not accept NTLM, or not in the form that the client sent",
    ]
    case .ticket(let story?): story.causes ?? []
    case .ticket(nil): [
      "the server has no key for the ticket: it has no keytab, an old keytab, or no key of this encryption type",
      "the name leads to a host other than the one in the ticket, or its service principal name is on another account",
      "the server has no account for the user of the ticket", "the clock of the server is wrong",
    ]
    case .foreignDomain(let domain): [
      domain.isNone
        ? "\(domain.sentInWords): use the account's domain \(domain.list), or a local account of the server"
        : "the domain \(domain.sent) is not the server's (\(domain.list)), and works only if a trust leads to it: use an account of the server's domain, or a local account of the server"
    ]
    case .localAccount(let account, let domain): [
      "\(account) is an account of the server itself, and the server has none of this name: for the account of the domain send \(domain)\\\(account.split(separator: "\\").last ?? "USER")",
      "the server has this account, with another password",
    ]
    case .userOfRealm: ["the client could not use Kerberos and fell back to NTLM, for which the server knows only its own accounts"]
    case .acceptedBefore(_, let answer?) where answer.isOfOtherServer: [
      "possibly another server answers at this address than in frame \(answer.frame) (\(answer.change?.note ?? "")), and does not know the user or the password: a load balancer, a cluster, or a new server"
    ]
    case .acceptedBefore: [
      "the password or the account was changed while the client had it stored; the client keeps trying the old one, and may lock the account"
    ]
    case .oddName: ["the user name was typed, pasted or stored with characters that do not belong to it"]
    case .plainNamesOnly: ["the server knows its users only by plain names: give the name without @ and what follows, with the server's own name as domain"]
    case .clock: ["the client's clock is wrong, and the server refuses an NTLMv2 response that is more than a day and a half old or ahead"]
    case .daemon: ["the helper that checks passwords does not run on the server (ksmbd.mountd of a ksmbd server), so the server refuses every user"]
    case .helperMissing: [
      "winbindd does not run on the Samba server",
      "the server already knows that it cannot reach its domain and does not try again for a while",
    ]
    case .strayed(let lost): lost.causes
    case .noToken: ["a fault in the client's software, which sends no token that a server can use", "a device on the path that changed the request"]
    case .ticketUser: [
      "the server finds no account for the user of the ticket: winbind or sssd does not run, does not know the domain, or gives the user no number",
      "the user of the ticket is the wrong one: an old ticket cache, or a computer account",
    ]
    case .computerAccount(let name): [
      "the password that \(name) keeps for its own account differs from the one in the domain (its trust relationship is broken: an old snapshot or image, or a second computer of this name)",
      "the account of \(name) is missing in the domain of the server: a service that runs as SYSTEM or Network Service logs on as the computer",
    ]
    case .storageAccount(byKey: true): [
      "the storage account key is wrong, or was replaced by a new one (the user is the storage account itself, whose password is its key)",
      "access with the key is switched off for this storage account",
    ]
    case .storageAccount: [
      "the storage account does not accept this user: it is not joined to a domain, or the user has no share-level role on it",
      "the client sent a wrong storage key (the user is then AZURE\\ACCOUNT)",
    ]
    }
  }

  var remedies: [Remedy] {
    switch self {
    case .ntlmRefused, .ntlmRefusedHere: [.useKerberos, .restrictNTLM]
    case .beforeUser(let isRaw): isRaw ? [.otherClientSPNEGO, .restrictNTLM, .serverLogs] : [.restrictNTLM, .useKerberos, .serverLogs]
    case .firstAnswer: [.serverKeytab, .findSPN, .serverLogs, .captureWhole]
    case .ticket(let story?): story.remedies ?? []
    case .ticket: [.serverKeytab, .findSPN, .findDuplicateSPN, .repairSecureChannel, .serverLogs]
    case .foreignDomain: [.reconnectAs, .credentialsLinux, .storedWindowsCredentials]
    case .localAccount: [.reconnectAs, .credentialsLinux, .accountSamba]
    case .userOfRealm: [.useKerberos, .reconnectAs, .credentialsLinux]
    case .acceptedBefore(_, let answer?) where answer.isOfOtherServer: [.loadBalancer, .accountSamba, .accountWindows]
    case .acceptedBefore: [.renewStoredPassword, .storedWindowsCredentials, .credentialsLinux]
    case .oddName: [.retypeUser, .storedWindowsCredentials, .credentialsLinux]
    case .plainNamesOnly: [.reconnectAs, .credentialsLinux, .accountSamba]
    case .clock: [.clientClock]
    case .daemon: [.ksmbdDaemon, .serverLogs]
    case .helperMissing: [.sambaDaemons, .domainControllerSamba, .domainControllerWindows]
    case .strayed(let lost): lost.remedies
    case .noToken: [.patchClient, .otherClient, .captureOtherSide]
    case .ticketUser: [.idmapSamba, .sambaDaemons, .ticketBeforeMount, .serverLogs]
    case .computerAccount: [.clientSecureChannel, .serviceAccount, .serverLogs]
    case .storageAccount(let byKey): byKey ? [.storageAccountKeys, .storageAccountKey] : [.storageAccountDomain, .storageAccountKey]
    }
  }

  /// The client only came to this because Kerberos had failed.
  var isOfFallback: Bool { if case .userOfRealm = self { true } else { false } }

  /// Nothing of what the status alone suggests fits.
  var excludesOthers: Bool {
    switch self {
    case .ntlmRefused, .ntlmRefusedHere, .beforeUser, .firstAnswer, .ticket, .ticketUser, .computerAccount, .localAccount, .strayed, .noToken, .storageAccount: true
    default: false
    }
  }
}

extension Transcript {
  /// The rule that a refused logon belongs to, when it is not the status that decides.
  func familyOfRefusal(_ session: Session, _ status: NTStatus) -> String? {
    // Asked for each rule about a status: what no other evidence can decide need not be worked out.
    guard status == .notSupported || session.tokenFault != nil || session.identity.isBeforeUser(legs: session.legs) else { return nil }
    return switch logonRefusal(of: session, status) {
    case .ntlmRefused, .ntlmRefusedHere: "auth-ntlm-blocked"
    case .beforeUser, .noToken: "auth-protocol-error"
    default: nil
    }
  }

  func logonRefusal(of session: Session, _ status: NTStatus) -> LogonRefusal? {
    let isNTLM = session.identity.mechanism == .ntlm
    let isBeforeUser = session.identity.isBeforeUser(legs: session.legs) && !hidesUser(of: session)
    if let strayed = session.strayedLeg { return .strayed(LostSession(strayed)) }
    if session.legs == 1, let fault = session.tokenFault, [.missing, .unknown].contains(fault), !visibility.isCut { return .noToken(isMissing: fault == .missing) }
    if session.identity.mechanism == .kerberos, status == .noSuchUser || status.rawValue == 0xC000_0073 { return .ticketUser }
    if status == .notSupported, isNTLM, let others = session.admittedOthers { return .ntlmRefusedHere(frame: others.frame) }
    if status == .notSupported, isNTLM { return .ntlmRefused(isFirstLeg: isBeforeUser) }
    if status == .noLogonServers {
      guard session.admittedOthers == nil, mayHaveWinbindd, let delay = answerDelay(of: session), delay < Self.lookUpTime else { return nil }
      return .helperMissing(after: "\(delay)")
    }
    if [.logonFailure, .noSuchUser].contains(status), let what = session.oddityOfUser { return .oddName(what) }
    if status == .logonFailure, session.identity.user?.contains("@") == true, session.identity.domain?.isEmpty != false,
      session.ntlm?.isDomainMember == false, negotiation?.mechanisms.contains(.kerberos) != true, serverSoftware == .samba
    {
      return .plainNamesOnly
    }
    if status == .noSuchUser, let account = session.localAccount { return account }
    guard status == .logonFailure || status == .wrongPassword && session.identity.mechanism == .kerberos else { return nil }
    if isAzureFiles, !isBeforeUser {
      let account = serverName.lowercased().prefix { $0 != "." }
      return .storageAccount(byKey: session.identity.user.map { $0.lowercased() == account } ?? false)
    }
    if session.identity.mechanism == .kerberos { return .ticket(session.ticketStory) }
    if session.legs == 1, hidesUser(of: session), visibility.unseenPeer == .client, !visibility.startsMidstream, !visibility.hidesMessages { return .firstAnswer }
    if isBeforeUser { return .beforeUser(isRaw: session.identity.offered.isEmpty) }
    if let computer = session.ownComputer { return .computerAccount(computer) }
    if hadSession(before: session), session.acceptedBefore?.isOfOtherServer != true { return .acceptedBefore(times: countOfRefusals(like: session, status), nil) }
    if let answer = session.acceptedBefore { return .acceptedBefore(times: countOfRefusals(like: session, status), answer) }
    if let offset = clientClockOffset(of: session), offset.magnitude > Self.longestLife { return .clock(offset) }
    if let account = session.localAccount { return account }
    if let domain = session.foreignDomain, domain.isNone { return .foreignDomain(domain) }
    if let realm = session.foreignRealm, negotiation?.mechanisms.contains(.kerberos) == true { return .userOfRealm(realm) }
    if let domain = session.foreignDomain { return .foreignDomain(domain) }
    if isLikeKsmbd, session.admittedOthers == nil, session.ntlm?.hasServerTime == false, let delay = answerDelay(of: session), delay < Self.checkTime {
      return .daemon(after: "\(delay)")
    }
    return nil
  }

  /// MS-NLMP 3.1.1.1, MaxLifetime: 36 hours. The clocks of capture and server may be a little apart, too.
  private static let longestLife = TimeSpan.seconds(36 * 3600)

  /// The client's clock against the server's; nil where one of them is not known.
  private func clientClockOffset(of session: Session) -> TimeSpan? {
    guard let seconds = session.ntlm?.clientSeconds, seconds > 0, let serverOffset = serverClockOffset, serverOffset.magnitude < .hours(24),
      // Samba takes no account of it, and calls itself Windows 6.1 without a build.
      session.ntlm?.serverVersion.map({ $0.build > 0 }) ?? false
    else { return nil }
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000).since(session.requestStamp.time + serverOffset)
  }

  /// The helper of a Samba server. Where it does not run, a member of a domain looks like a server of its own.
  private var mayHaveWinbindd: Bool { (serverSoftware == nil || serverSoftware == .samba) && !isLikeKsmbd && !isAzureFiles }

  /// Without those that speak of a helper that this server does not have.
  func fitting(_ causes: [String]) -> [String] {
    guard !mayHaveWinbindd else { return causes }
    let rest = causes.filter { !$0.contains("winbindd") }
    return rest.isEmpty ? causes : rest
  }

  /// To look for a domain controller takes longer, even if it refuses the connection.
  private static let lookUpTime = TimeSpan.milliseconds(10)
  /// ksmbd takes longer to check a password.
  private static let checkTime = TimeSpan.milliseconds(4)

  func answerDelay(of session: Session) -> TimeSpan? {
    session.replyStamp.map { $0.time.since(session.requestStamp.time) }
  }

  /// PreviousSessionId names a session that the client had, and not one that was refused here.
  private func hadSession(before session: Session) -> Bool {
    if session.previousID != 0, session.previousID != session.id,
      !sessions.contains(where: { $0.id == session.previousID && !$0.isEstablished })
    {
      return true
    }
    guard let user = session.identity.user?.lowercased(), !user.isEmpty else { return false }
    return sessions.contains {
      $0.isEstablished && !$0.hasNoKey && $0.identity.user?.lowercased() == user
        && $0.requestStamp.frame < session.requestStamp.frame
    }
  }

  private func countOfRefusals(like session: Session, _ status: NTStatus) -> Int {
    sessions.count { $0.refusal == status && $0.who == session.who }
  }

  /// ksmbd sends a ServerGuid of zeros. It only serves to choose what to look at.
  var isLikeKsmbd: Bool { negotiation?.response?.serverGUID.isZero == true }
}

extension Identity {
  /// Nothing but the first message of NTLM was sent, which names no user.
  func isBeforeUser(legs: UInt16) -> Bool { mechanism == .ntlm && legs == 1 && user == nil && !isAnonymous }
}

extension Session {
  fileprivate var localAccount: LogonRefusal? {
    domainBesideServer.map { LogonRefusal.localAccount(account: "\(identity.domain ?? "")\\\(identity.user ?? "")", domain: $0) }
  }

  /// What about the user name no account has; nil for an ordinary one.
  fileprivate var oddityOfUser: String? {
    guard let user = identity.user else { return nil }
    if user.isEmpty { return identity.isAnonymous || identity.mechanism != .ntlm ? nil : "is empty, although it sends a password" }
    if user.contains("\\"), user.contains("@") { return "has a domain before and after it" }
    if user.contains("\\"), identity.domain?.isEmpty == false { return "has a domain in it, and the domain is sent beside it as well" }
    if identity.domain?.isEmpty != false, identity.mechanism == .ntlm {
      if user.hasPrefix(".\\") || user.hasPrefix("./") { return "begins with “\(user.prefix(2))”, which Windows programs replace by the computer's name, but this client does not" }
      if let parts = user.domainAndName { return "contains its domain (\(parts.domain)), and the field for the domain is empty: give user and domain apart" }
      if user.contains("/"), !user.contains("@") { return "contains a slash: write DOMAIN\\USER, and not DOMAIN/USER" }
    }
    return user.oddity
  }
}

extension String {
  /// `LAB` and `alice` of `LAB\\alice`.
  fileprivate var domainAndName: (domain: Substring, name: Substring)? {
    let parts = split(separator: "\\", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && parts[0] != "." ? (parts[0], parts[1]) : nil
  }

  /// What about a user name no account has; nil for an ordinary one.
  fileprivate var oddity: String? {
    guard let first, let last else { return nil }
    if last.isWhitespace || first.isWhitespace {
      let place = last.isWhitespace ? "ends" : "begins"
      let mark = last.isWhitespace ? last : first
      return "\(place) with \(mark == " " ? "a space" : mark.isNewline ? "a line break" : "white space")"
    }
    if count > 1, first == last, "\"'“”".contains(first) { return "is in quotation marks" }
    if !utf8.allSatisfy({ (0x20...0x7e).contains($0) }), unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format }) {
      return "contains a line break or another character that cannot be seen"
    }
    if first == "%" && last == "%" || first == "$" && count > 1 && dropFirst().allSatisfy({ $0.isUppercase || $0 == "_" }) {
      return "is a variable that was not replaced"
    }
    return last == "@" ? "ends with @" : nil
  }
}
