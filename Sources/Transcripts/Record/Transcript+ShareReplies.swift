import Packets
import Protocols

// What the answers to requests on a connected share say of the share and of the session.
extension Transcript {
  /// Takes an answer in clear to a request on a connected share.
  mutating func recordShareReply(_ header: SMB2Header, isDecrypted: Bool, frame: Int) {
    guard let status = header.status, let id = header.treeID, header.command != .treeConnect,
      let index = trees.lastIndex(where: { $0.id == id && $0.sessionID == header.sessionID && $0.isConnected })
    else { return }
    trees[index].record(header.command, status, isDecrypted: isDecrypted, frame: frame)
    if !trees[index].isWatched { recordTreeWatch() }
  }

  /// Takes the answer that a path leads out of the share, however much was opened before: links are deep in a namespace.
  mutating func recordUncoveredPath(_ header: SMB2Header, frame: Int) {
    guard header.command == .create, uncoveredPaths.isEmpty, let id = header.treeID,
      let tree = trees.last(where: { $0.id == id && $0.sessionID == header.sessionID && $0.isConnected })
    else { return }
    uncoveredPaths = [UncoveredPath(sharePath: tree.path, frame: frame)]
  }

  /// Takes an answer by which the server refuses work.
  mutating func recordWorkRefusal(_ header: SMB2Header, _ stamp: FrameStamp) {
    guard let status = header.status, header.treeID != nil else { return }
    recordWorkRefusal(
      WorkRefusal(command: header.command, status: status, sessionID: header.sessionID, treeID: header.treeID, stamp: stamp))
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
    // Clients that only tidy up before they leave need neither any more.
    guard ![.sessionSetup, .treeConnect, .treeDisconnect, .logoff, .close, .changeNotify, .echo].contains(command) else { return }
    if status.saysShareIsGone { return recordLostShare(status, sessionID: sessionID, treeID: treeID, stamp) }
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

  private mutating func recordLostShare(_ status: NTStatus, sessionID: UInt64?, treeID: UInt32?, _ stamp: FrameStamp) {
    let isOpen = { (tree: Tree) in
      tree.isConnected && tree.disconnectFrame == nil && (treeID == nil || tree.id == treeID) && (sessionID == nil || tree.sessionID == sessionID)
    }
    guard let index = trees.lastIndex(where: isOpen), trees[index].lost == nil else { return }
    trees[index].rarities.value.lost = LostShare(status: status, answer: stamp, idle: traffic.silence)
  }
}
