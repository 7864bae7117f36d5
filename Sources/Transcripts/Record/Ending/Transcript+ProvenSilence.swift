package import Packets

// A recording of the client's segments alone has no answers. Their acknowledgments tell of them all the same: RFC 9293 3.4.

extension Transcript {
  /// The request behind which the client's acknowledgments stand still: until the client's last segment nothing of the server came.
  package var provenSilence: (question: End.Question, asked: FrameStamp)? {
    guard visibility.unseenPeer == .server, let transport, let heard = trace(of: .client).lastTime,
      // A reset without an acknowledgment says nothing of what came before it.
      !terminations.contains(where: { peer($0.side) == .client && $0.kind == .rst && !$0.hasAck })
    else { return nil }
    let answered = transport.lastClientAcknowledgment?.number ?? 0
    guard let open = questions.filter({ $0.asked.number >= answered }).min(by: { $0.asked.number < $1.asked.number }) else { return nil }
    return heard.since(open.asked.time) >= (ending == nil ? Self.timeout : End.timeout) ? open : nil
  }

  /// The last question of each kind, whatever came of it; the steps of a logon before the rest that one frame may have with them.
  private var questions: [(question: End.Question, asked: FrameStamp)] {
    let negotiate = negotiation == nil ? smb1?.requestStamp : negotiation?.requestStamp?.frameStamp
    let asked: [(End.Question, FrameStamp?)] = [
      (.negotiate, negotiate), (.sessionSetup, sessions.last?.requestStamp.frameStamp),
      (.validateNegotiate, lastValidation?.requestStamp.frameStamp), (.treeConnect, trees.last?.requestStamp.frameStamp),
      // Servers of SMB1 leave some requests open as long as nothing changes.
      (.request, isSMB1 ? nil : traffic.lastAsk),
    ]
    return asked.compactMap { question, stamp in stamp.map { (question, $0) } }
  }
}
