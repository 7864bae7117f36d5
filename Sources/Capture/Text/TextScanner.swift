/// A place in a line of text that moves on.
struct TextScanner: ~Escapable {
  private let text: Span<UInt8>
  private(set) var offset = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) { self.text = text }

  var isAtEnd: Bool { offset >= text.count }
  var next: UInt8? { isAtEnd ? nil : text[offset] }

  /// Spaces from here on; a tab counts as many.
  @_lifetime(self: copy self)
  mutating func skipSpaces() -> Int {
    var count = 0
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
      count += byte == UInt8(ascii: "\t") ? 8 : 1
      offset += 1
    }
    return count
  }

  @_lifetime(self: copy self)
  mutating func skip(_ word: StaticString) -> Bool {
    guard starts(with: word) else { return false }
    offset += word.utf8CodeUnitCount
    return true
  }

  func starts(with word: StaticString) -> Bool { text.matches(word, at: offset) }

  /// A number in so many digits.
  @_lifetime(self: copy self)
  mutating func number(digits: ClosedRange<Int>, base: UInt8 = 10) -> Int? {
    var (value, count, end) = (0, 0, offset)
    while end < text.count, count <= digits.upperBound, let digit = text[end].hexValue, digit < base {
      value = value * Int(base) + Int(digit)
      count += 1
      end += 1
    }
    guard digits.contains(count) else { return nil }
    offset = end
    return value
  }

  /// Up to the next space, which is passed too.
  @_lifetime(self: copy self)
  mutating func word() -> Range<Int> {
    let start = offset
    while let byte = next, byte != UInt8(ascii: " ") { offset += 1 }
    let end = offset
    _ = skip(" ")
    return start..<end
  }
}

extension Span<UInt8> {
  func matches(_ word: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, count - offset >= word.utf8CodeUnitCount else { return false }
    // SAFETY: the buffer is used while it is lent, at its own indices.
    return word.withUTF8Buffer { bytes in
      for index in bytes.indices where unsafe bytes[index] != self[offset + index] { return false }
      return true
    }
  }

  /// Whether a word is in the first bytes.
  func mentions(_ word: StaticString, within limit: Int) -> Bool {
    for offset in 0..<Swift.max(0, Swift.min(limit, count - word.utf8CodeUnitCount + 1)) where matches(word, at: offset) { return true }
    return false
  }
}

extension UInt8 {
  /// Of a hexadecimal digit.
  var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
