import Packets
import Protocols
import Transcripts

/// TREE_CONNECT refused: one rule for each family of statuses.
extension Rule {
  static let treeStatuses: [Rule] = treeFamilies.map(rule)

  static let treeFamilies: [StatusFamily] = [
    StatusFamily(
      id: "tree-bad-network-name", codes: [0xC000_00CC],
      summary: "The share does not exist on this server, or the folder behind it is missing.",
      explanation: """
        The logon succeeded, but the server has no share of that name, or cannot find the folder of the share. \
        Compare the path in the evidence letter by letter with the list of shares. Case does not matter, but spaces \
        and a final $ do.
        """,
      causes: [
        "a misspelled or removed share", "a hidden share without its $", "the disk or folder behind the share is gone or not mounted",
        "a clustered share that this node does not hold, or a DFS path sent to the wrong server",
      ],
      remedies: [.sharesWindows, .sharesSamba, .sharesOfServer]),
    StatusFamily(
      id: "tree-bad-cluster-dialect", codes: [0xC05D_0001],
      summary: "The share may only be used with a lower dialect, because of its cluster.",
      explanation: """
        While a cluster has nodes of different versions, it limits the dialect of its shares. The answer gives the \
        highest dialect, and the client should connect again with that dialect.
        """,
      causes: ["a cluster that is being upgraded"], remedies: [.patchBoth, .clusterState]),
    StatusFamily(
      id: "tree-network-name-deleted", codes: [0xC000_00C9],
      summary: "The share was deleted, or the server dropped it.",
      explanation: "The server answers that the share no longer exists: it was deleted, or the server restarted in between. After a disconnect of the same share the finding is only a note.",
      causes: ["the share was deleted or changed a moment ago", "the server or the cluster resource was restarted"],
      remedies: [.sharesWindows, .sharesSamba]),
    StatusFamily(
      id: "tree-session-deleted", codes: [0xC000_0203],
      summary: "The session in which the share was to be connected no longer exists on the server.",
      explanation: """
        The client uses a session that the server does not know. This happens after a restart or failover, after \
        another connection has replaced the session, or if a load balancer sent the connection elsewhere.
        """,
      causes: ["the server was restarted", "another connection replaced the session", "a load balancer moved the connection"],
      remedies: [.loadBalancer, .serverLogs]),
    StatusFamily(
      id: "tree-user-session-state", codes: [0xC000_035C],
      summary: "The session has expired, and the client must authenticate again.",
      explanation: "The Kerberos ticket of the session has expired. Clients normally renew it and continue.",
      causes: ["the ticket expired and the client got no new one"], remedies: [.useKerberos]),
    StatusFamily(
      id: "tree-bad-device-type", codes: [0xC000_00CB],
      summary: "The share is of another kind than the client asked for.",
      explanation: "The client asked for a disk but the share is a printer, or the other way round. The path leads to the wrong share.",
      causes: ["a path to a printer instead of a folder"], remedies: [.sharesOfServer, .sharesWindows]),
    StatusFamily(
      id: "tree-too-many", codes: [0xC000_00CE, 0xC000_00D0, 0xC000_0246, 0xC000_009A, 0xC000_0205],
      summary: "The share or the server has reached its limit of users.",
      explanation: "The share exists, but too many clients use it. Samba answers STATUS_INSUFFICIENT_RESOURCES at “max connections” of a share.",
      causes: ["the user limit of the share", "the connection limit of the server's edition", "too little memory on the server"],
      remedies: [.shareLimitWindows, .sessionLimitSamba, .serverLogs]),
    StatusFamily(
      id: "tree-unavailable", codes: [0xC000_0466, 0xC000_0480],
      summary: "The server or the share is unavailable at the moment.",
      explanation: "A clustered share is moving to another node, or its storage is not there. Clients try again by themselves.",
      causes: ["a failover", "storage of the cluster that is offline"], remedies: [.clusterState]),
    StatusFamily(
      id: "tree-network-access-denied", codes: [0xC000_00CA],
      summary: "A policy of the server denies access over the network.",
      explanation: "The server does not refuse this share in particular. It refuses any network access for this user or from this client.",
      causes: ["user rights of the server", "a policy of a third-party server"], remedies: [.userRights, .serverLogs]),
    StatusFamily(
      id: "tree-duplicate-name", codes: [0xC000_00BD],
      summary: "The name that the client uses for the server is not the server's own.",
      explanation: """
        A Windows server with strict name checking answers STATUS_DUPLICATE_NAME to a name that it does not know as \
        its own: an alias (CNAME), an old name, a NetBIOS wildcard such as *SMBSERVER. It did not check the share \
        itself.
        """,
      causes: [
        "the name in the path is an alias of the server, an old name or a wildcard, and the server checks names strictly",
        "two computers on the network have the same name",
      ],
      remedies: [.useOwnName, .addComputerName, .strictNameChecking]),
    StatusFamily(
      id: "tree-not-found-other", codes: [0xC000_0225, 0xC000_0034, 0xC000_003A, 0xC000_0039, 0xC000_003B, 0xC000_000F, 0xC000_0033],
      summary: "The server did not find the share in the path.",
      explanation: """
        Most servers answer STATUS_BAD_NETWORK_NAME for a share that they do not have. This one answers “not found”, \
        like some third-party servers and programming libraries.
        """,
      causes: ["a misspelled share, or a path after the share's name"], remedies: [.sharesOfServer, .sharesWindows, .sharesSamba]),
    StatusFamily(
      id: "tree-other-status", codes: [],
      summary: "The server refused the share with another status.",
      explanation: """
        These statuses rarely answer TREE_CONNECT. The finding gives the name, the usual causes and what to do. For \
        an undocumented number it says where to look it up.
        """,
      causes: ["depends on the status: the finding names the causes"], remedies: [.serverLogs, .lookUpStatus]),
  ]

  private static let listedTreeCodes = Set(treeFamilies.flatMap(\.codes))
    .union([NTStatus.accessDenied, .pathNotCovered].map(\.rawValue))

  private static func rule(_ family: StatusFamily) -> Rule {
    Rule(
      id: family.id, severity: family.severity, phase: .treeConnect, nature: .status, supersededBySuccess: true,
      summary: family.summary, explanation: family.explanation,
      whenBenign: "When the client connects the share soon afterwards. The finding is then only a note.",
      howToVerify: "Connect the same share by hand as the same user, also on the server itself.",
      causes: family.causes, remedies: family.remedies, references: ["MS-SMB2 3.3.5.7", "MS-ERREF 2.3.1"]
    ) { transcript in
      guard transcript.hasRefusedTree else { return [] }
      return transcript.refusedTrees { tree, status in
        if family.id == "tree-too-many", let limit = transcript.refusalOverLimit(tree, status) { return limit }
        let isMatch =
          family.codes.isEmpty ? !listedTreeCodes.contains(status.rawValue) : family.codes.contains(status.rawValue)
        guard isMatch, tree.error?.redirectsShare != true else { return nil }
        return transcript.refusal(of: tree, status, family)
      }
    }
  }
}

extension Tree {
  /// How the path is written wrongly; nil when it is not.
  fileprivate var oddity: String? {
    if isNameless { return nil }
    if path.contains("/") { return "the path has slashes where SMB has backslashes (\\\\server\\share)" }
    let name = path.split(separator: "\\", omittingEmptySubsequences: false).last ?? ""
    guard let first = name.first, let last = name.last else { return path.hasPrefix("\\\\") ? "the path ends without a share's name" : nil }
    if last.isWhitespace || first.isWhitespace { return "the share's name \(last.isWhitespace ? "ends" : "begins") with a space or line break" }
    let isQuoted = name.count > 1 && first == last && "'“”".contains(first) || name.contains("\"")
    return isQuoted ? "the share's name has quotation marks in it" : nil
  }
}

extension Transcript {
  /// A limit of the share that the server tells as STATUS_ACCESS_DENIED.
  fileprivate func refusalOverLimit(_ tree: Tree, _ status: NTStatus) -> Observation? {
    guard status == .accessDenied, case let denial = treeDenial(of: tree), case .limit = denial else { return nil }
    return refusal(of: tree, status, confidence: .likely, note: denial.note ?? "", causes: denial.causes, remedies: denial.remedies)
  }

  /// The refusal in the words of its family, or of the status where no family lists it.
  fileprivate func refusal(of tree: Tree, _ status: NTStatus, _ family: StatusFamily) -> Observation {
    if status == .userSessionDeleted { return refusalWithoutSession(tree, status) }
    guard family.codes.isEmpty else {
      let story = treeStory(tree, status)
      return refusal(of: tree, status, causes: story?.causes, remedies: story?.remedies)
    }
    if status == .cancelled, let reply = tree.replyStamp, reply.time.since(tree.requestStamp.time) >= .seconds(5) {
      return refusal(
        of: tree, status, note: ": the server had not answered after \(reply.time.since(tree.requestStamp.time)), and the client cancelled its request",
        causes: [
          "the storage behind the share hangs", "security software or another file system filter on the server",
          "DFS on the server waits for something",
        ], remedies: [.securitySoftwareOnServer, .serverLogs])
    }
    if let story = treeStory(tree, status) { return refusal(of: tree, status, causes: story.causes, remedies: story.remedies) }
    var advice = (isSMB1 ? StatusAdvice.ofShareInSMB1(status) : nil) ?? StatusAdvice.of(status) ?? .unknown(status)
    if status.rawValue == 0xC000_0001, serverSoftware == .samba {
      advice.causes.insert("smbd could not set up the share: a module in “vfs objects” does not load or fails, or the directory in “path” is not accessible (log.smbd names it)", at: 0)
      advice.remedies.insert(.sharesSamba, at: 0)
    }
    // Who signed has not left it out.
    if tree.requestStamp.isSigned { advice.causes.removeAll { $0.hasPrefix("the server requires signing, and the client did not") } }
    return refusal(of: tree, status, causes: fitting(advice.causes), remedies: advice.remedies)
  }

  private func refusalWithoutSession(_ tree: Tree, _ status: NTStatus) -> Observation {
    let lost = lostSession(tree.sessionID, at: tree.replyStamp?.frame ?? .max)
    var observation = refusal(of: tree, status, note: lost.note, causes: lost.causes, remedies: lost.remedies)
    let cited = Set(observation.evidence.map(\.frame))
    observation.evidence = (observation.evidence + lost.evidence.filter { !cited.contains($0.frame) }).sorted { $0.frame < $1.frame }
    return observation
  }

  /// Causes and remedies where the request tells more than the status.
  fileprivate func treeStory(_ tree: Tree, _ status: NTStatus) -> (causes: [String], remedies: [Remedy])? {
    if let oddity = tree.oddity {
      return (["\(oddity): correct it where the client stores the path", "a misspelled or removed share"], [.rewritePath, .sharesOfServer])
    }
    switch status {
    case .badNetworkName: return storyOfMissingShare(tree)
    case let status where status.rawValue == 0xC000_00BE:
      return (
        [
          "the share does not exist on this server: macOS, ksmbd and other small servers answer in this way for a share that they do not have",
          "the name leads to a server that does not have it",
        ], [.sharesOfServer, .checkAddress]
      )
    case let status where status.rawValue == 0xC000_0205:
      return (
        [
          "the server has too little memory for network requests: on Windows a value of IRPStackSize that is too small for the installed antivirus or backup software (event 2011 of the server)",
          "the user limit of the share", "the connection limit of the server's edition",
        ], [.irpStackSize, .shareLimitWindows, .serverLogs]
      )
    case .requestNotAccepted:
      return (
        [
          "the limit of connections of the server's edition (20 on desktop editions of Windows), or of its licences",
          "the user limit of the share", "too little memory on the server",
        ], [.shareLimitWindows, .sessionLimitSamba, .serverLogs]
      )
    case .networkSessionExpired where session(of: tree)?.identity.mechanism == .ntlm:
      return (
        ["the server limits the time of a session, or the logon hours of the account have ended", "the client's program does not log on again when the server says so"],
        [.otherClient, .serverLogs]
      )
    case .networkSessionExpired where session(of: tree)?.identity.mechanism == .kerberos:
      return (
        ["the ticket expired, and the client got no new one or did not log on again with it"], [.newTickets, .patchClient]
      )
    default: return nil
    }
  }
}
