package import Packets
import Protocols

/// The steps by which an SMB connection gets established.
package enum Stage: String, Sendable, Codable, CaseIterable {
  case transport, negotiate, sessionSetup, treeConnect, validateNegotiate
}

package enum StageOutcome: String, Sendable, Codable {
  case passed, failed, notReached, notSeen, notApplicable, inconclusive
}

package enum ConnectionOutcome: String, Sendable, Codable {
  case established, failed, inconclusive, notSMB
}

/// What a connection came to.
struct StageOutcomes: Sendable {
  let transport: StageOutcome
  let negotiate: StageOutcome
  let sessionSetup: StageOutcome
  let treeConnect: StageOutcome
  let validateNegotiate: StageOutcome
  let hasRefusedSession: Bool
  let hasRefusedTree: Bool
  /// Follows from the stages.
  fileprivate(set) var connection = ConnectionOutcome.inconclusive
  /// Follows from all else: see ``Transcript/isUneventful``.
  fileprivate(set) var isUneventful = false

  init(_ transcript: borrowing Transcript) {
    transport = transcript.transportOutcome
    negotiate = transcript.negotiateOutcome
    sessionSetup = transcript.sessionOutcome
    treeConnect = transcript.treeOutcome
    validateNegotiate = transcript.validationOutcome
    hasRefusedSession = transcript.sessions.contains { $0.refusal != nil }
    hasRefusedTree = transcript.trees.contains { !$0.isConnected && $0.replyStamp != nil }
  }
}

extension Transcript {
  /// Decides once what the connection came to, when everything else is known of it.
  mutating func settleOutcomes() {
    settled = nil
    settled = StageOutcomes(self)
    let outcome = connectionOutcome
    settled?.connection = outcome
    let isUneventful = wentWell
    settled?.isUneventful = isUneventful
  }

  /// Nearly all connections have none, and each rule about a status asks.
  package var hasRefusedSession: Bool { settled?.hasRefusedSession ?? sessions.contains { $0.refusal != nil } }
  package var hasRefusedTree: Bool { settled?.hasRefusedTree ?? trees.contains { !$0.isConnected && $0.replyStamp != nil } }

  package func outcome(of stage: Stage) -> StageOutcome {
    switch stage {
    case .transport: settled?.transport ?? transportOutcome
    case .negotiate: settled?.negotiate ?? negotiateOutcome
    case .sessionSetup: settled?.sessionSetup ?? sessionOutcome
    case .treeConnect: settled?.treeConnect ?? treeOutcome
    case .validateNegotiate: settled?.validateNegotiate ?? validationOutcome
    }
  }

  /// `established`: what the client asked for was reached, each share other than IPC$, and IPC$ when nothing else was
  /// asked for; or traffic in the middle of a connection proves it.
  package var outcome: ConnectionOutcome { settled?.connection ?? connectionOutcome }

  fileprivate var connectionOutcome: ConnectionOutcome {
    guard !isKnock else { return .notSMB }
    guard traffic.isSMB || smb1 != nil || !sessionPackets.isEmpty || hasNoPayload else { return .notSMB }
    let isAnswered = lastValidation.map { $0.responseStamp != nil } ?? true
    let wentOn = isAnswered ? traffic.requestsSinceValidation > 0 : traffic.responsesSinceValidation > 0
    let isUndelivered = end.turn == .client(.validateNegotiate) && end.delivery == .repeated(.server)
    if Stage.allCases.contains(where: { outcome(of: $0) == .failed && !($0 == .validateNegotiate && wentOn && !isUndelivered) }) {
      return .failed
    }
    if outcome(of: .treeConnect) == .passed || isEstablishedMidstream || isAdditionalChannel && outcome(of: .sessionSetup) == .passed
      || worksEncrypted
    {
      return .established
    }
    return .inconclusive
  }

  private var hasNoPayload: Bool { !visibility.hasPayload }

  /// Requests and replies of a tree that the capture did not see connected.
  private var isEstablishedMidstream: Bool {
    visibility.startsMidstream && negotiation == nil && smb1?.request == nil
      && (traffic.responses > 0 || traffic.encryptedMessages > 0 && (!traffic.encryptedAnswers.showNoFile || traffic.encryptedResponses >= Self.manyEncrypted))
      && sessions.isEmpty && trees.isEmpty && !onlyLeaves
  }

  /// All that the capture shows is the goodbye: it does not say what came before it.
  private var onlyLeaves: Bool { traffic.requests > 0 && traffic.lastAsk == nil && traffic.turnedAway != nil && traffic.encryptedMessages == 0 }

  /// More was said and answered in an encrypted session than a refusal takes.
  private var worksEncrypted: Bool {
    outcome(of: .sessionSetup) == .passed && trees.isEmpty && traffic.encryptedResponses >= Self.manyEncrypted
      && streamEnd(of: .server) >= Self.workingBytes
  }

  private static let workingBytes = 2_048

  fileprivate var transportOutcome: StageOutcome {
    if openingFailure != nil { return .failed }
    if handshake.syn == nil, handshake.synAck == nil { return .notSeen }
    if handshake.isComplete || visibility.hasPayload { return .passed }
    // A client that resets its own SYN has changed its mind, or the recording lacks the answer.
    guard let ending, ending.kind == .rst, peer(ending.side) == .server else { return .inconclusive }
    return handshake.synAck == nil && visibility.unseenPeer == nil ? .failed : .inconclusive
  }

  fileprivate var negotiateOutcome: StageOutcome {
    if let negotiation {
      if negotiation.response != nil { return answered(.negotiate) }
      if negotiation.responseStamp?.status?.isError == true { return .failed }
      return unanswered(.negotiate)
    }
    if let smb1, smb1.request != nil || smb1.response != nil {
      if smb1.upgrade != nil { return answered(.upgrade, otherwise: .inconclusive) }
      // Nobody wanted in.
      if isVersionProbe { return smb1.response?.dialectIndex == nil ? .inconclusive : .passed }
      if let response = smb1.response { return response.dialectIndex == nil ? .failed : answered(.negotiate) }
      return unanswered(.negotiate)
    }
    if visibility.startsMidstream { return .notSeen }
    return visibility.hidesMessages ? .inconclusive : .notReached
  }

  fileprivate var sessionOutcome: StageOutcome {
    // A failed session does not undo an established one.
    if sessions.dropLast().contains(where: \.isEstablished) { return .passed }
    if let last = sessions.last {
      if last.isEstablished { return answered(.session) }
      if let status = last.replyStamp?.status, last.isAnswered, status.isError, status != .moreProcessingRequired { return .failed }
      // Behind MORE_PROCESSING_REQUIRED the next leg is the client's; one that logs off instead has seen enough.
      let outcome =
        !last.isAnswered ? unanswered(.sessionSetup) : wasLeftOrderly ? .inconclusive : answered(.challenge, otherwise: .inconclusive)
      // The recording ends during one more try of a client that was refused each time.
      return outcome == .inconclusive && sessions.count { $0.refusal != nil } > 1 ? .failed : outcome
    }
    return givesUpLogon ? .failed : laterStage(after: outcome(of: .negotiate))
  }

  /// By the last word about each goal.
  fileprivate var treeOutcome: StageOutcome {
    guard !trees.isEmpty else { return isAdditionalChannel ? .notApplicable : laterStage(after: outcome(of: .sessionSetup)) }
    var worst = StageOutcome.passed
    for goal in goals {
      let outcome = outcome(of: goal)
      if outcome == .failed { return .failed }
      if outcome == .inconclusive { worst = .inconclusive }
    }
    return worst
  }

  /// The shares that the client wants: IPC$ only when it asks for no other. Of each the last request, unless one was
  /// connected behind it.
  package var goals: [Tree] {
    // One share, or IPC$ and one share: nearly all connections.
    if trees.count < 2 { return trees }
    let isPipeOnly = trees.allSatisfy(\.isPipeShare)
    var last: [String: Tree] = [:]
    var order: [String] = []
    for tree in trees where isPipeOnly || !tree.isPipeShare {
      // Every server has IPC$: what is not there is another share than any whose name was cut as well.
      let name = tree.isMissingAndNameless ? "\(tree.requestStamp.frame)" : tree.share.lowercased()
      if last[name] == nil { order.append(name) }
      last[name] = tree
    }
    return order.compactMap { last[$0] }
  }

  /// The client then asked where the path leads, and a referral told it: MS-DFSC 3.1.4.1.
  package func isFoundByReferral(_ tree: Tree) -> Bool {
    guard tree.replyStamp?.status == .badNetworkName else { return false }
    return referrals.contains {
      $0.requestStamp.frame > tree.requestStamp.frame && !$0.targets.isEmpty && $0.path.asPath == tree.path.asPath
    }
  }

  private func outcome(of goal: Tree) -> StageOutcome {
    let isLast = goal.requestStamp.frame == trees.last?.requestStamp.frame
    // What else the client asked for is not known.
    if goal.isConnected, goal.isPipeShare, visibility.mayHideMessages(from: .client), !traffic.isInUse, end.delivery != .repeated(.server) { return .inconclusive }
    // It asked where a share is, and has not come to it.
    if goal.isConnected, goal.isPipeShare, isOnTheWay, referrals.last?.leadsNowhere == true, end.delivery != .repeated(.server) {
      return end.isUnanswered ? .failed : .inconclusive
    }
    if goal.isConnected { return isLast ? answered(goal.isPipeShare ? .pipeShare : .share) : .passed }
    // The cluster names another node, to which the client connects next.
    if goal.error?.redirectsShare == true || isFoundByReferral(goal) { return .inconclusive }
    if goal.replyStamp?.status?.isError == true { return .failed }
    if case .server(.treeConnect) = end.turn { return unanswered(.treeConnect) }
    return end.isUnanswered && goal.requestStamp.frameStamp.isBehind(traffic.lastResponse) ? .failed : .inconclusive
  }

  fileprivate var validationOutcome: StageOutcome {
    if dialect == .smb311 { return validationAbort == nil ? .notApplicable : .failed }
    // A server that does not know the request is no fault, unless the client leaves because of it.
    if let abort = validationAbort, let status = abort.validation.status,
      !Validation.harmlessStatuses.contains(status) || abort.isOverRefusal
    {
      return .failed
    }
    if case .client(.validateNegotiate) = end.turn, end.delivery == .repeated(.server) { return .failed }
    for validation in validations {
      let outcome = outcome(of: validation)
      if outcome != .passed { return outcome }
    }
    if !validations.isEmpty || settledValidations > 0 { return .passed }
    if isSMB1 { return .notApplicable }
    if isAdditionalChannel || mainSession?.hasNoKey == true { return .notApplicable }
    if outcome(of: .treeConnect) == .passed { return .notSeen }
    return laterStage(after: outcome(of: .treeConnect))
  }

  func outcome(of validation: Validation) -> StageOutcome {
    guard let reply = validation.responseStamp, let status = reply.status else {
      return unanswered(.validateNegotiate, asked: validation.requestStamp.frame)
    }
    // 3.2.5.3.1: without a key nothing can be signed, and there should be no validation.
    if session(of: validation)?.hasNoKey == true { return .notApplicable }
    if status == .success {
      guard !validation.isMalformed else { return .inconclusive }
      // What the request says the server has accepted.
      if validation.isCut, reply.isSigned, !reply.hasZeroSignature { return .inconclusive }
      let agrees = validation.response != nil && validation.agrees(with: negotiation, in: .response)
      return agrees && reply.isSigned && !reply.hasZeroSignature ? .passed : .failed
    }
    return reply.isSigned && Validation.harmlessStatuses.contains(status) ? .passed : .failed
  }

  /// A message without the next one: the end of the connection makes it a failure, unless the capture lacks bytes of the
  /// server behind it.
  ///
  /// - Parameter asked: the request; that of the last validation where it is not said.
  private func unanswered(_ question: End.Question, asked: Int? = nil) -> StageOutcome {
    // Something else than SMB came back, or a refusal of the NetBIOS session.
    if end.turn == .neither, foreignBeginnings.contains(where: { $0.sender == .server }) || openingFailure != nil {
      return ending == nil && captureEnd.since(lastFrame.time) < Self.timeout ? .inconclusive : .failed
    }
    guard case .server(question) = end.turn else {
      // The server went on without it.
      return question == .validateNegotiate && traffic.responsesSinceValidation > 0 && !hidesAnswer(behind: asked) ? .failed : .inconclusive
    }
    return end.isUnanswered ? .failed : .inconclusive
  }

  private func hidesAnswer(behind frame: Int?) -> Bool {
    visibility.mayHideMessages(from: .server, behind: frame ?? lastValidation?.requestStamp.frame ?? 0)
  }

  /// An answer that is there: it counts for nothing when it never arrived, when the client left over it, or when the
  /// connection was cut off right behind it.
  private func answered(_ answer: End.Answer, otherwise outcome: StageOutcome = .passed) -> StageOutcome {
    guard case .client(answer) = end.turn else { return outcome == .passed ? .passed : .inconclusive }
    if case .repeated(.server) = end.delivery { return .failed }
    switch (answer, end.kind) {
    case (.negotiate, .debtorClosed): return isLeftOver ? .failed : outcome
    case (.negotiate, .leftEarly), (.negotiate, .forged): return .failed
    case (.upgrade, .debtorClosed), (.upgrade, .leftEarly), (.upgrade, .gaveUp), (.upgrade, .forged), (.upgrade, .waiting):
      return .failed
    case (.challenge, .debtorClosed), (.challenge, .leftEarly), (.challenge, .gaveUp), (.challenge, .forged), (.challenge, .waiting):
      return .failed
    case (.session, .debtorClosed), (.session, .leftEarly), (.session, .forged): return .failed
    case (.session, .orderly): return rejection == .noCipher || rejection == .zeroSignature ? .failed : outcome
    case (.pipeShare, .debtorClosed), (.pipeShare, .leftEarly), (.pipeShare, .forged): return .failed
    case (.share, .debtorClosed), (.share, .leftEarly), (.share, .forged): return .failed
    default: return outcome
    }
  }

  /// A client that leaves behind the answer, and not one that only looked for versions.
  private var isLeftOver: Bool { objections.contains(where: \.isAboutAnswer) }

  /// The client had its dialect, meant to log on, and left without it.
  private var givesUpLogon: Bool {
    guard case .client(.negotiate) = end.turn, end.kind == .debtorClosed, !isLeftOver else { return false }
    // Scanners of SMB1 leave behind the same answers.
    guard negotiation != nil else { return meansToLogOn && !objections.isEmpty }
    // Where there is no Kerberos no KDC is looked for: who takes longer was asked for a password, or looked at the answer by hand.
    let limit = negotiation?.mechanisms == .ntlm && unusedTicket == nil ? TimeSpan.seconds(1) : Self.timeout
    return !objections.isEmpty || meansToLogOn && end.waited < limit
  }

  /// How long a client waits for an answer before it gives up; a capture that ends sooner proves nothing.
  package static let timeout = TimeSpan.seconds(60)

  private func laterStage(after outcome: StageOutcome) -> StageOutcome {
    if visibility.startsMidstream, traffic.isSMB { return .notSeen }
    if traffic.encryptedMessages > 0 { return .notSeen }
    return !visibility.hidesMessages || outcome != .passed ? .notReached : .inconclusive
  }
}

extension String {
  /// Without the separators at its ends, in lower case.
  fileprivate var asPath: String { split(separator: "\\").joined(separator: "\\").lowercased() }
}

extension Visibility {
  /// Something was said that the capture does not show.
  package var hidesMessages: Bool { !lost.isEmpty || unreadableFromClient + unreadableFromServer > 0 }

  /// Whether one of the answers that must be missing may have come behind this frame: a hole shows where they are.
  package func lacksAnswers(behind frame: Int) -> Bool {
    lacksAnswers && !(frame > 0 && lost.contains { $0.sender == .server && $0.frame <= frame })
  }

  package func unfinished(_ peer: Peer) -> Int? { peer == .client ? unfinishedFromClient : unfinishedFromServer }

  package func unseenHead(of peer: Peer) -> Int { peer == .client ? unseenClientHead : unseenServerHead }

  package func unreadableMessages(from peer: Peer) -> Int { peer == .client ? unreadableFromClient : unreadableFromServer }

  /// Whether a message of this peer may exist that the capture does not show.
  ///
  /// - Parameter frame: only what comes behind this frame counts, as far as it is known where that is.
  package func mayHideMessages(from peer: Peer, behind frame: Int = 0) -> Bool {
    unseenPeer == peer || unreadableMessages(from: peer) > 0 || lost.contains { $0.sender == peer && $0.frame > frame && !$0.isEndOfMessage }
      || lost.count { $0.sender == peer && !$0.isEndOfMessage } == SMBConversation.Limit.lost
      || frame == 0 && (unseenHead(of: peer) > 0 || peer == .server && lacksAnswers)
  }
}
