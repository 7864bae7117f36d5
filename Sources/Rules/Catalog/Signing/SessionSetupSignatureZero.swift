import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupSignatureZero = Rule(
    id: "session-setup-signature-zero",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The server completes the logon with an all-zero signature: it cannot sign.",
    explanation: """
      The answer that completes the logon has the SIGNED flag, but its signature is sixteen zero bytes. No signing \
      algorithm produces that. On SMB 3.1.1 a client has to check this signature, and leaves. On older dialects it \
      notices with the next signed answer, or with Validate Negotiate. The finding is a note if the client does not \
      check, and works.
      """,
    whenBenign: "Never, although clients that do not check signatures work.",
    howToVerify: "Look at the server's log while it starts and while a client logs on. ksmbd logs there that it cannot allocate cmac(aes).",
    causes: [
      "the server cannot compute signatures: on a ksmbd server the kernel module cmac is missing",
      "a device on the path blanks the signature",
    ],
    remedies: [.ksmbdModules, .serverLogs, .patchBoth],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    // A server sets the flag for a session with a key only: that the recording lacks the logon's requests does not matter.
    // In SMB1 the flag says that the sender knows signatures, and before both agreed on them they are zeros: MS-CIFS 2.2.3.1.
    guard !transcript.isSMB1, let session = transcript.sessions.first(where: { !$0.hasNoKey && $0.hasZeroSignature }) else { return [] }
    let isRefused = transcript.validations.contains { $0.status.map { $0 != .success } ?? false }
      || transcript.trees.contains { $0.replyStamp?.status == .accessDenied } || transcript.opensNothing
    // MS-SMB2 3.2.5.3.1: on SMB 3.1.1 the client must check this signature.
    let isRejected = transcript.dialect ?? .smb311 == .smb311 && transcript.ending.map { transcript.peer($0.side) == .client } ?? false
      && !transcript.trees.contains { $0.isConnected && !$0.isPipeShare }
    let works = !isRefused && !isRejected
    return [
      Observation(
        .proven, "\(transcript.serverName) completes the logon of \(session.who) with an all-zero signature: it cannot sign",
        evidence: transcript.evidence(of: session).dropLast()
          + [Evidence(session.establishedFrame, .server, "SESSION_SETUP response: success, flagged as signed, signature all zero")].compactMap(\.self)
          + (works ? [] : transcript.endEvidence),
        severity: works ? .info : nil)
    ]
  }
}

extension Transcript {
  /// Where Validate Negotiate is not recorded, or cut: a share was connected, and nothing on it was opened.
  fileprivate var opensNothing: Bool {
    ending != nil && traffic.encryptedMessages == 0 && traffic.workDone == 0 && trees.contains(where: \.isConnected)
      && !trees.contains(where: \.hasOpenedFile)
  }
}
