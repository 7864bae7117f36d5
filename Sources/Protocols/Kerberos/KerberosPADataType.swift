/// Kinds of pre-authentication data: RFC 4120 7.5.2, RFC 6113 7.1, MS-KILE 2.2.10, and the IANA registry.
package struct KerberosPADataType: RawRepresentable, Hashable, Sendable, Codable {
  package var rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let tgsReq = Self(rawValue: 1)
  package static let encTimestamp = Self(rawValue: 2)
  package static let pwSalt = Self(rawValue: 3)
  package static let etypeInfo = Self(rawValue: 11)
  /// PKINIT as it was before RFC 4556.
  package static let oldPKAsReq = Self(rawValue: 14)
  package static let pkAsReq = Self(rawValue: 16)
  package static let etypeInfo2 = Self(rawValue: 19)
  package static let fxFast = Self(rawValue: 136)
  package static let fxError = Self(rawValue: 137)
  package static let encryptedChallenge = Self(rawValue: 138)
  package static let spake = Self(rawValue: 151)
}
