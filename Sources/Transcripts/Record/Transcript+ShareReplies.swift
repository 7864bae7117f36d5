package import Packets
package import Protocols

// What answers to requests on a connected share show about the share and the session.
extension Transcript {
  /// Takes an answer in clear to a request on a connected share.
  ///
  /// - Parameter asked: by the CREATE or QUERY_INFO before it.
  mutating func recordShareReply(_ header: SMB2Header, asked: PassedHeader.Asked = .unseen, isDecrypted: Bool, frame: Int) {
    guard let status = header.status, let id = header.treeID ?? (asked.treeID == 0 ? nil : asked.treeID), header.command != .treeConnect,
      let index = trees.indices.last(where: { trees[$0].id == id && trees[$0].sessionID == header.sessionID && trees[$0].isConnected })
    else { return }
    trees[index].record(header.command, status, asked: asked, isDecrypted: isDecrypted, frame: frame)
    if !trees[index].isWatched { recordTreeWatch() }
  }

  /// Takes the answer that a path leads out of the share, however much was opened before: links are deep in a namespace.
  mutating func recordUncoveredPath(_ header: SMB2Header, frame: Int) {
    guard header.command == .create, let id = header.treeID else { return }
    recordUncoveredPath(treeID: id, sessionID: header.sessionID, frame: frame)
  }

  /// - Parameters:
  ///   - treeID: nil where the capture ends before it.
  ///   - sessionID: nil as well.
  mutating func recordUncoveredPath(treeID: UInt32?, sessionID: UInt64?, frame: Int) {
    let isUsed = { (tree: Tree) in
      tree.isConnected && (treeID == nil || tree.id == nil || tree.id == treeID) && (sessionID == nil || tree.sessionID == sessionID)
    }
    guard uncoveredPaths.isEmpty, let tree = trees.last(where: isUsed) else { return }
    uncoveredPaths = [UncoveredPath(sharePath: tree.path, frame: frame)]
  }

  /// Takes an answer by which the server refuses work.
  mutating func recordWorkRefusal(_ header: SMB2Header, asked: PassedHeader.Asked, _ stamp: FrameStamp) {
    guard let status = header.status, header.treeID != nil else { return }
    // A client does not leave a share because a request on IPC$ was refused.
    if workRefusal != nil, trees.last(where: { $0.id == header.treeID && $0.sessionID == header.sessionID })?.isPipeShare == true { return }
    recordWorkRefusal(
      WorkRefusal(command: header.command, status: status, sessionID: header.sessionID, treeID: header.treeID, stamp: stamp, access: asked.desiredAccess))
  }

  mutating func recordWorkRefusal(_ refusal: WorkRefusal) {
    rarities.value.workRefusal = refusal
  }

  /// Takes the answer that the session or the share of a request is gone.
  mutating func recordLoss(_ header: SMB2Header, frame: Int, time: Timestamp) {
    guard let status = header.status, status.saysSessionIsGone || status.saysShareIsGone else { return }
    recordLoss(status, of: header.command, sessionID: header.sessionID, treeID: header.treeID, FrameStamp(number: frame, time: time))
  }

  /// - Parameters:
  ///   - sessionID: nil where the capture ends before it.
  ///   - treeID: nil as well.
  mutating func recordLoss(_ status: NTStatus, of command: SMB2Command, sessionID: UInt64?, treeID: UInt32?, _ stamp: FrameStamp) {
    // A client that only disconnects needs neither any more.
    guard ![.sessionSetup, .treeConnect, .treeDisconnect, .logoff, .close, .changeNotify, .echo].contains(command) else { return }
    if status.saysShareIsGone { return recordLostShare(status, of: command, sessionID: sessionID, treeID: treeID, stamp) }
    guard let sessionID = sessionID ?? sessions.last(where: \.isEstablished)?.id else { return }
    let list = status == .userSessionDeleted ? deletedSessions : expiredSessions
    guard !list.contains(where: { $0.sessionID == sessionID }) else { return }
    guard list.count < SMBConversation.Limit.expiredSessions else {
      visibility.limitsReached += 1
      return
    }
    let session = ExpiredSession(
      sessionID: sessionID, command: command, frame: stamp.number, time: stamp.time, idle: traffic.silence)
    if status == .userSessionDeleted { deletedSessions.append(session) } else { expiredSessions.append(session) }
  }

  private mutating func recordLostShare(
    _ status: NTStatus, of command: SMB2Command, sessionID: UInt64?, treeID: UInt32?, _ stamp: FrameStamp
  ) {
    // A share that was refused, or that the client has disconnected, may be the one that is meant.
    if treeID == nil, trees.contains(where: { !$0.isConnected || $0.disconnectFrame != nil }) { return }
    let isOpen = { (tree: Tree) in
      tree.isConnected && tree.disconnectFrame == nil && (treeID == nil || tree.id == treeID) && (sessionID == nil || tree.sessionID == sessionID)
    }
    guard let index = trees.lastIndex(where: isOpen) else {
      guard let sessionID, let treeID, strayTree == nil, !trees.contains(where: { $0.id == treeID && $0.sessionID == sessionID }) else { return }
      return rarities.value.strayTree = StrayTree(command: command, status: status, sessionID: sessionID, treeID: treeID, answer: stamp)
    }
    guard trees[index].lost == nil else { return }
    trees[index].rarities.value.lost = LostShare(status: status, answer: stamp, idle: traffic.silence)
  }
}

/// A request refused because the server knows no such share in this session: MS-SMB2 3.3.5.2.11.
package struct StrayTree: Sendable {
  package var command: SMB2Command
  package var status: NTStatus
  package var sessionID: UInt64
  package var treeID: UInt32
  package var answer: FrameStamp
}

extension Transcript {
  /// The first request with a TreeId that no answer of this connection gave to its session. A recording that may lack such an answer
  /// has none.
  package var strayTree: StrayTree? {
    guard !rarities.isAbsent, let stray = rarities.read({ $0.strayTree }) else { return nil }
    // Who goes on although the share was refused has no TreeId, and sends any.
    let last = trees.last { $0.sessionID == stray.sessionID && $0.requestStamp.frame < stray.answer.number }
    if let last, last.replyStamp != nil, !last.isConnected { return nil }
    return seesEveryTree && trees.contains { $0.sessionID == stray.sessionID || $0.id == stray.treeID } ? stray : nil
  }

  /// The same where the recording may lack the answer that gave the TreeId, and nothing else succeeded on a share.
  package var unknownTreeRefusal: StrayTree? {
    guard !rarities.isAbsent, !seesEveryTree, traffic.workDone == 0 else { return nil }
    return rarities.read { $0.strayTree }
  }

  private var seesEveryTree: Bool {
    !visibility.startsMidstream && !visibility.hidesMessages && visibility.unseenPeer == nil && traffic.encryptedMessages == 0
      && traffic.cutMessages == 0
  }
}
