import Protocols
import Transcripts

// STATUS_BAD_NETWORK_NAME, and what the path and the rest of the recording say of it.

extension Transcript {
  /// Causes and remedies where they tell more than the status.
  func storyOfMissingShare(_ tree: Tree) -> (causes: [String], remedies: [Remedy])? {
    if let other = tree.connectedElsewhere { return shareElsewhere(other, tree) }
    if tree.isPipeShare {
      return (
        [
          "the server does not accept the name in the path as its own (an alias, or an old name), and therefore has no share under it",
          "a small or self-written server without IPC$",
        ], [.useOwnName, .addComputerName, .serverLogs]
      )
    }
    if ["sysvol", "netlogon"].contains(tree.share.lowercased()) { return storyOfController(tree) }
    if let own = otherServer(of: tree) {
      return (
        [
          "\(own), the server to which the name \(tree.host ?? "") leads, has no such share: it is misspelled or was removed, or the name leads to the wrong server (an old DNS record, an alias, an entry in the hosts file)",
          "the folder behind the share is missing",
          "an alias under which this server has no such share (a cluster or file server role of another name)",
        ], [.checkAddress, .sharesOfServer, .sharesWindows, .sharesSamba]
      )
    }
    if tree.hasFolderBehindShare {
      return (
        [
          Tree.folderBehindShare,
          "a misspelled or removed share",
        ], [.shareOnly, .sharesOfServer, .sharesWindows, .sharesSamba]
      )
    }
    if let home = storyOfHome(tree) { return home }
    guard serverSoftware == .samba else { return nil }
    return (
      [
        "a misspelled or removed share", "a hidden share without its $",
        "smbd could not set up the share: the directory in “path” is gone or not mounted, or a module in “vfs objects” does not load (log.smbd names it)",
        "a DFS path sent to the wrong server",
      ], [.sharesSamba, .sharesOfServer, .serverLogs]
    )
  }

  /// A share with the name of the user: Samba, and every NAS made of it, makes one of [homes].
  private func storyOfHome(_ tree: Tree) -> (causes: [String], remedies: [Remedy])? {
    guard let user = session(of: tree)?.identity.user?.lowercased(), !user.isEmpty, tree.share.lowercased() == user,
      serverSoftware.map({ $0 == .samba }) ?? !isLikeKsmbd
    else { return nil }
    return (
      [
        "the share has the name of the user: the section [homes] of smb.conf is missing, or the user has no home directory on the server (or it is not mounted)",
        "a misspelled or removed share",
      ], [.homesSamba, .sharesSamba, .sharesOfServer, .serverLogs]
    )
  }

  /// SYSVOL and NETLOGON are on every domain controller.
  private func storyOfController(_ tree: Tree) -> (causes: [String], remedies: [Remedy]) {
    (
      [
        "this domain controller does not share \(tree.share.uppercased()): the replication of SYSVOL (DFSR, or FRS) has not finished or has stopped, and the domain controller does not advertise itself",
        "this server is not a domain controller: an old DNS entry or a DFS referral still names a server that was demoted",
      ], [.sysvolState, .sharesWindows, .sharesSamba]
    )
  }

  /// What the server calls itself, when the path has another name of a host.
  private func otherServer(of tree: Tree) -> String? {
    guard !tree.isNameless, let host = tree.host, host.lowercased() != "localhost" else { return nil }
    return session(of: tree)?.otherServer(than: host)
  }
}

extension Remedy {
  fileprivate static let homesSamba = Remedy(
    "On Samba look at the section [homes], and check that the user's home directory exists (getent passwd USER shows it):",
    command: "testparm -s --section-name=homes", fits: [.samba])
}
