import Packets
import Protocols
import Transcripts

extension Rule {
  static let tree311Unsigned = Rule(
    id: "tree-311-unsigned",
    severity: .critical,
    phase: .treeConnect,
    nature: .wrongValue,
    summary: "On SMB 3.1.1 the request for the share is not signed.",
    explanation: """
      With SMB 3.1.1 the client must sign or encrypt TREE_CONNECT in every session of a real user, even if signing \
      is not required otherwise. This protects the negotiation. A server disconnects if the request is not signed. \
      This does not apply to guest and anonymous sessions, because they cannot sign.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on both hosts. If the request is signed near the client, a device in between removes the signature.",
    causes: ["a device on the path strips signatures", "a software error in the client"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.5.7", "MS-SMB2 3.2.4.1.1"]
  ) { transcript in
    guard transcript.dialect == .smb311 else { return [] }
    return transcript.trees.filter { tree in
      !tree.requestStamp.isSigned && transcript.session(of: tree)?.hasKey == true
    }.prefix(1).map { tree in
      Observation(
        .proven, "the request for \(tree.path) is not signed, but SMB 3.1.1 demands it",
        evidence: transcript.evidence(of: tree) + (tree.isConnected ? [] : transcript.endEvidence),
        // A client that signs nothing has nothing that could be stripped.
        causes: transcript.protection.clientSigned
          ? nil : ["the client's program signs nothing on this connection: it cannot, or is set not to", "a device on the path strips signatures"],
        firstRemedies: transcript.protection.clientSigned ? [] : [.clientSigns, .patchClient])
    }
  }
}
