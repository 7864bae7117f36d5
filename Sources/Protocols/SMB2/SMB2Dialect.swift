/// SMB2 dialect revision numbers: MS-SMB2 2.2.3, `Dialects`.
@usableFromInline package struct SMB2Dialect: RawRepresentable, Hashable, Sendable, Codable {
  @usableFromInline package var rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The standard library's `==` for `RawRepresentable` is not specialised in other modules: each call would look it up at run
  /// time.
  @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

  package static let smb202 = Self(rawValue: 0x0202)
  package static let smb210 = Self(rawValue: 0x0210)
  package static let smb300 = Self(rawValue: 0x0300)
  package static let smb302 = Self(rawValue: 0x0302)
  package static let smb311 = Self(rawValue: 0x0311)
  /// The answer to a multi-protocol request: "negotiate again with SMB2" (3.3.5.3.1).
  package static let wildcard = Self(rawValue: 0x02ff)
}

extension SMB2Dialect: Comparable {
  @inlinable package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension SMB2Dialect: CustomStringConvertible {
  /// `3.0.2`; the number in hex when it is none of the released dialects.
  @usableFromInline package var description: String {
    switch self {
    case .smb202: "2.0.2"
    case .smb210: "2.1"
    case .smb300: "3.0"
    case .smb302: "3.0.2"
    case .smb311: "3.1.1"
    case .wildcard: "2.???"
    default: hex
    }
  }

  /// `0x0302`
  package var hex: String { hexadecimal(rawValue) }
}
