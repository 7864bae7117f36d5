import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeShareEncrypted = Rule(
    id: "tree-share-encrypted",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The share requires encryption.",
    explanation: """
      The answer to TREE_CONNECT carries SMB2_SHAREFLAG_ENCRYPT_DATA: with SMB 3 the client encrypts everything on \
      this share from here on, so the capture shows nothing more of it. The server refuses clients that cannot \
      encrypt, sooner or later.
      """,
    whenBenign: "Always. The share is configured this way.",
    howToVerify: "Check EncryptData of the share on the server.",
    remedies: [.serverEncryption],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.2.5.5"]
  ) { transcript in
    transcript.trees.filter { $0.response?.shareFlags.contains(.encryptData) == true }.prefix(1).map { tree in
      Observation(.proven, "\(tree.path) requires encryption", evidence: transcript.evidence(of: tree))
    }
  }
}
