/// What somebody wanted from a server when an attempt failed; a later attempt that reaches it makes up for the failure.
package struct Goal: Hashable, Sendable {
  /// As far as it is known who; nil matches everybody.
  package var user: String?
  /// Without the server's name, since the same share is reached under several; nil matches every share.
  package var share: String?
  /// Only a session counts, not one of a guest in place of the user.
  package var needsSession: Bool

  package init(user: String? = nil, share: String? = nil, needsSession: Bool = true) {
    self.user = user?.lowercased()
    self.share = share.map { Self.shareName($0).lowercased() }
    self.needsSession = needsSession
  }

  /// The last part of `\\server\share`.
  static func shareName(_ path: String) -> String {
    path.split(separator: "\\", omittingEmptySubsequences: true).last.map(String.init) ?? path
  }
}

extension ConnectionBrief {
  /// What this connection failed to reach.
  package var goal: Goal {
    switch failedStage {
    case .treeConnect: Goal(user: identity?.user, share: trees.last { !$0.isConnected }?.path)
    case .sessionSetup: Goal(user: identity?.user)
    default: Goal(needsSession: false)
    }
  }

  /// Whether a goal was reached on this connection, behind a frame.
  package func reaches(_ goal: Goal, after frame: Int = 0) -> Bool {
    guard goal.needsSession else { return outcome == .established }
    let isSessionReached = sessions.contains { session in
      guard let established = session.establishedFrame, established > frame else { return false }
      guard let wanted = goal.user, !wanted.isEmpty else { return true }
      guard !session.hasNoKey else { return false }
      // The user of a Kerberos session is known only with the exchange that got its ticket.
      return session.identity.user.map { $0.lowercased() == wanted } ?? true
    }
    guard let share = goal.share else { return isSessionReached }
    return trees.contains {
      $0.isConnected && ($0.replyStamp?.frame ?? 0) > frame && Goal.shareName($0.path).lowercased() == share
    }
  }
}
