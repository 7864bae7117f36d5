import Packets
import Protocols
import Transcripts

/// Shares that were connected, and what then keeps the user out.
extension Rule {
  static let treeNoAccess = Rule(
    id: "tree-no-access",
    severity: .warning,
    phase: .treeConnect,
    nature: .note,
    summary: "The share is connected, and its permissions let the user neither read nor write.",
    explanation: """
      The answer to TREE_CONNECT says what the permissions of the share allow the user at most. Here neither reading \
      nor writing is among it, so every file will be refused. Permissions of files and folders (NTFS, POSIX) come on top \
      and are not in this answer.
      """,
    harmless: "When the user is to see no more than that the share exists.",
    confirmation: "Look at the permissions of the share, and try as a user who certainly may.",
    causes: ["the permissions of the share do not include the user"],
    remedies: [.sharePermissionsWindows, .sharePermissionsSamba],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.3.5.7"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      // FILE_READ_DATA, FILE_WRITE_DATA, or generic rights that include them (MS-SMB2 2.2.13.1.1).
      guard tree.isConnected, let response = tree.response, response.shareType == .disk,
        response.maximalAccess & 0xf000_0003 == 0, !tree.isPipeShare
      else { return nil }
      return Observation(
        .proven, "\(tree.path) is connected, but its permissions allow no reading or writing (access \(hexadecimal(response.maximalAccess)))",
        evidence: transcript.evidence(of: tree))
    }
  }

  static let createRootAccessDenied = Rule(
    id: "create-root-access-denied",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The share is connected, but the first file or folder in it is refused.",
    explanation: """
      Permissions of files and folders (NTFS, POSIX) do not fail TREE_CONNECT; they show here, when the client opens \
      the share's folder. For the user it looks as if the share could not be connected. Both kinds of permission must \
      allow the user. Nothing is reported when another file of the share could be opened.
      """,
    harmless: "When the user may only go to folders below, by their full path.",
    confirmation: "Open the folder on the server itself as the same user.",
    causes: [
      "the permissions of the folder behind the share do not include the user",
      "on Samba or a NAS the owner or mode of the folder",
    ],
    remedies: [.folderPermissionsWindows, .folderPermissionsSamba, .sharePermissionsWindows],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      guard let denied = tree.deniedCreateFrame, !tree.hasOpenedFile, !tree.isPipeShare,
        tree.response?.shareFlags.contains(.encryptData) != true
      else { return nil }
      let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but its first file or folder is refused\(who)",
        evidence: transcript.evidence(of: tree)
          + [Evidence(denied, .server, "CREATE response: \(NTStatus.accessDenied)")],
        goal: transcript.goal(of: tree))
    }
  }

  static let createShareUnusable = Rule(
    id: "create-share-unusable",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The share is connected, and the server answers a file with an error that concerns the whole share.",
    explanation: """
      TREE_CONNECT only looks whether the share exists and who may use it. Whether its disk is there, and whether the \
      server can still reach what it needs, shows when the first file or folder is opened. The status says that this is \
      not about one file.

      Once a file could be opened, only STATUS_NETWORK_NAME_DELETED counts: the server has closed the share, and the \
      client did not connect it again.
      """,
    harmless: "When the client connects the share again soon and gets in: then it is only a note.",
    confirmation: "Open the share's folder on the server itself.",
    causes: ["what the status means, which the summary says"],
    remedies: [.sharesWindows, .sharesSamba, .serverLogs],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      if let lost = tree.lost, tree.hasOpenedFile || tree.isNameless { return transcript.observation(of: lost, tree) }
      guard let broken = tree.brokenCreate, !tree.hasOpenedFile, !tree.isPipeShare else { return nil }
      let advice = StatusAdvice.of(broken.status)
      let meaning = broken.status.meaning.map { ": \($0.withoutFullStop)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, and its first file or folder is answered with \(broken.status)\(meaning)",
        evidence: transcript.evidence(of: tree) + [Evidence(broken.frame, .server, "CREATE response: \(broken.status)")],
        causes: advice?.causes, firstRemedies: advice?.remedies ?? [], goal: transcript.goal(of: tree))
    }
  }

  static let createPathMissing = Rule(
    id: "create-path-missing",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share is connected, and the folder or file that was asked for in it is not there.",
    explanation: """
      The share itself is right; the path behind it is not. A mount of a folder below the share ends with error 2 then. \
      Nothing is reported when anything on the share could be opened.
      """,
    harmless: "Programs that first look whether a file is there see this all the time.",
    confirmation: "List the share's own folder, and go down from there.",
    causes: ["a misspelled folder in the path", "a folder that was moved or deleted", "a path that names a folder as the share sees it otherwise"],
    remedies: [Remedy("Connect the share without the folder behind it, and look which folders are there.")],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    guard transcript.ending != nil else { return [] }
    return transcript.trees.compactMap { tree in
      guard let missing = tree.missingPathFrame, !tree.hasOpenedFile, !tree.isPipeShare else { return nil }
      return Observation(
        .proven, "\(tree.path) is connected, but the path that the client asks for in it is not there",
        evidence: transcript.evidence(of: tree) + [Evidence(missing, .server, "CREATE response: not found")] + transcript.endEvidence)
    }
  }

  static let treeShareEncrypted = Rule(
    id: "tree-share-encrypted",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share is set to be used encrypted.",
    explanation: """
      The answer to TREE_CONNECT carries SMB2_SHAREFLAG_ENCRYPT_DATA: with SMB 3 the client encrypts everything on this \
      share from here on, so a capture shows no more of it. Clients that cannot encrypt are refused, sooner or later.
      """,
    harmless: "Always: the share does what it is set to.",
    confirmation: "EncryptData of the share on the server.",
    remedies: [.serverEncryption],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.2.5.5"]
  ) { transcript in
    transcript.trees.filter { $0.response?.shareFlags.contains(.encryptData) == true }.prefix(1).map { tree in
      Observation(.proven, "\(tree.path) is to be used encrypted", evidence: transcript.evidence(of: tree))
    }
  }
}

extension Transcript {
  /// A share that the server closed in the middle of the work, and that the client did not connect again here.
  fileprivate func observation(of lost: LostShare, _ tree: Tree) -> Observation? {
    guard !tree.isPipeShare, ending != nil || captureEnd.since(lost.answer.time) >= End.patience,
      !trees.contains(where: { $0.isConnected && $0.requestStamp.time >= lost.answer.time && $0.share.lowercased() == tree.share.lowercased() })
    else { return nil }
    let isIdle = lost.idle >= .seconds(5)
    return Observation(
      .proven,
      "the server has closed \(tree.path)" + (isIdle ? ", after \(lost.idle) without a message" : "")
        + ", and the client did not connect it again",
      evidence: evidence(of: tree) + [Evidence(lost.answer.number, .server, "response: \(lost.status)")] + endEvidence,
      causes: [
        "the share was removed, renamed or taken offline on the server, or its disk was",
        isIdle ? "the file service was restarted meanwhile, or ends what is idle for so long" : "the file service was restarted, or an administrator closed the share",
      ], firstRemedies: isIdle ? [.sharesWindows, .sharesSamba, .idleLimits, .serverLogs] : [], goal: goal(of: tree))
  }
}
