import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeRedirect = Rule(
    id: "tree-redirect",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The cluster redirects the client to the node that has the share.",
    explanation: """
      The refusal carries a SHARE_REDIRECT context with the addresses of another node of the scale-out cluster. \
      The client should follow by itself. If it does not, look at its connection to that node.
      """,
    whenBenign: "Always, as long as the client's next connection works.",
    howToVerify: "Look at the client's connection to the other node.",
    causes: ["the share moved, or the client first connected to another node"],
    remedies: [.clusterState],
    references: ["MS-SMB2 2.2.2.2.2", "MS-SMB2 3.3.5.7"]
  ) { transcript in
    guard transcript.hasRefusedTree else { return [] }
    return transcript.refusedTrees { tree, status in
      guard tree.error?.redirectsShare == true else { return nil }
      return Observation(
        .proven, "\(transcript.serverName) redirects \(tree.path) to another node of its cluster",
        evidence: transcript.evidence(of: tree))
    }
  }
}
