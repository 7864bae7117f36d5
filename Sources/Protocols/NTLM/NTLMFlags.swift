/// NegotiateFlags: MS-NLMP 2.2.2.5.
package struct NTLMFlags: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let unicode = Self(rawValue: 0x0000_0001)
  package static let requestTarget = Self(rawValue: 0x0000_0004)
  package static let sign = Self(rawValue: 0x0000_0010)
  package static let seal = Self(rawValue: 0x0000_0020)
  package static let ntlm = Self(rawValue: 0x0000_0200)
  package static let anonymous = Self(rawValue: 0x0000_0800)
  package static let domainSupplied = Self(rawValue: 0x0000_1000)
  package static let workstationSupplied = Self(rawValue: 0x0000_2000)
  package static let alwaysSign = Self(rawValue: 0x0000_8000)
  package static let targetTypeDomain = Self(rawValue: 0x0001_0000)
  package static let targetTypeServer = Self(rawValue: 0x0002_0000)
  package static let extendedSessionSecurity = Self(rawValue: 0x0008_0000)
  package static let targetInfo = Self(rawValue: 0x0080_0000)
  package static let version = Self(rawValue: 0x0200_0000)
  package static let key128 = Self(rawValue: 0x2000_0000)
  package static let keyExchange = Self(rawValue: 0x4000_0000)
  package static let key56 = Self(rawValue: 0x8000_0000)
}
