import Packets
import Transcripts

extension Rule {
  static let dfsTargetUnreachable = Rule(
    id: "dfs-target-unreachable",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The server that a DFS referral names cannot be used.",
    explanation: """
      The client asked for a path of a DFS namespace and was sent to another server. The connection to that server \
      failed; why is told by the finding beside this one. The namespace itself works: its link leads to a server that \
      is down, not reachable from this client, or no longer there.
      """,
    harmless: "When the referral names several targets and another of them works.",
    confirmation: "Open the target's own path from the same client.",
    causes: [
      "the target server is down, or a firewall keeps this client from it",
      "the link names a server that was moved or removed",
    ],
    remedies: [.dfsWindows, .dfsSamba, .testPort445],
    references: ["MS-DFSC 3.1.5.4", "MS-SMB2 3.2.4.2"],
    judge: .attempt { one in
      guard let referral = one.referrals.last, let failed = one.unovercome.first else { return [] }
      return [
        Observation(
          .proven, "the DFS referral for \(referral.path) leads to \(referral.target), and the connection to that server fails",
          evidence: [
            Evidence(referral.frame, .server, "referral of \(referral.server): \(referral.target)"),
            Evidence(failed.firstFrame.number, .client, "connection to \(failed.server)"),
          ], connections: [failed.id])
      ]
    })
}
