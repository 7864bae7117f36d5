import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeEncryptionRequired = Rule(
    id: "tree-encryption-required",
    severity: .error,
    phase: .encryption,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the share, and the connection cannot encrypt.",
    explanation: whoCanEncrypt + """
      If a share demands encryption, the server refuses it with STATUS_ACCESS_DENIED on a connection that cannot \
      encrypt. Missing permissions give the same status, so check both: if the same user reaches the share over SMB \
      3, encryption is the reason. This rule does not report guest and anonymous sessions, which are refused for \
      another reason, or servers that chose SMB 2 although SMB 3 was offered, because those demand no encryption.
      """,
    whenBenign: """
      When the client connects the share soon afterwards over SMB 3. The finding is then only a note. The confidence \
      rises above “possible” only if the same session can use other shares.
      """,
    howToVerify: "Try the same user over SMB 3. EncryptData of the share shows whether it demands encryption.",
    causes: [
      "the share demands encryption (EncryptData of the share with RejectUnencryptedAccess of the server, or “server smb encrypt = required” of the share)",
      "the permissions of the share do not include the user",
    ],
    remedies: [.useSMB3, .serverEncryption, .encryptionSamba, .sharePermissionsWindows, .sharePermissionsSamba, .allowUnencrypted],
    references: ["MS-SMB2 3.3.5.7"]
  ) { transcript in
    guard transcript.hasRefusedTree else { return [] }
    return transcript.refusedTrees { tree, status in
      guard status == .accessDenied, case .encryption = transcript.treeDenial(of: tree) else { return nil }
      // Who gets at other shares is not kept out as a whole.
      let isOnlyShare = !transcript.trees.contains { $0.sessionID == tree.sessionID && $0.isConnected && !$0.isPipeShare }
      // The client could, and the server agreed to none of its ciphers.
      let isUpToServer = transcript.lacksAgreedCipher && !transcript.stopsBelowSMB3 && !transcript.announcesNoEncryption
      return transcript.refusal(
        of: tree, status, confidence: isOnlyShare ? .possible : .likely,
        note: ": the share may demand encryption, which this SMB \(transcript.dialect?.description ?? "?") connection does not support, or it may deny the user",
        causes: isUpToServer
          ? [
            "the share demands encryption, but the server agreed to none of the client's ciphers: its list lacks them",
            "the permissions of the share do not include the user",
          ]
          : transcript.announcesNoEncryption
            ? ["the share demands encryption, but " + (transcript.causesWithoutAnnouncement.first ?? ""), "the permissions of the share do not include the user"] : nil,
        remedies: isUpToServer ? [.encryptionOn, .ciphersSamba, .sharePermissionsWindows, .sharePermissionsSamba] : nil)
    }
  }
}
