import SwiftASN1

/// KDCOptions: RFC 4120 5.4.1, with canonicalize of RFC 6806. Bit 0 of the BIT STRING is the highest bit here.
package struct KerberosKDCOptions: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let forwardable = Self(rawValue: 0x4000_0000)
  package static let forwarded = Self(rawValue: 0x2000_0000)
  package static let renewable = Self(rawValue: 0x0080_0000)
  /// S4U2proxy: the client acts for the user of an additional ticket (MS-SFU 2.2.3).
  package static let constrainedDelegation = Self(rawValue: 0x0002_0000)
  package static let canonicalize = Self(rawValue: 0x0001_0000)
  package static let renewableOK = Self(rawValue: 0x0000_0010)
  /// User-to-user.
  package static let encTktInSkey = Self(rawValue: 0x0000_0008)
  package static let renew = Self(rawValue: 0x0000_0002)
}

extension KerberosKDCOptions {
  init(_ node: ASN1Node) throws {
    self.init(rawValue: try UInt32(kerberosFlags: node))
  }
}

extension UInt32 {
  /// KerberosFlags: RFC 4120 5.2.8, a BIT STRING of at least 32 bits. Shorter ones are filled with zeros.
  init(kerberosFlags node: ASN1Node) throws {
    let bytes = try ASN1BitString(berEncoded: node).bytes
    self = (0..<4).reduce(0) { $0 << 8 | UInt32(bytes.dropFirst($1).first ?? 0) }
  }
}
