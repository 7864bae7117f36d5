import Packets

/// The e-data of a KRB-ERROR: METHOD-DATA or TYPED-DATA (RFC 4120 5.9.1), or KERB-ERROR-DATA (MS-KILE 2.2.2).
///
/// ```
/// METHOD-DATA     ::= SEQUENCE OF PA-DATA
/// KERB-ERROR-DATA ::= SEQUENCE { data-type [1] INTEGER, data-value [2] OCTET STRING OPTIONAL }
/// ```
/// KERB-ERROR-DATA has the form of one PA-DATA, and its type 3 the number of PA-PW-SALT: the same is taken from
/// METHOD-DATA.
package struct KerberosErrorData: Hashable, Sendable, Codable {
  /// What METHOD-DATA or TYPED-DATA holds; empty for KERB-ERROR-DATA.
  package var padata: [KerberosPADataType]
  /// Encryption types for which the client's account has a key, from ETYPE-INFO2 or else ETYPE-INFO.
  package var offeredEtypes: [KerberosEncryptionType]
  /// The Windows reason behind the error code: MS-KILE 2.2.1, KERB_EXT_ERROR.
  package var extendedStatus: NTStatus?
  /// The reason is inside a FAST armor (RFC 6113 5.4.4); an empty PA-FX-FAST only says that the KDC knows FAST.
  package var isArmored: Bool

  init(_ bytes: [UInt8]) throws(DecodeError) {
    let (errorData, padata): (KerberosPAData?, [KerberosPAData]) = try decodeBER("e-data", bytes) { node in
      if let errorData = try? KerberosPAData(node) { return (errorData, []) }
      return (nil, try node.elements(KerberosPAData.init))
    }
    self.padata = padata.map(\.type)
    isArmored = padata.contains { $0.type == .fxError || ($0.type == .fxFast && !$0.value.isEmpty) }
    extendedStatus = (errorData.map { [$0] } ?? padata).lazy.compactMap(Self.extendedStatus).first

    let offer = padata.first { $0.type == .etypeInfo2 } ?? padata.first { $0.type == .etypeInfo }
    offeredEtypes = try offer.map { offer throws(DecodeError) in try Self.etypes(of: offer.value) } ?? []
  }

  /// KERB_EXT_ERROR, little-endian: status (4), reserved (4, zero), flags (4). A salt of 12 bytes holds no zeros.
  private static func extendedStatus(_ padata: KerberosPAData) -> NTStatus? {
    let value = ByteView(padata.value.span)
    guard padata.type == .pwSalt, value.count == 12, (try? value.u32le(at: 4)) == 0 else { return nil }
    return (try? value.u32le(at: 0)).map(NTStatus.init)
  }

  /// RFC 4120 5.2.7.5: `ETYPE-INFO2 ::= SEQUENCE OF SEQUENCE { etype [0] Int32, ... }`; ETYPE-INFO begins alike.
  private static func etypes(of value: [UInt8]) throws(DecodeError) -> [KerberosEncryptionType] {
    try decodeBER("ETYPE-INFO", value) { node in
      try node.elements { entry in
        try BERFields("ETYPE-INFO-ENTRY", entry).required(0, KerberosEncryptionType.init)
      }
    }
  }
}
