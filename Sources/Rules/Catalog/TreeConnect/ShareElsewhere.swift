import Transcripts

extension Transcript {
  /// Why a share is not found that is connected elsewhere in the recording.
  func shareElsewhere(_ other: OtherConnect, _ tree: Tree) -> (causes: [String], remedies: [Remedy]) {
    let frame = other.frame
    if let host = tree.host, let name = other.host, !other.isOfOtherServer, !isSameHost(host, name) {
      return (
        [
          "the server has this share only under the name \(name), where it \(other.isLater ? "is" : "was") connected in frame \(frame), and not under \(host): shares of a cluster or file server role belong to its name",
          other.isLater ? "the share came online only then" : "the share was removed, renamed or taken offline since then",
        ], [.useNameOfShare, .sharesWindows, .sharesSamba]
      )
    }
    if let change = other.change {
      return (
        [
          "possibly another server answers at this address than in frame \(frame), where the share \(other.isLater ? "is" : "was") connected (\(change.note)): a load balancer, a cluster or a new server, and this one has no such share"
        ], [.loadBalancer, .sharesOfServer]
      )
    }
    if serverSoftware == .samba, let user = other.user, !user.isEmpty, let own = session(of: tree)?.identity.user, !own.isEmpty, user.lowercased() != own.lowercased() {
      return (
        [
          "the folder behind the share is another one for each user (%U, %u or %S in “path”, or home directories): \(user) connects the share in frame \(frame), and the folder of \(own) is missing or not accessible",
          other.isLater ? "the share came online only then" : "the share was removed, renamed or taken offline since then",
        ], [.sharesSamba, .sharesOfServer, .serverLogs]
      )
    }
    return (
      [
        other.isLater
          ? "the share came online only then: in frame \(frame), \(other.distance) later, it is connected"
          : "the share was removed, renamed or taken offline since frame \(frame), where it was connected",
        "several servers stand behind this address, and this one has no such share",
      ], [.sharesOfServer, .serverLogs]
    )
  }
}

extension ServerChange {
  /// `its ServerGuid is 11111111-… here and 00000000-… there`
  var note: String { "its ServerGuid is \(here) here and \(there) there" }
}
