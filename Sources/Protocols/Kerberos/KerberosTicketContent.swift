package import Packets
import SwiftASN1

/// What is inside a ticket: RFC 4120 5.3.
///
/// ```
/// EncTicketPart ::= [APPLICATION 3] SEQUENCE {
///   flags [0] TicketFlags, key [1] EncryptionKey, crealm [2] Realm, cname [3] PrincipalName,
///   transited [4], authtime [5], starttime [6] OPTIONAL, endtime [7], renew-till [8] OPTIONAL, caddr [9] OPTIONAL,
///   authorization-data [10] AuthorizationData OPTIONAL }
/// ```
package struct KerberosTicketContent: Sendable {
  package var key: KerberosKey
  package var crealm: String
  package var cname: KerberosPrincipal
  /// The user's groups, signed by the domain: MS-PAC 2.3.
  package var hasPAC: Bool

  package init(_ clear: [UInt8]) throws(DecodeError) {
    self = try decodeBER("EncTicketPart", clear) { node in
      try BER.explicitlyTagged(node, tagNumber: 3, tagClass: .application) { body in
        let fields = try BERFields("EncTicketPart", body)
        return Self(
          key: try fields.required(1, KerberosKey.init), crealm: try fields.required(2, String.init(kerberosString:)),
          cname: try fields.required(3, KerberosPrincipal.init),
          hasPAC: (try? fields.optional(10, Self.hasPAC)) ?? false)
      }
    }
  }

  private init(key: KerberosKey, crealm: String, cname: KerberosPrincipal, hasPAC: Bool) {
    (self.key, self.crealm, self.cname, self.hasPAC) = (key, crealm, cname, hasPAC)
  }

  /// AD-IF-RELEVANT (1), and AD-WIN2K-PAC (128) in it: RFC 4120 5.2.6, MS-PAC 2.3.
  private static func hasPAC(_ node: ASN1Node) throws -> Bool {
    try node.elements { element in
      let fields = try BERFields("AuthorizationData", element)
      let data = try fields.required(1) { Array(try ASN1OctetString(berEncoded: $0).bytes) }
      guard try fields.required(0, { try Int32(berEncoded: $0) }) == 1 else { return false }
      return try decodeBER("AD-IF-RELEVANT", data) { node in
        try node.elements { inner in
          try BERFields("AuthorizationData", inner).required(0) { try Int32(berEncoded: $0) } == 128
        }.contains(true)
      }
    }.contains(true)
  }
}

/// A key on the wire: RFC 4120 5.2.9.
///
/// ```
/// EncryptionKey ::= SEQUENCE { keytype [0] Int32, keyvalue [1] OCTET STRING }
/// ```
package struct KerberosKey: Sendable {
  package var etype: KerberosEncryptionType
  package var value: [UInt8]

  init(_ node: ASN1Node) throws {
    let fields = try BERFields("EncryptionKey", node)
    etype = try fields.required(0, KerberosEncryptionType.init)
    value = Array(try fields.required(1) { try ASN1OctetString(berEncoded: $0).bytes })
  }

  /// The subkey in an Authenticator, `[APPLICATION 2] SEQUENCE { … subkey [6] EncryptionKey OPTIONAL … }`: RFC 4120 5.5.1.
  package static func subkey(ofAuthenticator clear: [UInt8]) throws(DecodeError) -> KerberosKey? {
    try subkey("Authenticator", clear, application: 2, field: 6)
  }

  /// The subkey in an EncAPRepPart, `[APPLICATION 27] SEQUENCE { … subkey [2] EncryptionKey OPTIONAL … }`: RFC 4120 5.5.2.
  package static func subkey(ofReply clear: [UInt8]) throws(DecodeError) -> KerberosKey? {
    try subkey("EncAPRepPart", clear, application: 27, field: 2)
  }

  private static func subkey(
    _ structure: String, _ clear: [UInt8], application: UInt, field: UInt
  ) throws(DecodeError) -> KerberosKey? {
    try decodeBER(structure, clear) { node in
      try BER.explicitlyTagged(node, tagNumber: application, tagClass: .application) { body in
        try BERFields(structure, body).optional(field, KerberosKey.init)
      }
    }
  }
}
