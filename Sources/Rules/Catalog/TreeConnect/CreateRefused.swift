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
      guard let refused = tree.refusedCreate, !tree.hasOpenedFile, !tree.isPipeShare, tree.deniedCreateFrame == nil,
        tree.missingPathFrame == nil, tree.brokenCreate == nil,
        ![.pathNotCovered, .networkSessionExpired, .objectNameCollision].contains(refused.status),
        // SMB2 has rules of its own for a session that is gone.
        refused.status != .userSessionDeleted || transcript.isSMB1
      else { return nil }
      let advice = refused.status == .userSessionDeleted ? badUserID : StatusAdvice.ofFile(refused.status) ?? StatusAdvice.of(refused.status) ?? .unknown(refused.status)
      let meaning = refused.status.meaning.map { ": \($0.withoutFullStop)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but the server refuses the only file or folder with \(refused.status)\(meaning)",
        evidence: transcript.evidence(of: tree) + [Evidence(refused.frame, .server, "\(transcript.name(of: .create)) response: \(refused.status)")]
          + transcript.endEvidence, causes: advice.causes, firstRemedies: advice.remedies, goal: transcript.goal(of: tree))
    }
  }
}
