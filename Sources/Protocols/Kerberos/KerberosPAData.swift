import SwiftASN1

/// One piece of pre-authentication data: RFC 4120 5.2.7.
///
/// ```
/// PA-DATA    ::= SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }
/// TYPED-DATA ::= SEQUENCE { data-type   [0] Int32, data-value   [1] OCTET STRING OPTIONAL }
/// ```
struct KerberosPAData {
  var type: KerberosPADataType
  var value: [UInt8]

  init(_ node: ASN1Node) throws {
    let fields = try BERFields("PA-DATA", node)
    let typedDataType = try fields.optional(0) { try Int32(berEncoded: $0) }
    let number = try typedDataType ?? fields.required(1) { try Int32(berEncoded: $0) }
    // One KDC writes 128 as the single byte 0x80, which reads as −128. No type has that number.
    type = KerberosPADataType(rawValue: number == -128 ? 128 : number)
    value = try fields.optional(typedDataType == nil ? 2 : 1) { Array(try ASN1OctetString(berEncoded: $0).bytes) } ?? []
  }
}
