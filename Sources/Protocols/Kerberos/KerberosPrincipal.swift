import Packets
import SwiftASN1

/// The name of a user or service: RFC 4120 5.2.2.
///
/// ```
/// PrincipalName ::= SEQUENCE { name-type [0] Int32, name-string [1] SEQUENCE OF KerberosString }
/// ```
package struct KerberosPrincipal: Hashable, Sendable, Codable {
  package var nameType: Int32
  package var components: [String]

  /// Components kept; user names have one or two, service names at most three.
  private static let maximumComponents = 8
}

extension KerberosPrincipal {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("PrincipalName", node)
    nameType = try fields.required(0) { try Int32(berEncoded: $0) }
    components = Array(try fields.required(1) { try $0.elements(String.init(kerberosString:)) }.prefix(Self.maximumComponents))
  }
}

extension KerberosPrincipal: CustomStringConvertible {
  /// The components joined by slashes, such as `cifs/fs01.lab.example`.
  package var description: String { components.joined(separator: "/") }
}

extension String {
  /// KerberosString: RFC 4120 5.2.1. A GeneralString that in practice holds UTF-8; other string types are taken too.
  init(kerberosString node: ASN1Node) throws {
    let bytes = try ASN1OctetString(berEncoded: node, withIdentifier: node.identifier).bytes
    self.init(decoding: bytes.prefix(ByteView.textLimit), as: UTF8.self)
  }
}
