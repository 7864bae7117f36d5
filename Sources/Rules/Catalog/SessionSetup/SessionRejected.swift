import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionRejectedByClient = Rule(
    id: "session-rejected-by-client",
    severity: .error,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The server accepted the logon, and the client left at once.",
    explanation: """
      The last word was the server's, and it was yes; the client closed the connection without asking for a share. So it \
      is the client that did not accept the answer. It gives no reason on the wire. Look at what it demanded and did not \
      get: encryption for which no cipher was agreed, a user's session instead of a guest's, and above all a signature \
      that fits. On SMB 3.1.1 the signature of this answer covers NEGOTIATE and SESSION_SETUP: a device that changed one \
      byte of them makes it wrong.
      """,
    harmless: """
      Programs that only test a password leave here too; most of them log off first, which is not reported, and a close \
      after more than a second is not either.
      """,
    confirmation: "The client's log names its reason; on Linux dmesg, with smbclient -d 5. Record on both hosts and compare NEGOTIATE and SESSION_SETUP byte by byte.",
    causes: signature311Causes,
    remedies: [.clientLogs, .captureOtherSide, .wanOptimizer, .encryptionSamba, .serverEncryption, .patchBoth],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 3.2.5.3.3", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    guard let reason = transcript.rejection, let session = transcript.sessions.last else { return [] }
    // Rules of their own.
    if reason == .noKey, transcript.requiresSigning || session.flags.contains(.isGuest) { return [] }
    let isCertain = reason == .zeroSignature || reason == .noCipher
    switch transcript.end.diagnosis {
    case .rejected(.session): break
    // Who logs off at once has a reason when one is in sight.
    case .left(.session) where isCertain && transcript.wasLeftOrderly: break
    default: return []
    }
    let who = session.who
    let evidence =
      [
        Evidence(transcript.negotiation?.requestStamp?.frame, .client, transcript.demand ?? ""),
        Evidence(transcript.negotiation?.responseStamp?.frame, .server, transcript.offer ?? ""),
      ].compactMap(\.self).filter { !$0.note.isEmpty && reason == .noCipher }
      + transcript.evidence(of: session).dropFirst(reason == .noCipher ? 1 : 0) + transcript.endEvidence
    let left = "the client left \(transcript.end.waited) after the logon of \(who) had succeeded"
    switch reason {
    case .zeroSignature:
      return [
        Observation(
          .proven, "the answer that accepts the logon of \(who) is flagged as signed, with a signature of zeros, and the client leaves",
          evidence: evidence, causes: zeroSignatureCauses, firstRemedies: [.signingOnServer])
      ]
    case .noCipher:
      return [
        Observation(
          .likely, "\(left): it offers encryption, and no cipher was agreed", evidence: evidence, causes: noCipherCauses,
          firstRemedies: (transcript.hasNoCommonCipher ? [.ciphersSamba, .ciphersWindows, .ciphersLinux] : [.encryptionOn])
            + [.encryptionNotDemanded])
      ]
    case .noKey:
      return [
        Observation(
          .possible, "\(left), which made it a guest or anonymous", evidence: evidence, causes: noKeyCauses,
          firstRemedies: [.realCredentials, .mapToGuestSamba])
      ]
    case .signature311:
      return [Observation(.possible, left, evidence: evidence, causes: transcript.causesOfRejectionByProof)]
    case .signature:
      return [Observation(.possible, left, evidence: evidence, causes: transcript.causesOfRejectionByProof ?? signatureCauses)]
    }
  }

  private static let testOnly = "a program that only tests the password, or looks at the server"
  private static let zeroSignatureCauses = [
    "the server cannot sign: on ksmbd the kernel module cmac is missing (modprobe cmac)",
    "a device on the path blanks signatures",
  ]
  private static let noCipherCauses = [
    "the client demands encryption (RequireEncryption of Windows, seal of a Linux mount, “client smb encrypt = required” of Samba), and the server has it switched off or has no cipher in common: switch it on at the server, or stop demanding it",
    "the client does not accept the signature of the server's answer", testOnly,
  ]
  private static let noKeyCauses = [
    "the client requires signing or encryption, and a guest or anonymous session has no key",
    "the client's policy forbids guest sessions", testOnly,
  ]
  private static let signature311Causes = [
    "the signature of the server's answer does not fit: a device on the path changed a byte of NEGOTIATE or SESSION_SETUP, over which SMB 3.1.1 makes its keys",
    "the server or the client derives its keys wrongly; try SMB 3.0.2 or 2.1, which do without that hash",
    "the server's token: a MIC over the mechanisms that the client did not ask for, or mutual authentication that does not fit the name",
    testOnly,
  ]
  private static let signatureCauses = [
    "the signature of the server's answer does not fit: a dialect that a device changed on the way makes the two sign differently, or one derives its keys wrongly",
    "the server's token: a MIC over the mechanisms that the client did not ask for, or mutual authentication that does not fit the name",
    testOnly,
  ]
}

extension Transcript {
  fileprivate var demand: String? {
    guard let request = negotiation?.request else { return nil }
    if let ciphers = request.contexts.ciphers { return "NEGOTIATE request: ciphers \(ciphers.map(\.description).joined(separator: ", "))" }
    return "NEGOTIATE request: Capabilities \(request.capabilities)"
  }

  fileprivate var offer: String? {
    guard let response = negotiation?.response else { return nil }
    guard response.dialectRevision == .smb311 else { return "NEGOTIATE response: Capabilities \(response.capabilities)" }
    return "NEGOTIATE response: " + (response.contexts.ciphers == nil ? "no ENCRYPTION context" : "an ENCRYPTION context without a cipher")
  }
}
