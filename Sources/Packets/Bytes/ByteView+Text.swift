extension ByteView {
  /// Longest name or other text that is kept, in characters; no name in Windows is longer than 32,767, and none that
  /// anybody gives longer than this.
  package static let textLimit = 1024

  /// The whole view as UTF-16LE text (MS-DTYP 2.3.1.1); an unpaired surrogate becomes U+FFFD, an odd last byte is left out.
  /// Text longer than ``textLimit`` is cut there.
  package func utf16LittleEndian() -> String {
    var ascii: [UInt8] = []
    var units: [UInt16] = []
    let length = min(count / 2, Self.textLimit)
    ascii.reserveCapacity(length)
    for index in 0..<length {
      let unit = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
      // Names are ASCII nearly always, for which the library has a much shorter way.
      if unit < 0x80, units.isEmpty {
        ascii.append(UInt8(truncatingIfNeeded: unit))
      } else {
        if units.isEmpty { units = ascii.map(UInt16.init) }
        units.append(unit)
      }
    }
    return units.isEmpty ? String(decoding: ascii, as: UTF8.self) : String(decoding: units, as: UTF16.self)
  }

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
