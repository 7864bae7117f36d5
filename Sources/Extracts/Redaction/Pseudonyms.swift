import Packets

/// Replacements drawn at random, the same for the same original: who does not have the original cannot tell it.
final class Pseudonyms {
  private enum Limit {
    /// Words that are told apart; further ones all look alike.
    static let words = 1 << 18
    /// Bytes of keys, tickets and proofs that are told apart; further ones become zeros.
    static let blobBytes = 64 << 20
  }

  private var generator: any RandomNumberGenerator
  /// In lower case.
  private var words: [[Unicode.Scalar]: [Unicode.Scalar]] = [:]
  private var takenWords: Set<[Unicode.Scalar]> = []
  private var blobs: [[UInt8]: [UInt8]] = [:]
  private var blobBytes = 0
  /// By the part of an address that comes before.
  private var addressParts: [[UInt16]: [UInt16: UInt16]] = [:]
  private var hardware: [UInt64: UInt64] = [:]

  init(generator: any RandomNumberGenerator) { self.generator = generator }

  // MARK: Secrets

  /// Keys, proofs, tickets, identifiers: other bytes, as many. Zeros stand for nothing, and stay.
  func blob(_ bytes: [UInt8]) -> [UInt8] {
    if let known = blobs[bytes] { return known }
    guard bytes.contains(where: { $0 != 0 }), blobBytes + bytes.count <= Limit.blobBytes else {
      return [UInt8](repeating: 0, count: bytes.count)
    }
    let drawn = bytes.map { _ in UInt8.random(in: 1...255, using: &generator) }
    blobs[bytes] = drawn
    blobBytes += bytes.count
    return drawn
  }

  // MARK: Words

  /// Names of services and of what is well known: they tell nobody who anybody is, and what happened depends on them.
  private static let known = Set(
    [
      "admin", "anonymous", "arpa", "authority", "builtin", "changepw", "cifs", "dc", "default", "dns", "gc", "guest",
      "host", "in", "ip", "ip6", "ipc", "kadmin", "kerberos", "kpasswd", "krbtgt", "ldap", "microsoftaccount", "msdcs",
      "netlogon", "nt", "pdc", "pipe", "restrictedkrbhost", "sites", "smbserver", "sysvol", "tcp", "udp", "wellknown",
      "workgroup",
    ].map { Array($0.unicodeScalars) })

  /// Names, paths and sentences: word by word, so that a host's short name stays the beginning of its long one; letters
  /// become letters, digits digits, and each takes as many bytes as before.
  func text(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var position = 0
    while position < text.count {
      if let address = DottedAddress(text, at: position) {
        result += ip(address.value).description.unicodeScalars
        position = address.end
      } else if text[position].isOfWord {
        let end = text[position...].firstIndex { !$0.isOfWord } ?? text.count
        result += word(Array(text[position..<end]))
        position = end
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  private func word(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let key = word.map(\.lowered)
    guard !Self.known.contains(key) else { return word }
    return zip(word, drawn(for: key)).map { $0.isUpper ? $1.raised : $1 }
  }

  private func drawn(for key: [Unicode.Scalar]) -> [Unicode.Scalar] {
    if let known = words[key] { return known }
    guard words.count < Limit.words else { return key.map { $0.alike(0) } }
    var new = key
    // Of short words there are few: two may then become one.
    for _ in 0..<32 {
      new = key.map { $0.alike(UInt32.random(in: .min ... .max, using: &generator)) }
      if new != key, !takenWords.contains(new), !Self.known.contains(new) { break }
    }
    takenWords.insert(new)
    words[key] = new
    return new
  }

  // MARK: Addresses

  /// An address that takes as many characters, and shares with others what the original shared with theirs.
  func ip(_ address: IPAddress) -> IPAddress {
    if address.isIPv4 {
      let octets = stride(from: 24, through: 0, by: -8).map { UInt16(address.low >> UInt64($0) & 0xff) }
      // This host, loopback, multicast and broadcast.
      guard octets != [0, 0, 0, 0], octets[0] != 127, octets[0] < 224 else { return address }
      return IPAddress(ipv4: parts(octets, Self.octets).reduce(0) { $0 << 8 | UInt32($1) })
    }
    let groups = [address.high, address.low].flatMap { half in
      stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
    }
    // Unspecified, loopback, multicast.
    guard address.high != 0 || address.low > 1, groups[0] < 0xff00 else { return address }
    let new = parts(groups, Self.groups).map(UInt64.init)
    return IPAddress(high: new[..<4].reduce(0) { $0 << 16 | $1 }, low: new[4...].reduce(0) { $0 << 16 | $1 })
  }

  private func parts(_ original: [UInt16], _ range: (_ part: UInt16, _ index: Int) -> ClosedRange<UInt16>) -> [UInt16] {
    original.indices.map { index in
      let prefix = [UInt16(original.count)] + original[..<index]
      if let known = addressParts[prefix]?[original[index]] { return known }
      let range = range(original[index], index)
      let taken = addressParts[prefix, default: [:]].values
      var new = range.lowerBound
      repeat { new = UInt16.random(in: range, using: &generator) } while range.count > taken.count && taken.contains(new)
      addressParts[prefix, default: [:]][original[index]] = new
      return new
    }
  }

  /// As many digits as before; the first octet is one that hosts have.
  private static func octets(_ octet: UInt16, _ index: Int) -> ClosedRange<UInt16> {
    if index > 0, octet == 255 { return 255...255 }
    switch octet {
    case ..<10: return index == 0 ? 1...9 : 0...9
    case ..<100: return 10...99
    default: return index == 0 ? 128...223 : 100...254
    }
  }

  /// Zeros and link-local prefixes stay.
  private static func groups(_ group: UInt16, _ index: Int) -> ClosedRange<UInt16> {
    if group == 0 || index == 0 && group & 0xffc0 == 0xfe80 { return group...group }
    return index == 0 ? 0x2000...0x3fff : 1...0xffff
  }

  /// A hardware address in the low 48 bits. Multicast and broadcast stay.
  func hardware(_ address: UInt64) -> UInt64 {
    guard address != 0, address >> 40 & 1 == 0 else { return address }
    if let known = hardware[address] { return known }
    let locality = address >> 40 & 2
    let new = UInt64.random(in: 1..<(1 << 48), using: &generator) & ~(3 << 40) | locality << 40
    hardware[address] = new
    return new
  }
}

/// `10.77.0.20`, with nothing before or behind it that belongs to it.
private struct DottedAddress {
  var value: IPAddress
  var end: Int

  init?(_ text: [Unicode.Scalar], at start: Int) {
    guard start == 0 || !text[start - 1].isOfWord && text[start - 1] != "." else { return nil }
    let rest = text[start...].prefix { $0.isDigit || $0 == "." }
    end = rest.endIndex
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    let octets = parts.compactMap { part in
      part.count > 1 && part.first == "0" ? nil : UInt8(String(String.UnicodeScalarView(part)))
    }
    guard parts.count == 4, octets.count == 4, end == text.count || !text[end].isOfWord else { return nil }
    value = IPAddress(ipv4: octets.reduce(0) { $0 << 8 | UInt32($1) })
  }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isOfWord: Bool { isDigit || ("a"..."z").contains(self) || ("A"..."Z").contains(self) || value >= 0x80 }
  fileprivate var isUpper: Bool { value < 0x80 ? ("A"..."Z").contains(self) : properties.isUppercase }

  fileprivate var lowered: Unicode.Scalar {
    let mapping = properties.lowercaseMapping.unicodeScalars
    guard let only = mapping.first, mapping.count == 1, UTF8.width(only) == UTF8.width(self) else { return self }
    return only
  }

  /// The capital of a letter that ``alike(_:)`` gives.
  fileprivate var raised: Unicode.Scalar {
    value < 0x100 ? Unicode.Scalar(UInt8(value) & ~0x20) : self
  }

  /// Another of the same kind and length in UTF-8 and UTF-16, chosen by a number.
  fileprivate func alike(_ number: UInt32) -> Unicode.Scalar {
    func pick(_ first: UInt32, _ count: UInt32) -> Unicode.Scalar { Unicode.Scalar(first + number % count) ?? self }
    if isDigit { return pick(0x30, 10) }
    return switch UTF8.width(self) {
    case 1: pick(0x61, 26)
    case 2: pick(0xe0, 23)
    case 3: pick(0x3042, 82)
    default: pick(0x10330, 26)
    }
  }
}
