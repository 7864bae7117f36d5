package import Packets
package import Protocols

/// Contents of an answer to NEGOTIATE that may make a client give up: MS-SMB2 3.2.5.2.
package enum Objection: Sendable, Equatable {
  /// A client must not accept these.
  case dialectNotOffered(SMB2Dialect)
  case tooSmall(field: String, size: UInt32)
  case noPreauthenticationHash
  case unreadableContexts
  case cipherNotOffered(SMB2Cipher)
  /// An ENCRYPTION context with no cipher in it.
  case noCommonCipher(offered: [SMB2Cipher])
  /// A context that the request does not have.
  case unaskedContext(name: String)
  /// SMB1: the server wants the password itself, and no proof of it (MS-CIFS 2.2.4.52.2).
  case clearPassword
  /// SMB1: the server demands signing, which many small clients of SMB1 cannot do.
  case signingDemanded
  /// SMB1: the server takes a dialect before “NT LM 0.12”, whose logons most clients refuse (MS-CIFS 2.2.4.52.2).
  case oldLogon(dialect: String)
  /// The client offers SMB2 as well, and the server chose SMB1, which most clients of today refuse.
  case choseSMB1(dialect: String)
  /// The client offers newer dialects, and may demand one.
  case onlyOldest
  /// The server is called by an address, which has no Kerberos ticket.
  case calledByAddress(String)

  /// The specification has the client hang up over it.
  package var isForbidden: Bool {
    switch self {
    case .dialectNotOffered, .tooSmall, .noPreauthenticationHash, .unreadableContexts, .cipherNotOffered: true
    case .noCommonCipher, .unaskedContext, .clearPassword, .signingDemanded, .oldLogon, .choseSMB1, .onlyOldest, .calledByAddress: false
    }
  }

  /// It concerns the contents of the answer, not the server's name.
  package var isAboutAnswer: Bool {
    switch self {
    // Scanners leave after these, too.
    case .calledByAddress, .clearPassword, .signingDemanded, .oldLogon: false
    default: true
    }
  }
}

extension Negotiation {
  /// The gravest first.
  package var objections: [Objection] {
    guard let response else { return [] }
    var found: [Objection] = []
    if !offered.isEmpty, response.dialectRevision != .wildcard, !offered.contains(response.dialectRevision) {
      found.append(.dialectNotOffered(response.dialectRevision))
    }
    let sizes = [
      ("MaxTransactSize", response.maxTransactSize), ("MaxReadSize", response.maxReadSize),
      ("MaxWriteSize", response.maxWriteSize),
    ]
    found += sizes.filter { $0.1 < 65_536 }.map { .tooSmall(field: $0.0, size: $0.1) }
    if hasNoPreauthContext { found.append(.noPreauthenticationHash) }
    if contextError != nil { found.append(.unreadableContexts) }
    guard let request else { return found }
    if let offered = request.contexts.ciphers, response.contexts.ciphers?.allSatisfy({ $0 == .none }) == true {
      found.append(.noCommonCipher(offered: offered))
    }
    if let offered = request.contexts.ciphers, let chosen = response.contexts.ciphers?.first, chosen != .none, !offered.contains(chosen) {
      found.append(.cipherNotOffered(chosen))
    }
    // 3.3.5.4: the server answers the contexts of the request, and adds none.
    if !request.contexts.isEmpty, request.isWhole {
      let asked = request.contexts.compactMap(\.type)
      found += response.contexts.compactMap(\.type).filter { !asked.contains($0) }
        .map { .unaskedContext(name: SMB2NegotiateContext.name(ofType: $0)) }
    }
    if let name = request.contexts.netName, name.isAddress { found.append(.calledByAddress(name)) }
    return found
  }

  /// SMB 3.1.1, a list of contexts that can be read, and no hash in it.
  package var hasNoPreauthContext: Bool {
    guard let response, response.isWhole, response.dialectRevision == .smb311, contextError == nil else { return false }
    return !response.contexts.contains { if case .preauthIntegrity = $0 { true } else { false } }
  }

  /// The same of the request, when it offers SMB 3.1.1.
  package var requestHasNoPreauthContext: Bool {
    guard let request, request.isWhole, request.dialects.contains(.smb311) else { return false }
    return !request.contexts.contains {
      switch $0 {
      case .preauthIntegrity, .unreadable: true
      default: false
      }
    }
  }

  /// Why the contexts of the response could not be read.
  package var contextError: DecodeError? {
    response?.contexts.lazy.compactMap { if case .unreadable(let error) = $0 { error } else { nil } }.first
  }

  /// The client calls the server by a name: one that only looks for versions names none.
  /// Where the list was cut its length tells: preauthentication hash and ciphers are what every program sends.
  package var namesServer: Bool {
    guard let request else { return false }
    return request.contexts.netName.map { !$0.isEmpty } ?? (!request.isWhole && request.contextCount > 2)
  }
}

extension Transcript {
  /// What in the answer to NEGOTIATE, of whatever version, may keep the client from going on.
  package var objections: [Objection] {
    if let negotiation { return negotiation.objections + (isOfferedNewer ? [.onlyOldest] : []) }
    guard let response = smb1?.response, response.dialectIndex != nil, smb1?.upgrade == nil else { return [] }
    let chosen = smb1?.request?.offersSMB2 == true ? smb1?.chosen : nil
    return (chosen.map { [.choseSMB1(dialect: $0)] } ?? []) + (response.wantsClearPassword ? [.clearPassword] : [])
      + (response.requiresSigning ? [.signingDemanded] : [])
      + (smb1?.oldDialect.map { [.oldLogon(dialect: $0)] } ?? [])
  }

  /// The server answers 2.0.2 to a client that looks for more: “SMB 2.???” stands for every newer dialect (MS-SMB2 3.3.5.3.1).
  private var isOfferedNewer: Bool {
    guard dialect == .smb202 else { return false }
    return smb1?.request?.dialects.contains("SMB 2.???") == true || negotiation?.namesServer == true && negotiation?.offered.contains { $0 > .smb202 } == true
  }

  /// The client means to log on: programs that only look for versions name no server, and offer no list of SMB1 dialects.
  package var meansToLogOn: Bool {
    negotiation?.namesServer ?? ((smb1?.request?.dialects.count ?? 0) > 1)
  }

  /// The client asked for encryption, and the server agreed to no cipher, or chose a dialect without encryption: MS-SMB2
  /// 3.3.5.4.
  package var lacksAgreedCipher: Bool {
    guard let request = negotiation?.request, let response = negotiation?.response, contextsAreReadable else { return false }
    switch response.dialectRevision {
    case .smb311: return !(request.contexts.ciphers ?? []).isEmpty && canEncrypt == false
    case .smb300, .smb302: return request.capabilities.contains(.encryption) && !response.capabilities.contains(.encryption)
    default: return stopsBelowSMB3 && (request.capabilities.contains(.encryption) || request.contexts.ciphers?.isEmpty == false)
    }
  }

  /// The capture lacks the end of NEGOTIATE. The server answers fewer of the client's contexts than hash, cipher and signing, so
  /// the one about ciphers may be missing.
  package var mayLackAgreedCipher: Bool {
    guard dialect == .smb311, let negotiation, negotiation.cutFrame != nil, let request = negotiation.request, let response = negotiation.response
    else { return false }
    return !response.isWhole && request.contextCount > 3 && response.contextCount < 3 && response.contexts.ciphers == nil
  }

  private var contextsAreReadable: Bool { negotiation?.contextError == nil }

  /// Why the client may have left right behind an answer by which the logon succeeded.
  package var rejection: Rejection? {
    guard case .client(.session) = end.turn, let session = sessions.last, session.isEstablished, !session.isBinding
    else { return nil }
    if session.replyStamp?.hasZeroSignature == true, session.replyStamp?.isSigned == true { return .zeroSignature }
    // MS-SMB2 3.3.5.5.3: on SMB 3.1.1 the last answer of a logon is signed, whoever requires signing or not.
    if dialect == .smb311, session.hasKey, session.replyStamp?.isSigned == false { return .notSigned }
    if stopsBehindFirstEncryptedAnswer { return .encryption }
    if lacksAgreedCipher { return .noCipher }
    if session.hasNoKey { return .noKey }
    return dialect == .smb311 ? .signature311 : .signature
  }

  package enum Rejection: Sendable, Equatable {
    case zeroSignature, notSigned, noCipher, encryption, noKey, signature311, signature
  }
}
