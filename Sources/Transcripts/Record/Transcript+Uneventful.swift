import Packets
import Protocols

// Nearly all connections go well, and few rules can find anything there.

extension Transcript {
  /// All of the connection was seen, the client got what it asked for and used it, and then closed in order or is still there:
  /// there is nothing to be said of statuses, resets and silence. What hosts announce and how they protect it may still be odd.
  package var isUneventful: Bool { settled?.isUneventful ?? false }

  /// Decided once, after everything else about the end. If anything is in doubt, the answer is no, and all rules are asked.
  var wentWell: Bool {
    guard outcome == .established, traffic.isUneventful, let transport, !isAdditionalChannel,
      negotiation?.request?.isWhole == true, negotiation?.response?.isWhole == true, negotiation?.responseStamp?.status == .success
    else { return false }
    return transport.isUneventful && endsInOrder(transport.ending) && rarities.read(\.isUneventful)
      && sessions.indices.allSatisfy { sessions[$0].isUneventful } && trees.indices.allSatisfy { trees[$0].isUneventful }
      && trees.indices.contains { !trees[$0].isPipeShare } && validations.isEmpty && protection.faults.isEmpty
  }

  /// Nothing is owed, and whoever closed was the client, behind the last answer.
  private func endsInOrder(_ ending: Termination?) -> Bool {
    guard end.turn == .client(.request), !end.isUnanswered, end.kind == .orderly || end.kind == .cutShort || end.kind == .waiting else { return false }
    guard let ending else { return true }
    return ending.kind == .fin && peer(ending.side) == .client && ending.stamp.isBehind(traffic.lastResponse)
  }
}

extension Transcript.Rarities {
  fileprivate var isUneventful: Bool {
    visibility.isUneventful && smb1 == nil && unreadable.isEmpty && unreadableNotKept == 0 && sessionPackets.isEmpty
      && referrals.isEmpty && workRefusal == nil && uncoveredPaths.isEmpty && foreignBeginnings.isEmpty
      && expiredSessions.isEmpty && deletedSessions.isEmpty && forgedReset == nil && negotiatedBefore == nil
      && abandoned == nil && compressedUnasked == nil && damagedFrames.isEmpty && lateAnswer == nil
      && !hasSpokenSMB2 && answeredBefore == nil && answersOthers == nil && proofs.isEmpty && strayTree == nil
      && unusedTicket == nil && openQuestions.isEmpty && hostAnswers == nil
  }
}

extension Visibility {
  /// The capture has all of it, from the first byte on.
  fileprivate var isUneventful: Bool {
    !startsMidstream && missingFromClient + missingFromServer + unseenServerTail + unseenClientHead + unseenServerHead == 0
      && !lacksAnswers && unseenPeer == nil && lost.isEmpty && lostNotKept == 0 && unreadableFromClient + unreadableFromServer == 0
      && unfinishedFromClient == nil && unfinishedFromServer == nil && cutIoctlFrame == nil && !isCut && conflictingSegments + limitsReached == 0
  }
}

extension Traffic {
  fileprivate var isUneventful: Bool { isInUse && isInClear && awaited == nil && oldestOpen == nil }
}

extension TransportFacts {
  fileprivate var isUneventful: Bool {
    handshake.isComplete && handshake.syn != nil && handshake.synAck != nil && !clientSending.isTroubled && !serverSending.isTroubled
      && notices.isEmpty && drops.isEmpty && clientTrace.zeroWindow == nil && serverTrace.zeroWindow == nil
      && terminations.allSatisfy { $0.kind == .fin }
  }
}

extension Session {
  fileprivate var isUneventful: Bool {
    isEstablished && isAnswered && !isBinding && replyStamp?.status == .success && (rarities.isAbsent || rarities.read(\.isUneventful))
  }
}

extension Session.Rarities {
  fileprivate var isUneventful: Bool {
    pendingStamp == nil && slowReply == nil && kerberosError == nil && reauthentications.isEmpty && acceptedBefore == nil
      && ticketVerdict == nil && strayedLeg == nil && tokenFault == nil && !mayBind && admittedOthers == nil && acceptedTicket == nil
  }
}

extension Tree {
  fileprivate var isUneventful: Bool { isConnected && (rarities.isAbsent || rarities.read(\.isUneventful)) }
}

extension Tree.Rarities {
  fileprivate var isUneventful: Bool {
    pendingStamp == nil && error == nil && deniedCreateFrame == nil && missingPathFrame == nil && brokenCreate == nil && lost == nil
      && refusedCreate == nil && deniedInClearFrame == nil && useInClear == nil && signatureAcceptedFrame == nil && connectedElsewhere == nil
  }
}
