import Packets
import Protocols
import Transcripts

extension Rule {
  static let createPathMissing = Rule(
    id: "create-path-missing",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share is connected, but the folder or file that the client asks for is not there.",
    explanation: """
      The share itself is right, but the path after it is wrong. A mount of a folder below the share then ends with \
      error 2: if the client is the Linux kernel, and leaves without having used the share, the finding is an error. If the \
      client could open anything but the share's own folder, smbdx reports nothing.
      """,
    whenBenign: "When a program first checks whether a file is there. That happens all the time.",
    howToVerify: "List the share's top folder, and go down from there.",
    causes: ["a misspelled folder in the path", "a folder that was moved or deleted", "a path that names the folder differently than the share does"],
    remedies: [.shareWithoutFolder],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    guard transcript.ending != nil else { return [] }
    return transcript.trees.compactMap { tree in
      guard let missing = tree.missingPathFrame, !tree.isUsed, !tree.isPipeShare, tree.refusedCreate?.isOfRoot != true else { return nil }
      return Observation(
        .proven, "\(tree.path) is connected, but the path that the client asks for is not there",
        evidence: transcript.evidence(of: tree) + [Evidence(missing, .server, "\(transcript.name(of: .create)) response: not found")] + transcript.endEvidence,
        severity: transcript.givesUpMount(of: tree) ? .error : nil, goal: transcript.goal(of: tree))
    }
  }
}
