import SwiftASN1

/// AS-REQ and TGS-REQ: RFC 4120 5.4.1. The tags begin at 1.
///
/// ```
/// KDC-REQ ::= SEQUENCE {
///   pvno [1] INTEGER (5), msg-type [2] INTEGER (10 | 12),
///   padata [3] SEQUENCE OF PA-DATA OPTIONAL, req-body [4] KDC-REQ-BODY }
/// KDC-REQ-BODY ::= SEQUENCE {
///   kdc-options [0] KDCOptions, cname [1] PrincipalName OPTIONAL, realm [2] Realm,
///   sname [3] PrincipalName OPTIONAL, from [4] KerberosTime OPTIONAL, till [5] KerberosTime,
///   rtime [6] KerberosTime OPTIONAL, nonce [7] UInt32, etype [8] SEQUENCE OF Int32, ... }
/// ```
package struct KerberosKDCRequest: Hashable, Sendable {
  package var padata: [KerberosPADataType]
  /// The ticket that a TGS-REQ presents, from the AP-REQ in its PA-TGS-REQ.
  package var presentedTicket: KerberosTicket?
  /// What is encrypted with the session key of that ticket: the authenticator of the AP-REQ.
  package var authenticator: KerberosEncryptedData?
  /// Of the key that a PA-ENC-TIMESTAMP proves: RFC 4120 5.2.7.2.
  package var proofEtype: KerberosEncryptionType?
  package var kdcOptions: KerberosKDCOptions
  /// In an AS-REQ only.
  package var cname: KerberosPrincipal?
  /// The service's realm; in an AS-REQ the client's too.
  package var realm: String
  package var sname: KerberosPrincipal?
  package var till: KerberosTime?
  package var nonce: UInt32?
  /// In the client's order of preference.
  package var etypes: [KerberosEncryptionType]

  /// Armored by FAST (RFC 6113 5.4.2): the KDC may hide the reason of an error.
  package var isArmored: Bool { padata.contains(.fxFast) }

  /// A proof of the password or key is present, in the clear or by name.
  package var hasPreauthentication: Bool {
    padata.contains { [.encTimestamp, .encryptedChallenge, .pkAsReq, .spake].contains($0) }
  }
}

extension KerberosKDCRequest {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("KDC-REQ", node)
    let padata = try fields.optional(3) { try $0.elements(KerberosPAData.init) } ?? []
    self.padata = padata.map(\.type)
    let presented = try padata.first { $0.type == .tgsReq }.map { padata in
      try decodeBER("PA-TGS-REQ", padata.value) { try KerberosAPRequest(application: $0) }
    }
    presentedTicket = presented?.ticket
    authenticator = presented?.authenticator
    // A proof that cannot be read leaves the rest of the request readable.
    proofEtype = padata.first { $0.type == .encTimestamp }
      .flatMap { padata in try? decodeBER("PA-ENC-TIMESTAMP", padata.value) { try KerberosEncryptedData($0) } }?.etype

    let body = try fields.required(4) { try BERFields("KDC-REQ-BODY", $0) }
    kdcOptions = try body.required(0, KerberosKDCOptions.init)
    cname = try body.optional(1, KerberosPrincipal.init)
    realm = try body.required(2, String.init(kerberosString:))
    sname = try body.optional(3, KerberosPrincipal.init)
    till = try body.optional(5, KerberosTime.init)
    // Some clients encode the nonce as a negative number.
    nonce = try body.optional(7) { UInt32(truncatingIfNeeded: try Int64(berEncoded: $0)) }
    etypes = try body.optional(8) { try $0.elements(KerberosEncryptionType.init) } ?? []
  }
}
