import Packets
import Protocols
import Transcripts

// A share that the server refuses, in the words that the rules about statuses use.

extension Transcript {
  /// What a rule says of each refused share; the same share and status once.
  func refusedTrees(_ judge: (Tree, NTStatus) -> Observation?) -> [Observation] {
    guard hasRefusedTree else { return [] }
    var seen: Set<String> = []
    return trees.compactMap { tree in
      guard let status = tree.replyStamp?.status, ![.success, .pending].contains(status),
        seen.insert("\(status.rawValue) \(tree.path.lowercased())").inserted
      else { return nil }
      return judge(tree, status)
    }
  }

  func refusal(
    of tree: Tree, _ status: NTStatus, confidence: Confidence = .proven, note: String = "", causes: [String]? = nil,
    remedies: [Remedy]? = nil
  ) -> Observation {
    let who = session(of: tree).map { " to \($0.who)" } ?? ""
    let isBesideShares = isBesideShares(tree)
    let isSuperseded =
      isSuperseded(tree) || isFoundByReferral(tree) || status == .networkNameDeleted && wasDisconnected(tree) || isPassedOver(tree)
    var observation = Observation(
      confidence, "\(server(of: tree)) refuses \(tree.path)\(who) with \(status)" + (note.isEmpty ? meaning(of: status) : note),
      evidence: evidence(of: tree) + (isSuperseded ? [] : endEvidence), severity: isSuperseded || isBesideShares ? .info : nil,
      causes: isBesideShares ? ["the server closes IPC$ to this user: the user's shares work, but lists of shares, printers and DFS links do not"] : causes,
      goal: goal(of: tree))
    observation.remedies = remedies
    if tree.hasFolderBehindShare, status.isError, ![.badNetworkName, .pathNotCovered, .accessDenied].contains(status) {
      observation.firstCauses = [Tree.folderBehindShare]
      observation.firstRemedies = [.shareOnly]
    }
    addMalformedRequest(tree.requestStamp, status, &observation)
    // ksmbd sends two answers in one message, and its signature fits neither.
    if negotiation?.response?.serverGUID.isZero == true, status != .accessDenied, status.isError,
      let place = observation.evidence.firstIndex(where: { $0.frame == tree.replyStamp?.frame })
    {
      observation.evidence[place].note +=
        "; this server looks like ksmbd (its ServerGuid is zero), and its refusals have a wrong signature: smbclient shows NT_STATUS_ACCESS_DENIED for every status"
    }
    return observation
  }

  /// IPC$ refused to a session without a user, and the client got at what it wanted without it.
  private func isPassedOver(_ tree: Tree) -> Bool {
    guard tree.isPipeShare, session(of: tree)?.hasNoKey == true else { return false }
    return trees.contains { $0.isConnected && !$0.isPipeShare }
      || sessions.contains { $0.isEstablished && !$0.hasNoKey && $0.requestStamp.frame > tree.requestStamp.frame }
  }

  /// IPC$ refused to a user who gets at shares all the same: what goes by pipes does not work.
  private func isBesideShares(_ tree: Tree) -> Bool {
    tree.isPipeShare && trees.contains { $0.isConnected && !$0.isPipeShare && $0.sessionID == tree.sessionID }
  }

  /// To have this share, as this user.
  func goal(of tree: Tree) -> Goal {
    let session = session(of: tree)
    return Goal(user: session?.account, hidesUser: session.map(lacksUser(of:)) ?? false, share: tree.path, isForAnyUser: tree.isUnavailable)
  }

  private func server(of tree: Tree) -> String {
    guard tree.path.hasPrefix("\\") else { return serverName }
    return tree.path.split(separator: "\\").first.map(String.init).flatMap(nameOfSender) ?? serverName
  }

  /// The same share is connected later on this connection.
  private func isSuperseded(_ tree: Tree) -> Bool {
    !tree.isMissingAndNameless && trees.contains {
      $0.isConnected && $0.share.lowercased() == tree.share.lowercased() && $0.requestStamp.frame > tree.requestStamp.frame
        && isSameUser($0, tree)
    }
  }

  /// The success of another user on the same connection does not count.
  private func isSameUser(_ one: Tree, _ other: Tree) -> Bool {
    guard let first = session(of: one), let second = session(of: other) else { return true }
    if first.account == nil || second.account == nil, first.requestStamp.frame != second.requestStamp.frame {
      // A client has one session for each user of a connection.
      let (early, late) = first.requestStamp.frame < second.requestStamp.frame ? (first, second) : (second, first)
      return early.logoffFrame.map { $0 < late.requestStamp.frame } ?? (early.identity.mechanism != .kerberos || late.identity.mechanism != .kerberos)
    }
    return first.isSameUser(as: second)
  }

  private func wasDisconnected(_ tree: Tree) -> Bool {
    trees.contains {
      $0.disconnectFrame.map { $0 < tree.replyStamp?.frame ?? 0 } ?? false && $0.share.lowercased() == tree.share.lowercased() && isSameUser($0, tree)
    }
  }
}

extension Tree {
  static let folderBehindShare =
    "the path continues after the share's name, but TREE_CONNECT accepts only the share: the client has to open the folder separately"
}
