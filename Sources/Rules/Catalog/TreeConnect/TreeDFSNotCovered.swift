import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeDFSNotCovered = Rule(
    id: "tree-dfs-not-covered",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The path belongs to a DFS namespace, but the client did not find its target.",
    explanation: """
      The server answers STATUS_PATH_NOT_COVERED: the namespace leads elsewhere, and the client has to ask this or \
      another server for a referral (FSCTL_DFS_GET_REFERRALS), on this or another connection. If the answer lists \
      targets, all is well. Here the server had no target, or the client did not ask.

      A client announces in NEGOTIATE whether it supports DFS (SMB2_GLOBAL_CAP_DFS). Without DFS it can open \
      everything in the namespace's own folder, but nothing behind its links.
      """,
    whenBenign: """
      When the client asks for the referral later, or asks a server whose traffic is not in the recording. It then \
      announces in NEGOTIATE that it supports DFS, and the finding is only possible.
      """,
    howToVerify: "Open the target of the link by its own path, \\\\server\\share: that works from a client without DFS.",
    causes: [
      "a namespace server that does not know the path, or has no targets for it any more", "a client without DFS, or with DFS switched off",
    ],
    remedies: [.dfsWindows, .dfsClientLinux, .dfsSamba],
    references: ["MS-SMB2 3.3.5.9", "MS-DFSC 3.1.5.1"],
    judge: .attempt { one in
      let left = one.connections.filter { $0.endedBy != nil && !$0.uncoveredPlaces.isEmpty }
      guard !left.isEmpty else { return [] }
      // A request may be among the messages that the recording lacks.
      let isHidden = one.connections.contains(where: \.hidesMessages)
      return left.compactMap { connection in
        let place = connection.uncoveredPlaces[0]
        let later = connection.referrals.filter { $0.requestStamp.frame > place.frame }
        return later.isEmpty ? connection.asksNobody(about: place, in: one, isHidden) : connection.isRefused(later, about: place)
      }
    })
}

private struct UncoveredPlace {
  var path: String
  var evidence: [Evidence]
  var frame: Int
  /// Not even the share can be connected.
  var isWholeShare: Bool
}

extension ConnectionBrief {
  /// Answers STATUS_PATH_NOT_COVERED: to TREE_CONNECT, and to the first CREATE.
  fileprivate var uncoveredPlaces: [UncoveredPlace] {
    let shares = trees.filter { $0.replyStamp?.status == .pathNotCovered }.map { tree in
      UncoveredPlace(
        path: tree.path,
        evidence: [
          Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path)"),
          Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response: \(NTStatus.pathNotCovered)"),
        ].compactMap(\.self), frame: tree.replyStamp?.frame ?? 0, isWholeShare: true)
    }
    let files = uncoveredPaths.map {
      UncoveredPlace(
        path: $0.sharePath, evidence: [Evidence($0.frame, .server, "CREATE response: \(NTStatus.pathNotCovered)")], frame: $0.frame,
        isWholeShare: false)
    }
    return shares + files
  }

  /// The server was asked, and knows no targets; with targets, or an answer that is still to come, the client is on its way.
  fileprivate func isRefused(_ later: [Referral], about place: UncoveredPlace) -> Observation? {
    guard later.allSatisfy({ $0.targets.isEmpty && $0.replyStamp?.status?.isError == true }), let refused = later.last else { return nil }
    return Observation(
      .likely,
      "\(place.path) leads into a DFS namespace, and the server answers the referral request with \(refused.replyStamp?.status ?? .success)",
      evidence: place.evidence
        + [
          Evidence(refused.requestStamp.frame, .client, "referral request for \(refused.path)"),
          Evidence(refused.replyStamp?.frame, .server, "IOCTL response: \(refused.replyStamp?.status ?? .success)"),
        ].compactMap(\.self), goal: goal(of: place), connections: [id])
  }

  fileprivate func asksNobody(about place: UncoveredPlace, in one: Case, _ isHidden: Bool) -> Observation? {
    // That a whole share was refused is a fact all the same.
    guard one.lastReferralFrame.map({ $0 < place.frame }) ?? true, !isHidden || place.isWholeShare else { return nil }
    let isUnable = knowsDFS == false
    var observation = Observation(
      !isUnable ? .possible : isHidden ? .likely : .proven,
      "\(place.path) leads into a DFS namespace, but "
        + (isHidden
          ? "the recording shows no request for the target, and lacks messages of the client"
          : "the client asks no server for the target: it does not follow DFS"),
      evidence: [
        Evidence(
          negotiateFrame, .server, "the client's NEGOTIATE " + (isUnable ? "does not announce" : "announces") + " DFS (SMB2_GLOBAL_CAP_DFS)")
      ].compactMap(\.self).filter { _ in knowsDFS != nil } + place.evidence
        + [Evidence(lastFrame.number, nil, "the connection ends without a referral request")].compactMap(\.self),
      // Who got nothing else on this connection has failed, whoever was asked elsewhere.
      severity: isUnable || place.isWholeShare || !isHidden && !trees.contains(where: \.isUsed) ? nil : .warning,
      causes: [
        "a client program or library without DFS, or with DFS switched off (nodfs)",
        "the client asked a server whose traffic is not in this recording",
      ], goal: goal(of: place), connections: [id])
    if isUnable { observation.causes?.removeLast() }
    observation.remedies = [.openTargetItself, .dfsClientLinux, .dfsWindows, .dfsSamba]
    return observation
  }

  private func goal(of place: UncoveredPlace) -> Goal { Goal(user: mainSession?.account, share: place.path) }
}

extension Remedy {
  fileprivate static let openTargetItself = Remedy(
    #"Let the program open the target of the link by its own path (\\server\share), or use a client that supports DFS."#)
}
