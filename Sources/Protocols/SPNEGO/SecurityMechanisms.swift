/// Which mechanisms a side offers, in one byte, without their order.
package struct SecurityMechanisms: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let ntlm = Self(rawValue: 0x01)
  /// Either spelling of Kerberos, or user-to-user.
  package static let kerberos = Self(rawValue: 0x02)
  package static let negoex = Self(rawValue: 0x04)
  package static let iakerb = Self(rawValue: 0x08)
  package static let other = Self(rawValue: 0x10)

  package init(_ list: [SecurityMechanism]) {
    self = list.reduce(into: []) { $0.formUnion(Self($1)) }
  }

  private init(_ mechanism: SecurityMechanism) {
    switch mechanism {
    case .ntlm: self = .ntlm
    case .iakerb: self = .iakerb
    case .negoex: self = .negoex
    default: self = mechanism.isKerberos ? .kerberos : .other
    }
  }
}

extension SecurityMechanisms: CustomStringConvertible {
  package var description: String {
    let names: [(Self, String)] = [
      (.kerberos, "Kerberos"), (.ntlm, "NTLM"), (.negoex, "NEGOEX"), (.iakerb, "IAKERB"), (.other, "other"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}
