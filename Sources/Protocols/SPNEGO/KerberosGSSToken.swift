import Packets

/// A Kerberos token of GSS-API: RFC 4121 4.1. TOK_ID (2, big-endian) and the message it names.
package struct KerberosGSSToken: Hashable, Sendable {
  /// TOK_ID: RFC 4121 4.1; user-to-user adds `04 00` and `04 01`, IAKERB (draft-ietf-kitten-iakerb 3) `05 01`.
  package struct ID: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let apReq = Self(rawValue: 0x0100)
    package static let apRep = Self(rawValue: 0x0200)
    package static let error = Self(rawValue: 0x0300)
    package static let iakerbProxy = Self(rawValue: 0x0501)
  }

  package var mechanism: SecurityMechanism
  package var id: ID
  /// AP-REQ, AP-REP or KRB-ERROR; with IAKERB what passes between client and KDC.
  ///
  /// `nil` for every other TOK_ID, and when IAKERB only asks for the realm.
  package var message: KerberosMessage?

  init(_ mechanism: SecurityMechanism, _ inner: borrowing ByteView) throws(DecodeError) {
    self.mechanism = mechanism
    id = ID(rawValue: try inner.u16be(at: 0))
    let body = try inner.view(from: 2)
    switch id {
    case .apReq, .apRep, .error:
      message = try KerberosMessage(body.copy())
    case .iakerbProxy:
      // IAKERB-HEADER, a SEQUENCE, comes before the message.
      let rest = try body.view(from: BERElement(body, expecting: 0x30).count)
      message = rest.isEmpty ? nil : try KerberosMessage(rest.copy())
    default:
      message = nil
    }
  }
}
