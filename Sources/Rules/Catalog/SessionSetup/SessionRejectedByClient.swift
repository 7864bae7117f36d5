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
    guard transcript.leaves(session, over: reason) else { return [transcript.leftPerhapsWithoutCipher(session)].compactMap(\.self) }
    return [transcript.observation(of: reason, session)]
  }

  fileprivate static let testOnly = "a program that only tests the password or the server"
  fileprivate static let zeroSignatureCauses = [
    "the server cannot sign: on ksmbd the kernel module cmac is missing (modprobe cmac)",
    "a device on the path blanks signatures",
  ]
  fileprivate static let notSignedCauses = [
    "the server cannot sign, or does not sign the last answer of a logon: a fault in its software", "a device on the path strips signatures",
  ]
  fileprivate static let noCipherCauses = [
    "the client demands encryption (RequireEncryption of Windows, seal of a Linux mount, “client smb encrypt = required” of Samba), and the server has it switched off or has no cipher in common: switch it on at the server, or stop demanding it",
    "the client does not accept the signature of the server's answer", testOnly,
  ]
  fileprivate static let noEncryptionCauses = [
    "the client demands encryption (RequireEncryption of Windows, seal of a Linux mount, “client smb encrypt = required” of Samba), but the server supports only dialects without encryption: let the server use SMB 3, or stop demanding encryption",
    "the client does not accept the signature of the server's answer, or the server's old dialect", testOnly,
  ]
  fileprivate static let noKeyCauses = [
    "the client requires signing or encryption, and a guest or anonymous session has no key",
    "the client's policy forbids guest sessions", testOnly,
  ]
  fileprivate static let signature311Causes = [
    "the signature of the server's answer is wrong: a device on the path changed a byte of NEGOTIATE or SESSION_SETUP, from which SMB 3.1.1 derives its keys",
    "the server or the client derives its keys wrongly; try SMB 3.0.2 or 2.1, which do not use that hash",
    "the server's token: it has a MIC over the mechanisms that the client did not request, or mutual authentication that does not match the name",
    testOnly,
  ]
  fileprivate static func causes(ofNTLMTo address: String) -> [String] {
    let hardened = "the client demands mutual authentication of this server (hardened UNC paths: SYSVOL and NETLOGON of a domain controller), and under its address \(address) there is only NTLM: use its name"
    return signature311Causes.prefix(1) + [hardened] + signature311Causes.dropFirst()
  }
  /// - Parameter dialect: the highest that the client offers.
  fileprivate static func signatureCauses(of dialect: SMB2Dialect?) -> [String] {
    guard let dialect, dialect < .smb300 else { return signatureCauses }
    return Array(signatureCauses.prefix(1)) + [
      "the client demands encryption, but offers only SMB \(dialect) or older, which have none (“client smb encrypt”, “client max protocol” of Samba; seal and vers= of a Linux mount)"
    ] + signatureCauses.dropFirst()
  }

  fileprivate static let signatureCauses = [
    "the signature of the server's answer is wrong: a device changed the dialect on the way, so the two sign differently, or one of them derives its keys wrongly",
    "the server's token: it has a MIC over the mechanisms that the client did not request, or mutual authentication that does not match the name",
    testOnly,
  ]
}

extension Transcript {
  fileprivate func leaves(_ session: Session, over reason: Rejection) -> Bool {
    // Rules of their own.
    if reason == .noKey, requiresSigning || session.flags.contains(.isGuest) { return false }
    switch end.diagnosis {
    case .rejected(.session): return true
    // Who logs off at once has a reason when one is in sight.
    case .left(.session): return [.zeroSignature, .notSigned, .noCipher].contains(reason) && wasLeftOrderly
    default: return false
    }
  }

  /// Who logs off at once may have missed a cipher of which the capture has too little to tell.
  fileprivate func leftPerhapsWithoutCipher(_ session: Session) -> Observation? {
    guard end.diagnosis == .left(.session), wasLeftOrderly, end.waited <= End.promptness, mayLackAgreedCipher else { return nil }
    return Observation(
      .possible, "\(leftAfterLogon(session)); the capture lacks the end of NEGOTIATE, and fewer contexts are answered there than a cipher needs",
      evidence: evidence(of: session) + endEvidence, severity: .warning, causes: Rule.noCipherCauses, firstRemedies: [.captureWhole])
  }

  /// What a key or the session's flags show goes before what the answer lacks.
  fileprivate func observation(of reason: Rejection, _ session: Session) -> Observation {
    if isFirstAnswerWrong, reason != .zeroSignature {
      return Observation(
        .proven, "\(leftAfterLogon(session)): the signature of the server's answer does not fit what was recorded",
        evidence: evidence(of: reason, session),
        causes: ["the two sides do not have the same messages, or not the same key: see the finding about that signature"])
    }
    if session.flags.contains(.encryptData), [.signature311, .signature].contains(reason) {
      return Observation(
        .possible, "\(leftAfterLogon(session)): the server demands encryption for the whole session (SMB2_SESSION_FLAG_ENCRYPT_DATA)",
        evidence: evidence(of: reason, session),
        causes: ["the client cannot encrypt, or has it switched off"] + (causesOfRejectionByProof ?? Rule.signature311Causes),
        firstRemedies: [.otherClient, .serverEncryption])
    }
    return objection(reason, session)
  }

  /// One reason each.
  private func objection(_ reason: Rejection, _ session: Session) -> Observation {
    let (left, evidence) = (leftAfterLogon(session), evidence(of: reason, session))
    return switch reason {
    case .zeroSignature:
      Observation(
        .proven, "the answer that accepts the logon of \(session.who) is flagged as signed, but its signature is all zero, and the client leaves",
        evidence: evidence, causes: Rule.zeroSignatureCauses, firstRemedies: [.signingOnServer])
    case .notSigned:
      Observation(
        .likely, "the answer that accepts the logon of \(session.who) is not signed, although SMB 3.1.1 demands it, and the client leaves",
        evidence: evidence, causes: Rule.notSignedCauses, firstRemedies: [.signingOnServer])
    case .noCipher:
      Observation(
        stopsBelowSMB3 ? .possible : .likely, "\(left): it offers encryption, but \(lackOfCipher)", evidence: evidence,
        causes: stopsBelowSMB3 ? Rule.noEncryptionCauses : causesWithoutAnnouncement + Rule.noCipherCauses, firstRemedies: remediesWithoutCipher)
    case .encryption:
      Observation(
        .possible, "the client left \(end.waited) after the server's first encrypted answer, and asked for nothing more",
        evidence: self.evidence(of: session) + [Evidence(end.last?.number, .server, "the first encrypted answer")].compactMap(\.self) + endEvidence,
        causes: [Rule.differentEncryption, Rule.testOnly], firstRemedies: [.otherClient, .clientLogs])
    case .noKey:
      Observation(
        .possible, "\(left), which made it a guest or anonymous", evidence: evidence, causes: Rule.noKeyCauses,
        firstRemedies: [.realCredentials, .mapToGuestSamba])
    case .signature311:
      Observation(.possible, left, evidence: evidence, causes: causesOfRejectionByProof ?? session.addressOfMember.map(Rule.causes(ofNTLMTo:)))
    case .signature:
      Observation(
        .possible, left, evidence: evidence, causes: causesOfRejectionByProof ?? Rule.signatureCauses(of: negotiation?.offered.max()))
    }
  }

  private func leftAfterLogon(_ session: Session) -> String { "the client left \(end.waited) after the logon of \(session.who) succeeded" }

  /// Where a cipher is missing, NEGOTIATE shows who lacks it.
  private func evidence(of reason: Rejection, _ session: Session) -> [Evidence] {
    guard reason == .noCipher else { return evidence(of: session) + endEvidence }
    return [
      Evidence(negotiation?.requestStamp?.frame, .client, demand ?? ""),
      Evidence(negotiation?.responseStamp?.frame, .server, offer ?? ""),
    ].compactMap(\.self).filter { !$0.note.isEmpty } + evidence(of: session).dropFirst() + endEvidence
  }

  private var demand: String? {
    guard let request = negotiation?.request else { return nil }
    if let ciphers = request.contexts.ciphers { return "NEGOTIATE request: ciphers \(ciphers.map(\.description).joined(separator: ", "))" }
    return "NEGOTIATE request: Capabilities \(request.capabilities)"
  }

  private var offer: String? {
    guard let response = negotiation?.response else { return nil }
    if response.dialectRevision < .smb300 { return "NEGOTIATE response: SMB \(response.dialectRevision), without encryption" }
    guard response.dialectRevision == .smb311 else { return "NEGOTIATE response: Capabilities \(response.capabilities)" }
    return "NEGOTIATE response: " + (response.contexts.ciphers == nil ? "no ENCRYPTION context" : "an ENCRYPTION context without a cipher")
  }
}

extension Transcript {
  /// The key is certain, and the answer that ended the logon is not signed with it.
  fileprivate var isFirstAnswerWrong: Bool {
    guard let id = sessions.last?.id, let proof = proofs.last(where: { $0.sessionID == id }) else { return false }
    return proof.isFirstAnswerRight == false && (proof.hasCertainKey || proof.server.firstWrong?.alteration != nil)
  }

  /// Why the client left, when a key shows that the signature of the server's answer is right here; nil otherwise.
  fileprivate var causesOfRejectionByProof: [String]? {
    guard let id = sessions.last?.id, proofs.last(where: { $0.sessionID == id })?.isFirstAnswerRight == true else { return nil }
    return [
      "a program that only tests the password, or looks at the server",
      "a device between this capture point and the client: the signature of the server's answer is right here, and the client may have received other bytes",
      "the client derives its keys wrongly: the server's are right",
      "the server's token: a MIC over the mechanisms that the client did not ask for, or mutual authentication that does not fit the name",
    ]
  }
}
