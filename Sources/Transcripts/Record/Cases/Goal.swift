import Packets

/// What a client wanted from a server when an attempt failed; a later attempt that reaches it supersedes the failure.
package struct Goal: Hashable, Sendable, Codable {
  /// How far an attempt has to get.
  package enum Reach: Hashable, Sendable, Codable {
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
  package var user: Account?
  /// The server refused a user, and the capture lacks the name: a later user may be another one.
  package var hidesUser = false
  /// What kept the client out is not about its user.
  package var isForAnyUser = false
  /// Without the server's name, since the same share is reached under several; nil matches every share.
  package var share: String?

  package init(_ reach: Reach, user: Account? = nil) {
    self.reach = reach
    self.user = user
  }

  package init(user: Account? = nil, hidesUser: Bool = false, share: String? = nil, isForAnyUser: Bool = false) {
    reach = .session
    self.user = user
    self.isForAnyUser = isForAnyUser
    self.hidesUser = user == nil && hidesUser
    self.share = share.map { Self.shareName($0).lowercased() }
  }

  /// The last part of `\\server\share`.
  static func shareName(_ path: String) -> String {
    path.split(separator: "\\", omittingEmptySubsequences: true).last.map(String.init) ?? path
  }
}

extension Goal {
  /// A goal that a connection reached, or whose like would supersede a failure.
  enum Mark: Hashable, Sendable {
    /// Whoever the user is, one of this name in whatever domain, or a certain one. A domain that is not known is empty.
    enum User: Hashable, Sendable {
      case anyone, named(String), account(String, domain: String)
      /// Someone with a ticket; with a certain one; someone who may have one; whoever proved to be someone.
      case holderOfTicket, ticket(UInt64), userOfDomain, authenticated
    }

    case answer, dialect
    case established(User)
    case session(User)
    case share(String, User)

    /// Ports and ways to connect are tried side by side: it does not matter which came first.
    var isOfOpening: Bool { self == .answer || self == .dialect }
  }

  /// A user that the recording does not show is unknown: such a session supersedes no failure of others.
  fileprivate var users: [Mark.User] {
    // Access to a share depends on the user, not on the kind of logon.
    if let ticket = user?.ticket {
      return share == nil ? [.holderOfTicket, .userOfDomain] : [ticket == 0 || isForAnyUser ? .holderOfTicket : .ticket(ticket)]
    }
    guard let user, !user.name.isEmpty else { return [.anyone] }
    // The person at the client then gives another account.
    if user.isAutomatic { return [.named(user.name), .authenticated] }
    if user.domains.isEmpty { return [.named(user.name)] }
    return (user.domains + [""]).map { .account(user.name, domain: $0) }
  }

  /// Each of these reaches it.
  var marks: [Mark] {
    switch reach {
    case .answer: return [.answer]
    case .dialect: return [.dialect, .established(.anyone)]
    case .established: return users.map { .established($0) }
    case .session: break
    }
    // Nobody knows which share it was, or who, or whether another one is the same.
    if hidesUser { return [] }
    if let share, Tree.isNameless(share) { return [] }
    return users.map { user in share.map { .share($0, user) } ?? .session(user) }
  }
}

extension ConnectionBrief {
  /// All that this connection reached, each once.
  var marks: [Goal.Mark] {
    var marks: [Goal.Mark] = []
    func add(_ mark: Goal.Mark) { if !marks.contains(mark) { marks.append(mark) } }
    if reaches(Goal(.answer)) { add(.answer) }
    if reaches(Goal(.dialect)) { add(.dialect) }
    // Asked once of each session: names have to be taken apart.
    let reached = sessions.map(\.reachedUsers)
    if outcome == .established { for user in [.anyone] + reached.joined() { add(.established(user)) } }
    for users in reached {
      for user in users { add(.session(user)) }
    }
    for tree in trees where tree.isConnected && !tree.isNameless {
      // A session that was there before the failure serves as well as one made after it.
      let users = placeOfSession(of: tree).map { reached[$0] } ?? [.anyone]
      let share = tree.share.lowercased()
      for user in users { add(.share(share, user)) }
    }
    return marks
  }

  /// Whether it has the ``marks`` of another one, by everything that they follow from: names take long to be taken apart, and a
  /// client has the same ones again and again.
  func reachedSame(as other: ConnectionBrief) -> Bool {
    outcome == other.outcome && hasAnswer == other.hasAnswer && dialect == other.dialect && failedStage == other.failedStage
      && sessions.count == other.sessions.count && trees.count == other.trees.count
      && sessions.indices.allSatisfy { sessions[$0].isOfSameUser(as: other.sessions[$0]) }
      && trees.indices.allSatisfy { place in
        trees[place].path == other.trees[place].path && trees[place].isConnected == other.trees[place].isConnected
          && placeOfSession(of: trees[place]) == other.placeOfSession(of: other.trees[place])
      }
  }

  private func placeOfSession(of tree: Tree) -> Int? { sessions.place(of: tree.sessionID, at: tree.requestStamp.frame) }

  /// What those who logged on behind the first user reached, and where.
  var marksOfFurtherUsers: [(mark: Goal.Mark, reached: FrameStamp)] {
    var marks: [(Goal.Mark, FrameStamp)] = []
    let reached = sessions.map(\.reachedUsers)
    for index in sessions.indices.dropFirst() {
      guard let reply = sessions[index].replyStamp else { continue }
      for user in reached[index] { marks.append((.session(user), reply.frameStamp)) }
    }
    for tree in trees where tree.isConnected && !tree.isNameless {
      guard let place = sessions.place(of: tree.sessionID, at: tree.requestStamp.frame), place > 0, let reply = tree.replyStamp else { continue }
      for user in reached[place] { marks.append((.share(tree.share.lowercased(), user), reply.frameStamp)) }
    }
    return marks
  }

  /// The user of its sessions.
  private var workingUsers: [Goal.Mark.User] {
    [.anyone] + sessions.flatMap(\.reachedUsers)
  }

  /// What this connection failed to reach.
  package var goal: Goal { goal(of: failedStage) }

  /// The goal of a client that gets no further than a stage.
  package func goal(of stage: Stage?) -> Goal {
    switch stage {
    case .transport: Goal(.answer)
    case .negotiate: Goal(.dialect)
    case .sessionSetup: Goal(user: user, hidesUser: hidesUser)
    case .treeConnect: goal(of: trees.last { !$0.isConnected })
    case .validateNegotiate, nil: Goal(.established, user: user)
    }
  }

  private func goal(of tree: Tree?) -> Goal {
    Goal(user: user, hidesUser: lacksUser, share: tree?.path, isForAnyUser: tree?.isUnavailable ?? false)
  }

  /// Who logged on, or asked a KDC for a ticket and then did not.
  package var user: Account? {
    mainSession?.account ?? asker ?? (mainSession?.identity.mechanism == .kerberos ? .holder(ofTicket: mainSession?.identity.ticketFingerprint) : nil)
  }

  /// Whether a goal was reached on this connection, behind a frame.
  package func reaches(_ goal: Goal, after frame: Int = 0) -> Bool {
    switch goal.reach {
    case .answer: return hasAnswer || outcome == .established
    case .dialect: return dialect != nil && failedStage != .negotiate || outcome == .established
    case .established: return outcome == .established && workingUsers.contains(where: goal.users.contains)
    case .session: break
    }
    let wanted = Set(goal.marks)
    if goal.share == nil {
      return sessions.contains { session in
        (session.establishedFrame ?? 0) > frame && session.reachedUsers.contains { wanted.contains(.session($0)) }
      }
    }
    return trees.contains { tree in
      guard tree.isConnected, (tree.replyStamp?.frame ?? 0) > frame else { return false }
      let users = sessions.place(of: tree.sessionID, at: tree.requestStamp.frame).map { sessions[$0].reachedUsers } ?? [.anyone]
      return users.contains { wanted.contains(.share(Goal.shareName(tree.path).lowercased(), $0)) }
    }
  }
}

extension Session {
  /// By everything that ``reachedUsers`` follow from.
  fileprivate func isOfSameUser(as other: Session) -> Bool {
    isEstablished == other.isEstablished && flags == other.flags && identity == other.identity
      && ntlm?.server == other.ntlm?.server && ntlm?.serverFlags == other.ntlm?.serverFlags
  }

  /// The user that it logs on; none before it is established.
  fileprivate var reachedUsers: [Goal.Mark.User] {
    guard isEstablished else { return [] }
    if hasNoKey { return [.anyone] }
    let byTicket: [Goal.Mark.User] = identity.mechanism == .kerberos ? [.holderOfTicket] + (identity.ticketFingerprint.map { [.ticket($0)] } ?? []) : []
    guard let account else { return [.anyone] + byTicket }
    let others: [Goal.Mark.User] = isOfServerItself ? [.anyone, .authenticated] : [.anyone, .authenticated, .userOfDomain]
    let domains = account.domains.isEmpty ? [""] : account.domains
    return others + byTicket + [.named(account.name)] + domains.map { .account(account.name, domain: $0) }
  }
}
