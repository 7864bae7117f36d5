import Packets
import Transcripts

extension Rule {
  static let messageNotDelivered = Rule(
    id: "message-not-delivered",
    severity: .error,
    phase: .transport,
    // It explains the silence and the close that follow.
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "One message was sent again and again, but never arrived.",
    explanation: """
      Everything before it got through. Then the sender repeated one message at least three times over three seconds \
      or more, and the receiver never acknowledged it. SMB cannot continue without it. TCP repairs a single lost \
      packet within a second, so this is no accident: something on the path drops this message each time, or the \
      path or the other host is down.

      Once is enough if the server then closes the connection after ten seconds or more, and the acknowledgment number of \
      its FIN shows that it never got the message.

      It does not matter which side sent it: without the answer the step fails just as without the request.
      """,
    whenBenign: "When the client was switched off or left the network. It then does not confirm the server's last message, and the finding is a note.",
    howToVerify: "Capture on both hosts: the message is in only one capture. Then ping with the same size: if the ping fails too, the path drops the message because of its size, otherwise because of its content.",
    causes: undeliveredCauses,
    remedies: [.captureOtherSideOfSilence, .findDropper, .checkPath, .testMTU],
    references: ["RFC 6298", "RFC 9293 3.8.1"]
  ) { transcript in
    guard case .notDelivered(let peer) = transcript.end.diagnosis, transcript.blackHole(of: peer) == nil,
      transcript.missingLargeSegments(of: peer) == nil
    else { return [] }
    if let hole = transcript.sending(of: peer).undelivered { return [transcript.observation(of: hole, peer)] }
    guard let repetition = transcript.sending(of: peer).retransmission
    else { return [] }
    let end = transcript.end
    let other = peer.other
    // What the other host said since, if anything.
    let isAlive =
      repetition.duplicateAcknowledgments > 0 || transcript.trace(of: other).lastTime.map { $0 > repetition.first.time } ?? false
      || transcript.terminations.contains { transcript.peer($0.side) == other && $0.stamp.number > repetition.first.number }
    let isUnseen = transcript.visibility.unseenPeer == other
    let refusal = transcript.notices.first { $0.error.isUnreachable && transcript.peer($0.sender) == peer }
    let isVanishedClient = peer == .server && !isAlive && (end.step == .inUse || transcript.visibility.startsMidstream)
    let span = repetition.last.time.since(repetition.first.time)
    let isLarge = repetition.longest >= Transcript.largeMessage
    let causes = undeliveredCauses.filter { isLarge || $0 != ofSize }
    let repetitions = repetition.copies > 1 ? "\(counted(repetition.copies, "time")) in \(span)" : "once"
    return [
      Observation(
        .likely,
        "\(transcript.undelivered(by: peer)) (\(counted(repetition.longest, "byte"))) was sent again \(repetitions)\(isUnseen ? "" : " and never acknowledged")"
          + (isAlive ? "" : isUnseen ? "; what the \(other.rawValue) sent was not recorded" : "; nothing more came from the \(other.rawValue)"),
        evidence: [
          repetition.first.isBehind(end.last) ? Evidence(end.last?.number, peer, transcript.undelivered(by: peer)) : nil,
          Evidence(repetition.first.number, peer, "the same segment again"),
          repetition.copies > 1 ? Evidence(repetition.last.number, peer, "the last of \(counted(repetition.copies, "repetition"))") : nil,
          refusal.map { Evidence($0.stamp.number, nil, "ICMP from \($0.error.reporter): destination unreachable") } ?? nil,
        ].compactMap(\.self) + transcript.evidenceOfEnd,
        severity: isVanishedClient ? .info : nil,
        causes: refusal.map { [path(refusedBy: $0.error.reporter)] + causes }
          ?? (isAlive || isUnseen ? causes : end.step == .opened && peer == .client ? causes + [hostIsGone(other)] : [hostIsGone(other)] + causes),
        remedies: isLarge ? nil : [.captureOtherSideOfSilence, .findDropper, .checkPath], goal: transcript.goalOfEnd)
    ]
  }

  fileprivate static let ofSize = "a path that loses packets of this size"
  fileprivate static let undeliveredCauses = [
    "a device on the path drops this message because of its content: intrusion prevention, deep inspection, a WAN optimizer",
    ofSize,
    "a path with so much loss that every repetition was lost",
  ]

  private static func path(refusedBy router: IPAddress) -> String {
    "\(router) answers that it cannot or may not deliver the packets: an access list or firewall there, a route that broke, or a host that is down"
  }

  private static func hostIsGone(_ peer: Peer) -> String {
    "the path or the \(peer.rawValue) went down at this moment: nothing more arrives from it"
  }
}

extension Transcript {
  fileprivate func observation(of hole: UndeliveredBytes, _ peer: Peer) -> Observation {
    let isLarge = hole.count >= Self.largeMessage
    let others = Rule.undeliveredCauses.filter { $0 != Rule.ofSize }
    return Observation(
      .likely,
      "a part of \(undelivered(by: peer)) (\(counted(hole.count, "byte"))) never arrives, and the \(peer.other.rawValue) goes on acknowledging what comes before it",
      evidence: [
        Evidence(hole.behind.number, peer, "\(counted(hole.count, "byte")) before this frame are missing, and the \(peer.other.rawValue) does not acknowledge them"),
      ].compactMap(\.self) + evidenceOfEnd,
      causes: (isLarge ? [Rule.ofSize] : []) + others,
      remedies: (isLarge ? [.testMTU] : []) + [.captureOtherSideOfSilence, .findDropper, .checkPath], goal: goalOfEnd)
  }

  /// The message by its place in the conversation.
  fileprivate func undelivered(by peer: Peer) -> String {
    switch (end.turn, peer) {
    case (.server(.negotiate), .client): "the client's NEGOTIATE"
    case (.server(.sessionSetup), .client): "the client's logon message (SESSION_SETUP)"
    case (.server(.treeConnect), .client): "the client's request for \(openTree?.path ?? "the share")"
    case (.server(.validateNegotiate), .client): "the client's Validate Negotiate request"
    case (.client(.negotiate), .server), (.client(.upgrade), .server): "the server's answer to NEGOTIATE"
    case (.client(.challenge), .server), (.client(.session), .server): "the server's answer to the logon"
    case (.client(.share), .server), (.client(.pipeShare), .server): "the server's answer to the request for \(trees.last?.path ?? "the share")"
    case (.client(.validateNegotiate), .server): "the server's answer to Validate Negotiate"
    default: "a message of the \(peer.rawValue)"
    }
  }
}

extension Remedy {
  static var findDropper: Remedy {
    Remedy(
      "Look for an intrusion prevention system, firewall with deep inspection or WAN optimizer on the path, and for its log entry at this moment; exclude TCP 445 between these hosts from it as a test.")
  }
}
