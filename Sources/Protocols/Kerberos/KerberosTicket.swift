import SwiftASN1

/// A ticket, as far as it can be read without the service's key: RFC 4120 5.3.
///
/// ```
/// Ticket ::= [APPLICATION 1] SEQUENCE {
///   tkt-vno [0] INTEGER (5), realm [1] Realm, sname [2] PrincipalName, enc-part [3] EncryptedData }
/// ```
package struct KerberosTicket: Hashable, Sendable {
  package var realm: String
  package var sname: KerberosPrincipal
  package var encPart: KerberosEncryptedData

  /// Recognises this ticket wherever it appears: in the reply that issues it and in the requests that present it.
  ///
  /// A hash of the cipher text alone, because clients re-encode the fields around it.
  package var fingerprint: UInt64 { encPart.fingerprint }
}

extension KerberosTicket {
  init(_ node: ASN1Node) throws {
    self = try BER.explicitlyTagged(node, tagNumber: 1, tagClass: .application) { body in
      let fields = try BERFields("Ticket", body)
      return Self(
        realm: try fields.required(1, String.init(kerberosString:)),
        sname: try fields.required(2, KerberosPrincipal.init),
        encPart: try fields.required(3, KerberosEncryptedData.init))
    }
  }
}
