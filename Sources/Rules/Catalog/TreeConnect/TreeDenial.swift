import Packets
import Protocols
import Transcripts

/// Why a share was answered with STATUS_ACCESS_DENIED, as far as the other messages tell.
enum TreeDenial {
  /// The client signed in a session that has no key.
  case guestSigned
  /// Signing is required, and the request has no signature.
  case unsigned
  /// The same user has the share open on another connection, or had it until a few seconds before.
  case limit(ShareUse)
  /// A guest or an anonymous user.
  case noUser(isAnonymous: Bool)
  /// Nothing that the client signed in this session was accepted.
  case signature(Doubt)
  /// The connection cannot encrypt.
  case encryption
  case other(isPipe: Bool)

  /// What speaks for the signature.
  enum Doubt {
    /// IPC$ is open to every user.
    case pipe(is311: Bool)
    /// SMB 3.1.1, and this is the first request that was signed.
    case firstRequest
    /// The server signed the end of the logon with zeros.
    case serverCannotSign
  }

  /// Goes on after the status; nil for its meaning.
  var note: String? {
    switch self {
    case .guestSigned, .encryption, .other: nil
    case .unsigned: ": signing is required, and the request is not signed"
    case .limit(let use): ", although the same user was granted it in frame \(use.frame), on a connection beside it"
    case .noUser(let isAnonymous): ": the session is \(isAnonymous ? "anonymous" : "a guest's"), no user was accepted"
    case .signature(.pipe): ", which is open to every user: perhaps it does not accept the signature"
    case .signature(.firstRequest): ", the first request that was signed: it denies access, or does not accept the signature"
    case .signature(.serverCannotSign): ", and has shown before that it cannot sign: it cannot check the signature"
    }
  }

  /// nil for those of the rule.
  var causes: [String]? {
    switch self {
    case .guestSigned, .encryption: return nil
    case .other(let isPipe):
      return isPipe
        ? [
          "“Access this computer from the network” is denied to the user or a group",
          "the server closes IPC$ to this user (“hosts allow”, “valid users” of [IPC$] on Samba)",
        ]
        : nil
    case .unsigned: return ["the client does not sign although it must: its software, or its settings"]
    case .limit: return [
      "the share's limit of users is reached (“max connections” of the share in ksmbd.conf is answered so, and lets one fewer in than it says)",
      "the permissions of the share were changed in between",
    ]
    case .noUser(let isAnonymous): return [
      isAnonymous
        ? "no user was sent: the program did not pass on the credentials"
        : "no user was accepted: the server made the client a guest, after an unknown user or a wrong password",
      "the share is closed to guests and anonymous users, as most are",
    ]
    case .signature(let doubt):
      let key = "possibly the signature: client and server derived different keys, by a fault of the client's software"
      let way = "possibly the way: a device changed NEGOTIATE or SESSION_SETUP, whose hash goes into the keys of SMB 3.1.1"
      let dialectWay = "possibly the way: a device changed the dialect that the server chose, so that the two sign differently"
      let rights = "the permissions of the share do not include the user or a group of the user"
      switch doubt {
      case .pipe(let is311): return [key, is311 ? way : dialectWay, "“Access this computer from the network” is denied to the user or a group"]
      case .firstRequest: return [key, rights, way]
      case .serverCannotSign: return ["the server cannot sign or check signatures: the kernel module cmac is missing on a ksmbd server"]
      }
    }
  }

  var remedies: [Remedy]? {
    switch self {
    case .guestSigned, .encryption: nil
    case .other(let isPipe): isPipe ? [.userRights, .sharePermissionsSamba, .serverLogs] : nil
    case .unsigned: [.clientSigns, .signingOfBothWindows, .patchClient]
    case .limit: [.shareLimitKsmbd, .sessionLimitSamba, .shareLimitWindows]
    case .noUser: [.realCredentials, .storedWindowsCredentials, .credentialsLinux, .sharePermissionsSamba, .sharePermissionsWindows]
    case .signature(.serverCannotSign): [.ksmbdModules, .patchBoth]
    case .signature(.pipe(let is311)): (is311 ? [.olderDialect] : []) + [.patchClient, .captureOtherSide, .userRights]
    case .signature(.firstRequest): [
      .olderDialect, .sharePermissionsWindows, .sharePermissionsSamba, .sharesWindows, .sharesSamba, .patchClient,
    ]
    }
  }
}

extension Transcript {
  /// Why a share most likely was answered with STATUS_ACCESS_DENIED.
  func treeDenial(of tree: Tree) -> TreeDenial {
    let session = session(of: tree)
    if session?.hasNoKey == true {
      if tree.requestStamp.isSigned { return .guestSigned }
      return .noUser(isAnonymous: session?.identity.isAnonymous == true || session?.flags.contains(.isNull) == true)
    }
    if lacksSignature(tree) { return .unsigned }
    // No cipher in common explains it; the signature need not.
    if hasNoCommonCipher, tree.useInClear == nil, !tree.isPipeShare { return .encryption }
    if let doubt = doubt(aboutSignatureOf: tree, session) { return .signature(doubt) }
    if let use = tree.useInClear {
      let user = session?.identity.user?.lowercased()
      if use.isOpen, user != nil, use.user?.lowercased() == user { return .limit(use) }
    } else if mayLackEncryption, !tree.isPipeShare {
      return .encryption
    }
    return .other(isPipe: tree.isPipeShare)
  }

  private func doubt(aboutSignatureOf tree: Tree, _ session: Session?) -> TreeDenial.Doubt? {
    guard tree.requestStamp.isSigned, let session, session.hasKey, !tree.requestStamp.proof.contains(.hasRightSignature) else { return nil }
    if session.hasZeroSignature { return .serverCannotSign }
    // One that was accepted, or refused for another reason, had a good signature.
    let hasAcceptedOther = trees.contains {
      // Of another user on the same connection too: the keys have the same NEGOTIATE in them.
      $0.requestStamp.isSigned && $0.replyStamp?.status.map { $0 != .accessDenied } ?? false
    }
    guard !hasAcceptedOther, session.previousID == 0 else { return nil }
    if tree.isPipeShare { return .pipe(is311: dialect == .smb311) }
    return dialect == .smb311 && tree.useInClear == nil ? .firstRequest : nil
  }

  /// The request should have been signed, which is reason enough to refuse it.
  private func lacksSignature(_ tree: Tree) -> Bool {
    !tree.requestStamp.isSigned && (requiresSigning || dialect == .smb311)
  }
}

extension Session {
  /// The answer that ended the logon has the SIGNED flag and a signature of zeros.
  var hasZeroSignature: Bool {
    isEstablished && replyStamp?.status == .success && replyStamp?.isSigned == true && replyStamp?.hasZeroSignature == true
  }
}
