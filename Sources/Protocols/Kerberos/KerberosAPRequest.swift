import SwiftASN1

/// AP-REQ, which presents a ticket to its service: RFC 4120 5.5.1.
///
/// ```
/// AP-REQ ::= [APPLICATION 14] SEQUENCE {
///   pvno [0] INTEGER (5), msg-type [1] INTEGER (14), ap-options [2] APOptions,
///   ticket [3] Ticket, authenticator [4] EncryptedData }
/// ```
package struct KerberosAPRequest: Hashable, Sendable {
  /// APOptions: RFC 4120 5.5.1.
  package struct Options: OptionSet, Hashable, Sendable {
    package var rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let useSessionKey = Self(rawValue: 0x4000_0000)
    package static let mutualRequired = Self(rawValue: 0x2000_0000)
  }

  package var apOptions: Options
  package var ticket: KerberosTicket
  package var authenticator: KerberosEncryptedData
}

extension KerberosAPRequest {
  init(_ node: ASN1Node) throws {
    let fields = try BERFields("AP-REQ", node)
    apOptions = Options(rawValue: try fields.required(2, UInt32.init(kerberosFlags:)))
    ticket = try fields.required(3, KerberosTicket.init)
    authenticator = try fields.required(4, KerberosEncryptedData.init)
  }

  /// With the application tag that KerberosMessage takes off.
  init(application node: ASN1Node) throws {
    self = try BER.explicitlyTagged(node, tagNumber: 14, tagClass: .application) { try Self($0) }
  }
}
