import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeIDNotGranted = Rule(
    id: "tree-id-not-granted",
    severity: .error,
    phase: .treeConnect,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The client uses a share under a TreeId that the server never granted to its session.",
    explanation: """
      Every answer to TREE_CONNECT gives the client a TreeId for its session on this connection. Here the client sends \
      another one, so the server cannot find the share and refuses the request with STATUS_NETWORK_NAME_DELETED. The \
      share itself is there. It is the client that mixes up its identifiers: those of another session, another \
      connection, or an earlier one.
      """,
    whenBenign: "When the client connects the share again at once and gets in. The finding is then only a note.",
    howToVerify: "Compare the TreeId of the request with those in the answers to TREE_CONNECT of the same session (smb2.tid in Wireshark).",
    causes: [
      "a fault in the client's software: it sends another TreeId than the server has just given it",
      "a load balancer or a failover in the middle of the connection",
    ],
    remedies: [.patchClient, .clientLogs],
    references: ["MS-SMB2 3.3.5.2.11", "MS-SMB2 2.2.1.2"]
  ) { transcript in
    guard let stray = transcript.strayTree else { return [] }
    let owner = transcript.trees.last { $0.id == stray.treeID }
    let user = transcript.sessions.last { $0.id == stray.sessionID }
    let known = transcript.trees.last { $0.sessionID == stray.sessionID && $0.isConnected && !$0.isPipeShare }
    let note =
      if let owner { "belongs to another session (\(hexadecimal(owner.sessionID)), \(owner.path))" }
      else { "was never granted on this connection" + (known?.id.map { "; the server granted \(hexadecimal($0))" } ?? "") }
    return [
      Observation(
        .proven, "the client sends \(stray.command.name) with the TreeId \(hexadecimal(stray.treeID)), which \(note)",
        evidence: ((owner ?? known).map { transcript.evidence(of: $0) } ?? [])
          + [Evidence(stray.answer.number, .server, "\(stray.command.name) response: \(stray.status)")] + transcript.endEvidence,
        // Work on a share before or after that shows that the user got something; what others got does not.
        severity: transcript.traffic.workDone > 0 && (user == nil || transcript.trees.contains { $0.sessionID == stray.sessionID && $0.hasOpenedFile }) ? .warning : nil,
        causes: owner == nil ? nil : ["a fault in the client's software: it uses the share of one user in the session of another"],
        goal: (known ?? owner).map { Goal(user: user?.account, share: $0.path) })
    ]
  }
}
