/// What somebody wanted from a server when an attempt failed; a later attempt that reaches it makes up for the failure.
package struct Goal: Hashable, Sendable {
  /// How far an attempt has to get.
  package enum Reach: Hashable, Sendable {
    /// The server talks.
    case answer
    /// It chooses a dialect.
    case dialect
    /// A session, and not one of a guest in place of the user; with a share also that.
    case session
    /// A share, and nothing wrong about it.
    case established
  }

  package var reach: Reach
  /// As far as it is known who; nil matches everybody.
  package var user: String?
  /// Without the server's name, since the same share is reached under several; nil matches every share.
  package var share: String?

  package init(_ reach: Reach) { self.reach = reach }

  package init(user: String? = nil, share: String? = nil) {
    reach = .session
    self.user = user?.lowercased()
    self.share = share.map { Self.shareName($0).lowercased() }
  }

  /// Ports and ways to connect are tried side by side: it does not matter which came first.
  var isOfOpening: Bool { reach == .answer || reach == .dialect }

  /// The last part of `\\server\share`.
  static func shareName(_ path: String) -> String {
    path.split(separator: "\\", omittingEmptySubsequences: true).last.map(String.init) ?? path
  }
}

extension ConnectionBrief {
  /// What this connection failed to reach.
  package var goal: Goal { goal(of: failedStage) }

  /// What somebody wants who gets no further than a stage.
  package func goal(of stage: Stage?) -> Goal {
    switch stage {
    case .transport: Goal(.answer)
    case .negotiate: Goal(.dialect)
    case .sessionSetup: Goal(user: identity?.user)
    case .treeConnect: Goal(user: identity?.user, share: trees.last { !$0.isConnected }?.path)
    case .validateNegotiate, nil: Goal(.established)
    }
  }

  /// Whether a goal was reached on this connection, behind a frame.
  package func reaches(_ goal: Goal, after frame: Int = 0) -> Bool {
    switch goal.reach {
    case .answer: return hasAnswer || outcome == .established
    case .dialect: return dialect != nil && failedStage != .negotiate || outcome == .established
    case .established: return outcome == .established
    case .session: break
    }
    guard let share = goal.share else { return sessions.contains { isReached($0, goal, after: frame) } }
    return trees.contains { tree in
      guard tree.isConnected, (tree.replyStamp?.frame ?? 0) > frame, Goal.shareName(tree.path).lowercased() == share
      else { return false }
      // A session that was there before the failure serves as well as one made after it.
      let session = sessions.last { $0.id == tree.sessionID }
      return session.map { isReached($0, goal, after: 0) } ?? true
    }
  }

  private func isReached(_ session: Session, _ goal: Goal, after frame: Int) -> Bool {
    guard let established = session.establishedFrame, established > frame else { return false }
    guard let wanted = goal.user, !wanted.isEmpty else { return true }
    guard !session.hasNoKey else { return false }
    // The user of a Kerberos session is known only with the exchange that got its ticket.
    return session.identity.user.map { $0.lowercased() == wanted } ?? true
  }
}
