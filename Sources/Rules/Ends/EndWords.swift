import Packets
import Protocols
import Transcripts

// How an end is put into words.

extension Transcript {
  /// ` in 60 s`, with how the waiting ended.
  var noteOnWaiting: String {
    " in \(end.waited)" + (end.hasInterim ? " after the server's STATUS_PENDING" : "") + noteOnGivingUp + noteOnLostAnswer
  }

  /// `; then the client closed the connection`
  var noteOnGivingUp: String {
    guard end.kind == .gaveUp else { return "" }
    if let left = end.turnedAway {
      return traffic.turnedAway == left ? "; then the client gave up waiting" + noteOnLateAnswer(behind: left) : "; then the client continued with something else"
    }
    return ending.map { "; then the \(peer($0.side).rawValue) closed the connection" + noteOnLateAnswer(behind: $0.stamp) } ?? ""
  }

  private func noteOnLateAnswer(behind end: FrameStamp) -> String {
    lateAnswer.map { ", and the answer came \($0.time.since(end.time)) after that" } ?? ""
  }

  /// What ended the waiting, or the connection, as evidence.
  var evidenceOfEnd: [Evidence] {
    switch end.kind {
    case .waiting, .cutShort, .unseen, .refused: return []
    case .forged:
      guard let forged = forgedReset else { return endEvidence }
      return [evidence(of: forged.termination, after: end.lastSign)] + forged.evidence
    case .debtorClosed, .gaveUp, .leftEarly, .orderly:
      let late = [Evidence(lateAnswer?.number, .server, "the answer, too late")].compactMap(\.self)
      if end.kind == .gaveUp, let left = end.turnedAway {
        return [Evidence(left.number, .client, "the client gives up waiting, \(end.waited) after its request")] + late
      }
      return (ending.map { [evidence(of: $0, after: end.lastSign)] } ?? []) + (suspiciousReset?.evidence ?? []) + late
    }
  }

  /// A reset that another device may have sent, which is not enough to say so.
  var suspiciousReset: Attribution? { forgedReset.flatMap { $0.isForged ? nil : $0 } }

  /// `the server closed the connection`; of a reset that may not be its own that is not said.
  func closer(_ peer: Peer) -> String {
    guard let doubt = suspiciousReset, self.peer(doubt.termination.side) == peer else { return "the \(peer.rawValue) closed the connection" }
    return "a reset in the \(peer.rawValue)'s name ended the connection; another device may have sent it"
  }

  /// Nothing sure is known of who sent a reset that may be another's.
  var confidenceOfCloser: Confidence { forgedReset == nil ? .likely : .possible }

  /// `fs01 does not answer`; where the answer was lost on the way, the server did its part.
  var doesNotAnswer: String { visibility.unseenServerTail > 0 ? "no answer from \(serverName) arrives for" : "\(serverName) does not answer" }

  /// The server's later segments come after bytes that the client never received.
  var noteOnLostAnswer: String {
    if provenSilence != nil { return "; the client's acknowledgments stand still until then, so nothing arrived" }
    let count = visibility.unseenServerTail
    return count == 0
      ? "" : "; the server's sequence numbers show that it sent \(count) bytes, \(Claim.lostAnswer)"
  }

  func evidence(of termination: Termination, after stamp: FrameStamp?) -> Evidence {
    guard !termination.isUnseen, let stamp, stamp.number != termination.stamp.number else { return evidence(of: termination) }
    let kind = termination.kind == .rst ? "RST" : "FIN"
    let distance = termination.stamp.time.since(stamp.time)
    return Evidence(
      termination.stamp.number, peer(termination.side), distance >= .zero ? "\(kind), \(distance) later" : kind, isEnd: true)
  }
}

extension Transcript {
  /// What a later attempt has to reach to make up for this end.
  var goalOfEnd: Goal {
    switch end.stage {
    case .negotiate: Goal(.dialect)
    case .sessionSetup: Goal(user: logonAtEnd?.account)
    case .treeConnect: trees.last.map(goal(of:)) ?? Goal(.established)
    case .transport, .validateNegotiate, nil: Goal(.established)
    }
  }
}
