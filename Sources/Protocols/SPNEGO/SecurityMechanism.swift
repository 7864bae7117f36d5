/// A security mechanism, named by its object identifier in dotted form: RFC 4178 4.1, MS-SPNG 1.9.
package struct SecurityMechanism: RawRepresentable, Hashable, Sendable {
  package var rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package static let spnego = Self(rawValue: "1.3.6.1.5.5.2")
  package static let ntlm = Self(rawValue: "1.3.6.1.4.1.311.2.2.10")
  package static let kerberos = Self(rawValue: "1.2.840.113554.1.2.2")
  /// Kerberos with one component mistyped; Windows sends it first to this day.
  package static let microsoftKerberos = Self(rawValue: "1.2.840.48018.1.2.2")
  package static let kerberosUserToUser = Self(rawValue: "1.2.840.113554.1.2.2.3")
  package static let negoex = Self(rawValue: "1.3.6.1.4.1.311.2.2.30")
  /// Kerberos whose messages to the KDC pass through the server.
  package static let iakerb = Self(rawValue: "1.3.6.1.5.2.5")

  /// Both spellings of Kerberos, user-to-user and IAKERB: their tokens carry Kerberos messages.
  package var isKerberos: Bool {
    [.kerberos, .microsoftKerberos, .kerberosUserToUser, .iakerb].contains(self)
  }
}

extension SecurityMechanism: CustomStringConvertible {
  /// The usual name, such as `NTLMSSP`; the dotted identifier when it has none here.
  package var description: String {
    switch self {
    case .spnego: "SPNEGO"
    case .ntlm: "NTLMSSP"
    case .kerberos: "Kerberos"
    case .microsoftKerberos: "MS Kerberos"
    case .kerberosUserToUser: "Kerberos user-to-user"
    case .negoex: "NEGOEX"
    case .iakerb: "IAKERB"
    default: rawValue
    }
  }
}
