package import Packets

/// The content of a security buffer: SPNEGO (RFC 4178, MS-SPNG), or a mechanism without it.
///
/// The token that SPNEGO carries (`mechToken`, `responseToken`) is read by the same initializer.
package enum SPNEGOToken: Hashable, Sendable {
  case negTokenInit(SPNEGONegTokenInit)
  case negTokenResp(SPNEGONegTokenResp)
  case ntlm(NTLMMessage)
  case kerberos(KerberosGSSToken)
  /// None of these, such as NEGOEX; with the first bytes.
  case unknown([UInt8])

  package init(_ token: borrowing ByteView) throws(DecodeError) {
    if NTLMMessage.isCredible(token) {
      self = .ntlm(try NTLMMessage(token))
      return
    }
    switch try token.u8(at: 0) {
    case GSSInitialToken.identifier:
      let initial = try GSSInitialToken(token)
      if initial.mechanism == .spnego {
        self = try Self(negotiation: initial.innerToken(in: token))
      } else if initial.mechanism.isKerberos {
        self = .kerberos(try KerberosGSSToken(initial.mechanism, initial.innerToken(in: token)))
      } else {
        self = .unknown(token.prefix(Self.shownCount).copy())
      }
    case 0xA0, 0xA1:
      self = try Self(negotiation: token)
    default:
      self = .unknown(token.prefix(Self.shownCount).copy())
    }
  }

  /// RFC 4178 4.2: `NegotiationToken ::= CHOICE { negTokenInit [0] NegTokenInit, negTokenResp [1] NegTokenResp }`.
  private init(negotiation token: borrowing ByteView) throws(DecodeError) {
    if let plain = Self.plain(token) { self = plain } else { self = try Self.general(token.copy()) }
  }

  /// The same of tokens in any form that BER has.
  static func general(_ bytes: [UInt8]) throws(DecodeError) -> SPNEGOToken {
    try decodeBER("NegotiationToken", bytes) { node in
      if let offer = try node.explicit(0, SPNEGONegTokenInit.init) { return .negTokenInit(offer) }
      if let answer = try node.explicit(1, SPNEGONegTokenResp.init) { return .negTokenResp(answer) }
      throw DecodeError(offset: 0, reason: .malformed("NegotiationToken: neither NegTokenInit nor NegTokenResp"))
    }
  }

  /// The first byte of every initial token of GSS-API, whatever its mechanism: RFC 2743 3.1.
  package static let initialTag = GSSInitialToken.identifier

  /// Enough to recognise a format by eye.
  private static let shownCount = 16
}
