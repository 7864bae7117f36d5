import Packets
import Protocols
import Transcripts

// Logon, shares, Validate Negotiate, and what comes behind them.

extension Attempt {
  private enum Limit {
    /// Logons of an attempt that are compared; the first of each kind of fact counts.
    static let sessions = 2
    /// Shares likewise.
    static let trees = 8
  }

  /// The one that shows the user counts, then the others.
  mutating func readSessions(_ transcript: Transcript) {
    let sessions = transcript.sessions
    if let main = transcript.mainSession { read(main) }
    for session in sessions.prefix(Limit.sessions) { read(session) }
  }

  private mutating func read(_ session: Session) {
    let frame = session.requestStamp.frame
    let identity = session.identity
    readStatus(of: session)
    add(.sessionSetup, "mechanism", identity.mechanism?.words, .agreement, frame)
    add(.sessionSetup, "mechanisms offered by the client", Self.words(identity.offered), .agreement, frame)
    add(.sessionSetup, "user", identity.isAnonymous ? "anonymous" : identity.user, .name, frame)
    add(.sessionSetup, "domain or realm", identity.domain, .name, frame)
    add(.sessionSetup, "workstation", identity.workstation, .slight, frame, .choice)
    add(.sessionSetup, "service of the ticket", identity.service, .agreement, frame, .choice)
    if let keys = identity.ticketKeys {
      add(.sessionSetup, "encryption type of the ticket", "\(keys.ticketEtype)", .agreement, frame, .choice)
      add(.sessionSetup, "version of the service's key", keys.kvno.map { "\($0)" }, .agreement, frame, .choice)
    }
    if let ntlm = session.ntlm { read(ntlm, frame) }
    add(.sessionSetup, "client's SecurityMode", "\(session.securityMode)", .agreement, frame)
    if session.isEstablished {
      let flags = session.flags
      let kind = flags.contains(.isGuest) ? "guest" : flags.contains(.isNull) || identity.isAnonymous ? "anonymous" : "user"
      add(.sessionSetup, "session", kind + (flags.contains(.encryptData) ? ", encrypted" : ""), .agreement, session.establishedFrame, .success)
    }
    if let error = session.kerberosError {
      add(.sessionSetup, "Kerberos error of the server", "\(error.error.errorCode)", .agreement, error.frame, .option, isFailure: true)
    }
    time(.sessionSetup, "the last answer to SESSION_SETUP", session.requestStamp.time, session.replyStamp)
  }

  /// A challenge is only the middle of a logon.
  private mutating func readStatus(of session: Session) {
    let frame = session.requestStamp.frame
    let status = session.isEstablished ? NTStatus.success : session.isAnswered ? session.replyStamp?.status : nil
    if status == .moreProcessingRequired {
      guard outcome(of: .sessionSetup) == .failed else { return }
      let left = end.map { ", then \($0.value)" } ?? ", then nothing follows"
      add(.sessionSetup, "status", "a challenge\(left)", .result, session.replyStamp?.frame, isFailure: true)
    } else {
      addAnswer(.sessionSetup, "status", status, asked: frame, answered: session.isEstablished ? session.establishedFrame : session.replyStamp?.frame)
    }
  }

  private mutating func read(_ ntlm: NTLMExchange, _ frame: Int) {
    let flags = ntlm.hasChallenge ? hexadecimal(ntlm.serverFlags.rawValue) : nil
    add(.sessionSetup, "NTLM version", ntlm.response == nil ? nil : ntlm.isVersion1 ? "NTLMv1" : "NTLMv2", .agreement, frame, .choice)
    add(.sessionSetup, "NTLM target name", ntlm.targetName, .name, frame, .choice)
    add(.sessionSetup, "NTLM flags of the server", flags, .agreement, ntlm.challengeFrame, .choice)
    if ntlm.response != nil, ntlm.hasChallenge {
      let own = ntlm.contradictingFlags.map { "\(hexadecimal($0.rawValue)), which contradict those of the server" }
      add(.sessionSetup, "NTLM flags of the client", own ?? "agree with those of the server", .agreement, frame, .choice)
    }
    add(.sessionSetup, "server's own name", ntlm.dnsComputerName ?? ntlm.nbComputerName, .name, ntlm.challengeFrame, .choice)
    add(.sessionSetup, "server's domain", ntlm.dnsDomainName ?? ntlm.nbDomainName, .name, ntlm.challengeFrame, .choice)
    add(.sessionSetup, "server in a domain", ntlm.hasChallenge ? (ntlm.isDomainMember ? "yes" : "no") : nil, .agreement, ntlm.challengeFrame, .choice)
    add(.sessionSetup, "channel bindings", ntlm.response == nil ? nil : ntlm.hasChannelBindings ? "yes" : "no", .slight, frame, .choice)
  }

  // MARK: Shares

  /// The share that was wanted and refused comes first, then the others in their order.
  mutating func readTrees(_ transcript: Transcript) {
    let trees = transcript.trees
    let refused = transcript.goals.filter { !$0.isConnected && !$0.isPipeShare }
    let known = Set(transcript.sessions.map(\.id))
    for tree in (refused.prefix(1) + trees).prefix(Limit.trees) {
      read(tree)
      readProtection(of: tree, known)
    }
  }

  /// How the request for a share shows whose it is.
  ///
  /// - Parameter sessions: their numbers, which say nothing by themselves.
  private mutating func readProtection(of tree: Tree, _ sessions: Set<UInt64>) {
    guard !tree.isPipeShare, outcome(of: .sessionSetup) == .passed else { return }
    let frame = tree.requestStamp.frame
    add(.treeConnect, "share: request is signed", tree.requestStamp.isSigned ? "yes" : "no", .agreement, frame)
    let session = tree.sessionID == 0 ? "none (SessionId 0)" : sessions.contains(tree.sessionID) ? "that of the logon" : "an unknown one"
    add(.treeConnect, "share: session of the request", session, .agreement, frame)
  }

  /// Their names may be what differs, so they have none here.
  private mutating func read(_ tree: Tree) {
    let which = tree.isPipeShare ? "IPC$" : "share"
    let origin: AttemptFact.Origin = tree.isPipeShare ? .option : .step
    let frame = tree.replyStamp?.frame ?? tree.requestStamp.frame
    addAnswer(
      .treeConnect, "\(which): status", tree.replyStamp?.status, asked: tree.requestStamp.frame, answered: frame, origin: origin)
    add(.treeConnect, "\(which): path", tree.isNameless ? nil : tree.path, .name, tree.requestStamp.frame, origin)
    let ofSuccess: AttemptFact.Origin = tree.isPipeShare ? .option : .success
    if let response = tree.response {
      add(.treeConnect, "\(which): kind", "\(response.shareType)", .agreement, frame, ofSuccess)
      add(.treeConnect, "\(which): ShareFlags", hexadecimal(response.shareFlags.rawValue), .agreement, frame, ofSuccess)
      add(.treeConnect, "\(which): Capabilities", hexadecimal(response.capabilities), .agreement, frame, ofSuccess)
      add(.treeConnect, "\(which): MaximalAccess", hexadecimal(response.maximalAccess), .agreement, frame, ofSuccess)
    }
    if !tree.isPipeShare { readFirstFile(tree) }
    time(.treeConnect, "the answer to TREE_CONNECT (\(which))", tree.requestStamp.time, tree.replyStamp)
  }

  private mutating func readFirstFile(_ tree: Tree) {
    if let refused = tree.refusedCreate {
      add(.use, "share: first file", "\(refused.status)", .result, refused.frame, isFailure: true)
    } else if tree.deniedCreateFrame != nil {
      add(.use, "share: first file", "\(NTStatus.accessDenied)", .result, tree.deniedCreateFrame, isFailure: true)
    } else if tree.hasOpenedFile {
      add(.use, "share: first file", "opened", .result, nil, .option)
    }
    if let lost = tree.lost { add(.use, "share", "gone: \(lost.status)", .result, lost.answer.number, isFailure: true) }
  }

  // MARK: Validate Negotiate

  mutating func readValidation(_ transcript: Transcript) {
    guard let validation = transcript.lastValidation else {
      // Equal and signed ones are only counted.
      guard transcript.settledValidations > 0 else { return }
      add(.validateNegotiate, "status", "\(NTStatus.success)", .result)
      add(.validateNegotiate, "agrees with NEGOTIATE", "yes", .result, nil, .success)
      return add(.validateNegotiate, "answer is signed", "yes", .result, nil, .success)
    }
    let frame = validation.responseStamp?.frame ?? validation.requestStamp.frame
    if validation.responseStamp != nil || outcome(of: .validateNegotiate) == .failed {
      // Servers that do not know the request say so, and all is well.
      let isFailure = outcome(of: .validateNegotiate) == .failed
      addAnswer(
        .validateNegotiate, "status", validation.responseStamp?.status, asked: validation.requestStamp.frame, answered: frame,
        isRefusal: isFailure)
    }
    let unequal = validation.comparison(with: transcript.negotiation).filter { !$0.isEqual }
    let names = unequal.map(\.field.specificationName).joined(separator: ", ")
    if !unequal.isEmpty || validation.responseStamp?.status == .success {
      add(
        .validateNegotiate, "agrees with NEGOTIATE", unequal.isEmpty ? "yes" : "no: \(names)", .result, frame, .success,
        isFailure: !unequal.isEmpty)
    }
    if let reply = validation.responseStamp, reply.status == .success {
      let isSigned = reply.isSigned && !reply.hasZeroSignature
      add(.validateNegotiate, "answer is signed", isSigned ? "yes" : "no", .result, frame, .success, isFailure: !isSigned)
    }
    time(.validateNegotiate, "the answer to Validate Negotiate", validation.requestStamp.time, validation.responseStamp)
  }

  // MARK: Behind them

  mutating func readUse(_ transcript: Transcript) {
    outcomes[.use] = transcript.outcome == .established ? .passed : .inconclusive
    if transcript.sessions.contains(where: { $0.isEstablished && !$0.hasNoKey }) {
      let signs = { transcript.protection.hasSigned($0) ? "yes" : "no" }
      add(.use, "client signs", signs(.client), .agreement)
      add(.use, "server signs", signs(.server), .agreement)
      add(.use, "encryption", transcript.traffic.encryptedMessages > 0 ? "yes" : "no", .agreement)
    }
    guard transcript.outcome == .established, let end else { return }
    // Clients may end with a reset what they no longer need.
    let isOfOther = transcript.ending.map { transcript.peer($0.side) == .server } ?? false || transcript.end.kind == .forged
    let isCutOff = transcript.ending?.kind == .rst && !transcript.wasLeftOrderly && isOfOther
    add(.use, "end", isCutOff ? end.value : "orderly", isCutOff ? .result : .slight, end.frame, isFailure: isCutOff)
  }
}

extension Identity.Mechanism {
  fileprivate var words: String {
    switch self {
    case .ntlm: "NTLM"
    case .kerberos: "Kerberos"
    case .other: "another mechanism"
    }
  }
}
