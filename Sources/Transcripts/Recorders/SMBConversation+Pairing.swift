import Protocols

/// Pairs requests with their answers: MS-SMB2 3.2.5.1.2.
extension SMBConversation {
  /// A request that waits for its answer.
  enum OpenRequest {
    case negotiate
    case session(Int)
    case tree(Int)
    case validation(Int)
    /// SESSION_SETUP of an established session.
    case reauthentication(Int)
    case referral(Int)
    /// A logon of SMB1 with the share that is to be connected in its session: known to the transcript once that is established.
    case chain(session: Int, share: [Tree])
    /// Its answer changes nothing but is shown.
    case other

    var isOther: Bool { if case .other = self { true } else { false } }
    var isValidation: Bool { if case .validation = self { true } else { false } }
  }

  /// Takes a complete control-plane message.
  func take(_ message: Decoded) {
    observer?.observe(
      ObservedMessage(
        content: .smb2(message.header, message.body), origin: message.stamp.origin, tcpStream: transcript.tcpStream))
    if message.header.isResponse {
      recordAnswer(message.header.messageID)
      transcript.recordReply(message, isBelated: isBelated(message.header))
      takeReply(message)
    } else {
      // The numbers begin again with another connection between the same ports.
      if answeredID > 0, message.header.command == .negotiate, transcript.isNegotiated { answeredID = 0 }
      transcript.recordRequest(message, isAnswered: isAnswered(message.header.messageID))
      takeRequest(message)
    }
    recordWatch()
  }

  /// An answer to something that the client asked before a validation that still waits for its own.
  private func isBelated(_ header: SMB2Header) -> Bool {
    openRequests.contains { $0.request.isValidation && $0.messageID > header.messageID }
  }

  func takeRequest(_ message: Decoded) {
    // Late answers must not be taken for those to what comes now.
    if !openRequests.isEmpty, message.header.command == .negotiate, transcript.isNegotiated { openRequests = ShortQueue() }
    adoptLogon(for: message.header)
    let open = message.body == nil ? transcript.openUnreadable(message) : transcript.open(message)
    if let early = earlyReplies.firstIndex(where: { $0.messageID == message.header.messageID }),
      case .smb2(let reply) = earlyReplies[early].content
    {
      earlyReplies.remove(at: early)
      transcript.answer(open, with: reply)
      return
    }
    wait(for: open, message.header.messageID)
  }

  /// The last leg of a logon is in a hole, and its answer is not: what the client does in the session shows whose it is.
  private func adoptLogon(for header: SMB2Header) {
    guard !earlyReplies.isEmpty, header.command != .sessionSetup, header.sessionID != 0,
      let session = transcript.sessions.lastIndex(where: { $0.id == header.sessionID && !$0.isEstablished && !$0.isBinding })
    else { return }
    for (place, early) in earlyReplies.enumerated() {
      guard case .smb2(let reply) = early.content, reply.header.command == .sessionSetup, reply.stamp.status == .success,
        reply.header.sessionID == header.sessionID
      else { continue }
      earlyReplies.remove(at: place)
      return transcript.answer(.session(session), with: reply)
    }
  }

  func wait(for open: OpenRequest, _ messageID: UInt64) {
    if openRequests.count >= Limit.openRequests {
      transcript.visibility.limitsReached += 1
      // Those that decide a stage go on waiting; the others are only counted.
      openRequests.removeAll { $0.request.isOther }
      guard openRequests.count < Limit.openRequests else { return }
    }
    if !openRequests.isEmpty { openRequests.removeAll { $0.messageID == messageID } }
    openRequests.append((messageID, open))
  }

  /// MS-SMB2 3.2.5.1.2: an answer belongs to the request with its MessageId, whatever came in between.
  private func takeReply(_ message: Decoded) {
    guard !message.header.isUnsolicited else { return }
    guard !message.header.isInterim else {
      if let index = openRequests.firstIndex(where: { $0.messageID == message.header.messageID }) {
        transcript.recordInterim(openRequests[index].request, message.stamp)
      }
      return
    }
    let reply = Reply(header: message.header, body: message.body, stamp: message.stamp)
    // One access to the queue: it is a part of an object, to reach which is checked at run time.
    if let open = openRequests.take(where: { $0.messageID == reply.header.messageID })?.request {
      transcript.answer(open, with: reply)
      context.values.share(&transcript, after: reply.header.command)
      context.precedents.record(&transcript, after: reply.header.command, of: ObjectIdentifier(self))
    } else if transcript.answersMultiProtocolNegotiate(message) {
      transcript.recordUpgrade(message)
    } else {
      keep(EarlyReply(messageID: reply.header.messageID, content: .smb2(reply.withoutLongToken)))
    }
  }

  func keep(_ early: EarlyReply) {
    guard earlyReplies.count < Limit.earlyReplies else {
      transcript.visibility.limitsReached += 1
      transcript.traffic.repliesWithoutRequest += 1
      return
    }
    earlyReplies.append(early)
  }
}
