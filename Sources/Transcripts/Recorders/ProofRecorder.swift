import Packets
import Proof
import Protocols

/// Follows the keys of one connection: from NEGOTIATE and SESSION_SETUP to the signature of each message.
final class ProofRecorder {
  enum Limit {
    /// Logons at one time, and sessions.
    static let sessions = SMBConversation.Limit.sessions
    /// Messages of one logon that are kept: clients have four.
    static let legs = 16
    /// A message that is kept to find what was altered in it.
    static let kept = 64 * 1024
  }

  /// A logon that goes on.
  struct Logon {
    var sessionID: UInt64
    var isBinding: Bool
    /// The request that waits for its answer.
    var messageID: UInt64
    /// What goes into the hash of 3.1.1.
    var messages: [[UInt8]] = []
    var ntlm = NTLMLogon()
    var kerberos = KerberosLogon()
    /// Of what proves who logs on.
    var responseFrame: Int?
  }

  /// A session with a key.
  struct Live {
    var keys: SessionKeys
    /// In ``proofs``.
    var place: Int
    /// The logon's messages, and the first of each side whose signature is wrong: until the connection is over.
    var logon: [[UInt8]]
    var wrongRequest: [UInt8] = []
    var wrongResponse: [UInt8] = []
  }

  let context: ProofContext
  private(set) var proofs: [SessionProof] = []
  private var negotiate: [[UInt8]] = []
  private var agreement: Agreement?
  private var logons: [Logon] = []
  private var live: [UInt64: Live] = [:]
  /// What is known of the key of an SMB1 connection.
  var smb1 = Boxed<SMB1Proof>()
  /// Related messages of a compound do not repeat it: MS-SMB2 3.2.4.1.4.
  private var lastSessionID: (request: UInt64, response: UInt64) = (0, 0)

  init(_ context: ProofContext) { self.context = context }

  // MARK: Messages in clear

  /// - Parameter isWhole: all bytes of the message are there.
  func take(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, frame: Int) -> MessageProof {
    switch header.command {
    case .negotiate: takeNegotiate(header, message)
    case .sessionSetup where isWhole: takeSessionSetup(header, message, frame: frame)
    default: break
    }
    return verify(header, message, isWhole: isWhole, frame: frame)
  }

  private func verify(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, frame: Int) -> MessageProof {
    let id = sessionID(header)
    guard header.isSigned, !header.signature.isZero else { return [] }
    guard let session = live[id] else { return verifyBinding(header, message, isWhole: isWhole) }
    let isRight = isWhole ? session.keys.isRight(message) : nil
    // 3.2.5.1.3: clients do not check these, and few servers sign them.
    if isRight != true, header.isInterim || header.isUnsolicited { return [] }
    if isRight == false { keep(message, of: id, isResponse: header.isResponse) }
    record(isRight, header.command.name, isResponse: header.isResponse, at: session.place, frame: frame)
    if header.command == .sessionSetup, header.isResponse, proofs[session.place].isFirstAnswerRight == nil {
      proofs[session.place].isFirstAnswerRight = isRight
    }
    return isRight.map { $0 ? .hasRightSignature : .hasWrongSignature } ?? []
  }

  /// A request to bind a channel is signed with the key of the session as it is elsewhere: 3.2.4.2.3.
  private func verifyBinding(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool) -> MessageProof {
    guard isWhole, header.command == .sessionSetup, let keys = context.keys(ofSession: header.sessionID),
      let isRight = keys.isRight(message)
    else { return [] }
    return isRight ? .hasRightSignature : .hasWrongSignature
  }

  /// - Parameter place: in ``proofs``.
  func record(_ isRight: Bool?, _ command: @autoclosure () -> String, isResponse: Bool, at place: Int, frame: Int) {
    proofs[place].record(isRight, command(), isResponse: isResponse, frame: frame)
  }

  func record(_ alteration: Alteration?, ofServer: Bool, at place: Int) {
    if ofServer { proofs[place].server.firstWrong?.alteration = alteration } else { proofs[place].client.firstWrong?.alteration = alteration }
  }

  private func sessionID(_ header: SMB2Header) -> UInt64 {
    let last = header.isResponse ? lastSessionID.response : lastSessionID.request
    let id = header.sessionID == .max ? last : header.sessionID
    if header.isResponse { lastSessionID.response = id } else { lastSessionID.request = id }
    return id
  }

  private func keep(_ message: borrowing ByteView, of id: UInt64, isResponse: Bool) {
    guard message.count <= Limit.kept else { return }
    if isResponse {
      if live[id]?.wrongResponse.isEmpty == true { live[id]?.wrongResponse = message.copy() }
    } else if live[id]?.wrongRequest.isEmpty == true {
      live[id]?.wrongRequest = message.copy()
    }
  }

  // MARK: NEGOTIATE

  private func takeNegotiate(_ header: SMB2Header, _ message: borrowing ByteView) {
    if let guid = try? message.view(at: SMB2Header.length + (header.isResponse ? 8 : 12), count: 16) { context.note(guid: guid.copy()) }
    guard header.isResponse else {
      // Another connection between the same ports, or the second of two requests: the last one counts.
      (negotiate, agreement) = ([message.copy()], nil)
      return
    }
    guard agreement == nil, header.status == .success, let response = try? SMB2NegotiateResponse(message),
      response.dialectRevision != .wildcard
    else { return }
    negotiate.append(message.copy())
    agreement = Agreement(response)
  }

  // MARK: SESSION_SETUP

  private func takeSessionSetup(_ header: SMB2Header, _ message: borrowing ByteView, frame: Int) {
    if header.isResponse { takeAnswer(header, message) } else { takeRequest(header, message, frame: frame) }
  }

  private func takeRequest(_ header: SMB2Header, _ message: borrowing ByteView, frame: Int) {
    guard let request = try? SMB2SessionSetupRequest(message) else { return }
    // A session that stands keeps its keys: 3.2.5.3.3.
    guard live[header.sessionID] == nil else { return }
    var place = logons.lastIndex { $0.sessionID == header.sessionID && $0.isBinding == request.isBinding && header.sessionID != 0 }
    if place == nil {
      if logons.count == Limit.sessions {
        logons.removeFirst()
        context.limitsReached += 1
      }
      logons.append(Logon(sessionID: header.sessionID, isBinding: request.isBinding, messageID: header.messageID))
      place = logons.count - 1
    }
    guard let place, logons[place].messages.count < Limit.legs else { return }
    logons[place].messageID = header.messageID
    logons[place].messages.append(message.copy())
    logons[place].ntlm.read(request.securityBuffer)
    if context.ring.keytabs != nil { logons[place].kerberos.read(request.securityBuffer) }
    if logons[place].ntlm.isComplete || logons[place].kerberos.hasTicket { logons[place].responseFrame = frame }
  }

  private func takeAnswer(_ header: SMB2Header, _ message: borrowing ByteView) {
    guard let place = logons.lastIndex(where: { $0.messageID == header.messageID }), header.status != .pending else { return }
    logons[place].sessionID = header.sessionID
    switch header.status {
    case .moreProcessingRequired:
      guard let answer = try? SMB2SessionSetupResponse(message), logons[place].messages.count < Limit.legs else { return }
      logons[place].messages.append(message.copy())
      logons[place].ntlm.read(answer.securityBuffer)
      if context.ring.keytabs != nil { logons[place].kerberos.read(answer.securityBuffer) }
    case .success:
      let answer = try? SMB2SessionSetupResponse(message)
      if context.ring.keytabs != nil, let answer { logons[place].kerberos.read(answer.securityBuffer) }
      establish(logons.remove(at: place), flags: answer?.sessionFlags ?? [])
    default: record(logons.remove(at: place))
    }
  }

  /// A logon is over, whatever came of it: is its response made with the password that is known?
  ///
  /// - Returns: its place, and the session key that follows from it; nil when no key of the user is meant.
  @discardableResult func record(_ logon: Logon) -> (place: Int, key: [UInt8]?)? {
    guard proofs.count < Limit.sessions else {
      context.limitsReached += 1
      return nil
    }
    var proof = SessionProof(sessionID: logon.sessionID)
    proof.responseFrame = logon.responseFrame
    var key = context.ring.key(ofSession: logon.sessionID)
    proof.hasGivenKey = key != nil
    judgePassword(of: logon, &proof, &key)
    judgeTicket(of: logon, &proof, &key)
    guard proof.hasGivenKey || proof.password != .unknown || proof.ticket != nil else { return nil }
    proofs.append(proof)
    return (proofs.count - 1, key)
  }

  private func judgePassword(of logon: Logon, _ proof: inout SessionProof, _ key: inout [UInt8]?) {
    proof.user = logon.ntlm.account?.user
    for (place, verdict) in context.ring.judge(logon.ntlm) {
      switch verdict {
      case .fits(let sessionKey, let hasRightMIC):
        (proof.password, proof.hasRightMIC, proof.hasChannelBindings) = (.fits, hasRightMIC, logon.ntlm.hasChannelBindings)
        key = key ?? sessionKey
        context.use.fittingUsers.insert(place)
      case .differs:
        proof.password = .differs
        context.use.otherPassword.insert(place)
      case .unknown: break
      }
    }
  }

  private func judgeTicket(of logon: Logon, _ proof: inout SessionProof, _ key: inout [UInt8]?) {
    guard let judgement = context.judge(logon.kerberos) else { return }
    proof.ticket = judgement.verdict
    switch judgement.verdict {
    case .opened(let opened):
      proof.user = opened.user
      proof.hasKeyOfTicket = judgement.sessionKey != nil
      key = key ?? judgement.sessionKey
      context.use.fittingKeytabs.formUnion(judgement.files)
    case .closed(let difference):
      for file in judgement.files where context.use.otherKeys[file] == nil {
        context.use.otherKeys[file] = (logon.kerberos.service, difference)
      }
    }
  }

  private func establish(_ logon: Logon, flags: SMB2SessionFlags) {
    guard let (place, key) = record(logon), let key, let agreement, flags.isDisjoint(with: .withoutKey) else { return }
    var hash = PreauthSearch.start
    if agreement.dialect == .smb311 {
      guard negotiate.count == 2 else { return }
      hash = context.ring.preauthHash(of: negotiate + logon.messages)
    }
    guard let keys = SessionKeys(context.ring.library, agreement, sessionKey: key, hash: hash) else { return }
    proofs[place].agreement = agreement
    if let guid = logon.ntlm.guidOfSamba { context.note(guid: guid) }
    live[logon.sessionID] = Live(keys: keys, place: place, logon: logon.messages)
    // A channel has a key of its own to sign with; what is encrypted has that of the session.
    if !logon.isBinding { context.share(keys, ofSession: logon.sessionID) }
  }

  // MARK: Encrypted messages

  func unseal(_ transform: borrowing ByteView, sessionID: UInt64, frame: Int, isFromServer: Bool) -> [UInt8]? {
    guard let keys = context.keys(ofSession: sessionID) ?? live[sessionID]?.keys else { return nil }
    let inside = (try? keys.unseal(transform, isFromServer: isFromServer)) ?? nil
    guard let place = live[sessionID]?.place else { return inside }
    if inside == nil {
      proofs[place].sealed += 1
      if proofs[place].firstSealedFrame == nil { proofs[place].firstSealedFrame = frame }
    } else {
      proofs[place].decrypted += 1
    }
    return inside
  }

  // MARK: The end

  /// The connection is over: looks for what was altered.
  func finish() {
    for session in live.values {
      let place = session.place
      if proofs[place].hasGivenKey { noteGivenKey(at: place) }
      if !session.wrongResponse.isEmpty { proofs[place].server.firstWrong?.alteration = search(session, session.wrongResponse) }
      if !session.wrongRequest.isEmpty {
        proofs[place].client.firstWrong?.alteration = MessageSearch.find(
          session.wrongRequest, session.keys, budget: &context.searchBudget)
      }
    }
    live = [:]
    finishSMB1()
  }

  /// Whether the key that the user gave for a session is its key.
  func noteGivenKey(at place: Int) {
    guard proofs[place].isGivenKeyRight else { return }
    for index in context.ring.sessions.indices where context.ring.sessions[index].id == proofs[place].sessionID {
      context.use.fittingSessions.insert(index)
    }
  }

  private func search(_ session: Live, _ message: [UInt8]) -> Alteration? {
    guard context.searchBudget > 0 else { return nil }
    let ends = (try? SMB2Header(ByteView(message.span)))?.command == .sessionSetup
    if ends, negotiate.count == 2,
      var search = PreauthSearch(
        context.ring.library, session.keys.agreement, sessionKey: session.keys.sessionKey, messages: negotiate + session.logon,
        signed: message, guids: context.guids, budget: context.searchBudget)
    {
      let found = search.find()
      context.searchBudget = search.budgetLeft
      if let found { return found }
    }
    return MessageSearch.find(message, session.keys, budget: &context.searchBudget)
  }
}

extension SessionProof {
  /// Something was signed or sealed with the key that the user gave.
  fileprivate var isGivenKeyRight: Bool { client.right + server.right + decrypted > 0 }
}
