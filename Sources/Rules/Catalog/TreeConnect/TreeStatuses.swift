import Packets
import Protocols
import Transcripts

/// TREE_CONNECT refused: one rule for each family of statuses.
extension Rule {
  static let treeStatuses: [Rule] = treeFamilies.map(rule)

  private static let listedTreeCodes = Set(treeFamilies.flatMap(\.codes))
    .union([NTStatus.accessDenied, .pathNotCovered].map(\.rawValue))

  private static func rule(_ family: StatusFamily) -> Rule {
    Rule(
      id: family.id, severity: family.severity, phase: .treeConnect, nature: .status, supersededBySuccess: true,
      summary: family.summary, explanation: family.explanation,
      whenBenign: family.whenBenign, howToVerify: family.howToVerify,
      causes: family.causes, remedies: family.remedies, references: ["MS-SMB2 3.3.5.7", "MS-ERREF 2.3.1"] + family.references
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
