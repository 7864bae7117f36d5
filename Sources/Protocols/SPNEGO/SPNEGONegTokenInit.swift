import SwiftASN1

/// What the initiator offers, or the server in its NEGOTIATE response: RFC 4178 4.2.1, MS-SPNG 2.2.1 (NegTokenInit2).
///
/// ```
/// NegTokenInit ::= SEQUENCE {
///   mechTypes   [0] MechTypeList,
///   reqFlags    [1] ContextFlags OPTIONAL,
///   mechToken   [2] OCTET STRING OPTIONAL,
///   mechListMIC [3] OCTET STRING OPTIONAL, ... }   -- negHints in NegTokenInit2, whose mechListMIC is [4]
/// ```
package struct SPNEGONegTokenInit: Hashable, Sendable {
  /// In the sender's order of preference.
  package var mechTypes: [SecurityMechanism]
  /// The optimistic token of `mechTypes[0]`; decoded by ``SPNEGOToken``.
  package var mechToken: [UInt8]?
  /// hintName of NegTokenInit2: a constant without meaning, or a principal; nil when absent.
  package var hintName: String?

  /// The constant: MS-SPNG 3.2.5.2.
  package static let emptyHint = "not_defined_in_RFC4178@please_ignore"
}

extension SPNEGONegTokenInit {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("NegTokenInit", node)
    // NegTokenInit2 makes mechTypes optional.
    mechTypes = try fields.optional(0) { try $0.elements(SecurityMechanism.init) } ?? []
    mechToken = try fields.optional(2) { Array(try ASN1OctetString(berEncoded: $0).bytes) }
    hintName = try fields.optional(3, Self.hintName) ?? nil
  }
}

extension SPNEGONegTokenInit {
  /// `NegHints ::= SEQUENCE { hintName [0] GeneralString OPTIONAL, hintAddress [1] OCTET STRING OPTIONAL }`; [3] of an
  /// initiator is mechListMIC, which is no sequence.
  fileprivate static func hintName(_ node: ASN1Node) throws -> String? {
    guard node.identifier == .sequence else { return nil }
    return try BERFields("NegHints", node).optional(0) { name in
      guard case .primitive(let bytes) = name.content else { return nil }
      return String(decoding: bytes.prefix(Self.longestHint), as: UTF8.self)
    } ?? nil
  }

  /// A principal's name; longer ones are cut.
  static let longestHint = 255
}

extension SecurityMechanism {
  /// Those that have a name here: to write an identifier in dotted form takes longer than to read a token.
  private static let known: [ASN1ObjectIdentifier: Self] = {
    let named = [spnego, ntlm, kerberos, microsoftKerberos, kerberosUserToUser, negoex, iakerb].compactMap { mechanism in
      (try? ASN1ObjectIdentifier(dotRepresentation: mechanism.rawValue)).map { ($0, mechanism) }
    }
    return Dictionary(uniqueKeysWithValues: named)
  }()

  init(_ node: ASN1Node) throws {
    let identifier = try ASN1ObjectIdentifier(berEncoded: node)
    self = Self.known[identifier] ?? Self(rawValue: identifier.description)
  }
}
