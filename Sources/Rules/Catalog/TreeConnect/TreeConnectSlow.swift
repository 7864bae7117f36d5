import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeConnectSlow = Rule(
    id: "tree-connect-slow",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The server took more than ten seconds to connect a share.",
    explanation: """
      The server connected the share, but so late that users and programs give up. The server usually waits for its \
      storage, for DFS or for a domain controller.
      """,
    whenBenign: "When the server's disks were asleep. They take some seconds to wake up.",
    howToVerify: "Repeat it. If it is fast now, something first had to wake up or to time out.",
    causes: ["slow or waking storage", "DFS or a domain controller that answers slowly"],
    remedies: [.serverLogs],
    references: ["MS-SMB2 3.3.5.7"],
    threshold: .seconds(10)
  ) { limit in
    .connection { transcript in
      transcript.trees.compactMap { tree in
        guard let slow = tree.slowReply, slow.took(longerThan: limit) else { return nil }
        return Observation(
          .proven, "the server answered the request for \(tree.path) after \(slow.delay)", evidence: transcript.evidence(of: tree))
      }
    }
  }
}
