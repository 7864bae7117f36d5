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
    summary: "The share is connected, but its permissions let the user neither read nor write.",
    explanation: """
      The answer to TREE_CONNECT gives the maximum access that the share's permissions allow the user. Here it \
      includes neither reading nor writing, so the server will refuse every file. Permissions of files and folders \
      (NTFS, POSIX) apply in addition and are not in this answer.
      """,
    whenBenign: "When the user should only see that the share exists.",
    howToVerify: "Look at the permissions of the share, and try as a user who certainly has access.",
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

  private static let createRootAccessDeniedCauses = [
    "the permissions of the folder behind the share do not include the user",
    "on Samba or a NAS: the owner or mode of the folder",
  ]

  static let createRootAccessDenied = Rule(
    id: "create-root-access-denied",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The share is connected, but the server refuses the first file or folder in it.",
    explanation: """
      Permissions of files and folders (NTFS, POSIX) have no effect on TREE_CONNECT. They take effect here, when the \
      client opens the share's folder. For the user it looks as if the share could not be connected. Both kinds of \
      permission must allow the user. If the client could open another file of the share, smbdx reports nothing.
      """,
    whenBenign: "When the user may only open subfolders by their full path.",
    howToVerify: "Open the folder on the server itself as the same user.",
    causes: createRootAccessDeniedCauses,
    remedies: [.folderPermissionsWindows, .folderPermissionsSamba, .sharePermissionsWindows],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      guard let denied = tree.deniedCreateFrame, !tree.hasOpenedFile, !tree.isPipeShare,
        tree.response?.shareFlags.contains(.encryptData) != true
      else { return nil }
      let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but the server refuses its first file or folder\(who)",
        evidence: transcript.evidence(of: tree)
          + [Evidence(denied, .server, "\(transcript.name(of: .create)) response: \(NTStatus.accessDenied)\(tree.deniedRequest)")],
        causes: transcript.session(of: tree)?.causesAsGuest.map { $0 + createRootAccessDeniedCauses } ?? tree.causesOfDenial,
        goal: transcript.goal(of: tree))
    }
  }

  static let createShareUnusable = Rule(
    id: "create-share-unusable",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The share is connected, but the server answers a file with an error that concerns the whole share.",
    explanation: """
      TREE_CONNECT only checks whether the share exists and who may use it. A missing disk or storage shows only \
      when the client opens the first file or folder. The status means that the problem is not a single file.

      After the client could open a file, only STATUS_NETWORK_NAME_DELETED counts: the server has closed the share, and \
      the client did not connect it again.
      """,
    whenBenign: "When the client connects the share again soon and gets in. The finding is then only a note.",
    howToVerify: "Open the share's folder on the server itself.",
    causes: ["see the meaning of the status in the summary"],
    remedies: [.sharesWindows, .sharesSamba, .serverLogs],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      if let lost = tree.lost, tree.hasOpenedFile || tree.isNameless { return transcript.observation(of: lost, tree) }
      guard let broken = tree.brokenCreate, !tree.hasOpenedFile, !tree.isPipeShare else { return nil }
      let advice = StatusAdvice.of(broken.status)
      let meaning = broken.status.meaning.map { ": \($0.withoutFullStop)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but the server answers its first file or folder with \(broken.status)\(meaning)",
        evidence: transcript.evidence(of: tree) + [Evidence(broken.frame, .server, "\(transcript.name(of: .create)) response: \(broken.status)")],
        causes: advice?.causes, firstRemedies: advice?.remedies ?? [], goal: transcript.goal(of: tree))
    }
  }

  static let createPathMissing = Rule(
    id: "create-path-missing",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share is connected, but the folder or file that the client asks for is not there.",
    explanation: """
      The share itself is right, but the path after it is wrong. A mount of a folder below the share then ends with \
      error 2. If the client could open anything on the share, smbdx reports nothing.
      """,
    whenBenign: "When a program first checks whether a file is there. That happens all the time.",
    howToVerify: "List the share's top folder, and go down from there.",
    causes: ["a misspelled folder in the path", "a folder that was moved or deleted", "a path that names the folder differently than the share does"],
    remedies: [.shareWithoutFolder],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    guard transcript.ending != nil else { return [] }
    return transcript.trees.compactMap { tree in
      guard let missing = tree.missingPathFrame, !tree.hasOpenedFile, !tree.isPipeShare else { return nil }
      return Observation(
        .proven, "\(tree.path) is connected, but the path that the client asks for is not there",
        evidence: transcript.evidence(of: tree) + [Evidence(missing, .server, "\(transcript.name(of: .create)) response: not found")] + transcript.endEvidence)
    }
  }

  static let treeShareEncrypted = Rule(
    id: "tree-share-encrypted",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share requires encryption.",
    explanation: """
      The answer to TREE_CONNECT carries SMB2_SHAREFLAG_ENCRYPT_DATA: with SMB 3 the client encrypts everything on \
      this share from here on, so the capture shows nothing more of it. The server refuses clients that cannot \
      encrypt, sooner or later.
      """,
    whenBenign: "Always. The share is configured this way.",
    howToVerify: "Check EncryptData of the share on the server.",
    remedies: [.serverEncryption],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.2.5.5"]
  ) { transcript in
    transcript.trees.filter { $0.response?.shareFlags.contains(.encryptData) == true }.prefix(1).map { tree in
      Observation(.proven, "\(tree.path) requires encryption", evidence: transcript.evidence(of: tree))
    }
  }
}

extension Tree {
  /// Rights that a share for reading does not give: MS-SMB2 2.2.13.1.1, 2.2.13.1.2.
  private static let writing: UInt32 = 0x500d_0156

  /// What the client asked for, where that is known.
  fileprivate var deniedRequest: String { deniedAccess == 0 ? "" : ", for access \(hexadecimal(deniedAccess))" }

  /// What the maximum access in the answer to TREE_CONNECT says of a file that was refused; nil when it says nothing.
  fileprivate var causesOfDenial: [String]? {
    guard let access = response?.maximalAccess else { return nil }
    if access & 0xf000_0003 == 0 { return ["the permissions of the share do not include the user (access \(hexadecimal(access)))"] }
    guard access & 0x5000_0002 == 0 else { return nil }
    let writes = "the client wants to write, and the share allows the user only to read (access \(hexadecimal(access)))"
    let others = ["the permissions of the file or folder do not include the user", "on Samba or a NAS: the owner or mode of the folder"]
    guard deniedAccess != 0 else { return others + [writes] }
    return deniedAccess & Self.writing == 0 ? others : [writes] + others
  }
}

extension Transcript {
  /// A share that the server closed in the middle of the work, and that the client did not connect again here.
  fileprivate func observation(of lost: LostShare, _ tree: Tree) -> Observation? {
    guard !tree.isPipeShare, ending != nil || captureEnd.since(lost.answer.time) >= End.timeout,
      !trees.contains(where: { $0.isConnected && $0.requestStamp.time >= lost.answer.time && $0.share.lowercased() == tree.share.lowercased() })
    else { return nil }
    let isIdle = lost.idle >= .seconds(5)
    return Observation(
      .proven,
      "the server closed \(tree.path)" + (isIdle ? ", after \(lost.idle) without a message" : "")
        + ", and the client did not connect it again",
      evidence: evidence(of: tree) + [Evidence(lost.answer.number, .server, "response: \(lost.status)")] + endEvidence,
      causes: [
        "the share or its disk was removed, renamed or taken offline on the server",
        isIdle ? "the file service was restarted meanwhile, or closes shares that are idle for this long" : "the file service was restarted, or an administrator closed the share",
      ], firstRemedies: isIdle ? [.sharesWindows, .sharesSamba, .idleLimits, .serverLogs] : [], goal: goal(of: tree))
  }
}
