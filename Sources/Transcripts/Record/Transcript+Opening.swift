package import Packets
import Protocols

/// Why a connection did not get as far as SMB, as TCP and the NetBIOS session service show it.
package enum OpeningFailure: Sendable, Codable {
  /// The SYN was sent again and again, and nothing came back.
  case noAnswer
  case refused(Termination)
  case unreachable(ICMPNotice)
  /// The server answers every SYN with an ACK of an older connection.
  case challenged
  /// The recording host dropped the SYN.
  case dropped(DroppedSegment)
  /// The SYN-ACK was sent again and again, and the client did not say anything; or, with a reset, too late for it.
  case incomplete(Termination?)
  /// The connection was closed before either side sent data.
  case closedUnused(Termination)
  case sessionRefused(SessionPacket)
  /// The session request got no answer: the server closed the connection, or the client gave up waiting.
  case sessionUnanswered(SessionPacket, Termination?)
}

extension Transcript {
  /// A connect takes no longer; the next SYN shows a client that still tries.
  private static let connectTime = TimeSpan.seconds(21)
  /// Programs that trace a route set the time to live of a SYN so low on purpose.
  private static let longestTrace: UInt8 = 30
  /// A client that closes within this time only tested whether the port is open.
  package static let probeTime = TimeSpan.seconds(1)

  /// The NetBIOS session service, beside which clients try port 445 at the same time.
  package var isNetBIOS: Bool { server.port == 139 }

  package var openingFailure: OpeningFailure? {
    if let refusal = sessionRefusal { return .sessionRefused(refusal) }
    if isNetBIOS, let failure = unansweredSession { return failure }
    guard let syn = handshake.syn, !visibility.hasPayload, visibility.unseenPeer == nil, !handshake.isAnsweredUnseen,
      visibility.missingFromClient == 0, visibility.missingFromServer == 0
    else { return nil }
    guard let synAck = handshake.synAck else { return unansweredSYN }
    return unusedConnection(syn, synAck)
  }

  /// The server's "no" to a session request, when no "yes" follows.
  private var sessionRefusal: SessionPacket? {
    guard let last = sessionPackets.last(where: { $0.sender == .server && $0.type != .retarget }),
      last.type == .negativeResponse
    else { return nil }
    return last
  }

  private var unansweredSession: OpeningFailure? {
    guard let asked = sessionPackets.last, asked.sender == .client, !traffic.isSMB, smb1 == nil, visibility.unseenPeer == nil,
      visibility.missingFromServer == 0, !visibility.lacksAnswers, foreignBeginnings.isEmpty
    else { return nil }
    guard let termination = ending else {
      return captureEnd.since(asked.time) >= Self.timeout ? .sessionUnanswered(asked, nil) : nil
    }
    // A client that leaves sooner has got through on port 445 meanwhile.
    let hasGivenUp = termination.stamp.time.since(asked.time) >= End.timeout
    return hasGivenUp || peer(termination.side) == .server ? .sessionUnanswered(asked, termination) : nil
  }

  private var unansweredSYN: OpeningFailure? {
    guard trace(of: .server).segments == 0 else { return nil }
    if let reset = terminations.first(where: { handshake.isRefused(by: $0) }) { return .refused(reset) }
    if let notice = notices.first(where: { $0.error.isUnreachable && handshake.isRefused(by: $0) }) {
      return .unreachable(notice)
    }
    if let drop = drops.first(where: { $0.drop.isDecision && handshake.isRefused(by: $0) }) { return .dropped(drop) }
    if handshake.challengeCount >= 2, hasGivenUp { return .challenged }
    if handshake.synCount == 1, let notice = notices.first(where: { $0.error.isTimeExceeded && handshake.isRefused(by: $0) }),
      handshake.synHopLimit > Self.longestTrace
    {
      return .unreachable(notice)
    }
    guard handshake.synCount >= 2, terminations.isEmpty, notices.allSatisfy(\.error.isTimeExceeded) else { return nil }
    guard hasGivenUp else { return nil }
    return drops.first(where: handshake.isRefused(by:)).map { .dropped($0) } ?? .noAnswer
  }

  /// The client tries no more, or has tried often.
  private var hasGivenUp: Bool {
    guard let first = handshake.syn, let last = handshake.lastTry else { return false }
    let silence = captureEnd.since(last.time)
    // The next SYN comes after twice the last wait; a client that sends none has given up.
    let isOver = silence >= max(.seconds(3), .milliseconds(Int(handshake.lastTryGap)) * 3)
    // Three that had their time are two more than a lost packet explains.
    let isStubborn = handshake.synCount >= 4
    return isOver || isStubborn || captureEnd.since(first.time) >= Self.connectTime
  }

  private func unusedConnection(_ syn: FrameStamp, _ synAck: FrameStamp) -> OpeningFailure? {
    // Two answer for one address, and the first one counts.
    if !handshake.isComplete, let reset = terminations.first(where: { handshake.isRefused(by: $0) }), reset.stamp.number < synAck.number {
      return .refused(reset)
    }
    guard let termination = ending else {
      return !handshake.isComplete && handshake.synAckCount >= 3 ? .incomplete(nil) : nil
    }
    let isClient = peer(termination.side) == .client
    guard handshake.isComplete else {
      // A scanner resets at once; a client that has given up is not there any more when the answer comes late.
      let isLate = synAck.time.since(syn.time) >= Self.probeTime
      if isClient, termination.kind == .rst, isLate { return .incomplete(termination) }
      return handshake.synAckCount >= 3 ? .incomplete(nil) : nil
    }
    // Bytes before it that the capture does not have.
    guard termination.position == 0 else { return nil }
    let isProbe = isClient && termination.stamp.time.since(synAck.time) <= Self.probeTime
    return isProbe || isNetBIOS && isClient ? nil : .closedUnused(termination)
  }
}

extension ICMPError {
  /// RFC 792 and RFC 1122 3.2.2.1: net, host, port, administratively prohibited; RFC 4443 3.1, codes 0 to 4.
  package var isUnreachable: Bool {
    isVersion6 ? type == 1 && code <= 4 : type == 3 && [0, 1, 3, 9, 10, 13].contains(code)
  }
}
