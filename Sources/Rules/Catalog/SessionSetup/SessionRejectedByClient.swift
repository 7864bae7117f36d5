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
    supersededBySuccess: true,
    summary: "The server accepted the logon, and the client left at once.",
    explanation: """
      The server accepted the logon, but the client closed the connection without asking for a share. So the client \
      did not accept the answer. It sends no reason. Check what it demanded and did not get: encryption without an \
      agreed cipher, a user's session instead of a guest's, and above all a valid signature. On SMB 3.1.1 the \
      signature of this answer covers NEGOTIATE and SESSION_SETUP: it is wrong if a device changed one byte of them.
      """,
    whenBenign: """
      When a program only tests a password. Most of these programs log off first, and smbdx does not report that, \
      nor a close after more than a second.
      """,
    howToVerify: "Look for the reason in the client's log, on Linux in dmesg, or run smbclient -d 5. Record on both hosts and compare NEGOTIATE and SESSION_SETUP byte by byte.",
    causes: signature311Causes,
    remedies: [.clientLogs, .captureOtherSide, .wanOptimizer, .encryptionSamba, .serverEncryption, .patchBoth],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 3.2.5.3.3", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    guard let reason = transcript.rejection, let session = transcript.sessions.last else { return [] }
    // Rules of their own.
    if reason == .noKey, transcript.requiresSigning || session.flags.contains(.isGuest) { return [] }
    let isCertain = [.zeroSignature, .notSigned, .noCipher].contains(reason)
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
    if transcript.isFirstAnswerWrong, reason != .zeroSignature {
      return [
        Observation(
          .proven, "the client left \(transcript.end.waited) after the logon of \(who) succeeded: the signature of the server's answer does not fit what was recorded",
          evidence: evidence, causes: ["the two sides do not have the same messages, or not the same key: see the finding about that signature"])
      ]
    }
    if reason == .encryption {
      return [
        Observation(
          .possible, "the client left \(transcript.end.waited) after the server's first encrypted answer, and asked for nothing more",
          evidence: transcript.evidence(of: session) + [Evidence(transcript.end.last.number, .server, "the first encrypted answer")] + transcript.endEvidence,
          causes: [differentEncryption, testOnly], firstRemedies: [.otherClient, .clientLogs])
      ]
    }
    if session.flags.contains(.encryptData), [.signature311, .signature].contains(reason) {
      return [
        Observation(
          .possible, "the client left \(transcript.end.waited) after the logon of \(who) succeeded: the server demands encryption for the whole session (SMB2_SESSION_FLAG_ENCRYPT_DATA)",
          evidence: evidence, causes: ["the client cannot encrypt, or has it switched off"] + (transcript.causesOfRejectionByProof ?? signature311Causes),
          firstRemedies: [.otherClient, .serverEncryption])
      ]
    }
    let left = "the client left \(transcript.end.waited) after the logon of \(who) succeeded"
    switch reason {
    case .zeroSignature:
      return [
        Observation(
          .proven, "the answer that accepts the logon of \(who) is flagged as signed, but its signature is all zero, and the client leaves",
          evidence: evidence, causes: zeroSignatureCauses, firstRemedies: [.signingOnServer])
      ]
    case .notSigned:
      return [
        Observation(
          .likely, "the answer that accepts the logon of \(who) is not signed, although SMB 3.1.1 demands it, and the client leaves",
          evidence: evidence, causes: notSignedCauses, firstRemedies: [.signingOnServer])
      ]
    case .noCipher:
      return [
        Observation(
          transcript.stopsBelowSMB3 ? .possible : .likely, "\(left): it offers encryption, but \(transcript.lackOfCipher)",
          evidence: evidence, causes: transcript.stopsBelowSMB3 ? noEncryptionCauses : transcript.causesWithoutAnnouncement + noCipherCauses,
          firstRemedies: transcript.remediesWithoutCipher)
      ]
    case .encryption: return []
    case .noKey:
      return [
        Observation(
          .possible, "\(left), which made it a guest or anonymous", evidence: evidence, causes: noKeyCauses,
          firstRemedies: [.realCredentials, .mapToGuestSamba])
      ]
    case .signature311:
      return [Observation(.possible, left, evidence: evidence, causes: transcript.causesOfRejectionByProof)]
    case .signature:
      return [Observation(.possible, left, evidence: evidence, causes: transcript.causesOfRejectionByProof ?? signatureCauses(of: transcript.negotiation?.offered.max()))]
    }
  }

  /// A side that cannot read what the other encrypts.
  static let differentEncryption =
    "the client cannot decrypt it: the two have different keys, for example because a device on the path changed a byte of NEGOTIATE or SESSION_SETUP (SMB 3.1.1), or one of them encrypts wrongly; try another cipher or SMB 3.0.2"
  private static let testOnly = "a program that only tests the password or the server"
  private static let zeroSignatureCauses = [
    "the server cannot sign: on ksmbd the kernel module cmac is missing (modprobe cmac)",
    "a device on the path blanks signatures",
  ]
  private static let notSignedCauses = [
    "the server cannot sign, or does not sign the last answer of a logon: a fault in its software", "a device on the path strips signatures",
  ]
  private static let noCipherCauses = [
    "the client demands encryption (RequireEncryption of Windows, seal of a Linux mount, “client smb encrypt = required” of Samba), and the server has it switched off or has no cipher in common: switch it on at the server, or stop demanding it",
    "the client does not accept the signature of the server's answer", testOnly,
  ]
  private static let noEncryptionCauses = [
    "the client demands encryption (RequireEncryption of Windows, seal of a Linux mount, “client smb encrypt = required” of Samba), but the server supports only dialects without encryption: let the server use SMB 3, or stop demanding encryption",
    "the client does not accept the signature of the server's answer, or the server's old dialect", testOnly,
  ]
  private static let noKeyCauses = [
    "the client requires signing or encryption, and a guest or anonymous session has no key",
    "the client's policy forbids guest sessions", testOnly,
  ]
  private static let signature311Causes = [
    "the signature of the server's answer is wrong: a device on the path changed a byte of NEGOTIATE or SESSION_SETUP, from which SMB 3.1.1 derives its keys",
    "the server or the client derives its keys wrongly; try SMB 3.0.2 or 2.1, which do not use that hash",
    "the server's token: it has a MIC over the mechanisms that the client did not request, or mutual authentication that does not match the name",
    testOnly,
  ]
  /// - Parameter dialect: the highest that the client offers.
  private static func signatureCauses(of dialect: SMB2Dialect?) -> [String] {
    guard let dialect, dialect < .smb300 else { return signatureCauses }
    return Array(signatureCauses.prefix(1)) + [
      "the client demands encryption, but offers only SMB \(dialect) or older, which have none (“client smb encrypt”, “client max protocol” of Samba; seal and vers= of a Linux mount)"
    ] + signatureCauses.dropFirst()
  }

  private static let signatureCauses = [
    "the signature of the server's answer is wrong: a device changed the dialect on the way, so the two sign differently, or one of them derives its keys wrongly",
    "the server's token: it has a MIC over the mechanisms that the client did not request, or mutual authentication that does not match the name",
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
    if response.dialectRevision < .smb300 { return "NEGOTIATE response: SMB \(response.dialectRevision), without encryption" }
    guard response.dialectRevision == .smb311 else { return "NEGOTIATE response: Capabilities \(response.capabilities)" }
    return "NEGOTIATE response: " + (response.contexts.ciphers == nil ? "no ENCRYPTION context" : "an ENCRYPTION context without a cipher")
  }
}

extension Transcript {
  /// Why nothing can be encrypted, although the client offers it.
  var lackOfCipher: String { stopsBelowSMB3 ? "\(dialectName) has no encryption" : "no cipher was agreed" }

  /// For a client of SMB 3 that does not say that it can encrypt.
  var causesWithoutAnnouncement: [String] {
    guard announcesNoEncryption else { return [] }
    return dialect == .smb311
      ? ["the client offers ciphers, but its Capabilities lack encryption (0x40), and a Samba server then agrees to no cipher: a fault in the client's software"]
      : ["the client's Capabilities lack encryption (0x40): its software cannot encrypt, or is set not to"]
  }

  /// For a client that demands encryption and does not get it.
  var remediesWithoutCipher: [Remedy] {
    if stopsBelowSMB3 { return [.serverSpeaksSMB3, .encryptionNotDemanded] }
    if announcesNoEncryption { return [.patchClient, .otherClient, .encryptionNotDemanded] }
    return (hasNoCommonCipher ? [.ciphersSamba, .ciphersWindows, .ciphersLinux] : [.encryptionOn]) + [.encryptionNotDemanded]
  }
}
