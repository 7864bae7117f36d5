import Packets

/// A Kerberos token of GSS-API: RFC 4121 4.1. TOK_ID (2, big-endian) and the message it names.
package struct KerberosGSSToken: Hashable, Sendable {
  /// TOK_ID: RFC 4121 4.1; user-to-user adds `04 00` and `04 01`.
  package struct ID: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let apReq = Self(rawValue: 0x0100)
    package static let apRep = Self(rawValue: 0x0200)
    package static let error = Self(rawValue: 0x0300)
  }

  package var mechanism: SecurityMechanism
  package var id: ID
  /// AP-REQ, AP-REP or KRB-ERROR; `nil` for every other TOK_ID.
  package var message: KerberosMessage?

  init(_ token: GSSInitialToken) throws(DecodeError) {
    let inner = ByteView(token.innerToken.span)
    mechanism = token.mechanism
    id = ID(rawValue: try inner.u16be(at: 0))
    message =
      switch id {
      case .apReq, .apRep, .error: try KerberosMessage(inner.view(from: 2).copy())
      default: nil
      }
  }
}
