import Packets
import Protocols

// SMB1: what its messages change. Sessions and shares of SMB1 are kept like those of SMB2, by UserId and TreeId.
extension Transcript {
  /// Counts a message of any command.
  mutating func count(_ header: SMB1Header, _ origin: MessageOrigin, by sender: Peer) {
    if smb1 == nil { smb1 = SMB1Negotiation() }
    let frame = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    guard sender == .client else {
      // Referrals are asked for on IPC$, by clients that want another share.
      let isWork = !header.command.isNoWork && (trees.last?.isPipeShare != true || header.command != .transaction2)
      if isWork, trees.contains(where: \.isConnected), traffic.lastAsk.isBehind(frame: trees.last?.replyStamp?.frame ?? .max) { traffic.isInUse = true }
      return recordResponses(1, in: frame)
    }
    traffic.requests += 1
    let isLeaving = header.command.isNoWork && header.command != .echo
    recordRequests(1, in: frame, turnAway: header.command.isNoWork)
    traffic.lastRequestLeaves = isLeaving
    if !header.command.isAwaited { traffic.awaited = nil }
    traffic.isAwaitingAnswer = header.command.isAwaited
  }

  /// Of the request the capture has the beginning.
  mutating func record(cut request: SMB1NegotiateRequest, _ frame: FrameStamp) {
    var negotiation = smb1 ?? SMB1Negotiation()
    (negotiation.request, negotiation.requestStamp) = (request, frame)
    smb1 = negotiation
    traffic.requests += 1
    recordRequests(1, in: frame, turnAway: false)
    traffic.isAwaitingAnswer = true
  }

  mutating func recordNegotiate(
    _ header: SMB1Header, _ message: borrowing ByteView, _ origin: MessageOrigin
  ) throws(DecodeError) {
    if header.isResponse {
      guard smb1?.response == nil else { return }
      smb1?.responseFrame = origin.lastFrame
      smb1?.response = try SMB1NegotiateResponse(message)
    } else {
      guard smb1?.request == nil else { return }
      smb1?.requestStamp = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
      smb1?.request = try SMB1NegotiateRequest(message)
    }
  }

  /// Notes a request and says what its answer will mean; nil when it means nothing.
  mutating func open(
    _ header: SMB1Header, _ body: SMB1Body, _ stamp: MessageStamp
  ) -> SMBConversation.OpenRequest? {
    var request: SMBConversation.OpenRequest?
    for command in body.commands {
      switch command {
      case .sessionSetupRequest(let setup): request = openSession(setup, header, stamp)
      case .treeConnectRequest(let connect):
        let tree = Tree(sessionID: UInt64(header.userID), path: connect.path.clippedPath, requestStamp: stamp)
        if case .session(let index)? = request {
          request = .chain(session: index, share: [tree])
        } else {
          request = open(tree)
        }
      case .other(.logoffAndX): closeSession(UInt64(header.userID), frame: stamp.frame)
      case .other(.treeDisconnect): closeTree(UInt32(header.treeID), frame: stamp.frame)
      default: break
      }
    }
    return request
  }

  private mutating func openSession(
    _ setup: SMB1SessionSetupRequest, _ header: SMB1Header, _ stamp: MessageStamp
  ) -> SMBConversation.OpenRequest {
    let id = UInt64(header.userID)
    if smb1?.clientSystem == nil, let system = setup.system { smb1?.clientSystem = system }
    var session = Session(id: 0, requestStamp: stamp, isBinding: false)
    switch setup.logon {
    case .token(let token):
      // MS-SMB 3.2.4.2.4.1: further legs carry the UserId that the first answer gave.
      if id != 0, let index = sessions.lastIndex(where: { $0.id == id && $0.logoffFrame == nil }) {
        return sessions[index].isEstablished
          ? openReauthentication(index, stamp) : openLeg(index, token: token, stamp)
      }
      session.read(token, stamp)
    case .account(let account): session.read(account, usesChallenge: smb1?.response?.usesChallenge ?? false)
    }
    guard sessions.count < SMBConversation.Limit.sessions else {
      visibility.limitsReached += 1
      return .other
    }
    sessions.append(session)
    return .session(sessions.count - 1)
  }

  mutating func answer(
    _ request: SMBConversation.OpenRequest, _ header: SMB1Header, _ body: SMB1Body, _ stamp: MessageStamp
  ) {
    switch request {
    case .session(let index) where index < sessions.count: answerSession(index, header, body, stamp)
    case .chain(let index, let share) where index < sessions.count:
      // MS-CIFS 2.2.3.4: an error ends the chain, and is that of the last command. So the logon was refused, or goes on,
      // when nothing follows it; and the share was not looked at.
      let isAboutShare = body.commands.count > 1
      var reply = stamp
      if isAboutShare { reply.status = .success }
      answerSession(index, header, body, reply)
      guard isAboutShare, var tree = share.first else { return }
      tree.sessionID = UInt64(header.userID)
      if case .tree(let index) = open(tree) { answerTree(index, header, stamp) }
    case .tree(let index) where index < trees.count: answerTree(index, header, stamp)
    case .reauthentication(let index) where index < sessions.count: answerReauthentication(index, stamp)
    default: break
    }
  }

  /// Takes an answer whose request the capture does not have.
  mutating func adopt(_ header: SMB1Header, _ body: SMB1Body, _ stamp: MessageStamp) {
    let unseen = MessageStamp(unseenBefore: stamp)
    let share = Tree(sessionID: UInt64(header.userID), path: SMBConversation.unknownShare, requestStamp: unseen)
    guard header.command == .sessionSetupAndX else {
      guard header.command == .treeConnectAndX else { return }
      if stamp.status == .success, !sessions.contains(where: \.isEstablished), sessions.count < SMBConversation.Limit.sessions {
        // A share proves a session whose answer the capture lacks.
        sessions.append(Session(id: UInt64(header.userID), requestStamp: unseen, isBinding: false))
        sessions[sessions.count - 1].establishedFrame = stamp.frame
      }
      return answer(open(share), header, body, stamp)
    }
    if let last = sessions.indices.last, !sessions[last].isEstablished, sessions[last].refusal == nil {
      return answer(openLeg(last, token: [], unseen), header, body, stamp)
    }
    guard sessions.count < SMBConversation.Limit.sessions else { return visibility.limitsReached += 1 }
    sessions.append(Session(id: 0, requestStamp: unseen, isBinding: false))
    answer(.chain(session: sessions.count - 1, share: [share]), header, body, stamp)
  }

  private mutating func answerSession(_ index: Int, _ header: SMB1Header, _ body: SMB1Body, _ stamp: MessageStamp) {
    var answer: (flags: SMB2SessionFlags, token: [UInt8])?
    if case .sessionSetupResponse(let response)? = body.commands.first {
      if smb1?.serverSystem == nil, let system = response.system { smb1?.serverSystem = system }
      answer = (response.isGuest ? .isGuest : [], response.token ?? [])
    }
    answerSession(index, id: UInt64(header.userID), answer, stamp)
  }

  private mutating func answerTree(_ index: Int, _ header: SMB1Header, _ stamp: MessageStamp) {
    trees[index].replyStamp = stamp
    if stamp.status == .success { trees[index].id = UInt32(header.treeID) }
  }
}

extension SMB1Command {
  /// It leaves something, or only asks whether the server is still there.
  fileprivate var isNoWork: Bool { [.logoffAndX, .treeDisconnect, .echo].contains(self) }
}

extension Session {
  /// A logon without extended security: the user in clear.
  fileprivate mutating func read(_ account: SMB1SessionSetupRequest.Account, usesChallenge: Bool) {
    identity.user = account.name.clippedName
    identity.domain = account.domain.clippedName
    identity.isAnonymous = account.isAnonymous
    guard usesChallenge, !account.isAnonymous else { return }
    identity.mechanism = .ntlm
    var exchange = NTLMExchange()
    // MS-NLMP 2.2.2.6: a response of NTLMv2 is longer.
    exchange.isVersion1 = account.unicodePasswordCount == 24
    ntlmExchange = [exchange]
  }
}
