/// Kerberos message types: RFC 4120 7.5.7.
package struct KerberosMessageType: RawRepresentable, Hashable, Sendable {
  package var rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let asReq = Self(rawValue: 10)
  package static let asRep = Self(rawValue: 11)
  package static let tgsReq = Self(rawValue: 12)
  package static let tgsRep = Self(rawValue: 13)
  package static let apReq = Self(rawValue: 14)
  package static let apRep = Self(rawValue: 15)
  package static let error = Self(rawValue: 30)

  /// The name, such as `AS-REQ`; `nil` when RFC 4120 does not list the number.
  package var name: String? {
    switch rawValue {
    case 10: "AS-REQ"
    case 11: "AS-REP"
    case 12: "TGS-REQ"
    case 13: "TGS-REP"
    case 14: "AP-REQ"
    case 15: "AP-REP"
    case 20: "KRB-SAFE"
    case 21: "KRB-PRIV"
    case 22: "KRB-CRED"
    case 30: "KRB-ERROR"
    default: nil
    }
  }
}

extension KerberosMessageType: CustomStringConvertible {
  package var description: String { name ?? "Kerberos message \(rawValue)" }
}
