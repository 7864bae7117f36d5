extension ByteView {
  /// Longest name or other text that is kept, in characters. Windows allows names of up to 32,767, but real names
  /// are shorter than this.
  package static let textLimit = 1024

  /// The whole view as UTF-16LE text (MS-DTYP 2.3.1.1); an unpaired surrogate becomes U+FFFD, an odd last byte is left out.
  /// Text longer than ``textLimit`` is cut there.
  package func utf16LittleEndian() -> String {
    let length = min(count / 2, Self.textLimit)
    // Names are ASCII nearly always, and short.
    if length <= Self.shortText, let text = shortASCII(length) { return text }
    let units = (0..<length).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
    return String(decoding: units, as: UTF16.self)
  }

  /// UTF-16LE text of so many characters that are all ASCII, without a list of them; nil for any other.
  private func shortASCII(_ length: Int) -> String? {
    var ascii = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<length {
      guard bytes[2 * index] < 0x80, bytes[2 * index + 1] == 0 else { return nil }
      ascii[index] = bytes[2 * index]
    }
    guard let text = try? UTF8Span(validating: ascii.span.extracting(0..<length)) else { return nil }
    return String(copying: text)
  }

  /// What ``shortASCII(_:)`` has room for.
  private static let shortText = 64

  /// The whole view as text in an unknown 8-bit code page, read as UTF-8; what is not UTF-8 becomes U+FFFD. Cut as
  /// above.
  package func text() -> String {
    String(decoding: prefix(Self.textLimit).copy(), as: UTF8.self)
  }

  /// The text before the next NUL at or after `offset`, and the offset behind that NUL.
  package func nulTerminated(at offset: Int) throws(DecodeError) -> (text: String, end: Int) {
    var end = offset
    while try u8(at: end) != 0 { end += 1 }
    return (try view(at: offset, count: end - offset).text(), end + 1)
  }
}
