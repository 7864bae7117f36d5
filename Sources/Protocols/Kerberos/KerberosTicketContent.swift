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
  /// The user's groups, signed by the domain: MS-PAC 2.3. nil without.
  package var pac: PrivilegeAttributes?

  package init(_ clear: [UInt8]) throws(DecodeError) {
    self = try decodeBER("EncTicketPart", clear) { node in
      try BER.explicitlyTagged(node, tagNumber: 3, tagClass: .application) { body in
        let fields = try BERFields("EncTicketPart", body)
        return Self(
          key: try fields.required(1, KerberosKey.init), crealm: try fields.required(2, String.init(kerberosString:)),
          cname: try fields.required(3, KerberosPrincipal.init),
          pac: (try? fields.optional(10, Self.pac)) ?? nil)
      }
    }
  }

  private init(key: KerberosKey, crealm: String, cname: KerberosPrincipal, pac: PrivilegeAttributes?) {
    (self.key, self.crealm, self.cname, self.pac) = (key, crealm, cname, pac)
  }

  /// AD-IF-RELEVANT (1), and AD-WIN2K-PAC (128) in it: RFC 4120 5.2.6, MS-PAC 2.3.
  private static func pac(_ node: ASN1Node) throws -> PrivilegeAttributes? {
    try node.elements { element in
      try Self.data(ofType: 1, element).flatMap { data in
        try decodeBER("AD-IF-RELEVANT", data) { node in
          try node.elements { inner in try Self.data(ofType: 128, inner).map(PrivilegeAttributes.init) }.lazy.compactMap(\.self).first
        }
      }
    }.lazy.compactMap(\.self).first
  }

  private static func data(ofType type: Int32, _ node: ASN1Node) throws -> [UInt8]? {
    let fields = try BERFields("AuthorizationData", node)
    guard try fields.required(0, { try Int32(berEncoded: $0) }) == type else { return nil }
    return try fields.required(1) { Array(try ASN1OctetString(berEncoded: $0).bytes) }
  }
}

/// Of PACTYPE, what tells whose it is: MS-PAC 2.3, 2.7.
///
/// ```
/// PACTYPE := count (4) version (4) { type (4) size (4) offset (8) }…
/// PAC_CLIENT_INFO (type 10) := time (8) length (2) name
/// ```
package struct PrivilegeAttributes: Sendable, Hashable {
  private enum Limit {
    /// Parts of a PAC: there are about ten kinds.
    static let parts = 64
  }

  /// As the domain wrote it; nil when it cannot be read.
  package var user: String?

  init(_ bytes: [UInt8]) {
    let view = ByteView(bytes.span)
    user = try? Self.user(view)
  }

  private static func user(_ view: borrowing ByteView) throws(DecodeError) -> String? {
    for index in 0..<min(Int(try view.u32le(at: 0)), Limit.parts) {
      let entry = 8 + 16 * index
      guard try view.u32le(at: entry) == 10 else { continue }
      guard let start = Int(exactly: try view.u64le(at: entry + 8)), start <= view.count else { return nil }
      return try view.view(at: start + 10, count: Int(view.u16le(at: start + 8))).utf16LittleEndian()
    }
    return nil
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
