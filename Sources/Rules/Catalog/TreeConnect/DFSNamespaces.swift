import Packets
import Protocols
import Transcripts

// Paths of a DFS namespace that lead nowhere.

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

  static let dfsDomainPath = Rule(
    id: "dfs-domain-path",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The path begins with the name of the domain, but the domain controller has no such DFS namespace.",
    explanation: """
      The path has the domain's name as its server, so it should belong to a DFS namespace of the domain: \
      \\\\domain\\namespace\\folder. The name leads to a domain controller, which has to answer a referral request \
      with the servers of the namespace. This one does not know the namespace, and has no share of that name either.
      """,
    whenBenign: "For SYSVOL and NETLOGON. Every domain controller has these shares, and smbdx does not report them.",
    howToVerify: "Open the share by the name of the file server itself. If that works, only the namespace is missing.",
    causes: [
      "the domain has no namespace of this name, or its name is spelled differently",
      "the user meant the file server, but entered the domain's name",
      "a Samba domain controller, which has no domain-based namespaces",
    ],
    remedies: [.domainNamespaces, .openByServerName, .dfsSamba],
    references: ["MS-DFSC 3.1.4.2", "MS-SMB2 3.3.5.7"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      guard tree.replyStamp?.status == .badNetworkName,
        !tree.isPipeShare, let host = tree.path.targetHost, let domain = transcript.domain(called: host)
      else { return nil }
      let referral = transcript.referrals.last { referral in
        referral.requestStamp.frame < tree.requestStamp.frame && referral.targets.isEmpty && referral.replyStamp?.status?.isError == true
          && referral.path.targetHost?.lowercased() == host.lowercased()
      }
      return Observation(
        .proven,
        "\(tree.path) names the domain \(domain.name) instead of a server, and \(transcript.server.address) has neither "
          + (referral == nil ? "a DFS namespace nor a share" : "a DFS namespace (the client asked for a referral) nor a share") + " “\(tree.share)”",
        evidence: [
          Evidence(domain.frame, .server, domain.note),
          Evidence(referral?.requestStamp.frame, .client, "referral request for \(referral?.path ?? "")"),
          Evidence(referral?.replyStamp?.frame, .server, "IOCTL response: \(referral?.replyStamp?.status ?? .success)"),
          Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path)"),
          Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response: \(NTStatus.badNetworkName)"),
        ].compactMap(\.self), goal: transcript.goal(of: tree))
    }
  }
}

extension Remedy {
  fileprivate static let domainNamespaces = Remedy(
    "On a Windows administrator's workstation list the namespaces of the domain:", command: "Get-DfsnRoot -Domain DOMAIN")
  fileprivate static let openByServerName = Remedy(#"Open the share by the name of the file server that has it: \\server\share."#)
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
      severity: isUnable || place.isWholeShare ? nil : .warning,
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

extension Transcript {
  /// The domain's DNS name, when that is what the client calls the server: from the CHALLENGE, or from the realm of the ticket.
  fileprivate func domain(called host: String) -> (name: String, frame: Int?, note: String)? {
    let name = host.lowercased()
    guard !name.isAddressLiteral else { return nil }
    for session in sessions {
      if let ntlm = session.ntlm, let domain = ntlm.nbDomainName, domain.lowercased() == name,
        ![ntlm.nbComputerName, ntlm.dnsComputerName].contains(where: { $0.map { isSameHost($0, name) } ?? false })
      {
        return (domain, ntlm.challengeFrame ?? session.replyStamp?.frame, "the server's NTLM challenge: its domain is \(domain)")
      }
      guard name.contains(".") else { continue }
      if let ntlm = session.ntlm, let domain = ntlm.dnsDomainName, domain.lowercased() == name,
        ntlm.dnsComputerName?.lowercased() != name
      {
        return (domain, ntlm.challengeFrame ?? session.replyStamp?.frame, "the server's NTLM challenge: its domain is \(domain)")
      }
      if session.identity.mechanism == .kerberos, let realm = session.identity.domain, realm.lowercased() == name {
        return (realm, session.replyStamp?.frame, "Kerberos logon in the realm \(realm)")
      }
    }
    return nil
  }
}
