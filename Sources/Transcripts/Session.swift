import Packets
package import Protocols

/// An authentication on a connection: one or more SESSION_SETUP legs (MS-SMB2 3.2.5.3, 3.3.5.5).
///
/// One at least for each open connection: the order of the fields leaves no gaps.
package struct Session: Sendable {
  /// 0 until the server has given one.
  package var id: UInt64
  package var requestStamp: MessageStamp
  /// The last leg has its answer.
  var isAnswered = false
  /// The last answer.
  package var replyStamp: MessageStamp?
  /// Adds a channel to a session of another connection (multichannel).
  package var isBinding: Bool
  package var identity = Identity()
  package var flags: SMB2SessionFlags = []
  package var legs: UInt16 = 1
  /// The answer that established it.
  package var establishedFrame: Int?
  package var logoffFrame: Int?

  package var isEstablished: Bool { establishedFrame != nil }
  /// Without a user's key there is no signing and no Validate Negotiate (MS-SMB2 3.2.5.3.1).
  package var hasNoKey: Bool { !flags.isDisjoint(with: [.isGuest, .isNull]) || identity.isAnonymous }
}

/// Who authenticates, and how, as far as the security buffers show it.
package struct Identity: Hashable, Sendable {
  package enum Mechanism: String, Sendable {
    case ntlm, kerberos, other
  }

  package var user: String?
  package var domain: String?
  package var workstation: String?
  /// The service the Kerberos ticket is for, such as `cifs/fs01.lab.example`.
  package var service: String?
  /// Tells the ticket of the AP-REQ among those the KDC issued.
  package var ticketFingerprint: UInt64?
  package var mechanism: Mechanism?
  package var isAnonymous = false
  /// A KRB-ERROR inside a security buffer of the server.
  package var kerberosError: KerberosErrorCode?
}

extension Identity {
  /// Takes what one security buffer shows; later legs add to earlier ones.
  mutating func read(_ securityBuffer: [UInt8]) {
    guard let token = try? SPNEGOToken(ByteView(securityBuffer.span)) else { return }
    switch token {
    case .negTokenInit(let offer): readInner(offer.mechToken)
    case .negTokenResp(let answer): readInner(answer.responseToken)
    default: read(token)
    }
  }

  private mutating func readInner(_ bytes: [UInt8]?) {
    guard let bytes, let token = try? SPNEGOToken(ByteView(bytes.span)) else { return }
    read(token)
  }

  private mutating func read(_ token: SPNEGOToken) {
    switch token {
    case .ntlm(let message):
      mechanism = .ntlm
      guard case .authenticate(let proof) = message else { return }
      user = proof.user
      domain = proof.domain
      workstation = proof.workstation
      isAnonymous = proof.isAnonymous
    case .kerberos(let token):
      mechanism = .kerberos
      switch token.message {
      case .apReq(let request):
        service = request.ticket.sname.description
        domain = request.ticket.realm
        ticketFingerprint = request.ticket.fingerprint
      case .error(let error): kerberosError = error.errorCode
      default: break
      }
    default: mechanism = mechanism ?? .other
    }
  }
}

/// A TREE_CONNECT exchange: MS-SMB2 3.2.5.5, 3.3.5.7.
///
/// One at least for each open connection: the order of the fields leaves no gaps.
package struct Tree: Sendable {
  /// `\\server\share`
  package var path: String
  package var requestStamp: MessageStamp
  package var replyStamp: MessageStamp?
  package var disconnectFrame: Int?
  package var response: SMB2TreeConnectResponse?
  /// nil until the server has given one.
  package var id: UInt32?

  package var isConnected: Bool { replyStamp?.status == .success }
}
