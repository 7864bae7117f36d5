import Packets
import Protocols
import Transcripts

/// What a capture must show before a rule can be judged.
package enum Need: String, Sendable, CaseIterable {
  /// The NEGOTIATE exchange, as far as its fixed parts go.
  case negotiate
  /// All of it, with the server's token and the contexts.
  case negotiateContexts
  /// The requests that come before Validate Negotiate, and the exchange itself, in clear.
  case validateNegotiate
  /// An answer to Validate Negotiate, or that there is none.
  case answerToValidation
  /// What the one whose turn it was last may have said.
  case end
  /// What came back to the SYN, if anything did.
  case answerToSYN
  /// What the client asked of KDCs, when that may be why it did not get in; judged for a case.
  case kerberosTraffic
  /// What it asked of resolvers, likewise.
  case nameTraffic
  /// A second recording, made on the other host at the same time. A rule is judged without it too; it settles the finding.
  case otherSide
}

/// Why a rule was not judged, and what would settle it.
package struct Obstacle: Hashable, Sendable {
  package var reason: String
  package var remedy: String

  /// The remedy of every obstacle that is a gap.
  package static let wholeCapture =
    "a capture without lost packets: made on one of the two hosts, with whole packets (snapshot length 0) and a larger buffer"
}

extension Transcript {
  /// Why this capture does not meet a need; nil when it does.
  package func obstacle(to need: Need) -> Obstacle? {
    switch need {
    case .negotiate: negotiateObstacle
    case .negotiateContexts: negotiateObstacle ?? contextsObstacle
    case .validateNegotiate: validationObstacle
    case .answerToValidation: answerObstacle
    case .end: endObstacle
    case .answerToSYN: openingObstacle
    // Needs of a case: see ``Transcripts/Case/obstacle(to:in:)``.
    case .kerberosTraffic, .nameTraffic: nil
    // Settles what was found, and is no condition for finding it.
    case .otherSide: nil
    }
  }

  private var negotiateObstacle: Obstacle? {
    if negotiation?.request != nil, negotiation?.response != nil { return nil }
    if visibility.startsMidstream, negotiation == nil, smb1?.request == nil, traffic.isSMB {
      return Obstacle(
        reason: "the capture starts after NEGOTIATE", remedy: "a capture that begins before the connection is opened")
    }
    return oneDirection ?? gap
  }

  private var contextsObstacle: Obstacle? {
    guard let negotiation, let frame = negotiation.cutFrame else { return nil }
    return Obstacle(reason: "the end of NEGOTIATE in frame \(frame) was not captured", remedy: Obstacle.wholeCapture)
  }

  private var validationObstacle: Obstacle? {
    if dialect == .smb311 || mainSession?.hasNoKey == true { return nil }
    if validations.isEmpty, settledValidations == 0 {
      if let first = traffic.firstEncryptedFrame {
        return Obstacle(
          reason: "messages are encrypted from frame \(first) on",
          remedy: "the logs of client and server, or a capture of an attempt without encryption")
      }
      if visibility.startsMidstream, negotiation == nil, traffic.isSMB {
        return Obstacle(
          reason: "the capture starts after session setup",
          remedy: "a capture that begins before the connection is opened")
      }
    }
    return oneDirection ?? gap
  }

  /// What is missing of the server elsewhere does not matter.
  private var answerObstacle: Obstacle? {
    guard let asked = lastValidation?.requestStamp.frame else { return replyObstacle }
    if validations.contains(where: { $0.responseStamp != nil }) { return nil }
    return oneDirection ?? (visibility.mayHideMessages(from: .server, behind: asked) ? gap(of: .server, behind: asked) : nil)
  }

  private var replyObstacle: Obstacle? { oneDirection ?? gap(of: .server) }

  /// Only what may hide the message that matters.
  private var endObstacle: Obstacle? {
    guard end.kind == .unseen, let last = end.last?.number else { return nil }
    if let oneDirection { return oneDirection }
    for peer in [Peer.client, .server] {
      guard let unfinished = visibility.unfinished(peer), unfinished > last else { continue }
      return Obstacle(
        reason: "the message that the \(peer.rawValue) begins in frame \(unfinished) is incomplete in the capture",
        remedy: "a capture on the other host, to check whether the rest arrives there")
    }
    if case .server = end.turn, visibility.unseenServerTail > 0, gap(of: .server, behind: last) == nil {
      return Obstacle(
        reason: "\(visibility.unseenServerTail) bytes that the server sent before it closed the connection (frame \(ending?.stamp.number ?? lastFrame.number)) are missing",
        remedy: Obstacle.wholeCapture)
    }
    let debtor = if case .server = end.turn { Peer.server } else { Peer.client }
    return gap(of: debtor, behind: last)
      ?? Obstacle(
        reason: "bytes from the \(debtor.rawValue) after frame \(last) are missing in too many places",
        remedy: Obstacle.wholeCapture)
  }

  private var openingObstacle: Obstacle? {
    handshake.syn != nil && handshake.synAck == nil && !handshake.isAnsweredUnseen && !visibility.hasPayload ? oneDirection : nil
  }

  private var oneDirection: Obstacle? {
    guard let unseen = visibility.unseenPeer else { return nil }
    return Obstacle(
      reason: "the capture has nothing that the \(unseen.rawValue) sent",
      remedy: "a capture of both directions, on one of the two hosts or on a mirror port that copies both")
  }

  private var gap: Obstacle? { gap(of: .client) ?? gap(of: .server) }

  private func gap(of sender: Peer, behind frame: Int = 0) -> Obstacle? {
    let visibility = visibility
    // Asked for several needs of each connection, and nearly all captures have all of it.
    if visibility.hasNoGap, frame == 0 || unreadable.isEmpty { return nil }
    guard let lost = visibility.lost.first(where: { $0.sender == sender && $0.frame > frame && !($0.isEndOfMessage && frame > 0) })
    else {
      if let damaged = unreadable.first(where: { $0.sender == sender && $0.frame > frame }), frame > 0 {
        return Obstacle(
          reason: "a message from the \(sender.rawValue) is unreadable: \(damaged.description)",
          remedy: "a capture on the other host, to check whether the message is complete there")
      }
      return closedMessage(of: sender) ?? unseenHead(of: sender) ?? (sender == .server ? missingAnswer(behind: frame) : nil)
    }
    return Obstacle(
      reason: "\(lost.count) bytes that the \(sender.rawValue) sent are missing before frame \(lost.frame)",
      remedy: Obstacle.wholeCapture)
  }

  private func unseenHead(of sender: Peer) -> Obstacle? {
    let count = visibility.unseenHead(of: sender)
    guard count > 0 else { return nil }
    return Obstacle(
      reason: "\(count) bytes that the \(sender.rawValue) sent at the start of the capture are missing or are not a message",
      remedy: "a capture that begins before the connection is opened")
  }

  private func missingAnswer(behind frame: Int) -> Obstacle? {
    guard visibility.lacksAnswers(behind: frame) else { return nil }
    return Obstacle(
      reason: "the client continued, so answers from the server must be missing", remedy: Obstacle.wholeCapture)
  }

  private func closedMessage(of sender: Peer) -> Obstacle? {
    let count = visibility.unreadableMessages(from: sender)
    guard count > 0 else { return nil }
    return Obstacle(
      reason: "smbdx cannot read \(counted(count, "compressed message")) from the \(sender.rawValue)",
      remedy: "a capture of an attempt without compression")
  }
}

extension Visibility {
  fileprivate var hasNoGap: Bool {
    lost.isEmpty && unreadableFromClient + unreadableFromServer == 0 && unseenClientHead + unseenServerHead == 0 && !lacksAnswers
  }
}
