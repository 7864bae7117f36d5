import Packets
import Protocols

// How each message changes the transcript.

extension MessageStamp {
  var origin: MessageOrigin {
    var origin = MessageOrigin(firstFrame: firstFrame, lastFrame: frame, lastTime: time, isCompressed: isCompressed)
    origin.proof = proof
    return origin
  }
}

extension Transcript {
  /// Without a handshake in the capture the messages tell who is the client, not the ports.
  mutating func orient(by isResponse: Bool, side: Side) {
    guard !isOriented, !traffic.isSMB else { return }
    orient(client: isResponse ? side.other : side)
  }

  /// Counts messages that are not decoded any further.
  mutating func count(_ messages: SMBConversation.PassedMessages, _ work: SMBConversation.Work) {
    orient(by: messages.requests == 0, side: messages.side)
    if messages.hasSigned.first { protection.recordSigned(by: peer(.first)) }
    if messages.hasSigned.second { protection.recordSigned(by: peer(.second)) }
    // By their places, here and elsewhere: to look at a share or a session in a list copies it.
    let hasTree = trees.indices.contains { trees[$0].isConnected }
    if let answered = messages.answered {
      if let create = messages.firstCreate, answered.isBehind(create), hasTree { traffic.isInUse = true }
      recordResponses(messages.responses, in: answered, isUse: false)
      if let used = messages.used { traffic.lastUse = used }
    }
    (traffic.oldestOpen, traffic.oldestOpenIsPending) = (work.open, work.openIsPending)
    record(work)
    if let silence = messages.silence { traffic.silence = silence }
    guard let frame = messages.requestFrame, let first = messages.asked ?? messages.turnedAway else { return }
    let before = traffic
    traffic.requests += messages.requests
    recordRequests(messages.requests, in: FrameStamp(number: frame, time: first.time))
    traffic.isAwaitingAnswer = messages.endsWithRequest
    // What the messages themselves say, whatever their order among each other.
    traffic.awaited = messages.answered != nil || before.awaited == nil ? messages.awaited : before.awaited
    if let asked = messages.asked {
      (traffic.lastAsk, traffic.turnedAway) = (asked, messages.turnedAway)
    } else {
      traffic.lastAsk = before.lastAsk
      traffic.turnedAway = before.turnedAway ?? messages.turnedAway
    }
    guard let create = messages.firstCreate, hasTree else { return }
    if traffic.firstTreeUse == nil { traffic.firstTreeUse = create }
    if traffic.firstWorkFrame == nil { traffic.firstWorkFrame = create.number }
  }

  // One access to the transcript for each: it is a part of an object, to reach which is checked at run time.

  /// What any answer in clear says by its header.
  mutating func recordReply(_ message: SMBConversation.Decoded, isBelated: Bool) {
    let (header, frame) = (message.header, message.stamp.frame)
    if !message.stamp.proof.isDecrypted { recordProtection(header, frame: frame, side: message.side) }
    recordResponses(1, areBelated: isBelated, in: message.stamp.frameStamp)
    if watchesTrees { recordShareReply(header, isDecrypted: message.stamp.proof.isDecrypted, frame: frame) }
    recordLoss(header, frame: frame, time: message.stamp.time)
  }

  /// What any request in clear says by its header.
  ///
  /// - Parameter isAnswered: the answer came up before it.
  mutating func recordRequest(_ message: SMBConversation.Decoded, isAnswered: Bool) {
    if !message.stamp.proof.isDecrypted { recordProtection(message.header, frame: message.stamp.frame, side: message.side) }
    traffic.requests += 1
    let isLeaving = message.header.command == .logoff || message.header.command == .treeDisconnect
    recordRequests(1, in: message.stamp.frameStamp, turnAway: isLeaving, isAnswered: isAnswered)
    traffic.lastRequestLeaves = isLeaving
  }

  mutating func record(_ work: SMBConversation.Work) {
    (traffic.lastWorkDoneFrame, traffic.workDone) = (work.doneFrame, work.done)
    (traffic.hasMovedData, traffic.hasListed) = (work.hasMovedData, work.hasListed)
  }

  var watch: SMBConversation.Watch {
    SMBConversation.Watch(
      protection: protection.isWatched, shares: watchesTrees, countsAtOnce: !traffic.isSMB || !validations.isEmpty)
  }

  /// - Parameters:
  ///   - areBelated: they answer what was asked before the last validation.
  ///   - isUse: the last of them answers something else than ECHO.
  mutating func recordResponses(_ count: Int, areBelated: Bool = false, in frame: FrameStamp, isUse: Bool = true) {
    traffic.responses += count
    if !areBelated { traffic.responsesSinceValidation += count }
    if count > 0 { recordAnswer(in: frame, isUse: isUse) }
  }

  /// The server said something: counting cannot tell what else it owes.
  mutating func recordAnswer(in frame: FrameStamp, isUse: Bool = true) {
    traffic.isAwaitingAnswer = false
    traffic.awaited = nil
    traffic.silence = traffic.lastResponse.map { frame.time.since($0.time) } ?? .zero
    traffic.lastResponse = frame
    if isUse { traffic.lastUse = frame }
    // What answers LOGOFF is no answer to what was given up for it.
    if let first = traffic.firstWorkFrame, first < frame.number, traffic.turnedAway == nil || abandoned == nil {
      traffic.isInUse = true
    }
  }

  /// - Parameters:
  ///   - turnAway: they ask for nothing but leave what was asked before.
  ///   - isAnswered: their answers came up before them.
  mutating func recordRequests(_ count: Int, in stamp: FrameStamp, turnAway: Bool = false, isAnswered: Bool = false) {
    let frame = stamp.number
    if turnAway {
      if traffic.turnedAway == nil {
        traffic.turnedAway = stamp
        if let asked = awaitedInVain(until: stamp) { rarities.value.abandoned = asked }
      }
    } else {
      (traffic.lastAsk, traffic.turnedAway) = (stamp, nil)
      if traffic.awaited == nil, !isAnswered { traffic.awaited = stamp }
    }
    // The first request behind it settles an exchange that agreed.
    if traffic.requestsSinceValidation == 0, !turnAway, !validations.isEmpty { dropSettledValidations() }
    traffic.lastRequestFrame = frame
    traffic.lastRequestLeaves = false
    traffic.isAwaitingAnswer = !isAnswered
    if !turnAway { traffic.requestsSinceValidation += count }
  }

  /// The client asks for something else although nothing came back for long.
  mutating func recordPassedOver(in stamp: FrameStamp) {
    if let asked = awaitedInVain(until: stamp) { traffic.passedOver = asked }
  }

  /// The request to which nothing came back for long.
  private func awaitedInVain(until stamp: FrameStamp) -> FrameStamp? {
    guard let asked = traffic.awaited, asked.isBehind(traffic.lastResponse), stamp.time.since(asked.time) >= End.timeout else { return nil }
    return asked
  }

  /// Notes a request and says what its answer will mean.
  mutating func open(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    switch message.header.command {
    case .negotiate: openNegotiation(message)
    case .sessionSetup: openSession(message)
    case .treeConnect: openTree(message)
    case .ioctl: openIoctl(message)
    case .logoff: closeSession(message)
    case .treeDisconnect: closeTree(message)
    default: .other
    }
  }

  mutating func answer(_ request: SMBConversation.OpenRequest, with reply: SMBConversation.Reply) {
    // Lists that a second NEGOTIATE has emptied hold no place for the answers of before.
    switch request {
    case .negotiate: answerNegotiation(reply)
    case .session(let index) where index < sessions.count: answerSession(index, reply)
    case .tree(let index) where index < trees.count: answerTree(index, reply)
    case .validation(let index) where index < validations.count: answerValidation(index, reply)
    case .reauthentication(let index) where index < sessions.count: answerReauthentication(index, reply.stamp, reply.kerberosError)
    case .referral(let index) where index < referrals.count: answerReferral(index, reply)
    case .other: recordInterfaces(reply)
    default: break
    }
  }

  // MARK: NEGOTIATE

  /// 3.3.5.4: no client negotiates twice. A further request is another connection between the same ports, whose opening was
  /// not captured, and nothing of before counts.
  var isNegotiated: Bool { negotiation?.response != nil }

  private mutating func openNegotiation(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    // The last request counts: after a multi-protocol exchange the SMB2 one is what both sides remember.
    if isNegotiated {
      // MS-SMB2 3.3.5.3.1: only behind 0x02FF does the client negotiate again.
      // Another connection between the same ports begins with MessageId 0, or 1 behind a multi-protocol request.
      if sessions.isEmpty || message.header.messageID > 1, let chosen = negotiation?.response?.dialectRevision, chosen != .wildcard {
        rarities.value.negotiatedBefore = negotiation?.responseStamp
        rarities.value.dialectBefore = chosen
      }
      sessions = []
      trees = []
      validations = []
      settledValidations = 0
      traffic.firstTreeUse = nil
      protection = Protection()
      referrals = []
      uncoveredPaths = []
      watchesTrees = false
    }
    var request: SMB2NegotiateRequest?
    if case .negotiateRequest(let body) = message.body { request = body }
    negotiation = Negotiation(request: request, requestStamp: message.stamp)
    return .negotiate
  }

  private mutating func answerNegotiation(_ reply: SMBConversation.Reply) {
    guard negotiation?.responseStamp == nil else { return }
    negotiation?.responseStamp = reply.stamp
    guard case .negotiateResponse(let body) = reply.body else { return }
    readOffer(of: body)
  }

  /// Keeps what the server offers, and not the token that says so.
  private mutating func readOffer(of response: SMB2NegotiateResponse) {
    if case .negTokenInit(let offer)? = try? SPNEGOToken(ByteView(response.securityBuffer.span)) {
      negotiation?.mechanisms = SecurityMechanisms(offer.mechTypes)
      negotiation?.hint = SPNEGOHint(offer.hintName)
    }
    negotiation?.response = response
    negotiation?.response?.securityBuffer = []
  }

  /// An SMB2 NEGOTIATE response whose request was SMB1 (MS-SMB2 3.3.5.3): MessageId 0, and no SMB2 request.
  func answersMultiProtocolNegotiate(_ message: SMBConversation.Decoded) -> Bool {
    message.header.command == .negotiate && negotiation == nil && smb1?.request?.offersSMB2 == true
      && smb1?.upgrade == nil
  }

  mutating func recordUpgrade(_ message: SMBConversation.Decoded) {
    guard case .negotiateResponse(let response) = message.body else { return }
    smb1?.upgrade = response.dialectRevision
    smb1?.upgradeFrame = message.stamp.frame
    // 3.3.5.3.2: 0x0202 is final, and there is no SMB2 request to compare with.
    if response.dialectRevision != .wildcard {
      negotiation = Negotiation(response: response, responseStamp: message.stamp)
      readOffer(of: response)
    }
  }

  // MARK: SESSION_SETUP

  private mutating func openSession(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    guard case .sessionSetupRequest(let body) = message.body else { return .other }
    // Further legs carry the SessionId that the first answer gave (3.2.5.3).
    if message.header.sessionID != 0,
      let index = sessions.lastIndex(where: { $0.id == message.header.sessionID && $0.isBinding == body.isBinding && !$0.isEstablished })
    {
      return openLeg(index, token: body.securityBuffer, message.stamp)
    }
    if let index = sessions.lastIndex(where: { $0.id == message.header.sessionID && $0.isEstablished }) {
      return openReauthentication(index, message.stamp)
    }
    // The answer that gives the SessionId is lost, or comes up later in a misordered capture.
    if message.header.sessionID != 0, !body.isBinding,
      let index = sessions.lastIndex(where: { $0.id == 0 && $0.replyStamp == nil && !$0.isBinding })
    {
      sessions[index].id = message.header.sessionID
      return openLeg(index, token: body.securityBuffer, message.stamp)
    }
    guard sessions.count < SMBConversation.Limit.sessions else {
      visibility.limitsReached += 1
      return .other
    }
    var session = Session(id: message.header.sessionID, requestStamp: message.stamp, isBinding: body.isBinding)
    if body.previousSessionID != 0 { session.rarities.value.previousID = body.previousSessionID }
    session.securityMode = body.securityMode
    session.read(body.securityBuffer, message.stamp)
    // An AUTHENTICATE answers a CHALLENGE, which this session has not.
    if session.identity.user != nil, session.identity.mechanism == .ntlm, let open = sessions.last, !open.isEstablished,
      open.id != message.header.sessionID, let challenge = open.replyStamp, challenge.status == .moreProcessingRequired
    {
      session.rarities.value.strayedLeg = StrayedLeg(sent: message.header.sessionID, granted: open.id, frame: challenge.frame)
    }
    if message.header.messageID == 0, negotiation?.response != nil || smb1?.upgrade != nil { session.rarities.value.repeatsMessageID = true }
    sessions.append(session)
    return .session(sessions.count - 1)
  }

  mutating func openLeg(_ index: Int, token: [UInt8], _ stamp: MessageStamp) -> SMBConversation.OpenRequest {
    sessions[index].legs += 1
    sessions[index].isAnswered = false
    sessions[index].requestStamp = stamp
    sessions[index].read(token, stamp)
    return .session(index)
  }

  private mutating func answerSession(_ index: Int, _ reply: SMBConversation.Reply) {
    var answer: (flags: SMB2SessionFlags, token: [UInt8])?
    if case .sessionSetupResponse(let body) = reply.body { answer = (body.sessionFlags, body.securityBuffer) }
    answerSession(index, id: reply.header.sessionID, answer, reply.stamp)
    if sessions[index].isEstablished { watchProtection(of: sessions[index]) }
  }

  /// - Parameter answer: what an answer other than a refusal says.
  mutating func answerSession(
    _ index: Int, id: UInt64, _ answer: (flags: SMB2SessionFlags, token: [UInt8])?, _ stamp: MessageStamp
  ) {
    if let slow = SlowReply(sessions[index].requestStamp, stamp), slow.delay > sessions[index].slowReply?.delay ?? .zero {
      sessions[index].rarities.value.slowReply = slow
    }
    sessions[index].replyStamp = stamp
    sessions[index].isAnswered = true
    if sessions[index].pendingStamp != nil { sessions[index].rarities.value.pendingStamp = nil }
    if id != 0 { sessions[index].id = id }
    guard let answer else { return }
    sessions[index].flags = answer.flags
    sessions[index].read(answer.token, stamp)
    if stamp.status == .success { sessions[index].establishedFrame = stamp.frame }
  }

  /// "In progress": the answer is still to come.
  mutating func recordInterim(_ request: SMBConversation.OpenRequest, _ stamp: MessageStamp) {
    switch request {
    case .session(let index) where index < sessions.count: sessions[index].rarities.value.pendingStamp = stamp
    case .tree(let index) where index < trees.count: trees[index].rarities.value.pendingStamp = stamp
    default: break
    }
  }

  private mutating func closeSession(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    closeSession(message.header.sessionID, frame: message.stamp.frame)
    return .other
  }

  mutating func closeSession(_ id: UInt64, frame: Int) {
    if let index = sessions.lastIndex(where: { $0.id == id }) { sessions[index].rarities.value.logoffFrame = frame }
  }

  // MARK: TREE_CONNECT

  private mutating func openTree(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    guard case .treeConnectRequest(let body) = message.body else { return .other }
    return open(Tree(sessionID: message.header.sessionID, path: body.path.clippedPath, requestStamp: message.stamp))
  }

  mutating func open(_ tree: Tree) -> SMBConversation.OpenRequest {
    guard trees.count < SMBConversation.Limit.trees else {
      visibility.limitsReached += 1
      return .other
    }
    trees.append(tree)
    return .tree(trees.count - 1)
  }

  private mutating func answerTree(_ index: Int, _ reply: SMBConversation.Reply) {
    trees[index].replyStamp = reply.stamp
    if trees[index].pendingStamp != nil { trees[index].rarities.value.pendingStamp = nil }
    if case .treeConnectError(let error) = reply.body { trees[index].rarities.value.error = error }
    guard case .treeConnectResponse(let body) = reply.body else { return }
    trees[index].response = body
    trees[index].id = reply.header.treeID
    recordProof(ofSession: reply.header.sessionID, frame: reply.stamp.frame)
    recordTreeWatch()
  }

  /// A share that is connected proves the session whose last answer the capture lacks. What kind of session it is, that
  /// answer would have said.
  private mutating func recordProof(ofSession id: UInt64, frame: Int) {
    guard let index = sessions.lastIndex(where: { $0.id == id || $0.id == 0 }), !sessions[index].isEstablished,
      !sessions[index].isAnswered
    else { return }
    sessions[index].id = id
    sessions[index].establishedFrame = frame
  }

  private mutating func closeTree(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    if let id = message.header.treeID { closeTree(id, frame: message.stamp.frame) }
    return .other
  }

  mutating func closeTree(_ id: UInt32, frame: Int) {
    guard let index = trees.lastIndex(where: { $0.isConnected && $0.id == id }) else { return }
    trees[index].rarities.value.disconnectFrame = frame
    recordTreeWatch()
  }

  /// IPC$ is of interest as long as it is the only share.
  mutating func recordTreeWatch() {
    watchesTrees = trees.indices.contains { trees[$0].isWatched && (trees[$0].response?.shareType != .pipe || trees.count == 1) }
  }
}

extension String {
  /// As much of a path as is kept.
  var clippedPath: String { utf8.count <= SMBConversation.Limit.path ? self : String(prefix(SMBConversation.Limit.path)) }
}
