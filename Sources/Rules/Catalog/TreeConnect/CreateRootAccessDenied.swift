import Packets
import Protocols
import Transcripts

extension Rule {
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
      guard let denied = tree.deniedCreateFrame, !tree.isUsed, !tree.isPipeShare,
        tree.deniedInClearFrame == nil
      else { return nil }
      let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but the server refuses its first file or folder\(who)",
        evidence: transcript.evidence(of: tree)
          + [Evidence(denied, .server, "\(transcript.name(of: tree.refusedCreate?.command ?? .create)) response: \(NTStatus.accessDenied)\(tree.deniedRequest)")],
        severity: transcript.givesUpMount(of: tree) ? .error : nil,
        causes: transcript.session(of: tree)?.causesAsGuest.map { $0 + createRootAccessDeniedCauses }
          ?? (transcript.mayMissReferral(on: tree) ? causesInNamespace : tree.causesOfDenial),
        goal: transcript.goal(of: tree))
    }
  }

  private static let createRootAccessDeniedCauses = [
    "the permissions of the folder behind the share do not include the user",
    "on Samba or a NAS: the owner or mode of the folder",
  ]

  private static let causesInNamespace = [createRootAccessDeniedCauses[0], linkWithoutReferral, createRootAccessDeniedCauses[1]]
}

extension Transcript {
  /// The share belongs to a namespace of DFS, and the client asked for no link of it.
  fileprivate func mayMissReferral(on tree: Tree) -> Bool {
    tree.response?.shareFlags.isOfDFS == true && referrals.allSatisfy { $0.path.split(separator: "\\").count < 3 }
  }
}

extension Tree {
  /// Rights that a share for reading does not give: MS-SMB2 2.2.13.1.1, 2.2.13.1.2.
  static let writing: UInt32 = 0x500d_0156

  /// The share lets the user read, and not write: neither FILE_WRITE_DATA nor generic rights that include it.
  var isReadOnly: Bool { response.map { $0.maximalAccess & 0x5000_0002 == 0 } ?? false }

  var isPrinter: Bool { type == .printer }

  /// What the client asked for, where that is known.
  fileprivate var deniedRequest: String { deniedAccess == 0 ? "" : ", for access \(hexadecimal(deniedAccess))" }

  /// What the maximum access in the answer to TREE_CONNECT says of a file that was refused; nil when it says nothing.
  fileprivate var causesOfDenial: [String]? {
    guard let access = response?.maximalAccess else { return nil }
    if access & 0xf000_0003 == 0 { return ["the permissions of the share do not include the user (access \(hexadecimal(access)))"] }
    guard isReadOnly else { return nil }
    let writes = "the client wants to write, and the share allows the user only to read (access \(hexadecimal(access)))"
    let others = ["the permissions of the file or folder do not include the user", "on Samba or a NAS: the owner or mode of the folder"]
    guard deniedAccess != 0 else { return others + [writes] }
    return deniedAccess & Self.writing == 0 ? others : [writes] + others
  }
}
