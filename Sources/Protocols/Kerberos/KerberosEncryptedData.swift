import SwiftASN1

/// EncryptedData without its cipher text, which is not kept: RFC 4120 5.2.9.
///
/// ```
/// EncryptedData ::= SEQUENCE { etype [0] Int32, kvno [1] UInt32 OPTIONAL, cipher [2] OCTET STRING }
/// ```
package struct KerberosEncryptedData: Hashable, Sendable {
  package var etype: KerberosEncryptionType
  /// Version of the key, which grows with every change of the password.
  package var kvno: UInt32?
  /// 64-bit FNV-1a of the cipher text, which recognises the same encrypted part in another message.
  package var fingerprint: UInt64
}

extension KerberosEncryptedData {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("EncryptedData", node)
    etype = try fields.required(0, KerberosEncryptionType.init)
    // Read-only domain controllers use the high half, and some senders encode that as negative.
    kvno = try fields.optional(1) { UInt32(truncatingIfNeeded: try Int64(berEncoded: $0)) }
    fingerprint = try fields.required(2) { try ASN1OctetString(berEncoded: $0).bytes }
      .reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension KerberosEncryptionType {
  init(_ node: ASN1Node) throws {
    self.init(rawValue: try Int32(berEncoded: node))
  }
}
