import Packets
import Protocols
import Transcripts

/// Why a share was answered with STATUS_ACCESS_DENIED, as far as the other messages tell.
enum TreeDenial {
  /// The client signed in a session that has no key, or did not, and the server demands signatures of guests as well.
  case guestSigned, guestUnsigned
  /// A key shows that the signature of the request is wrong.
  case wrongSignature
  /// Signing is required, and the request has no signature.
  case unsigned
  /// The same user has the share open on another connection, or had it until a few seconds before.
  case limit(ShareUse)
  /// The same user had the share earlier in the recording.
  case changed(ShareUse)
  case noUser(NoUser)
  /// Nothing that the client signed in this session was accepted.
  case signature(Doubt)
  /// The connection cannot encrypt.
  case encryption
  /// The session wants everything encrypted, and the request was not.
  case inClear
  /// A share for administrators.
  case administrative(isLocalAccount: Bool)
  /// Azure Files, for the reasons given.
  case storageAccount([String])
  case other(isPipe: Bool)

  /// Why the session is nobody's.
  enum NoUser {
    case anonymous
    /// The server made the user a guest.
    case madeGuest
    /// The client logged on with the account Guest.
    case asGuest

    fileprivate var cause: String {
      switch self {
      case .anonymous: "the client sent no user: the program did not pass on the credentials"
      case .madeGuest: "the server accepted no user: it made the client a guest, after an unknown user or a wrong password"
      case .asGuest: "the client logged on with the account Guest, and not with one that may use the share"
      }
    }
  }

  /// What speaks for the signature.
  enum Doubt {
    /// IPC$ is open to every user.
    case pipe(is311: Bool)
    /// SMB 3.1.1, and this is the first request that was signed.
    ///
    /// - Parameter ofKnownClient: by software that is known to sign correctly. Programs made with impacket do much themselves.
    case firstRequest(ofKnownClient: Bool)
    /// The server signed the end of the logon with zeros.
    case serverCannotSign
  }

  /// Goes on after the status; nil for its meaning.
  var note: String? {
    switch self {
    case .guestSigned, .guestUnsigned, .encryption, .storageAccount, .other: nil
    case .wrongSignature: ": the signature of the request is wrong"
    case .inClear: ": the session demands encryption, but the request was not encrypted"
    case .administrative: ": the share is only for administrators"
    case .unsigned: ": signing is required, but the request is not signed"
    case .limit(let use): ", although the server granted it to the same user in frame \(use.frame), on a parallel connection"
    case .changed(let use): ", although the same user had it in frame \(use.frame)"
    case .noUser(let user): ": the session is \(user == .anonymous ? "anonymous" : "a guest's")\(user == .asGuest ? "" : ", the server accepted no user")"
    case .signature(.pipe): ", which is open to every user: perhaps the server does not accept the signature"
    case .signature(.firstRequest): ", which was the first signed request: the server denies access, or does not accept the signature"
    case .signature(.serverCannotSign): "; the server has shown before that it cannot sign: it cannot check the signature"
    }
  }

  /// nil for those of the rule.
  var causes: [String]? {
    switch self {
    case .guestSigned, .guestUnsigned, .encryption: return nil
    case .storageAccount(let causes): return causes
    case .wrongSignature: return ["the request was changed on its way, or the client signs with another key: see the finding about that signature"]
    case .other(let isPipe):
      return isPipe
        ? [
          "“Access this computer from the network” is denied to the user or a group",
          "the server closes IPC$ to this user (“hosts allow”, “valid users” of [IPC$] on Samba)",
        ]
        : nil
    case .inClear: return [
      "a fault in the client's software: it has to encrypt everything after a SESSION_SETUP answer with SMB2_SESSION_FLAG_ENCRYPT_DATA",
      "the client cannot encrypt, or has it switched off",
    ]
    case .administrative(let isLocalAccount): return [
      isLocalAccount
        ? "the user is a local account of the server: Windows removes its administrator rights for network logons (UAC remote restrictions), except for the built-in Administrator"
        : "the user is not an administrator of the server",
      isLocalAccount
        ? "the user is not an administrator of the server"
        : "a local account of the server loses its administrator rights over the network (UAC remote restrictions); use a domain account",
    ]
    case .unsigned: return ["the client must sign but does not: its software or its settings are wrong"]
    case .limit: return [
      "the share's user limit is reached (ksmbd gives this answer at “max connections” of the share in ksmbd.conf, and admits one user fewer than configured)",
      "the permissions of the share were changed in between",
    ]
    case .changed(let use): return [
      "the permissions of the share, or the groups of the user, were changed since frame \(use.frame)",
      "several servers stand behind this address, and this one has other permissions",
    ]
    case .noUser(let user): return [user.cause, "the share is closed to guests and anonymous users, like most shares"]
    case .signature(let doubt):
      let key = "possibly the signature: client and server derived different keys, because of a fault in the client's software"
      let way = "possibly a device: it changed NEGOTIATE or SESSION_SETUP, and the keys of SMB 3.1.1 depend on their hash"
      let dialectWay = "possibly a device: it changed the dialect that the server chose, so the two sign differently"
      let rights = "the permissions of the share do not include the user or a group of the user"
      switch doubt {
      case .pipe(let is311): return [key, is311 ? way : dialectWay, "“Access this computer from the network” is denied to the user or a group"]
      case .firstRequest(let ofKnownClient): return ofKnownClient ? [rights, way] : [key, rights, way]
      case .serverCannotSign: return ["the server cannot sign or check signatures: the kernel module cmac is missing on a ksmbd server"]
      }
    }
  }

  var remedies: [Remedy]? {
    switch self {
    case .guestSigned, .guestUnsigned, .encryption: nil
    case .storageAccount: [.storageAccountSecurity, .storageAccountDomain]
    case .wrongSignature: [.wanOptimizer, .captureOtherSide, .patchClient]
    case .inClear: [.patchClient, .otherClient, .serverEncryption]
    case .administrative(let isLocalAccount): isLocalAccount ? [.remoteRestrictions, .administrators] : [.administrators, .remoteRestrictions]
    case .other(let isPipe): isPipe ? [.userRights, .sharePermissionsSamba, .serverLogs] : nil
    case .unsigned: [.clientSigns, .signingOfBothWindows, .patchClient]
    case .changed: nil
    case .limit: [.shareLimitKsmbd, .sessionLimitSamba, .shareLimitWindows]
    case .noUser: [.realCredentials, .storedWindowsCredentials, .credentialsLinux, .sharePermissionsSamba, .sharePermissionsWindows]
    case .signature(.serverCannotSign): [.ksmbdModules, .patchBoth]
    case .signature(.pipe(let is311)): (is311 ? [.olderDialect] : []) + [.otherClient, .captureOtherSide, .userRights]
    case .signature(.firstRequest(ofKnownClient: true)): [
      .sharePermissionsWindows, .sharePermissionsSamba, .sharesWindows, .sharesSamba, .olderDialect, .captureOtherSide,
    ]
    case .signature(.firstRequest(ofKnownClient: false)): [
      .olderDialect, .sharePermissionsWindows, .sharePermissionsSamba, .sharesWindows, .sharesSamba, .otherClient,
    ]
    }
  }
}

extension Transcript {
  /// Why a share most likely was answered with STATUS_ACCESS_DENIED.
  func treeDenial(of tree: Tree) -> TreeDenial {
    let session = session(of: tree)
    if tree.requestStamp.hasWrongSignature { return .wrongSignature }
    if session?.hasNoKey == true {
      if tree.requestStamp.isSigned, !tree.requestStamp.isUnseen { return .guestSigned }
      if session?.identity.isAnonymous == true || session?.flags.contains(.isNull) == true { return .noUser(.anonymous) }
      if demandsSignatureOfGuest(session) { return .guestUnsigned }
      return .noUser(session?.isAccountOfGuest == true ? .asGuest : .madeGuest)
    }
    if session?.flags.contains(.encryptData) == true, !tree.isPipeShare { return .inClear }
    if lacksSignature(tree) { return .unsigned }
    // No cipher in common explains it; the signature need not.
    if hasNoCommonCipher, tree.useInClear == nil, !tree.isPipeShare { return .encryption }
    if announcesNoEncryption, mayLackEncryption, tree.useInClear == nil, !tree.isPipeShare, !isLikeKsmbd { return .encryption }
    if isAzureFiles { return .storageAccount(azureCauses) }
    if let doubt = doubt(aboutSignatureOf: tree, session) {
      if case .firstRequest = doubt, tree.isAdministrative {} else { return .signature(doubt) }
    }
    if tree.isAdministrative { return .administrative(isLocalAccount: session?.isOfServerItself == true) }
    if let use = tree.useInClear {
      let user = session?.identity.user?.lowercased()
      // Other servers have statuses of their own for a share that is full.
      if use.isOpen, user != nil, use.user?.lowercased() == user, isLikeKsmbd { return .limit(use) }
      if user != nil, use.user?.lowercased() == user, use.frame < tree.requestStamp.frame { return .changed(use) }
    } else if mayLackEncryption, !lacksEncryptionOfServer, !tree.isPipeShare, !isLikeKsmbd {
      // A share hardly demands what its own server has switched off.
      // ksmbd demands encryption of all shares or of none, and only from those who can encrypt.
      return .encryption
    }
    return .other(isPipe: tree.isPipeShare)
  }

  /// The server requires signing, and the guest got nothing on this connection. Samba and others let guests in unsigned all the same.
  private func demandsSignatureOfGuest(_ session: Session?) -> Bool {
    negotiation?.response?.securityMode.contains(.signingRequired) == true
      && serverSoftware.map { ![.samba, .ksmbd, .impacket].contains($0) } ?? !isLikeKsmbd
      && ending != nil && mainSession?.id == session?.id && !trees.contains { $0.isConnected && !$0.isPipeShare }
  }

  private func doubt(aboutSignatureOf tree: Tree, _ session: Session?) -> TreeDenial.Doubt? {
    guard tree.requestStamp.isSigned, let session, session.hasKey, !tree.requestStamp.proof.contains(.hasRightSignature) else { return nil }
    if session.hasZeroSignature { return .serverCannotSign }
    // One that was accepted, or refused for another reason, had a good signature.
    let hasAcceptedOther = trees.contains {
      // Of another user on the same connection too: the keys have the same NEGOTIATE in them.
      $0.requestStamp.isSigned && $0.replyStamp?.status.map { $0 != .accessDenied } ?? false
    }
    guard !hasAcceptedOther, tree.signatureAcceptedFrame == nil, session.previousID == 0 else { return nil }
    if tree.isPipeShare { return .pipe(is311: dialect == .smb311) }
    guard dialect == .smb311, tree.useInClear == nil else { return nil }
    return .firstRequest(ofKnownClient: clientSoftware.map { $0 != .impacket } ?? false)
  }

  /// The request should have been signed, which is reason enough to refuse it.
  private func lacksSignature(_ tree: Tree) -> Bool {
    guard !tree.requestStamp.isSigned, requiresSigning || dialect == .smb311 else { return false }
    // A server that demands signatures demands them of every request.
    return !trees.contains { $0.sessionID == tree.sessionID && $0.isConnected && !$0.requestStamp.isSigned }
  }
}

extension Session {
  /// The account Guest. Windows translates its name.
  var isAccountOfGuest: Bool { identity.user.map { ["guest", "gast", "invité", "invitado", "nobody"].contains($0.lowercased()) } ?? false }

  /// The answer that ended the logon has the SIGNED flag and a signature of zeros.
  var hasZeroSignature: Bool {
    isEstablished && replyStamp?.status == .success && replyStamp?.isSigned == true && replyStamp?.hasZeroSignature == true
  }
}
