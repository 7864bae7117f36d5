import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeConnectUnanswered = Rule(
    id: "tree-connect-unanswered",
    severity: .error,
    phase: .treeConnect,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered the request for the share.",
    explanation: """
      The logon succeeded, but TREE_CONNECT got no answer: the client gave up after ten seconds or more, or was \
      still waiting after a minute. Look first at what the server needs for a share: its storage, DFS, and filters \
      of security software. If the capture ends sooner, or lacks bytes from the server, smbdx reports nothing.
      """,
    whenBenign: "When the capture ends sooner, or lacks bytes from the server. smbdx then reports nothing.",
    howToVerify: "Capture on the server: it shows whether the request arrived. Open the share on the server itself: this shows whether its storage answers.",
    causes: [
      "the storage behind the share hangs", "security software or another file system filter on the server",
      "DFS on the server waits for something", "a device on the path drops the request or its answer",
    ],
    remedies: [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence],
    references: ["MS-SMB2 3.3.5.7"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.treeConnect), let tree = transcript.openTree else { return [] }
    return [
      Observation(
        .likely, "\(transcript.doesNotAnswer) the request for \(tree.path)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd,
        // A client that gets its share without the pipes of the server lost only time.
        severity: tree.isPipeShare && transcript.trees.contains { $0.isConnected && !$0.isPipeShare && $0.sessionID == tree.sessionID } ? .warning : nil)
    ]
  }
}
