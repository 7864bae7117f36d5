import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeRejectedByClient = Rule(
    id: "tree-rejected-by-client",
    severity: .error,
    phase: .treeConnect,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The server connected the share, and the client left at once.",
    explanation: """
      The answer to TREE_CONNECT was yes, and the client closed the connection without asking for anything else. So it is \
      the client that did not accept the answer: its signature, or a share that demands encryption which the client cannot \
      do. When only IPC$ was connected, the client has not reached what it wanted; nobody wants IPC$ alone.
      """,
    harmless: "A program that only tries whether a share is there. Most disconnect the share or log off first, which is not reported.",
    confirmation: "The client's log names its reason; smbclient -d 5 shows the check of the signature.",
    causes: usualCauses,
    remedies: [.clientLogs, .captureOtherSide, .wanOptimizer, .patchBoth],
    references: ["MS-SMB2 3.2.5.5", "MS-SMB2 3.2.5.1.3"]
  ) { transcript in
    let diagnosis = transcript.end.diagnosis
    guard diagnosis == .rejected(.share) || diagnosis == .rejected(.pipeShare), let tree = transcript.trees.last else { return [] }
    let left = "the client left \(transcript.end.waited) after \(tree.path) had been connected"
    let evidence = transcript.evidence(of: tree) + transcript.endEvidence
    if tree.response?.shareFlags.contains(.encryptData) == true {
      return [
        Observation(
          .likely, "\(left): the share demands encryption, and nothing was sent in it", evidence: evidence,
          causes: [
            "the client cannot encrypt, or will not: the share demands it (SMB2_SHAREFLAG_ENCRYPT_DATA)",
            "the signature of the server's answer does not fit",
          ])
      ]
    }
    if transcript.lacksAgreedCipher, tree.isPipeShare {
      return [
        Observation(
          .possible, "\(left), and asked for no other share: it offers encryption, and \(transcript.lackOfCipher)", evidence: evidence,
          causes: ["the client demands encryption for the share that it wants, and this connection has none"] + usualCauses,
          firstRemedies: transcript.remediesWithoutCipher)
      ]
    }
    return [Observation(.possible, left + (tree.isPipeShare ? ", and asked for no other share" : ""), evidence: evidence)]
  }

  private static let usualCauses = [
    "the signature of the server's answer does not fit: a device on the path changed the message, or the two derive their keys differently",
    "a client that only tries whether the share is there", "the user cancelled at this very moment",
  ]
}
