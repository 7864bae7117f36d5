import Packets
import Protocols

/// The steps by which an SMB connection gets established.
package enum Stage: String, Sendable, CaseIterable {
  case transport, negotiate, sessionSetup, treeConnect, validateNegotiate
}

package enum StageOutcome: String, Sendable {
  case passed, failed, notReached, notSeen, notApplicable, inconclusive
}

package enum ConnectionOutcome: String, Sendable {
  case established, failed, inconclusive, notSMB
}

extension Transcript {
  package func outcome(of stage: Stage) -> StageOutcome {
    switch stage {
    case .transport: transportOutcome
    case .negotiate: negotiateOutcome
    case .sessionSetup: sessionOutcome
    case .treeConnect: treeOutcome
    case .validateNegotiate: validationOutcome
    }
  }

  /// `established`: session and tree passed (IPC$ counts), or traffic in the middle of a connection proves them.
  package var outcome: ConnectionOutcome {
    guard traffic.isSMB || smb1 != nil || !sessionPackets.isEmpty || hasNoPayload else { return .notSMB }
    let isAnswered = lastValidation.map { $0.responseStamp != nil } ?? true
    let wentOn = isAnswered ? traffic.requestsSinceValidation > 0 : traffic.responsesSinceValidation > 0
    if Stage.allCases.contains(where: { outcome(of: $0) == .failed && !($0 == .validateNegotiate && wentOn) }) {
      return .failed
    }
    if treeOutcome == .passed || isEstablishedMidstream || isAdditionalChannel && sessionOutcome == .passed {
      return .established
    }
    return .inconclusive
  }

  private var hasNoPayload: Bool { !visibility.hasPayload }

  /// Requests and replies of a tree that the capture did not see connected.
  private var isEstablishedMidstream: Bool {
    visibility.startsMidstream && negotiation == nil && smb1?.request == nil
      && traffic.responses + traffic.encryptedMessages > 0 && sessions.isEmpty && trees.isEmpty
  }

  private var transportOutcome: StageOutcome {
    if openingFailure != nil { return .failed }
    if handshake.synFrame == 0, handshake.synAckFrame == 0 { return .notSeen }
    if handshake.isComplete || visibility.hasPayload { return .passed }
    return ending?.kind == .rst && handshake.synAckFrame == 0 ? .failed : .inconclusive
  }

  private var negotiateOutcome: StageOutcome {
    if let negotiation {
      if negotiation.response != nil { return .passed }
      if negotiation.responseStamp?.status?.isError == true { return .failed }
      return unanswered(negotiation.requestStamp?.asked, mayCross: true)
    }
    if let smb1, smb1.request != nil || smb1.response != nil {
      if smb1.upgrade != nil { return unanswered(nil, by: .client) }
      if let response = smb1.response { return response.dialectIndex == nil ? .failed : .passed }
      return unanswered(FrameStamp(number: smb1.requestFrame, time: smb1.requestTime), mayCross: true)
    }
    if visibility.startsMidstream { return .notSeen }
    return visibility.hidesMessages ? .inconclusive : .notReached
  }

  private var sessionOutcome: StageOutcome {
    if sessions.contains(where: \.isEstablished) { return .passed }
    if let last = sessions.last {
      if let status = last.replyStamp?.status, status.isError, status != .moreProcessingRequired { return .failed }
      // Behind MORE_PROCESSING_REQUIRED the next leg is the client's; one that logs off instead has seen enough.
      if last.isAnswered, wasLeftOrderly { return .inconclusive }
      return unanswered(last.requestStamp.asked, by: last.isAnswered ? .client : .server)
    }
    return laterStage(after: negotiateOutcome)
  }

  private var treeOutcome: StageOutcome {
    if trees.contains(where: \.isConnected) { return .passed }
    if let last = trees.last {
      if last.replyStamp?.status?.isError == true { return .failed }
      return unanswered(last.requestStamp.asked)
    }
    if isAdditionalChannel { return .notApplicable }
    return laterStage(after: sessionOutcome)
  }

  private var validationOutcome: StageOutcome {
    if dialect == .smb311 { return validationAbort == nil ? .notApplicable : .failed }
    // A benign refusal is no reason to leave.
    if let abort = validationAbort, abort.validation.status.map({ !Validation.harmlessStatuses.contains($0) }) ?? false {
      return .failed
    }
    if let failed = validations.lazy.map({ outcome(of: $0) }).first(where: { $0 != .passed }) { return failed }
    if !validations.isEmpty || settledValidations > 0 { return .passed }
    if smb1 != nil && negotiation == nil { return .notApplicable }
    if isAdditionalChannel || mainSession?.hasNoKey == true { return .notApplicable }
    if treeOutcome == .passed { return .notSeen }
    return laterStage(after: treeOutcome)
  }

  func outcome(of validation: Validation) -> StageOutcome {
    guard let reply = validation.responseStamp, let status = reply.status else {
      return unanswered(validation.requestStamp.asked)
    }
    // 3.2.5.3.1: without a key nothing can be signed, and there should be no validation.
    if session(of: validation)?.hasNoKey == true { return .notApplicable }
    if status == .success {
      guard !validation.isMalformed else { return .inconclusive }
      let agrees = validation.response != nil && validation.comparison(with: negotiation).allSatisfy(\.isEqual)
      return agrees && reply.isSigned && !reply.hasZeroSignature ? .passed : .failed
    }
    return reply.isSigned && Validation.harmlessStatuses.contains(status) ? .passed : .failed
  }

  /// A message without the next one: the end of the connection makes it a failure, unless the capture has a hole where
  /// the peer whose turn it was may have sent it.
  ///
  /// - Parameter mayCross: a server that turns its client away may do so before it has seen the message.
  private func unanswered(_ asked: FrameStamp?, by peer: Peer = .server, mayCross: Bool = false) -> StageOutcome {
    if visibility.mayHideMessages(from: peer) { return .inconclusive }
    if let ending {
      let isBehind = asked.map { ending.stamp.number >= $0.number } ?? true
      return isBehind || mayCross && self.peer(ending.side) == peer ? .failed : .inconclusive
    }
    return asked.map { captureEnd.since($0.time) >= Self.patience } ?? false ? .failed : .inconclusive
  }

  /// How long a client waits for an answer before it gives up; a capture that ends sooner proves nothing.
  package static let patience: Int64 = 60_000_000_000

  private func laterStage(after outcome: StageOutcome) -> StageOutcome {
    if visibility.startsMidstream, traffic.isSMB { return .notSeen }
    if traffic.encryptedMessages > 0 { return .notSeen }
    return !visibility.hidesMessages || outcome != .passed ? .notReached : .inconclusive
  }
}

extension Visibility {
  /// Something was said that the capture does not show.
  package var hidesMessages: Bool { !lost.isEmpty || unreadableFromClient + unreadableFromServer > 0 }

  package func unseenHead(of peer: Peer) -> Int { peer == .client ? unseenClientHead : unseenServerHead }

  package func unreadableMessages(from peer: Peer) -> Int { peer == .client ? unreadableFromClient : unreadableFromServer }

  /// Whether a message of this peer may exist that the capture does not show.
  ///
  /// - Parameter frame: only what comes behind this frame counts, as far as it is known where that is.
  package func mayHideMessages(from peer: Peer, behind frame: Int = 0) -> Bool {
    unseenPeer == peer || unreadableMessages(from: peer) > 0 || lost.contains { $0.sender == peer && $0.frame > frame }
      || lost.count { $0.sender == peer } == SMBConversation.Limit.lost
      || frame == 0 && (unseenHead(of: peer) > 0 || peer == .server && lacksAnswers)
  }
}
