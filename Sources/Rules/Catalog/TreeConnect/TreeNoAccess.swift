import Packets
import Protocols
import Transcripts

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
}
