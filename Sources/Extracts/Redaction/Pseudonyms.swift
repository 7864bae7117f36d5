import Packets

/// Random replacements, the same for equal originals. Nobody can derive the original from them.
///
/// Each byte, letter, digit and part of an address becomes a different one, so a comparison shows any byte that was left.
final class Pseudonyms {
  private enum Limit {
    /// Words with a pseudonym of their own; all further words share one.
    static let words = 1 << 18
    /// Bytes of keys, tickets and proofs with their own replacement; further ones become zeros.
    static let blobBytes = 64 << 20
    /// Parts of addresses with their own replacement.
    static let addressParts = 1 << 22
  }

  private var generator: any RandomNumberGenerator
  /// In lower case.
  private var words: [[Unicode.Scalar]: [Unicode.Scalar]] = [:]
  private var takenWords: Set<[Unicode.Scalar]> = []
  private var blobs: [[UInt8]: [UInt8]] = [:]
  private var blobBytes = 0
  /// By the part of an address that comes before.
  private var addressParts: [[UInt16]: Parts] = [:]
  private var addressPartCount = 0
  private var hardware: [UInt64: UInt64] = [:]

  private struct Parts {
    var replacements: [UInt16: UInt16] = [:]
    var taken: Set<UInt16> = []
  }

  init(generator: any RandomNumberGenerator) { self.generator = generator }

  // MARK: Secrets

  /// Keys, proofs, tickets, identifiers: as many other bytes. All zeros carry no secret, and stay.
  func blob(_ bytes: [UInt8]) -> [UInt8] {
    if let known = blobs[bytes] { return known }
    guard bytes.contains(where: { $0 != 0 }), blobBytes + bytes.count <= Limit.blobBytes else {
      return [UInt8](repeating: 0, count: bytes.count)
    }
    let drawn = bytes.map { byte in
      let other = UInt8.random(in: 1...(byte == 0 ? 255 : 254), using: &generator)
      return byte != 0 && other >= byte ? other + 1 : other
    }
    blobs[bytes] = drawn
    blobBytes += bytes.count
    return drawn
  }

  // MARK: Words

  /// Names of services and of what is well known: they identify no user, and the diagnosis depends on them.
  private static let known = Set(
    [
      "admin", "anonymous", "arpa", "authority", "azuread", "builtin", "changepw", "cifs", "dc", "default", "dns", "gc", "guest",
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
      if let name = ReverseName(text, at: position) {
        result += reverse(name)
        position = name.end
      } else if let address = DottedAddress(text, at: position) {
        result += ip(address.value).description.unicodeScalars
        position = address.end
      } else if text[position].isOfWord {
        let end = text[position...].firstIndex { !$0.isOfWord } ?? text.count
        result += word(Array(text[position..<end]))
        position = end
      } else {
        // All other characters are replaced, too: a wrong length may have led to bytes that are no name.
        result.append(Self.separators.contains(text[position]) ? text[position] : "_")
        position += 1
      }
    }
    return result
  }

  private static let separators = Set("\\/.$@-_: ?*~#\0".unicodeScalars)

  // MARK: Names of addresses

  /// The labels of a domain name: for a name that contains an address, those of another address.
  ///
  /// Label by label they would be a cipher that one known address solves.
  func labels(_ labels: [[UInt8]]) -> [[UInt8]]? {
    guard let suffix = labels.count >= 2 ? labels.suffix(2).map({ $0.map { $0 | 0x20 } }) : nil,
      suffix[1] == Array("arpa".utf8), let zone = ReverseName.Zone(suffix[0])
    else { return nil }
    return reverse(labels.dropLast(2).map { $0.map { Unicode.Scalar($0) } }, in: zone).map { $0.map { UInt8(truncatingIfNeeded: $0.value) } }
      + labels.suffix(2)
  }

  private func reverse(_ name: ReverseName) -> [Unicode.Scalar] {
    Array(reverse(name.labels, in: name.zone).joined(separator: ["."])) + name.suffix
  }

  private func reverse(_ labels: [[Unicode.Scalar]], in zone: ReverseName.Zone) -> [[Unicode.Scalar]] {
    let digits = labels.map { String(String.UnicodeScalarView($0)) }
    switch zone {
    case .version4:
      let octets: [UInt8] = digits.compactMap { UInt8($0) }.reversed()
      guard octets.count == digits.count, octets.count <= 4 else { break }
      let whole = octets + [UInt8](repeating: 0, count: 4 - octets.count)
      let new = ip(IPAddress(ipv4: whole.reduce(0) { $0 << 8 | UInt32($1) })).low
      return octets.indices.map { Array(String(new >> UInt64(24 - 8 * $0) & 0xff).unicodeScalars) }.reversed()
    case .version6:
      let nibbles: [UInt64] = digits.compactMap { $0.unicodeScalars.count == 1 ? UInt64($0, radix: 16) : nil }.reversed()
      guard nibbles.count == digits.count, nibbles.count <= 32 else { break }
      let whole = nibbles + [UInt64](repeating: 0, count: 32 - nibbles.count)
      let new = ip(IPAddress(high: whole[..<16].reduce(0) { $0 << 4 | $1 }, low: whole[16...].reduce(0) { $0 << 4 | $1 }))
      return nibbles.indices.map { index in
        let half = index < 16 ? new.high : new.low
        return Array(String(half >> UInt64(60 - 4 * (index % 16)) & 0xf, radix: 16).unicodeScalars)
      }.reversed()
    }
    // A zone without a class (RFC 2317), or no address: one word, all of it.
    let whole = drawn(for: labels.joined().map(\.lowered))
    var start = 0
    return labels.map { label in
      start += label.count
      return Array(whole[(start - label.count)..<start])
    }
  }

  // MARK: One word

  private func word(_ word: [Unicode.Scalar]) -> [Unicode.Scalar] {
    let key = word.map(\.lowered)
    guard !Self.known.contains(key) else { return word }
    return zip(word, drawn(for: key)).map { $0.isUpper ? $1.raised : $1 }
  }

  private func drawn(for key: [Unicode.Scalar]) -> [Unicode.Scalar] {
    if let known = words[key] { return known }
    guard words.count < Limit.words else { return key.map { $0.alike(0) } }
    var new = key
    // There are few short words, so two of them may get the same replacement.
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
      // This host, loopback, broadcast; groups that a standard gave their addresses: RFC 5771 4.
      let isKnownGroup = octets[..<3] == [224, 0, 0] || octets == [239, 255, 255, 250]
      guard octets != [0, 0, 0, 0], octets[0] != 127, octets != [255, 255, 255, 255], !isKnownGroup else { return address }
      return IPAddress(ipv4: parts(octets, Self.octets).reduce(0) { $0 << 8 | UInt32($1) })
    }
    let groups = [address.high, address.low].flatMap { half in
      stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
    }
    // Unspecified, loopback; groups that a standard gave their addresses (RFC 4291 2.7.1): others hold parts of addresses.
    let isKnownGroup = groups[0] >= 0xff00 && groups[1..<6].allSatisfy { $0 == 0 } && groups[6] <= 1 && groups[7] < 0x0200
    guard address.high != 0 || address.low > 1, !isKnownGroup else { return address }
    let new = parts(groups, Self.groups).map(UInt64.init)
    return IPAddress(high: new[..<4].reduce(0) { $0 << 16 | $1 }, low: new[4...].reduce(0) { $0 << 16 | $1 })
  }

  private func parts(_ original: [UInt16], _ range: (_ part: UInt16, _ index: Int) -> ClosedRange<UInt16>) -> [UInt16] {
    original.indices.map { index in
      let prefix = [UInt16(original.count)] + original[..<index]
      if let known = addressParts[prefix]?.replacements[original[index]] { return known }
      let range = range(original[index], index)
      guard addressPartCount < Limit.addressParts else { return range.lowerBound }
      let taken = addressParts[prefix]?.taken ?? []
      let choices = range.count - (range.contains(original[index]) ? 1 : 0)
      var new = range.lowerBound
      // Each part gets a different one, and no two get the same while there are enough.
      repeat { new = UInt16.random(in: range, using: &generator) } while range.count > 1
        && (new == original[index] || choices > taken.count && taken.contains(new))
      addressParts[prefix, default: Parts()].replacements[original[index]] = new
      addressParts[prefix, default: Parts()].taken.insert(new)
      addressPartCount += 1
      return new
    }
  }

  /// As many digits as before; the first octet is one that hosts have.
  private static func octets(_ octet: UInt16, _ index: Int) -> ClosedRange<UInt16> {
    if index > 0, octet == 255 { return 255...255 }
    // A group stays one.
    if index == 0, octet >= 224 { return octet...octet }
    switch octet {
    case ..<10: return index == 0 ? 1...9 : 0...9
    case ..<100: return 10...99
    default: return index == 0 ? 128...223 : 100...254
    }
  }

  /// Zeros and link-local prefixes stay.
  private static func groups(_ group: UInt16, _ index: Int) -> ClosedRange<UInt16> {
    if group == 0 || index == 0 && (group & 0xffc0 == 0xfe80 || group >= 0xff00) { return group...group }
    return index == 0 ? 0x2000...0x3fff : 1...0xffff
  }

  private static func isKnownGroup(hardware address: UInt64) -> Bool {
    if address == 0xffff_ffff_ffff || address >> 24 == 0x01_80c2 { return true }
    return address >> 8 == 0x01_005e_0000 || address >> 8 == 0x33_3300_0000 || address >> 16 == 0x3333_0001
  }

  /// A hardware address in the low 48 bits. Broadcast stays, and groups that a standard gave their addresses; what other
  /// groups have behind their prefix is a part of an IP address (RFC 1112 6.4, RFC 2464 7).
  func hardware(_ address: UInt64) -> UInt64 {
    let isGroup = address >> 40 & 1 == 1
    guard address != 0, !Self.isKnownGroup(hardware: address) else { return address }
    if let known = hardware[address] { return known }
    // Vendor and station, or the station of a group.
    let drawn: UInt64 = isGroup ? 0xffff_ffff : 0xfcff_ffff_ffff
    func byte(_ value: UInt64, _ index: Int) -> UInt64 { value >> UInt64(8 * index) & 0xff }
    var new: UInt64
    repeat {
      new = UInt64.random(in: 1..<(1 << 48), using: &generator) & drawn | address & ~drawn
    } while (0..<(isGroup ? 4 : 6)).contains { byte(new, $0) == byte(address, $0) }
    hardware[address] = new
    return new
  }
}

/// `10.77.0.20`, with nothing before or after it that belongs to it.
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

/// `20.0.77.10.in-addr.arpa`, with nothing before it that belongs to it: RFC 1035 3.5, RFC 3596 2.5.
private struct ReverseName {
  enum Zone {
    case version4
    case version6

    /// - Parameter label: in lower case.
    init?(_ label: [UInt8]) {
      switch label {
      case Array("in-addr".utf8): self = .version4
      case Array("ip6".utf8): self = .version6
      default: return nil
      }
    }
  }

  var labels: [[Unicode.Scalar]]
  var zone: Zone
  /// The zone as it was written, with the dot before it.
  var suffix: [Unicode.Scalar]
  var end: Int

  init?(_ text: [Unicode.Scalar], at start: Int) {
    guard start == 0 || !text[start - 1].isOfWord && text[start - 1] != ".", text[start].isOfWord else { return nil }
    let name = text[start...].prefix { $0.isOfWord || $0 == "." || $0 == "-" }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).prefix(36)
    let lowered = parts.map { part in part.map { UInt8(truncatingIfNeeded: $0.lowered.value) } }
    guard let last = lowered.indices.dropFirst(2).first(where: { lowered[$0] == Array("arpa".utf8) }),
      let zone = Zone(lowered[last - 1])
    else { return nil }
    labels = parts[..<(last - 1)].map(Array.init)
    self.zone = zone
    let suffixStart = parts[last - 1].startIndex - 1
    end = parts[last].endIndex
    suffix = Array(text[suffixStart..<end])
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
    func pick(_ first: UInt32, _ count: UInt32) -> Unicode.Scalar {
      guard value >= first, value < first + count else { return Unicode.Scalar(first + number % count) ?? self }
      return Unicode.Scalar(first + (value - first + 1 + number % (count - 1)) % count) ?? self
    }
    if isDigit { return pick(0x30, 10) }
    return switch UTF8.width(self) {
    case 1: pick(0x61, 26)
    case 2: pick(0xe0, 23)
    case 3: pick(0x3042, 82)
    default: pick(0x10330, 26)
    }
  }
}
