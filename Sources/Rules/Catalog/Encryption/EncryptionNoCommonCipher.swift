import Packets
import Protocols
import Transcripts

extension Rule {
  static let encryptionNoCommonCipher = Rule(
    id: "encryption-no-common-cipher",
    severity: .error,
    phase: .encryption,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    supersededBySuccess: true,
    summary: "The client offers encryption, and the server agrees to none.",
    explanation: whoCanEncrypt + """
      On SMB 3.1.1 the server names the cipher that it chose. CipherId 0 means that encryption is on, but the server \
      accepts none of the offered ciphers. An answer without an encryption context means that encryption is off. On \
      3.0 and 3.0.2 the server announces encryption as a capability; here it does not, although one of its shares is \
      marked for encryption.

      This alone is only a note. It is an error when the two have no common cipher and the server then refuses \
      access or the client leaves.
      """,
    whenBenign: "As long as the server refuses nothing.",
    howToVerify: "Compare NEGOTIATE in captures on both hosts, and the ciphers that both allow.",
    causes: [
      "the two have no cipher in common", "encryption is switched off on the server",
    ],
    remedies: [.ciphersWindows, .ciphersSamba, .ciphersLinux, .encryptionSamba],
    references: ["MS-SMB2 2.2.4.1.2", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    guard let request = transcript.negotiation?.request, let response = transcript.negotiation?.response,
      let offer = transcript.unansweredCipherOffer(request, response)
    else { return [] }
    let isRefused = transcript.isRefusedWithoutCipher
    let hasLeft = transcript.hasNoCommonCipher && transcript.leavesAfterNegotiate
    let lack = MissingCipher(transcript)
    var observation = Observation(
      .proven, lack.summary(of: request) + (lack.isHarmless ? "" : isRefused ? "; then access is refused" : hasLeft ? "; then the client leaves" : ""),
      evidence: [
        Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request: \(offer)"),
        Evidence(
          transcript.negotiation?.responseStamp?.frame, .server,
          "NEGOTIATE response, SMB \(response.dialectRevision): "
            + (transcript.hasNoCommonCipher ? "CipherId 0, no cipher in common" : "no encryption")),
      ].compactMap(\.self) + (hasLeft ? transcript.endEvidence : []),
      // A server that has it off demands none.
      severity: transcript.hasEncryptionOff || transcript.announcesNoEncryption || !(isRefused || hasLeft) ? .info : nil,
      causes: lack.causes(transcript, request))
    observation.remedies = lack.remedies
    return [observation]
  }
}

/// Why the two agreed to no cipher.
private enum MissingCipher {
  case noneInCommon, notAnnounced, switchedOff, notAgreed

  init(_ transcript: Transcript) {
    self =
      transcript.hasNoCommonCipher
      ? .noneInCommon : transcript.announcesNoEncryption ? .notAnnounced : transcript.hasEncryptionOff ? .switchedOff : .notAgreed
  }

  /// Nothing comes of it: a server without encryption demands none.
  var isHarmless: Bool { self == .switchedOff }

  func summary(of request: SMB2NegotiateRequest) -> String {
    switch self {
    case .noneInCommon:
      "the server supports none of the ciphers that the client offers (\((request.contexts.ciphers ?? []).map(\.description).joined(separator: ", "))) and answers CipherId 0"
    case .notAnnounced: "the client offers ciphers, but its Capabilities lack encryption, and the server agrees to no cipher"
    case .switchedOff: "the client offers encryption, but the server has it switched off: its answer has no ENCRYPTION context"
    case .notAgreed: "the client offers encryption, but the server agrees to no cipher"
    }
  }

  /// nil for those of the rule.
  func causes(_ transcript: Transcript, _ request: SMB2NegotiateRequest) -> [String]? {
    switch self {
    case .noneInCommon:
      [
        "encryption is on at both ends, but they have no cipher in common: "
          + (request.contexts.ciphers.map { Set([.aes128CCM, .aes128GCM]) == Set($0) } ?? false
            ? "the client offers no AES-256, and the server probably allows nothing else" : "the server allows only others")
      ]
    case .notAnnounced: transcript.causesWithoutAnnouncement
    case .switchedOff: ["encryption is switched off on the server"]
    case .notAgreed: nil
    }
  }

  var remedies: [Remedy]? {
    switch self {
    case .noneInCommon: [.ciphersSamba, .ciphersWindows, .ciphersLinux]
    case .notAnnounced: [.encryptInClient, .otherClient]
    case .switchedOff: [.encryptionSamba, .serverEncryption]
    case .notAgreed: nil
    }
  }
}

extension Transcript {
  /// Access was refused to a session that has a key, so that encryption may be what it lacks.
  fileprivate var isRefusedWithoutCipher: Bool {
    sessions.contains { $0.refusal == .accessDenied && !$0.isBinding && !$0.hasNoKey }
      || trees.contains { tree in
        tree.deniedInClearFrame != nil || tree.replyStamp?.status == .accessDenied && session(of: tree)?.hasNoKey != true
      }
  }

  /// What the client offered, when the server took nothing of it; nil when it did, or neither side needs it.
  fileprivate func unansweredCipherOffer(_ request: SMB2NegotiateRequest, _ response: SMB2NegotiateResponse) -> String? {
    guard canEncrypt == false else { return nil }
    switch response.dialectRevision {
    case .smb311:
      let isUnreadable = response.contexts.contains { if case .unreadable = $0 { true } else { false } }
      guard let ciphers = request.contexts.ciphers, !ciphers.isEmpty, !isUnreadable else { return nil }
      return "ciphers \(ciphers.map(\.description).joined(separator: ", "))"
    case .smb300, .smb302:
      guard request.capabilities.contains(.encryption), !response.capabilities.contains(.encryption),
        trees.contains(where: { $0.response?.shareFlags.contains(.encryptData) == true })
      else { return nil }
      return "Capabilities \(request.capabilities), with encryption"
    default: return nil
    }
  }
}
