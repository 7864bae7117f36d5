import Packets
import Protocols

extension Transcript {
  /// Decides once how the connection ended, when everything else is known of it.
  mutating func settleEnd() {
    attributeResets()
    dropLateAnswer()
    end = facts()
    settleOutcomes()
  }

  private func facts() -> End {
    var end = End()
    end.step = step
    guard openingFailure == nil, traffic.isSMB || smb1 != nil, !foreignBeginnings.contains(where: { $0.sender == .server })
    else { return end }
    if let (answer, stamp) = undeliveredAnswer {
      end.turn = .client(answer)
      (end.last, end.lastSign) = (stamp, stamp)
      end.delivery = .repeated(.server)
      judgeWaitingServer(&end, answer, behind: stamp)
    } else if let (question, asked, interim) = owedAnswer {
      end.turn = .server(question)
      (end.last, end.lastSign) = (asked, interim ?? asked)
      end.delivery = delivery(of: .client, behind: asked, question)
      judgeWaitingClient(&end, question, asked: asked, sign: interim ?? asked)
    } else if let (answer, stamp) = lastAnswer {
      end.turn = .client(answer)
      (end.last, end.lastSign) = (stamp, stamp)
      end.delivery = delivery(of: .server, behind: stamp)
      judgeWaitingServer(&end, answer, behind: stamp)
    }
    return end
  }

  private var step: End.Step {
    if traffic.isInUse || traffic.encryptedResponses >= Self.manyEncrypted { return .inUse }
    if trees.contains(where: { $0.isConnected && !$0.isPipeShare }) { return .onShare }
    if trees.contains(where: \.isConnected) { return .onIPC }
    if sessions.contains(where: \.isEstablished) { return .loggedOn }
    return negotiation?.response != nil || smb1?.response?.dialectIndex != nil ? .negotiated : .opened
  }

  /// Encrypted answers of which a refused share and an orderly goodbye do not need so many.
  static let manyEncrypted = 10

  // MARK: The server's turn

  /// What the server owes an answer to, from when on, and when it last said that it is at work.
  private var owedAnswer: (question: End.Question, asked: FrameStamp, interim: FrameStamp?)? {
    if let (question, asked) = provenSilence { return (question, asked, nil) }
    if let asked = openNegotiate { return (.negotiate, asked, nil) }
    var open: (question: End.Question, asked: FrameStamp, interim: FrameStamp?)?
    // The first to which nothing was said at all; of those that the server passed over, the last.
    func record(_ question: End.Question, _ asked: MessageStamp, _ interim: MessageStamp?) {
      if let known = open?.asked {
        let isSilenceLonger = [known, asked.frameStamp].allSatisfy { $0.isBehind(traffic.lastResponse) }
        guard isSilenceLonger == known.isBehind(asked.frameStamp) else { return }
      }
      open = (question, asked.frameStamp, interim?.frameStamp)
    }
    // Who sends encrypted messages has a session; a further one is asked for in clear.
    if let last = sessions.last, !last.isAnswered, !last.isEstablished,
      traffic.encryptedMessages == 0 || last.requestStamp.frameStamp.isBehind(traffic.lastResponse) && sessions.contains(where: \.isEstablished)
    {
      // The same once more is no other question.
      let run = sessions.reversed().prefix { !$0.isAnswered && !$0.isEstablished }
      record(.sessionSetup, run.last?.requestStamp ?? last.requestStamp, last.pendingStamp)
    }
    if let renewal = openRenewal?.renewal { record(.sessionSetup, renewal.requestStamp, nil) }
    if let last = openTree {
      let run = trees.reversed().prefix { $0.replyStamp == nil && $0.path == last.path }
      record(.treeConnect, run.last?.requestStamp ?? last.requestStamp, last.pendingStamp)
    }
    if let validation = lastValidation, validation.responseStamp == nil { record(.validateNegotiate, validation.requestStamp, nil) }
    if let open { return open }
    // Behind a hole requests come up later than the answers to them.
    guard !sessions.isEmpty || visibility.startsMidstream else { return nil }
    if let asked = traffic.awaited, asked.isBehind(traffic.lastResponse) { return (.request, asked, nil) }
    // Others were answered meanwhile: only a long time shows that this one hangs, or a client that gives it up.
    let timeout = ending == nil || traffic.oldestOpenIsPending ? Self.timeout : End.timeout
    if let oldest = traffic.oldestOpen, (ending?.stamp.time ?? captureEnd).since(oldest.time) >= timeout { return (.request, oldest, nil) }
    // A server that closes over the goodbye to a share that was only a step on the way.
    if opensNothing || isOnTheWay, let left = traffic.turnedAway, let ending, peer(ending.side) == .server, isUnanswered(left, before: ending) {
      return (.request, left, nil)
    }
    // Each encrypted request has its answer, and some have an interim one besides.
    let isOneOpen = traffic.encryptedMessages - traffic.encryptedResponses > traffic.encryptedResponses
    if isOneOpen, ending != nil, let asked = traffic.passedOver { return (.request, asked, nil) }
    guard let abandoned, traffic.turnedAway.isBehind(traffic.lastAsk) else { return nil }
    return (.request, abandoned, nil)
  }

  /// What a host says behind a reset in its name never reaches the other.
  private func isUnanswered(_ request: FrameStamp, before termination: Termination) -> Bool {
    let isInVain = termination.kind == .rst && traffic.lastResponse.isBehind(termination.stamp)
    return request.isBehind(traffic.lastResponse) || isInVain && termination.stamp.isBehind(request)
  }

  /// The new logon of an established session that waits for the server's answer.
  package var openRenewal: (session: Session, renewal: Reauthentication)? {
    for index in sessions.indices where sessions[index].isEstablished {
      if let last = sessions[index].reauthentications.last, last.isOpen { return (sessions[index], last) }
    }
    return nil
  }

  /// The logon at which the connection came to its end: the new one of an established session, where the server owes its
  /// answer; else the last.
  package var logonAtEnd: Session? {
    guard let (session, renewal) = openRenewal, renewal.requestStamp.frame == end.last?.number else { return sessions.last }
    return session.asked(again: renewal)
  }

  /// The last share that has no answer and was not connected later.
  private var openTree: Tree? {
    guard let index = trees.lastIndex(where: { $0.replyStamp == nil }) else { return nil }
    let tree = trees[index]
    let user = session(of: tree)?.account
    return trees[(index + 1)...].contains {
      guard $0.isConnected, $0.path.lowercased() == tree.path.lowercased() else { return false }
      // Another user who gets it has it for no one else.
      guard let user, let other = session(of: $0)?.account else { return true }
      return user.isSame(as: other)
    } ? nil : tree
  }

  /// The NEGOTIATE, SMB1 or SMB2, to which the server has said nothing.
  private var openNegotiate: FrameStamp? {
    guard sessions.isEmpty, trees.isEmpty, foreignBeginnings.isEmpty else { return nil }
    if let negotiation { return negotiation.responseStamp == nil ? negotiation.requestStamp?.frameStamp : nil }
    guard let smb1, smb1.request != nil, smb1.response == nil, smb1.upgrade == nil else { return nil }
    return smb1.requestStamp
  }

  /// - Parameter sign: when the server said last that it is at work.
  private func judgeWaitingClient(_ end: inout End, _ question: End.Question, asked: FrameStamp, sign: FrameStamp) {
    // A server that turns a client away may do so while its request is still on the way.
    let termination = ending.flatMap { termination -> Termination? in
      let mayCross = question == .negotiate && peer(termination.side) == .server
      return termination.stamp.number >= asked.number || mayCross ? termination : nil
    }
    let turning = turning(from: asked)
    let left = [turning, termination?.stamp].compactMap(\.self).min { $0.number < $1.number }
    end.waited = max(.zero, (left?.time ?? captureEnd).since(sign.time))
    // Bytes before the server's close that neither the capture nor the client has may have been the answer.
    let isLost = visibility.unseenServerTail > 0 && termination.map { peer($0.side) == .server } ?? false
    if end.delivery != .repeated(.client), isHidden(.server, behind: asked) || isLost {
      end.kind = .unseen
    } else if let turning, turning.time.since(sign.time) >= End.timeout {
      end.kind = .gaveUp
      end.turnedAway = turning
      end.waited = turning.time.since(sign.time)
    } else if let termination {
      end.waited = max(.zero, termination.stamp.time.since(sign.time))
      if wasResetByThirdParty, (forgedReset?.termination.stamp.number ?? 0) >= asked.number {
        end.kind = .forged
      } else if peer(termination.side) == .server {
        end.kind = .debtorClosed
        if waitsInVain(end, until: termination) { (end.kind, end.delivery) = (.gaveUp, .repeated(.client)) }
      } else {
        end.kind = end.waited >= End.timeout ? .gaveUp : .leftEarly
      }
    } else {
      end.waited = max(.zero, captureEnd.since(sign.time))
      // In a recording whose times step back the end is unknown.
      end.kind = end.waited >= Self.timeout && captureEnd >= lastFrame.time ? .waiting : .cutShort
    }
  }

  /// The server's own timer ran out: it closes, but never got what it should answer. A host that has lost the connection answers
  /// a segment with a reset without an acknowledgment: RFC 9293 3.10.7.1.
  private func waitsInVain(_ end: End, until termination: Termination) -> Bool {
    guard end.waited >= End.timeout, termination.kind == .fin || termination.hasAck else { return false }
    let sending = sending(of: .client)
    return sending.isStuck && sending.retransmission.map { $0.last.isBehind(end.last) } ?? false
  }

  /// The request by which the client turned away from what it had asked, or went on with something else.
  private func turning(from asked: FrameStamp) -> FrameStamp? {
    [traffic.turnedAway, traffic.lastAsk].compactMap(\.self).filter { $0.isBehind(asked) }.min { $0.number < $1.number }
  }

  // MARK: The client's turn

  /// An answer of the server that it sends again and again, in vain.
  private var undeliveredAnswer: (answer: End.Answer, stamp: FrameStamp)? {
    guard let reply = traffic.lastResponse, isRepeatedInVain(.server), let repetition = sending(of: .server).retransmission,
      reply.number < repetition.first.number
    else { return nil }
    let answer: End.Answer =
      if [lastValidation?.responseStamp?.frame, traffic.settledValidationFrame].contains(reply.number) { .validateNegotiate }
      else if let tree = trees.last(where: { $0.replyStamp?.frame == reply.number }) { tree.isPipeShare ? .pipeShare : .share }
      else if let session = sessions.last(where: { $0.replyStamp?.frame == reply.number }) { session.isEstablished ? .session : .challenge }
      else if negotiation?.responseStamp?.frame == reply.number || smb1?.responseFrame == reply.number { .negotiate }
      else { .request }
    return (answer, reply)
  }

  /// What the server said last, as far as it is a step.
  private var lastAnswer: (answer: End.Answer, stamp: FrameStamp)? {
    if let further = unusedLogon { return (.session, further) }
    if step == .inUse, let said = traffic.lastResponse { return (.request, said) }
    if let validation = lastValidation, let reply = validation.responseStamp, traffic.requestsSinceValidation == 0 {
      return (.validateNegotiate, reply.frameStamp)
    }
    if stopsBehindFirstEncryptedAnswer, let said = traffic.lastResponse {
      return (trees.last.map { $0.isPipeShare ? .pipeShare : .share } ?? .session, said)
    }
    if let tree = trees.last, let reply = tree.replyStamp {
      guard tree.isConnected, traffic.lastAsk.isBehind(frame: tree.requestStamp.frame), let said = traffic.lastResponse else {
        return (tree.isPipeShare ? .pipeShare : .share, reply.frameStamp)
      }
      return (.request, said)
    }
    if let session = sessions.last, let reply = session.replyStamp {
      if traffic.lastAsk.isBehind(frame: session.requestStamp.frame), let said = traffic.lastResponse { return (.request, said) }
      return (session.isEstablished || session.refusal != nil ? .session : .challenge, reply.frameStamp)
    }
    if let reply = negotiation?.responseStamp { return (.negotiate, reply.frameStamp) }
    guard let smb1 else { return nil }
    guard let frame = smb1.upgradeFrame ?? smb1.responseFrame else { return nil }
    let said = traffic.lastResponse.flatMap { $0.number == frame ? $0 : nil }
    guard let time = (said ?? smb1.requestStamp ?? traffic.lastResponse)?.time else { return nil }
    return (smb1.upgrade == .wildcard ? .upgrade : .negotiate, FrameStamp(number: frame, time: time))
  }

  /// The server's last word grants a session to a further user of a connection in use.
  private var unusedLogon: FrameStamp? {
    guard step == .inUse, sessions.count > 1, let last = sessions.last, last.isEstablished, !last.isBinding, let reply = last.replyStamp,
      reply.frame == traffic.lastResponse?.number, !traffic.lastAsk.isBehind(frame: last.requestStamp.frame), traffic.encryptedMessages == 0,
      let account = last.account, !sessions.dropLast().contains(where: { $0.account.map(account.isSame(as:)) ?? true })
    else { return nil }
    return reply.frameStamp
  }

  /// The server's only encrypted message answers the client, which says nothing more.
  package var stopsBehindFirstEncryptedAnswer: Bool {
    guard let asked = traffic.lastAsk, let first = traffic.firstEncryptedFrame, asked.number >= first else { return false }
    return traffic.encryptedResponses == 1 && traffic.encryptedMessages == 2 && !traffic.encryptedAnswers.endWithRefusal
      && sessions.last?.isEstablished == true && traffic.lastResponse.isBehind(asked) && (trees.last?.isConnected ?? true)
  }

  /// Everything is encrypted, and no answer is as long as that to a file that is opened.
  package var opensNothing: Bool {
    traffic.encryptedMessages > 0 && traffic.encryptedAnswers.showNoFile && traffic.workDone == 0 && step < .inUse
  }

  /// On IPC$ the client asked where a share is, and has not come to it yet.
  package var isOnTheWay: Bool { step == .onIPC && !referrals.isEmpty && trees.allSatisfy(\.isPipeShare) }

  private func isRefusal(_ answer: End.Answer) -> Bool {
    switch answer {
    case .negotiate: negotiation.map { $0.response == nil } ?? (smb1?.response.map { $0.dialectIndex == nil } ?? false)
    case .session: sessions.last?.refusal != nil
    case .pipeShare, .share: trees.last?.replyStamp?.status?.isError == true
    case .upgrade, .challenge, .validateNegotiate, .request: false
    }
  }

  private func judgeWaitingServer(_ end: inout End, _ answer: End.Answer, behind last: FrameStamp) {
    end.waited = max(.zero, (ending?.stamp.time ?? captureEnd).since(last.time))
    if isRefusal(answer) {
      end.kind = .refused
    } else if end.delivery != .repeated(.server), isHidden(.client, behind: last) {
      end.kind = .unseen
    } else if let termination = ending {
      if isAdditionalChannel, answer == .session {
        // Channels of a session are opened for later.
        end.kind = .orderly
      } else if wasResetByThirdParty, !wasLeftOrderly {
        end.kind = .forged
      } else if wasLeftOrderly || answer == .request {
        end.kind = .orderly
      } else if peer(termination.side) == .server {
        end.kind = end.waited >= End.timeout ? .gaveUp : .leftEarly
      } else {
        end.kind = isReason(answer, waited: end.waited) ? .debtorClosed : .orderly
      }
    } else {
      end.kind = end.waited >= Self.timeout ? .waiting : .cutShort
    }
  }

  /// Whether a client that leaves after this time leaves because of this answer.
  private func isReason(_ answer: End.Answer, waited: TimeSpan) -> Bool {
    switch answer {
    case .upgrade, .negotiate, .challenge: true
    case .validateNegotiate: validationAbort != nil
    // Who asks for an anonymous session and leaves has learnt the server's names.
    case .session where sessions.last?.identity.isAnonymous == true: false
    case .session, .pipeShare, .share: waited <= End.promptness && beginsInRecording && !isTestLibrary
    case .request: false
    }
  }

  /// The client has no more on this connection than the recording shows. What SMB1 clients have against an answer is not known.
  private var beginsInRecording: Bool { negotiation != nil || !isSMB1 && sessions.contains(where: \.isEstablished) }

  /// pike, whose contexts come in an order that no other software uses: scripts with it end without goodbye.
  private var isTestLibrary: Bool {
    negotiation?.request?.isWhole == true && negotiation?.request?.contexts.compactMap(\.type) == [0x0002, 0x0001]
  }

  // MARK: What arrived, and what can be seen

  private func isHidden(_ peer: Peer, behind frame: FrameStamp) -> Bool {
    if peer == .server, provenSilence?.asked == frame { return false }
    return visibility.mayHideMessages(from: peer, behind: frame.number) || peer == .server && visibility.lacksAnswers(behind: frame.number)
      || visibility.unfinished(peer).map { $0 > frame.number } ?? false
      || unreadable.contains { $0.sender == peer && $0.frame > frame.number && !isForeign($0) }
  }

  /// Bytes of another protocol where a message should begin, in a recording that lacks nothing: they hide none.
  private func isForeign(_ damaged: UnreadableMessage) -> Bool {
    damaged.structure == "NBSS header" && !visibility.hidesMessages && !visibility.isCut
  }

  private func delivery(of peer: Peer, behind last: FrameStamp, _ question: End.Question = .request) -> End.Delivery {
    for one in [peer, peer.other] where isRepeatedInVain(one) && sending(of: one).retransmission.map({ $0.last.number > last.number }) ?? false {
      return .repeated(one)
    }
    for one in [peer, peer.other] {
      guard let hole = sending(of: one).undelivered, hole.behind.number > last.number else { continue }
      // That a step has no answer says more than that the answer was lost.
      if !(hole.isAtEnd && one == .server && question != .request) { return .repeated(one) }
    }
    guard peer == .client else { return .unknown }
    guard let confirmed = transport?.lastServerAcknowledgment, confirmed.number > last.number else { return .unknown }
    return .confirmed
  }

  /// Sent again and again, and never confirmed.
  package func isRepeatedInVain(_ peer: Peer) -> Bool {
    let sending = sending(of: peer)
    guard sending.isStuck, let repetition = sending.retransmission else { return false }
    // Acknowledgments that were not recorded show all the same: the sender would go on behind them.
    if visibility.unseenPeer == peer.other, streamEnd(of: peer) > repetition.offset + repetition.longest { return false }
    return repetition.copies >= End.repetitions
      && repetition.last.time.since(repetition.first.time) >= End.repetitionTime
      && trace(of: peer.other).zeroWindow.map(\.isOver) ?? true
  }
}
