/// An IPv4 or IPv6 address. IPv4 is kept as its mapped form (`::ffff:a.b.c.d`, RFC 4291 2.5.5.2), so both fit one type.
///
/// `@usableFromInline`, as other small values that tables are searched for and messages compared by: other modules would look
/// up `==` and the hash at run time, each time.
@usableFromInline package struct IPAddress: Hashable, Sendable, Codable {
  @usableFromInline package var high: UInt64
  @usableFromInline package var low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(ipv4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
  }

  package var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  @inlinable package static func == (left: Self, right: Self) -> Bool { left.high == right.high && left.low == right.low }

  /// The upper half of IPv4 contains no information.
  @inlinable package func hash(into hasher: inout Hasher) {
    if high != 0 { hasher.combine(high) }
    hasher.combine(low)
  }
}

extension IPAddress: Comparable {
  @usableFromInline package static func < (left: Self, right: Self) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted decimal, or the canonical IPv6 text of RFC 5952.
  @usableFromInline package var description: String {
    if isIPv4 {
      return "\(low >> 24 & 0xff).\(low >> 16 & 0xff).\(low >> 8 & 0xff).\(low & 0xff)"
    }
    let groups = [high, low].flatMap { half in
      stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
    }
    guard let zeros = Self.longestZeroRun(groups) else {
      return Self.text(groups[...])
    }
    return Self.text(groups[..<zeros.lowerBound]) + "::" + Self.text(groups[zeros.upperBound...])
  }

  private static func text(_ groups: ArraySlice<UInt16>) -> String {
    groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// RFC 5952 4.2: the first longest run of at least two zero groups.
  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
      if index - start >= max(2, (best?.count ?? 1) + 1) { best = start..<index }
      start = index + 1
    }
    return best
  }
}

/// One end of a connection.
package struct Endpoint: Hashable, Sendable, Codable, CustomStringConvertible {
  package var address: IPAddress
  package var port: UInt16

  package init(address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  package var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// A dictionary by addresses is written with keys of 32 hexadecimal digits.
extension IPAddress: CodingKeyRepresentable {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  @usableFromInline package var codingKey: any CodingKey {
    Key(stringValue: [high, low].map { half in
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined())
  }

  @usableFromInline package init?<T: CodingKey>(codingKey: T) {
    let digits = codingKey.stringValue
    guard digits.utf8.count == 32, let high = UInt64(digits.prefix(16), radix: 16), let low = UInt64(digits.suffix(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }
}
