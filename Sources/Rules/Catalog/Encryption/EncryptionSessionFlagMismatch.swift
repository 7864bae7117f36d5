import Packets
import Protocols
import Transcripts

extension Rule {
  static let encryptionSessionFlagMismatch = Rule(
    id: "encryption-session-flag-mismatch",
    severity: .warning,
    phase: .encryption,
    nature: .wrongValue,
    summary: "The server demands an encrypted session, but the client continues unencrypted.",
    explanation: """
      The answer to the logon carries SMB2_SESSION_FLAG_ENCRYPT_DATA, so every later message has to be encrypted. A \
      request of this session was not encrypted. A strict server refuses it.
      """,
    whenBenign: "If the server does not insist on encryption, the session works, but it is not encrypted.",
    howToVerify: "Record on the client: if the message is encrypted there, a device in between decrypts it.",
    causes: ["a client that ignores the flag", "a device on the path that decrypts, or that answers instead of the server"],
    remedies: [.patchBoth, .wanOptimizer, .captureOtherSide],
    references: ["MS-SMB2 2.2.6", "MS-SMB2 3.2.4.1.8"]
  ) { transcript in
    transcript.protection.faults.filter { $0.fault == .inClear }.map { fault in
      Observation(
        .proven, "the server demands an encrypted session, but the client sends \(fault.command.name) unencrypted",
        evidence: transcript.evidence(of: fault, "in clear"))
    }
  }
}
