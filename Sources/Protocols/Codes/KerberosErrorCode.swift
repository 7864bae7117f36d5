/// Error codes of KRB-ERROR: RFC 4120 7.5.9, RFC 4556 3.1.3 (62–81), RFC 6113 5 (90–93).
package struct KerberosErrorCode: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let serviceUnknown = Self(rawValue: 7)
  package static let preauthRequired = Self(rawValue: 25)
  package static let responseTooBig = Self(rawValue: 52)
  package static let wrongRealm = Self(rawValue: 68)
  package static let morePreauthDataRequired = Self(rawValue: 91)

  /// The error tells the client how to go on: with a proof of its password, over TCP, or in another realm.
  ///
  /// Such an error is a fault only when the client does not go on.
  package var isStepOfPreauthentication: Bool {
    [.preauthRequired, .responseTooBig, .wrongRealm, .morePreauthDataRequired].contains(self)
  }

  /// The name, such as `KDC_ERR_PREAUTH_REQUIRED`; `nil` when it is not listed here.
  package var name: String? { Self.names[rawValue] }

  /// What the error says, for an administrator; `nil` when it is not listed here.
  package var meaning: String? { Self.meanings[rawValue] }
}

extension KerberosErrorCode: CustomStringConvertible {
  /// Name and number, such as `KDC_ERR_PREAUTH_REQUIRED (25)`; the number alone when it has no name here.
  package var description: String {
    name.map { "\($0) (\(rawValue))" } ?? "\(rawValue)"
  }
}
