import Packets
import Protocols
import Transcripts

/// ERRbaduid, although the session is there.
private let badUserID = StatusAdvice(
  codes: [NTStatus.userSessionDeleted.rawValue],
  causes: [
    "Samba could not enter the folder behind the share as this user, and says so over SMB1 in this way",
    "the server has ended the session",
  ], remedies: [.folderPermissionsSamba, .serverLogs])

/// MS-DFSC 3.2.5.5: a server says so only to clients that flag their requests as ones of DFS.
let linkWithoutReferral =
  "the path leads through a link of DFS (the share belongs to a namespace), and the client opens it at the namespace server without asking for the link's referral"

/// What the status and the request say together.
private struct Story {
  var causes: [String]
  var remedies: [Remedy]
  /// The user can use nothing of the share; otherwise a program may have tested whether a file can be opened.
  var isGrave: Bool

  init(_ refused: RefusedCreate, _ tree: Tree) {
    let advice = refused.status == .userSessionDeleted ? badUserID : StatusAdvice.ofFile(refused.status) ?? StatusAdvice.of(refused.status) ?? .unknown(refused.status)
    (causes, remedies) = (advice.causes, advice.remedies)
    // Whoever writes next gets the same answer from a full disk.
    isGrave = refused.isOfRoot && !refused.status.isAboutKindOfFile || refused.status.isOfStorage
    if refused.status == .cancelled {
      causes = [
        "the server was still working on it, and the client cancelled its request: the storage behind the share hangs",
        "security software or another file system filter on the server", "the user or the program gave up",
      ]
      (remedies, isGrave) = ([.securitySoftwareOnServer, .serverLogs], false)
    }
    if refused.isOfOneCharacter, refused.status.isOfName {
      (causes, remedies, isGrave) = ([Self.slash] + causes, [.patchClient] + remedies, true)
    } else if refused.status.wantsDFS, tree.response?.shareFlags.isOfDFS == true {
      (causes, remedies, isGrave) = ([linkWithoutReferral] + causes, [.clientWithDFS] + remedies, true)
    }
  }

  /// MS-SMB2 2.2.13: names do not begin with a separator.
  private static let slash =
    "the client asks for a name of one character, which is nearly always a slash or a backslash: the root of a share has an empty name, and no path begins with a separator"
}

extension Transcript {
  /// The client waited for the first file or folder as long as one waits that gives up.
  fileprivate var leavesLateBehindFirstUse: Bool {
    guard let first = traffic.firstTreeUse, let ending else { return false }
    return ending.stamp.time.since(first.time) >= End.timeout
  }
}

extension RefusedCreate {
  fileprivate func what(on tree: Tree) -> String {
    isQuery ? "a question about the share's own folder"
      : isOfRoot ? "the share's own folder" : tree.hasOpenedFile ? "the path that the client opens on it" : "the only file or folder"
  }
}

extension NTStatus {
  /// OBJECT_NAME_INVALID: MS-ERREF 2.3.1.
  fileprivate var isOfName: Bool { rawValue == 0xC000_0033 }
  /// FS_DRIVER_REQUIRED.
  fileprivate var wantsDFS: Bool { rawValue == 0xC000_019C }
}

extension Rule {
  static let createRefused = Rule(
    id: "create-refused",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The share is connected, but the server refuses the only file or folder that the client opens.",
    explanation: """
      The client opened one file or folder on the share, the server refused it, and the client left. So the user got \
      nothing from the share. The finding names the status. A missing path, missing permissions and a share that is \
      unusable as a whole have rules of their own. If the client could open anything on the share, smbdx reports nothing.
      """,
    whenBenign: "When a program only tests whether a file can be opened.",
    howToVerify: "Open the same path as the same user, from another client and on the server itself.",
    causes: ["see the meaning of the status in the summary"],
    remedies: [.serverLogs, .lookUpStatus],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    guard transcript.ending != nil else { return [] }
    return transcript.trees.compactMap { tree in
      guard let refused = tree.refusedCreate, !tree.isUsed, !tree.isPipeShare, tree.deniedCreateFrame == nil,
        tree.missingPathFrame == nil, tree.brokenCreate == nil,
        !(refused.isOfRoot && refused.status.isOfUnreadableVolume), ![.pathNotCovered, .networkSessionExpired, .objectNameCollision].contains(refused.status),
        // SMB2 has rules of its own for a session that is gone.
        refused.status != .userSessionDeleted || transcript.isSMB1
      else { return nil }
      let story = Story(refused, tree)
      let meaning = refused.status.meaning.map { ": \($0.withoutFullStop)" } ?? ""
      let isGrave = story.isGrave || transcript.givesUpMount(of: tree) || refused.status == .cancelled && transcript.leavesLateBehindFirstUse
      return Observation(
        .proven, "\(tree.path) is connected, but the server refuses \(refused.what(on: tree)) with \(refused.status)\(meaning)",
        evidence: transcript.evidence(of: tree) + [Evidence(refused.frame, .server, "\(transcript.name(of: refused.command)) response: \(refused.status)")]
          + transcript.endEvidence, severity: isGrave ? .error : nil, causes: story.causes, firstRemedies: story.remedies, goal: transcript.goal(of: tree))
    }
  }
}
