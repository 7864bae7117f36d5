import SwiftASN1

/// AS-REP and TGS-REP: RFC 4120 5.4.2. The tags begin at 0.
///
/// ```
/// KDC-REP ::= SEQUENCE {
///   pvno [0] INTEGER (5), msg-type [1] INTEGER (11 | 13), padata [2] SEQUENCE OF PA-DATA OPTIONAL,
///   crealm [3] Realm, cname [4] PrincipalName, ticket [5] Ticket, enc-part [6] EncryptedData }
/// ```
package struct KerberosKDCReply: Hashable, Sendable {
  package var padata: [KerberosPADataType]
  package var crealm: String
  package var cname: KerberosPrincipal
  package var ticket: KerberosTicket
  package var encPart: KerberosEncryptedData
}

extension KerberosKDCReply {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("KDC-REP", node)
    padata = try fields.optional(2) { try $0.elements(KerberosPAData.init) }?.map(\.type) ?? []
    crealm = try fields.required(3, String.init(kerberosString:))
    cname = try fields.required(4, KerberosPrincipal.init)
    ticket = try fields.required(5, KerberosTicket.init)
    encPart = try fields.required(6, KerberosEncryptedData.init)
  }
}
