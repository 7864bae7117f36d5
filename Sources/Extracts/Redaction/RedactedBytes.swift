import Packets
import Protocols

/// A message during redaction. Bytes that no description calls harmless become zeros.
///
/// Descriptions may contradict each other where lengths and offsets lie. A byte that one of them calls secret is never
/// shown, whatever the others say; and one that two replace differently becomes zero.
struct RedactedBytes {
  enum Encoding {
    /// UTF-8 or, where it is none, any code page.
    case bytes
    case utf16
  }

  private enum Claim: UInt8 {
    case none
    case harmless
    case replaced
    case contested
  }

  let original: [UInt8]
  let pseudonyms: Pseudonyms
  private(set) var result: [UInt8]
  private var claims: [Claim]

  init(_ original: [UInt8], _ pseudonyms: Pseudonyms) {
    self.original = original
    self.pseudonyms = pseudonyms
    result = [UInt8](repeating: 0, count: original.count)
    claims = [Claim](repeating: .none, count: original.count)
  }

  // MARK: Reading

  func u8(_ offset: Int) -> Int? { original.indices.contains(offset) ? Int(original[offset]) : nil }
  func u16le(_ offset: Int) -> Int? { number(offset, 2, isBigEndian: false) }
  func u16be(_ offset: Int) -> Int? { number(offset, 2, isBigEndian: true) }
  func u32le(_ offset: Int) -> Int? { number(offset, 4, isBigEndian: false) }
  func u32be(_ offset: Int) -> Int? { number(offset, 4, isBigEndian: true) }

  private func number(_ offset: Int, _ width: Int, isBigEndian: Bool) -> Int? {
    guard offset >= 0, offset <= original.count - width else { return nil }
    return (0..<width).reduce(0) { $0 << 8 | Int(original[offset + (isBigEndian ? $1 : width - 1 - $1)]) }
  }

  func begins(_ range: Range<Int>, with bytes: some Sequence<UInt8>) -> Bool { original[range].starts(with: bytes) }

  /// What of a range is there.
  func clamped(_ start: Int, _ count: Int, to end: Int? = nil) -> Range<Int> {
    let bounds = 0..<min(end ?? original.count, original.count)
    guard count > 0, bounds.contains(start) else { return 0..<0 }
    return start..<min(start + count, bounds.upperBound)
  }

  // MARK: Writing

  /// These bytes are harmless.
  mutating func keep(_ range: Range<Int>) {
    for index in range.clamped(to: original.indices) where claims[index] == .none {
      claims[index] = .harmless
      result[index] = original[index]
    }
  }

  /// These bytes, which the shape around them hides, are harmless after all.
  mutating func reveal(_ range: Range<Int>) {
    for index in range.clamped(to: original.indices) where claims[index] == .replaced {
      claims[index] = .harmless
      result[index] = original[index]
    }
  }

  /// Other bytes take the place of secret ones.
  mutating func replace(_ bytes: some Sequence<UInt8>, at start: Int) {
    for (index, byte) in zip(result.indices.dropFirst(start), bytes) {
      if claims[index] == .contested || claims[index] == .replaced && result[index] != byte {
        claims[index] = .contested
        result[index] = 0
      } else {
        claims[index] = .replaced
        result[index] = byte
      }
    }
  }

  /// Bytes that are redacted already, or that are created again.
  mutating func put(_ bytes: some Sequence<UInt8>, at start: Int) {
    for (index, byte) in zip(result.indices.dropFirst(start), bytes) {
      claims[index] = .replaced
      result[index] = byte
    }
  }

  mutating func hide(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    replace(pseudonyms.blob(Array(original[range])), at: range.lowerBound)
  }

  /// The fields of a structure that begins here, as far as the range goes.
  mutating func redact(_ structure: WireStructure, at start: Int, in range: Range<Int>) {
    for field in structure.fields {
      let part = clamped(start + field.offset, field.width, to: range.upperBound)
      switch field.meaning {
      case .harmless: keep(part)
      // All ones are no identifier but mean "none", or the one of the message before: MS-SMB2 2.2.3.
      case .secret: original[part].allSatisfy { $0 == 0xff } ? keep(part) : hide(part)
      }
    }
  }

  mutating func rename(_ range: Range<Int>, _ encoding: Encoding) {
    guard !range.isEmpty else { return }
    let bytes = original[range]
    let renamed: [UInt8]
    switch encoding {
    case .bytes where Self.isWide(bytes): return rename(range, .utf16)
    case .utf16:
      let units = stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
        UInt16(original[$0]) | UInt16(original[$0 + 1]) << 8
      }
      // An unpaired surrogate counts as an unknown character of the same length.
      let text = String(decoding: units, as: UTF16.self)
      renamed = String(pseudonyms.text(Array(text.unicodeScalars))).utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    case .bytes:
      if let text = String(validating: bytes, as: UTF8.self) {
        renamed = Array(String(pseudonyms.text(Array(text.unicodeScalars))).utf8)
      } else {
        let text = bytes.map { Unicode.Scalar($0) }
        renamed = pseudonyms.text(text).map { UInt8(truncatingIfNeeded: $0.value) }
      }
    }
    guard renamed.count <= range.count else { return }
    replace(renamed, at: range.lowerBound)
  }

  /// Text of two bytes a character, whatever a flag says of it: letter by letter it would be a cipher that is easy to break.
  private static func isWide(_ bytes: ArraySlice<UInt8>) -> Bool {
    let pairs = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2)
    return bytes.count >= 4 && pairs.count { bytes[$0] != 0 && bytes[$0 + 1] == 0 } * 2 > bytes.count / 2
  }

  mutating func replaceAddress(at offset: Int) {
    guard let address = u32be(offset) else { return }
    let new = pseudonyms.ip(IPAddress(ipv4: UInt32(address))).low
    replace(new.bigEndianBytes.suffix(4), at: offset)
  }

  mutating func replaceAddress6(at offset: Int) {
    guard offset >= 0, offset <= original.count - 16 else { return }
    let halves = [0, 8].map { half in (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(original[offset + half + $1]) } }
    let new = pseudonyms.ip(IPAddress(high: halves[0], low: halves[1]))
    replace(new.high.bigEndianBytes + new.low.bigEndianBytes, at: offset)
  }
}

extension String {
  fileprivate init(_ scalars: [Unicode.Scalar]) { self.init(String.UnicodeScalarView(scalars)) }
}

extension UInt64 {
  var bigEndianBytes: [UInt8] { stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt64($0)) } }
}
