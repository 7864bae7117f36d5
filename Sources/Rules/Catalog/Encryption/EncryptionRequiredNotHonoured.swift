import Packets
import Protocols
import Transcripts

extension Rule {
  private static let causesOfClearRequests = [
    "a client, or a library, that ignores the flag", "a device on the path that speaks instead of the client",
  ]

  static let encryptionRequiredNotHonoured = Rule(
    id: "encryption-required-not-honoured",
    severity: .error,
    phase: .encryption,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The share demands encryption and the connection could encrypt, but the client sends unencrypted requests.",
    explanation: """
      The answer to TREE_CONNECT carries SMB2_SHAREFLAG_ENCRYPT_DATA, so the client must encrypt everything on this \
      share. It sent unencrypted requests, and the server refused them with STATUS_ACCESS_DENIED.
      """,
    whenBenign: "Never.",
    howToVerify: "Use the share from a current Windows or Samba client.",
    causes: causesOfClearRequests,
    remedies: [.patchBoth, .serverEncryption, .allowUnencrypted],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.3.5.2.11"]
  ) { transcript in
    guard transcript.canEncrypt != false else { return [] }
    return transcript.treesDeniedInClear.map { tree in
      var observation = transcript.denialInClear(
        of: tree, "\(tree.path) demands encryption, but the client sends unencrypted requests and is refused")
      if transcript.canEncrypt == nil {
        observation.causes = [
          "the two agreed on no cipher, or on a dialect without encryption (the recording does not show their NEGOTIATE)"
        ] + causesOfClearRequests
      }
      return observation
    }
  }
}
