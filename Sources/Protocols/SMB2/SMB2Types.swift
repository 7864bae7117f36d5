package import Packets

/// `0x` and the full width in lower-case hexadecimal digits.
package func hexadecimal<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
}

/// A GUID as it lies on the wire: MS-DTYP 2.3.4.2. Compared byte for byte, printed mixed-endian.
@usableFromInline package struct GUID: Hashable, Sendable, Codable, CustomStringConvertible {
  @usableFromInline var low: UInt64
  @usableFromInline var high: UInt64

  package init(_ view: borrowing ByteView, at offset: Int) throws(DecodeError) {
    low = try view.u64le(at: offset)
    high = try view.u64le(at: offset + 8)
  }

  package var isZero: Bool { low == 0 && high == 0 }
  /// One byte sixteen times: no random GUID looks like this.
  package var isRepetitive: Bool { low == high && low == (low & 0xff) &* 0x0101_0101_0101_0101 }
  /// The 16 bytes in their order on the wire, eight in each number, the first one lowest.
  package var words: (UInt64, UInt64) { (low, high) }

  @usableFromInline package var description: String {
    func digits(_ value: UInt64, _ count: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let tail = high.byteSwapped
    return [
      digits(low & 0xffff_ffff, 8), digits(low >> 32 & 0xffff, 4), digits(low >> 48, 4), digits(tail >> 48, 4),
      digits(tail & 0xffff_ffff_ffff, 12),
    ].joined(separator: "-")
  }
}

/// Signing policy: MS-SMB2 2.2.3, `SecurityMode`. 16 bits in NEGOTIATE and VALIDATE_NEGOTIATE_INFO, 8 in SESSION_SETUP.
package struct SMB2SecurityMode: OptionSet, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let signingEnabled = Self(rawValue: 0x0001)
  package static let signingRequired = Self(rawValue: 0x0002)

  package var description: String {
    let meaning =
      contains(.signingRequired) ? "signing required" : contains(.signingEnabled) ? "signing enabled" : "no signing"
    return "\(hexadecimal(rawValue)) (\(meaning))"
  }
}

/// Capabilities of client and server: MS-SMB2 2.2.3 and 2.2.4, `Capabilities`.
package struct SMB2Capabilities: OptionSet, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let dfs = Self(rawValue: 0x01)
  package static let multiChannel = Self(rawValue: 0x08)
  package static let encryption = Self(rawValue: 0x40)

  package var description: String { hexadecimal(rawValue) }
}

/// Properties of a session: MS-SMB2 2.2.6, `SessionFlags`.
package struct SMB2SessionFlags: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let isGuest = Self(rawValue: 0x0001)
  package static let isNull = Self(rawValue: 0x0002)
  /// Sessions without a key from a password. A constant, because another module would make the set anew each time.
  package static let withoutKey: Self = [.isGuest, .isNull]
  package static let encryptData = Self(rawValue: 0x0004)
}

/// Share properties: MS-SMB2 2.2.10, `ShareFlags`.
package struct SMB2ShareFlags: OptionSet, Hashable, Sendable, Codable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let encryptData = Self(rawValue: 0x0000_8000)
  static let dfs = Self(rawValue: 0x0000_0001)
  static let dfsRoot = Self(rawValue: 0x0000_0002)

  /// The share belongs to a namespace.
  package var isOfDFS: Bool { !isDisjoint(with: [.dfs, .dfsRoot]) }
}
