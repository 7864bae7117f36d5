import SwiftASN1

/// KRB-ERROR: RFC 4120 5.9.1. Sent by a KDC, or by a service inside its security buffer.
///
/// ```
/// KRB-ERROR ::= [APPLICATION 30] SEQUENCE {
///   pvno [0] INTEGER (5), msg-type [1] INTEGER (30), ctime [2] KerberosTime OPTIONAL,
///   cusec [3] Microseconds OPTIONAL, stime [4] KerberosTime, susec [5] Microseconds,
///   error-code [6] Int32, crealm [7] Realm OPTIONAL, cname [8] PrincipalName OPTIONAL,
///   realm [9] Realm, sname [10] PrincipalName, e-text [11] KerberosString OPTIONAL,
///   e-data [12] OCTET STRING OPTIONAL }
/// ```
/// Only the error code is required, because a diagnosis needs nothing else.
package struct KerberosError: Hashable, Sendable, Codable {
  package var ctime: KerberosTime?
  /// The clock of whoever sends the error.
  package var stime: KerberosTime?
  package var susec: Int32?  // microseconds
  package var errorCode: KerberosErrorCode
  package var crealm: String?
  package var cname: KerberosPrincipal?
  /// The service's realm.
  package var realm: String?
  /// The service asked for; often in another spelling than in the request.
  package var sname: KerberosPrincipal?
  package var eText: String?
  /// `nil` when there is none, or it has no known form.
  package var eData: KerberosErrorData?
}

extension KerberosError {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("KRB-ERROR", node)
    ctime = try fields.optional(2, KerberosTime.init)
    stime = try fields.optional(4, KerberosTime.init)
    susec = try fields.optional(5) { try Int32(berEncoded: $0) }
    errorCode = KerberosErrorCode(rawValue: try fields.required(6) { try Int32(berEncoded: $0) })
    crealm = try fields.optional(7, String.init(kerberosString:))
    cname = try fields.optional(8, KerberosPrincipal.init)
    realm = try fields.optional(9, String.init(kerberosString:))
    sname = try fields.optional(10, KerberosPrincipal.init)
    eText = try fields.optional(11, String.init(kerberosString:))
    eData = try fields.optional(12) { try ASN1OctetString(berEncoded: $0).bytes }
      .flatMap { try? KerberosErrorData(Array($0)) }
  }
}
