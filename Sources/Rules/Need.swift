import Packets
import Protocols
import Transcripts

/// What a capture must show before a rule can be judged.
package enum Need: String, Sendable, CaseIterable {
  /// The NEGOTIATE exchange.
  case negotiate
  /// The requests that come before Validate Negotiate, and the exchange itself, in clear.
  case validateNegotiate
  /// An answer to Validate Negotiate, or that there is none.
  case answerToValidation
  /// Every message the server sent while establishing the connection.
  case serverReplies
  /// What the one whose turn it was last may have said.
  case end
  /// What came back to the SYN, if anything did.
  case answerToSYN
  /// What the client asked of KDCs, when that may be why it did not get in; judged for a case.
  case kerberosTraffic
  /// What it asked of resolvers, likewise.
  case nameTraffic
}

/// Why a rule was not judged, and what would settle it.
package struct Obstacle: Hashable, Sendable {
  package var reason: String
  package var remedy: String

  /// The remedy of every obstacle that is a gap.
  package static let wholeCapture =
    "a capture without lost packets: whole packets (snapshot length 0), a larger buffer, on one of the two hosts"
}

extension Transcript {
  /// Why this capture does not meet a need; nil when it does.
  package func obstacle(to need: Need) -> Obstacle? {
    switch need {
    case .negotiate: negotiateObstacle
    case .validateNegotiate: validationObstacle
    case .answerToValidation: answerObstacle
    case .serverReplies: replyObstacle
    case .end: endObstacle
    case .answerToSYN: openingObstacle
    // Needs of a case: see ``Transcripts/Case/obstacle(to:in:)``.
    case .kerberosTraffic, .nameTraffic: nil
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

  private var validationObstacle: Obstacle? {
    if dialect == .smb311 || mainSession?.hasNoKey == true { return nil }
    if validations.isEmpty, settledValidations == 0 {
      if traffic.encryptedMessages > 0 {
        return Obstacle(
          reason: "messages are encrypted from frame \(traffic.firstEncryptedFrame) on",
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
    validations.contains { $0.responseStamp != nil } ? nil : replyObstacle
  }

  private var replyObstacle: Obstacle? { oneDirection ?? gap(of: .server) }

  /// Only what may hide the message that matters.
  private var endObstacle: Obstacle? {
    guard end.kind == .unseen else { return nil }
    if let oneDirection { return oneDirection }
    if case .server = end.turn, visibility.unseenServerTail > 0, gap(of: .server, behind: end.last.number) == nil {
      return Obstacle(
        reason: "\(visibility.unseenServerTail) bytes that the server sent before it closed the connection (frame \(ending?.stamp.number ?? lastFrame.number)) are missing",
        remedy: Obstacle.wholeCapture)
    }
    let debtor = if case .server = end.turn { Peer.server } else { Peer.client }
    return gap(of: debtor, behind: end.last.number)
      ?? Obstacle(
        reason: "bytes of the \(debtor.rawValue) behind frame \(end.last.number) are missing in more places than are remembered",
        remedy: Obstacle.wholeCapture)
  }

  private var openingObstacle: Obstacle? {
    handshake.synFrame > 0 && handshake.synAckFrame == 0 && !handshake.isAnsweredUnseen && !visibility.hasPayload ? oneDirection : nil
  }

  private var oneDirection: Obstacle? {
    guard let unseen = visibility.unseenPeer else { return nil }
    return Obstacle(
      reason: "nothing that the \(unseen.rawValue) sent was captured",
      remedy: "a capture of both directions, on one of the two hosts or on a mirror port that copies both")
  }

  private var gap: Obstacle? { gap(of: .client) ?? gap(of: .server) }

  private func gap(of sender: Peer, behind frame: Int = 0) -> Obstacle? {
    guard let lost = visibility.lost.first(where: { $0.sender == sender && $0.frame > frame }) else {
      if let damaged = unreadable.first(where: { $0.sender == sender && $0.frame > frame }), frame > 0 {
        return Obstacle(
          reason: "a message of the \(sender.rawValue) cannot be read: \(damaged.description)",
          remedy: "a capture on the other host, to see whether the message is whole there")
      }
      return closedMessage(of: sender) ?? unseenHead(of: sender) ?? (sender == .server ? missingAnswer : nil)
    }
    return Obstacle(
      reason: "\(lost.count) bytes that the \(sender.rawValue) sent are missing before frame \(lost.frame)",
      remedy: Obstacle.wholeCapture)
  }

  private func unseenHead(of sender: Peer) -> Obstacle? {
    let count = visibility.unseenHead(of: sender)
    guard count > 0 else { return nil }
    return Obstacle(
      reason: "\(count) bytes that the \(sender.rawValue) sent when the capture began are not in it, or are no message",
      remedy: "a capture that begins before the connection is opened")
  }

  private var missingAnswer: Obstacle? {
    guard visibility.lacksAnswers else { return nil }
    return Obstacle(
      reason: "the client took its next step, so that answers of the server must be missing", remedy: Obstacle.wholeCapture)
  }

  private func closedMessage(of sender: Peer) -> Obstacle? {
    let count = visibility.unreadableMessages(from: sender)
    guard count > 0 else { return nil }
    return Obstacle(
      reason: "\(counted(count, "compressed message")) of the \(sender.rawValue) cannot be read",
      remedy: "a capture of an attempt without compression")
  }
}
