import Packets
import SwiftASN1

/// EncryptedData with its cipher text, for decryption with the user's keys: RFC 4120 5.2.9. ``KerberosEncryptedData`` is the
/// form without cipher text.
package struct KerberosCipherText: Sendable {
  package var etype: KerberosEncryptionType
  package var kvno: UInt32?
  package var bytes: [UInt8]

  init(_ node: ASN1Node) throws {
    let data = try KerberosEncryptedData(node)
    (etype, kvno) = (data.etype, data.kvno)
    bytes = Array(try BERFields("EncryptedData", node).required(2) { try ASN1OctetString(berEncoded: $0).bytes })
  }
}

/// The Kerberos message in a security buffer of SESSION_SETUP.
package enum KerberosLogonToken: Sendable {
  /// AP-REQ: a ticket, and the proof that the client has its key.
  case request(KerberosPresentation)
  /// EncAPRepPart of the server's AP-REP.
  case reply(KerberosCipherText)

  /// - Returns: nil for every other token.
  package init?(_ securityBuffer: [UInt8]) {
    guard let bytes = Self.mechanismToken(securityBuffer) else { return nil }
    // DCE_STYLE leaves the frame of GSS-API out: MS-KILE 3.4.5.1.
    if let part = try? Self.reply(bytes) {
      self = .reply(part)
      return
    }
    let view = ByteView(bytes.span)
    guard let token = try? GSSInitialToken(view), token.mechanism.isKerberos, let inner = try? token.innerToken(in: view) else { return nil }
    guard let id = try? inner.u16be(at: 0), let message = try? inner.view(from: 2).copy() else { return nil }
    switch KerberosGSSToken.ID(rawValue: id) {
    case .apReq:
      guard let request = try? KerberosPresentation(message) else { return nil }
      self = .request(request)
    case .apRep:
      guard let part = try? Self.reply(message) else { return nil }
      self = .reply(part)
    default: return nil
    }
  }

  /// With SPNEGO around it, or without.
  private static func mechanismToken(_ buffer: [UInt8]) -> [UInt8]? {
    switch try? SPNEGOToken(ByteView(buffer.span)) {
    case .negTokenInit(let offer): offer.mechToken
    case .negTokenResp(let answer): answer.responseToken
    case .kerberos: buffer
    default: nil
    }
  }

  /// RFC 4120 5.5.2: `AP-REP ::= [APPLICATION 15] SEQUENCE { pvno [0], msg-type [1], enc-part [2] EncryptedData }`.
  private static func reply(_ bytes: [UInt8]) throws(DecodeError) -> KerberosCipherText {
    try decodeBER("AP-REP", bytes) { node in
      try BER.explicitlyTagged(node, tagNumber: 15, tagClass: .application) { body in
        try BERFields("AP-REP", body).required(2, KerberosCipherText.init)
      }
    }
  }
}

/// An AP-REQ with its cipher texts: RFC 4120 5.5.1.
package struct KerberosPresentation: Sendable {
  package var realm: String
  package var sname: KerberosPrincipal
  package var ticket: KerberosCipherText
  package var authenticator: KerberosCipherText
  /// The client waits for an AP-REP.
  package var demandsReply: Bool
  /// As ``KerberosTicket/fingerprint``.
  package var fingerprint: UInt64

  init(_ bytes: [UInt8]) throws(DecodeError) {
    self = try decodeBER("AP-REQ", bytes) { node in
      try BER.explicitlyTagged(node, tagNumber: 14, tagClass: .application) { body in
        let fields = try BERFields("AP-REQ", body)
        let plain = try fields.required(3, KerberosTicket.init)
        let sealed = try fields.required(3) { ticket in
          try BER.explicitlyTagged(ticket, tagNumber: 1, tagClass: .application) { body in
            try BERFields("Ticket", body).required(3, KerberosCipherText.init)
          }
        }
        return Self(
          realm: plain.realm, sname: plain.sname, ticket: sealed, authenticator: try fields.required(4, KerberosCipherText.init),
          demandsReply: try fields.required(2) { try UInt32(kerberosFlags: $0) } & KerberosAPRequest.Options.mutualRequired.rawValue != 0,
          fingerprint: plain.fingerprint)
      }
    }
  }

  private init(
    realm: String, sname: KerberosPrincipal, ticket: KerberosCipherText, authenticator: KerberosCipherText, demandsReply: Bool,
    fingerprint: UInt64
  ) {
    (self.realm, self.sname, self.ticket, self.authenticator) = (realm, sname, ticket, authenticator)
    (self.demandsReply, self.fingerprint) = (demandsReply, fingerprint)
  }
}
