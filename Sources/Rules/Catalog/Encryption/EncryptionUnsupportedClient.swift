import Packets
import Protocols
import Transcripts

extension Rule {
  static let encryptionUnsupportedClient = Rule(
    id: "encryption-unsupported-client",
    severity: .error,
    phase: .encryption,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The share demands encryption, but the client or its dialect cannot encrypt.",
    explanation: whoCanEncrypt + """
      The share is marked for encryption, but the connection uses a dialect below 3.0, or the client does not say in \
      NEGOTIATE that it can encrypt. The server therefore refuses the client's requests on the share.
      """,
    whenBenign: "Never.",
    howToVerify: "Check EncryptData of the share, and the dialects that the client is set to use.",
    causes: ["a client older than Windows 8, or one that is set to SMB 2", "a device or program that knows no encryption", "a device on the path that lowers the dialect"],
    remedies: [.useSMB3, .serverEncryption, .allowUnencrypted],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.3.5.2.11"]
  ) { transcript in
    guard let dialect = transcript.dialect, dialect < .smb300 || transcript.clientKnowsNoEncryption else { return [] }
    return transcript.treesDeniedInClear.map { tree in
      guard dialect >= .smb300 else { return transcript.denialInClear(of: tree, "\(tree.path) demands encryption, which SMB \(dialect) does not support") }
      var observation = transcript.denialInClear(of: tree, "\(tree.path) demands encryption, which the client does not announce in NEGOTIATE")
      observation.causes = ["the client's software cannot encrypt, or has it switched off (as in many printers and scanners)"]
      observation.remedies = [.patchClient, .allowUnencrypted, .otherClient]
      return observation
    }
  }
}
