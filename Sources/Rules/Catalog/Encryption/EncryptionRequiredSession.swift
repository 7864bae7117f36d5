import Packets
import Protocols
import Transcripts

private let encryptionRequiredCauses = [
  "the server demands encryption for all connections (EncryptData with RejectUnencryptedAccess, or “server smb encrypt = required”)",
  "the user lacks the right to access the server from the network", "NTLM is restricted on the server",
]

extension Transcript {
  /// A client of SMB 3 need not be replaced: it has to encrypt. nil for the remedies of the rule.
  fileprivate var remediesForRequiredEncryption: [Remedy]? {
    if isAzureFiles { return [speaksSMB3 ? .encryptInClient : .useSMB3, .otherClient] }
    if !causesWithoutAnnouncement.isEmpty || speaksSMB3 { return [.encryptInClient, .otherClient, .serverEncryption, .encryptionSamba, .userRights] }
    return nil
  }

  private var speaksSMB3: Bool { dialect.map { $0 >= .smb300 } ?? false }
}

extension Rule {
  static let encryptionRequiredSession = Rule(
    id: "encryption-required-session",
    severity: .error,
    phase: .encryption,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the logon, and the connection cannot encrypt.",
    explanation: whoCanEncrypt + """
      A server can demand encryption for every connection. It then refuses clients that cannot encrypt with \
      STATUS_ACCESS_DENIED: Windows before the authentication begins, Samba after it. A missing right gives the same \
      status. So this is likely if the first message is refused, and only possible if a later one is.
      """,
    whenBenign: "When the same user gets in soon afterwards over SMB 3. The finding is then only a note.",
    howToVerify: "Try the same user over SMB 3, and check in the server's configuration whether it demands encryption.",
    causes: encryptionRequiredCauses,
    remedies: [.useSMB3, .serverEncryption, .encryptionSamba, .allowUnencrypted, .userRights],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .encryption(let confidence) = transcript.denial(of: session) else { return nil }
      let unnamed = session.lacksTargetName ? ["the client sends no target name, and the server demands one (SPN target name validation)"] : []
      return transcript.refusal(
        of: session, status, confidence: confidence,
        note: transcript.causesWithoutAnnouncement.isEmpty
          ? ": the server may demand encryption, which SMB \(transcript.dialect?.description ?? "?") does not support here"
          : ": the server may demand encryption, and the client does not announce that it can encrypt",
        causes: transcript.isAzureFiles
          ? ["the storage account demands encryption (“Secure transfer required”, the default)", "the user lacks a role on the storage account"]
          : transcript.causesWithoutAnnouncement.isEmpty
            ? unnamed.isEmpty ? nil : Array(encryptionRequiredCauses.prefix(1)) + unnamed + encryptionRequiredCauses.dropFirst()
            : transcript.causesWithoutAnnouncement + unnamed + ["the user lacks the right to access the server from the network"],
        remedies: transcript.remediesForRequiredEncryption)
    }
  }
}
