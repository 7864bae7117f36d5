import Packets
import Protocols
import Transcripts

/// Encryption that a server or share demands and a connection does not have.
extension Rule {
  private static let reach = """
    Windows 8, Windows Server 2012 and later can encrypt, with SMB 3.0 or higher; Windows 7 and Windows Server 2008 R2 \
    cannot. Samba can since 4.1. For third-party servers see their documentation.


    """

  static let encryptionRequiredSession = Rule(
    id: "encryption-required-session",
    severity: .error,
    phase: .encryption,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the logon, and the connection cannot encrypt.",
    explanation: reach + """
      A server can demand encryption for every connection. It then refuses clients that cannot encrypt with \
      STATUS_ACCESS_DENIED: Windows before the authentication begins, Samba after it. A missing right gives the same \
      status. So this is likely if the first message is refused, and only possible if a later one is.
      """,
    whenBenign: "When the same user gets in soon afterwards over SMB 3. The finding is then only a note.",
    howToVerify: "Try the same user over SMB 3, and check in the server's configuration whether it demands encryption.",
    causes: [
      "the server demands encryption for all connections (EncryptData with RejectUnencryptedAccess, or “server smb encrypt = required”)",
      "the user lacks the right to access the server from the network", "NTLM is restricted on the server",
    ],
    remedies: [.useSMB3, .serverEncryption, .encryptionSamba, .allowUnencrypted, .userRights],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .encryption(let confidence) = transcript.denial(of: session) else { return nil }
      return transcript.refusal(
        of: session, status, confidence: confidence,
        note: transcript.causesWithoutAnnouncement.isEmpty
          ? ": the server may demand encryption, which SMB \(transcript.dialect?.description ?? "?") does not support here"
          : ": the server may demand encryption, and the client does not announce that it can encrypt",
        causes: transcript.serverName.lowercased().hasSuffix(".file.core.windows.net")
          ? ["the storage account demands encryption (“Secure transfer required”, the default)", "the user lacks a role on the storage account"]
          : transcript.causesWithoutAnnouncement.isEmpty
            ? nil
            : transcript.causesWithoutAnnouncement + ["the user lacks the right to access the server from the network"],
        remedies: transcript.causesWithoutAnnouncement.isEmpty ? nil : [.patchClient, .otherClient, .serverEncryption, .userRights])
    }
  }

  static let treeEncryptionRequired = Rule(
    id: "tree-encryption-required",
    severity: .error,
    phase: .encryption,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the share, and the connection cannot encrypt.",
    explanation: reach + """
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
    transcript.refusedTrees { tree, status in
      guard status == .accessDenied, case .encryption = transcript.treeDenial(of: tree) else { return nil }
      // Who gets at other shares is not kept out as a whole.
      let isOnlyShare = !transcript.trees.contains { $0.sessionID == tree.sessionID && $0.isConnected && !$0.isPipeShare }
      // The client could, and the server did not say that it can.
      let isUpToServer = transcript.lacksAgreedCipher && !transcript.stopsBelowSMB3 && !transcript.announcesNoEncryption
      return transcript.refusal(
        of: tree, status, confidence: isOnlyShare ? .possible : .likely,
        note: ": the share may demand encryption, which this SMB \(transcript.dialect?.description ?? "?") connection does not support, or it may deny the user",
        causes: isUpToServer
          ? [
            "the share demands encryption, but the server did not announce encryption in NEGOTIATE although the client did: it is switched off for the whole server, or its list of ciphers lacks the one of SMB \(transcript.dialect?.description ?? "3") (AES-128-CCM)",
            "the permissions of the share do not include the user",
          ]
          : transcript.announcesNoEncryption
            ? ["the share demands encryption, but " + (transcript.causesWithoutAnnouncement.first ?? ""), "the permissions of the share do not include the user"] : nil,
        remedies: isUpToServer ? [.encryptionOn, .ciphersSamba, .sharePermissionsWindows, .sharePermissionsSamba] : nil)
    }
  }

  static let encryptionNoCommonCipher = Rule(
    id: "encryption-no-common-cipher",
    severity: .error,
    phase: .encryption,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    supersededBySuccess: true,
    summary: "The client offers encryption, and the server agrees to none.",
    explanation: reach + """
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
    let isRefused = transcript.sessions.contains { $0.refusal == .accessDenied && !$0.isBinding && !$0.hasNoKey }
      || transcript.trees.contains { tree in
        tree.deniedInClearFrame != nil || tree.replyStamp?.status == .accessDenied && transcript.session(of: tree)?.hasNoKey != true
      }
    let hasLeft = transcript.hasNoCommonCipher && transcript.leavesAfterNegotiate
    var observation = Observation(
      .proven,
      transcript.hasNoCommonCipher
        ? "the server supports none of the ciphers that the client offers (\((request.contexts.ciphers ?? []).map(\.description).joined(separator: ", "))) and answers CipherId 0"
          + (isRefused ? "; then access is refused" : hasLeft ? "; then the client leaves" : "")
        : transcript.announcesNoEncryption
          ? "the client offers ciphers, but its Capabilities lack encryption, and the server agrees to no cipher" + (isRefused ? "; then access is refused" : "")
        : transcript.hasEncryptionOff
          ? "the client offers encryption, but the server has it switched off: its answer has no ENCRYPTION context"
          : "the client offers encryption, but the server agrees to no cipher" + (isRefused ? "; then access is refused" : ""),
      evidence: [
        Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request: \(offer)"),
        Evidence(
          transcript.negotiation?.responseStamp?.frame, .server,
          "NEGOTIATE response, SMB \(response.dialectRevision): "
            + (transcript.hasNoCommonCipher ? "CipherId 0, no cipher in common" : "no encryption")),
      ].compactMap(\.self) + (hasLeft ? transcript.endEvidence : []),
      // A server that has it off demands none.
      severity: transcript.hasEncryptionOff || transcript.announcesNoEncryption || !(isRefused || hasLeft) ? .info : nil)
    if transcript.hasNoCommonCipher {
      observation.causes = [
        "encryption is on at both ends, but they have no cipher in common: "
          + (request.contexts.ciphers?.contains { $0.isAES256 } == true
            ? "the server allows only others" : "the client offers no AES-256, and the server probably allows nothing else")
      ]
      observation.remedies = [.ciphersSamba, .ciphersWindows, .ciphersLinux]
    } else if transcript.announcesNoEncryption {
      (observation.causes, observation.remedies) = (transcript.causesWithoutAnnouncement, [.patchClient, .otherClient])
    } else if transcript.hasEncryptionOff {
      observation.causes = ["encryption is switched off on the server"]
      observation.remedies = [.encryptionSamba, .serverEncryption]
    }
    return [observation]
  }

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

  static let encryptionUnsupportedClient = Rule(
    id: "encryption-unsupported-client",
    severity: .error,
    phase: .encryption,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The share demands encryption, but the dialect does not support it.",
    explanation: reach + """
      The share is marked for encryption, but the connection uses a dialect below 3.0. The server therefore refuses \
      the client's requests on the share.
      """,
    whenBenign: "Never.",
    howToVerify: "Check EncryptData of the share, and the dialects that the client is set to use.",
    causes: ["a client older than Windows 8, or one that is set to SMB 2", "a device on the path that lowers the dialect"],
    remedies: [.useSMB3, .serverEncryption, .allowUnencrypted],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.3.5.2.11"]
  ) { transcript in
    guard let dialect = transcript.dialect, dialect < .smb300 else { return [] }
    return transcript.treesDeniedInClear.map { tree in
      transcript.denial(of: tree, "\(tree.path) demands encryption, which SMB \(dialect) does not support")
    }
  }

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
    causes: ["a client, or a library, that ignores the flag", "a device on the path that speaks instead of the client"],
    remedies: [.patchBoth, .serverEncryption, .allowUnencrypted],
    references: ["MS-SMB2 2.2.10", "MS-SMB2 3.3.5.2.11"]
  ) { transcript in
    guard transcript.canEncrypt == true else { return [] }
    return transcript.treesDeniedInClear.map { tree in
      transcript.denial(of: tree, "\(tree.path) demands encryption, but the client sends unencrypted requests and is refused")
    }
  }
}

extension Transcript {
  fileprivate var treesDeniedInClear: [Tree] {
    trees.filter { $0.deniedInClearFrame != nil && session(of: $0)?.hasNoKey != true }
  }

  fileprivate func denial(of tree: Tree, _ summary: String) -> Observation {
    Observation(
      .likely, summary,
      evidence: evidence(of: tree)
        + [Evidence(tree.deniedInClearFrame, .server, "an unencrypted answer: \(NTStatus.accessDenied)")].compactMap(\.self))
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
