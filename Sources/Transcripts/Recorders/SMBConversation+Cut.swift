import Packets
import Protocols

// Messages of which the capture has only the beginning, and answers whose requests it does not have at all: what is there
// counts.
extension SMBConversation {
  /// A logon with a lost token can still be refused: the answer has the status. At the end of the connection
  /// only the answer shows that the request was not cut off by whoever sent it.
  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    if header.isResponse { return takeBeginning(of: message, header, MessageStamp(header, origin)) }
    if header.command == .negotiate { return takeCutNegotiate(header, message, MessageStamp(header, origin), side: side) }
    if header.command == .ioctl { return takeCutIoctl(header, message, MessageStamp(header, origin), side: side) }
    guard header.command == .sessionSetup,
      !isOver || earlyReplies.contains(where: { $0.messageID == header.messageID }),
      let request = try? SMB2SessionSetupRequest(beginning: message)
    else { return }
    countPassed()
    transcript.orient(by: false, side: side)
    takeRequest(
      Decoded(header: header, body: .sessionSetupRequest(request), stamp: MessageStamp(header, origin), side: side,
        size: message.count))
    guard SPNEGOBeginning.holdsTicket(message), let last = transcript.sessions.indices.last else { return }
    transcript.sessions[last].identity.mechanism = transcript.sessions[last].identity.mechanism ?? .kerberos
  }

  /// The name of a share that was cut off.
  static let unknownShare = "a share (its name was not captured)"
  /// The request that names it is malformed.
  static let unreadableShare = "a share (its name cannot be read)"

  func lost(_ count: Int, of head: SMB2MessageHead, frame: FrameStamp, side: Side) {
    countPassed()
    recordLost(count, isEndOfMessage: true, frame: frame, side: side)
    transcript.orient(by: head.isResponse, side: side)
    let stamp = MessageStamp(head, frame)
    if head.isResponse {
      transcript.recordResponses(1, in: frame, isUse: head.command != .echo)
      if let status = head.status, status.saysSessionIsGone || status.saysShareIsGone {
        transcript.recordLoss(status, of: head.command, sessionID: head.sessionID, treeID: head.treeID, frame)
      }
      if head.command == .create, head.status == .pathNotCovered { transcript.recordUncoveredPath(treeID: head.treeID, sessionID: head.sessionID, frame: frame.number) }
      recordCutWork(head, frame)
      takeCutReply(head, stamp)
    } else {
      if head.command == .create, transcript.traffic.firstWorkFrame == nil, transcript.trees.contains(where: \.isConnected) {
        transcript.traffic.firstWorkFrame = frame.number
      }
      if head.command == .ioctl { takeCutIoctl(head, size: head.count + count, stamp) }
      let isLeaving = [.logoff, .treeDisconnect].contains(head.command)
      transcript.traffic.requests += 1
      let turnsAway = isLeaving || head.command == .cancel || head.command == .echo && transcript.traffic.awaited != nil
      transcript.recordRequests(1, in: frame, turnAway: turnsAway)
      transcript.traffic.lastRequestLeaves = isLeaving
      // Only what comes behind Validate Negotiate shows that the client went on.
      if transcript.lastValidation?.requestStamp.frame == frame.number { transcript.traffic.requestsSinceValidation = 0 }
      takeCutRequest(head, stamp)
    }
  }

  func lost(_ count: Int, ofNegotiate request: SMB1NegotiateRequest, frame: FrameStamp, side: Side) {
    guard transcript.negotiation == nil, transcript.smb1?.request == nil else { return lost(count, frame: frame, side: side) }
    countPassed()
    recordLost(count, isEndOfMessage: true, frame: frame, side: side)
    transcript.orient(by: false, side: side)
    transcript.record(cut: request, frame)
  }

  /// The fixed part of NEGOTIATE comes first: dialects, SecurityMode, capabilities and identifiers are there when contexts are
  /// not.
  func takeCutNegotiate(_ header: SMB2Header, _ message: borrowing ByteView, _ stamp: MessageStamp, side: Side) {
    guard !isOver, let request = try? SMB2NegotiateRequest(message, isWhole: false) else { return }
    countPassed()
    transcript.orient(by: false, side: side)
    takeRequest(Decoded(header: header, body: .negotiateRequest(request), stamp: stamp, side: side, size: message.count))
  }

  /// Validate Negotiate is known by its code, and its answer by its status and signature.
  func takeCutIoctl(_ header: SMB2Header, _ message: borrowing ByteView, _ stamp: MessageStamp, side: Side) {
    guard !isOver, let request = try? SMB2IoctlRequest(beginning: message), request.controlCode == .validateNegotiateInfo else { return }
    countPassed()
    transcript.orient(by: false, side: side)
    takeRequest(Decoded(header: header, body: .ioctlRequest(request), stamp: stamp, side: side, size: message.count))
  }

  /// A client that signs nothing else signs this: MS-SMB2 3.2.5.5. The length is that of a list of one to six dialects.
  private func takeCutIoctl(_ head: SMB2MessageHead, size: Int, _ stamp: MessageStamp) {
    transcript.visibility.cutIoctlFrame = stamp.frame
    guard stamp.isSigned, let tree = transcript.trees.last, tree.isConnected, !tree.requestStamp.isSigned,
      transcript.dialect.map({ $0 < .smb311 }) ?? true, transcript.lastValidation?.requestStamp.frame != stamp.frame,
      SMB2ValidateNegotiateRequest.usualMessageSizes.contains(size), size % 2 == 0
    else { return }
    let validation = Validation(
      request: nil, requestStamp: stamp, sessionID: head.sessionID ?? 0, isRecognizedByForm: true)
    wait(for: transcript.open(validation), number(of: head, stamp))
  }

  /// What an answer says before its token. At the end of the connection the server itself may have left it unfinished.
  func takeBeginning(of message: borrowing ByteView, _ header: SMB2Header, _ stamp: MessageStamp) {
    guard !isOver, !header.isInterim, !header.isUnsolicited, let status = header.status else { return }
    guard let index = openRequests.firstIndex(where: { $0.messageID == header.messageID }) else {
      guard [.negotiate, .sessionSetup, .treeConnect].contains(header.command) else { return }
      return keep(EarlyReply(messageID: header.messageID, content: .smb2(Reply(header: header, stamp: stamp))))
    }
    guard !status.isError || status == .moreProcessingRequired else { return }
    if case .tree(let place) = openRequests[index].request, place < transcript.trees.count {
      transcript.trees[place].recordType(beginning: message)
    }
    if openRequests[index].request.isValidation {
      // What is answered may as well be another request.
      guard transcript.lastValidation?.isRecognizedByForm != true else { return forgetValidation(index) }
      // Whether it is signed is known, and nothing of what it says.
      countPassed()
      let open = openRequests.remove(at: index).request
      transcript.answer(open, with: Reply(header: header, stamp: stamp))
      if case .validation(let place) = open { transcript.validations[place].isCut = true }
      return
    }
    let body: SMB2Body?
    switch (header.command, openRequests[index].request) {
    case (.negotiate, .negotiate): body = (try? SMB2NegotiateResponse(beginning: message)).map(SMB2Body.negotiateResponse)
    case (.sessionSetup, .session): body = (try? SMB2SessionSetupResponse(beginning: message)).map(SMB2Body.sessionSetupResponse)
    default: body = nil
    }
    guard let body else { return }
    countPassed()
    transcript.answer(openRequests.remove(at: index).request, with: Reply(header: header, body: body, stamp: stamp))
  }

  /// An answer to a request that opens, reads, writes or lists.
  private func recordCutWork(_ head: SMB2MessageHead, _ frame: FrameStamp) {
    guard let status = head.status else { return }
    if status == .success, PassedHeader.isWork(head.command) {
      (work.doneFrame, work.done) = (frame.number, work.done &+ 1)
      transcript.record(work)
    }
    guard PassedHeader.refusesWork(head.command, status) else { return }
    transcript.recordWorkRefusal(
      WorkRefusal(command: head.command, status: status, sessionID: head.sessionID, treeID: nil, stamp: frame))
  }

  /// Without its own number a request takes one that no request has.
  private func number(of head: SMB2MessageHead, _ stamp: MessageStamp) -> UInt64 {
    head.messageID ?? (1 << 62 | UInt64(truncatingIfNeeded: stamp.frame))
  }

  private func takeCutRequest(_ head: SMB2MessageHead, _ stamp: MessageStamp) {
    let messageID = number(of: head, stamp)
    switch head.command {
    case .negotiate where transcript.negotiation == nil:
      transcript.negotiation = Negotiation(request: nil, requestStamp: stamp)
      wait(for: .negotiate, messageID)
    case .sessionSetup:
      // Taken already, by as much of its body as is there.
      guard !openRequests.contains(where: { $0.messageID == messageID }) else { return }
      wait(for: transcript.openCutSession(head.flags, head.sessionID, stamp), messageID)
    case .treeConnect:
      wait(for: transcript.open(Tree(sessionID: head.sessionID ?? 0, path: Self.unknownShare, requestStamp: stamp)), messageID)
    case .treeDisconnect: transcript.closeCutTree(head, frame: stamp.frame)
    default: break
    }
  }

  private func takeCutReply(_ head: SMB2MessageHead, _ stamp: MessageStamp) {
    guard !head.isInterim else { return }
    guard let index = openRequests.firstIndex(where: { isAnswered($0, by: head) }) else {
      return keepRefusal(head, stamp)
    }
    // Of what a Validate Negotiate answer says nothing is known.
    if openRequests[index].request.isValidation, stamp.status?.isError != true || transcript.lastValidation?.isRecognizedByForm == true {
      return forgetValidation(index)
    }
    let open = openRequests.remove(at: index).request
    transcript.answer(open, cutReply: stamp, head)
  }

  /// A refusal or a granted session is proven by the answer alone, whether its request was captured or not.
  private func keepRefusal(_ head: SMB2MessageHead, _ stamp: MessageStamp) {
    guard [.negotiate, .sessionSetup, .treeConnect].contains(head.command), let id = head.messageID, let status = head.status,
      status.isRefusal || status == .success && head.command == .sessionSetup, !earlyReplies.contains(where: { $0.messageID == id })
    else { return }
    keep(EarlyReply(messageID: id, content: .head(head, stamp)))
  }

  private func isAnswered(_ open: (messageID: UInt64, request: OpenRequest), by head: SMB2MessageHead) -> Bool {
    if let id = head.messageID, open.messageID == id { return true }
    guard head.messageID == nil || open.messageID >> 62 == 1 else { return false }
    return switch open.request {
    case .negotiate: head.command == .negotiate
    case .session, .reauthentication: head.command == .sessionSetup
    case .tree: head.command == .treeConnect
    default: false
    }
  }

  private func forgetValidation(_ index: Int) {
    let open = openRequests.remove(at: index).request
    guard case .validation(let place) = open, place == transcript.validations.count - 1 else { return }
    transcript.validations.removeLast()
  }

  // MARK: Answers without requests

  /// What the server answered is known, although the request was not recorded.
  ///
  /// - Parameter refusalsOnly: where the client is seen, what was granted shows in what it does next.
  func adoptReplies(refusalsOnly: Bool) {
    guard !earlyReplies.isEmpty else { return }
    let replies = earlyReplies
    earlyReplies = []
    for early in replies {
      if case .head(let head, let stamp) = early.content, stamp.isRefusal || !refusalsOnly { transcript.adopt(head, stamp) }
      if case .smb1(let header, let body, let stamp) = early.content { transcript.adopt(header, body, stamp) }
      guard case .smb2(let reply) = early.content else { continue }
      let isRefusal = reply.stamp.isRefusal
      if isRefusal || !refusalsOnly || reply.header.command == .negotiate { transcript.adopt(reply) }
    }
  }
}

extension MessageStamp {
  /// An error, and not the wish for another leg.
  var isRefusal: Bool { status?.isRefusal ?? false }
}

extension NTStatus {
  fileprivate var isRefusal: Bool { isError && self != .moreProcessingRequired }
}

extension Transcript {
  /// Without a TreeId, the share is the only one that is connected, or nobody knows which.
  fileprivate mutating func closeCutTree(_ head: SMB2MessageHead, frame: Int) {
    let open = trees.filter { $0.isConnected && $0.disconnectFrame == nil }
    guard let id = head.treeID ?? (open.count == 1 ? open[0].id : nil) else { return }
    closeTree(id, frame: frame)
  }

  /// A leg of a logon, with nothing in it.
  mutating func openCutSession(_ flags: SMB2Flags, _ id: UInt64?, _ stamp: MessageStamp) -> SMBConversation.OpenRequest {
    if let last = sessions.indices.last, !sessions[last].isEstablished, sessions[last].isAnswered,
      sessions[last].replyStamp?.status == .moreProcessingRequired
    {
      return openLeg(last, token: [], stamp)
    }
    guard sessions.count < SMBConversation.Limit.sessions else {
      visibility.limitsReached += 1
      return .other
    }
    // 3.2.4.2.3: only who binds a further channel signs the first message of a logon, and names a session in it.
    let isBinding = sessions.isEmpty && !visibility.startsMidstream && flags.contains(.signed) && id != 0
    sessions.append(Session(id: isBinding ? id ?? 0 : 0, requestStamp: stamp, isBinding: isBinding))
    return .session(sessions.count - 1)
  }

  /// A request whose body cannot be read: the answer says what the server makes of it.
  mutating func openUnreadable(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    let header = message.header
    switch header.command {
    case .sessionSetup: return openCutSession(header.flags, header.sessionID, message.stamp)
    case .treeConnect: return open(Tree(sessionID: header.sessionID, path: SMBConversation.unreadableShare, requestStamp: message.stamp))
    default: return open(message)
    }
  }

  /// An answer of which only the header is there.
  mutating func answer(_ request: SMBConversation.OpenRequest, cutReply stamp: MessageStamp, _ head: SMB2MessageHead) {
    switch request {
    case .negotiate:
      if negotiation?.responseStamp == nil { negotiation?.responseStamp = stamp }
    case .session(let index) where index < sessions.count:
      let isGranted = stamp.status == .success
      sessions[index].replyStamp = stamp
      // The lost rest would have told the kind of session.
      sessions[index].isAnswered = !isGranted
      if let id = head.sessionID, id != 0 { sessions[index].id = id }
      if isGranted { sessions[index].establishedFrame = stamp.frame }
    case .tree(let index) where index < trees.count:
      trees[index].replyStamp = stamp
      if stamp.status == .success { trees[index].id = head.treeID }
    case .validation(let index) where index < validations.count: validations[index].responseStamp = stamp
    case .reauthentication(let index) where index < sessions.count: answerReauthentication(index, stamp)
    default: break
    }
  }

  /// Takes an answer whose request the capture does not have, and of which it has only the beginning.
  mutating func adopt(_ head: SMB2MessageHead, _ stamp: MessageStamp) {
    guard stamp.isRefusal || stamp.status == .success else { return }
    let unseen = MessageStamp(unseenBefore: stamp)
    switch head.command {
    case .negotiate where negotiation == nil: negotiation = Negotiation(request: nil, responseStamp: stamp)
    case .sessionSetup:
      let open = openCutSession(head.flags, head.sessionID, unseen)
      answer(open, cutReply: stamp, head)
      if stamp.isRefusal, sessions.count == 1, !visibility.mayHideMessages(from: .server) { recordUnknownSession(head.sessionID ?? 0) }
    case .treeConnect:
      let open = open(Tree(sessionID: head.sessionID ?? 0, path: SMBConversation.unknownShare, requestStamp: unseen))
      answer(open, cutReply: stamp, head)
    default: break
    }
  }

  /// A session that no answer before has given may be that of another connection.
  private mutating func recordUnknownSession(_ id: UInt64) {
    if id != 0, !visibility.startsMidstream { sessions[0].rarities.value.mayBind = true }
  }

  /// The session is there. What kind of session it is, the rest of the answer would have said.
  private mutating func recordCutGrant(_ index: Int, _ reply: SMBConversation.Reply) {
    guard reply.body == nil, reply.stamp.status == .success else { return }
    sessions[index].establishedFrame = reply.stamp.frame
    sessions[index].isAnswered = false
  }

  /// Takes an answer whose request the capture does not have.
  mutating func adopt(_ reply: SMBConversation.Reply) {
    let unseen = MessageStamp(unseenBefore: reply.stamp)
    switch reply.header.command {
    // 0x02FF answers the SMB1 request, so that another one follows.
    case .negotiate where negotiation == nil || negotiation?.requestStamp == nil && negotiation?.response?.dialectRevision == .wildcard:
      negotiation = Negotiation(request: nil, requestStamp: nil)
      answer(.negotiate, with: reply)
    case .sessionSetup:
      let id = reply.header.sessionID
      if let index = sessions.lastIndex(where: { $0.id == id && !$0.isEstablished && $0.refusal == nil }) {
        let open = openLeg(index, token: [], unseen)
        answer(open, with: reply)
        recordCutGrant(index, reply)
      } else if sessions.count < SMBConversation.Limit.sessions {
        sessions.append(Session(id: id, requestStamp: unseen, isBinding: false))
        if reply.stamp.isRefusal, sessions.count == 1, !visibility.mayHideMessages(from: .server) { recordUnknownSession(id) }
        answer(.session(sessions.count - 1), with: reply)
        recordCutGrant(sessions.count - 1, reply)
      }
    case .treeConnect:
      let open = open(Tree(sessionID: reply.header.sessionID, path: SMBConversation.unknownShare, requestStamp: unseen))
      answer(open, with: reply)
    default: break
    }
  }
}
