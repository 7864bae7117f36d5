import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeAccessDenied = Rule(
    id: "tree-access-denied",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The user may not use the share.",
    explanation: """
      The logon succeeded, but the server refuses the share. Look first at the permissions of the share, not of the \
      folder: permissions of files and folders (NTFS, POSIX) have no effect on TREE_CONNECT. They block the first \
      file, and smbdx then reports create-root-access-denied.

      The same status has other reasons too, and the finding gives the reason that the messages show. The client \
      sent no user, or the server accepted none. Or a request that must be signed is not signed. Or the server \
      accepted no message that this client signed, not even on IPC$: then the signatures are probably wrong, not the \
      permissions. smbdx reports tree-encryption-required if the connection cannot encrypt, tree-too-many if the \
      same user has the share open on another connection, and guest-cannot-sign if a guest signs.
      """,
    whenBenign: "When the client connects the share soon afterwards, or when only IPC$ is refused and the user's shares work. The finding is then only a note.",
    howToVerify: "Connect the same share as a user who certainly has access, and as the same user over SMB 3.",
    causes: [
      "the permissions of the share do not include the user or a group of the user",
      "“Access this computer from the network” is denied to the group",
      "the folder behind the share is not accessible to the server",
    ],
    remedies: [.sharePermissionsWindows, .sharePermissionsSamba, .sharesWindows, .sharesSamba, .userRights],
    references: ["MS-SMB2 3.3.5.7", "MS-ERREF 2.3.1"]
  ) { transcript in
    guard transcript.hasRefusedTree else { return [] }
    return transcript.refusedTrees { tree, status in
      guard status == .accessDenied else { return nil }
      let denial = transcript.treeDenial(of: tree)
      switch denial {
      case .guestSigned, .guestUnsigned, .encryption, .limit: return nil
      default: break
      }
      var observation = transcript.refusal(
        of: tree, status, note: denial.note ?? "", causes: denial.causes ?? transcript.causesOfTreeDenial,
        remedies: denial.remedies)
      guard case .noUser(.anonymous) = denial else { return observation }
      // A client that got no ticket for its user may go on without a user.
      observation.isOfFallback = true
      if let refused = transcript.userRefusedBefore(tree) {
        // The logon is the fault: what an anonymous session may not do follows from it.
        observation.severity = .info
        observation.causes = ["the server refused \(refused.who) in frame \(refused.replyStamp?.frame ?? 0), and the client then logged on anonymously"]
      }
      return observation
    }
  }

  fileprivate static let causesOnSamba = [
    "the permissions of the share do not include the user or a group of the user (“valid users”, “invalid users”, its access list)",
    "“hosts allow” or “hosts deny” of the share keeps this client out",
    "a script of the share refuses the user (“preexec” or “root preexec” with “preexec close = yes”)",
    "the folder behind the share is not accessible to the server",
  ]
}

extension Transcript {
  /// nil for those of the rule.
  fileprivate var causesOfTreeDenial: [String]? {
    let causes = serverSoftware == .samba ? Rule.causesOnSamba : Rule.treeAccessDenied.causes
    return lacksEncryptionOfServer
      ? causes + ["the share demands encryption, which this server has switched off or offers only over SMB 3.1.1"]
      : serverSoftware == .samba ? causes : nil
  }

  /// The user whom the server refused on this connection before the client logged on anonymously for a share.
  fileprivate func userRefusedBefore(_ tree: Tree) -> Session? {
    sessions.last { session in
      session.refusal != nil && session.identity.user?.isEmpty == false && session.requestStamp.frame < tree.requestStamp.frame
    }
  }
}
