import Packets

/// One command of an SMB1 message, as offsets from the header: WordCount 1, words, ByteCount 2, bytes. MS-CIFS 2.2.3.2,
/// 2.2.3.3.
struct SMB1Block {
  var wordCount: Int
  /// Where the words begin.
  var words: Int
  var bytes: Range<Int>

  init(_ message: borrowing ByteView, at start: Int) throws(DecodeError) {
    wordCount = Int(try message.u8(at: start))
    words = start + 1
    let first = words + 2 * wordCount + 2
    let count = Int(try message.u16le(at: first - 2))
    _ = try message.view(at: first, count: count)
    bytes = first..<(first + count)
  }
}

extension ByteView {
  /// The text at `offset` up to its NUL or `end`, and the offset after it. UTF-16 begins at an even offset from the
  /// header: MS-CIFS 2.2.1.1.
  func smb1Text(at offset: Int, end: Int, isUnicode: Bool) throws(DecodeError) -> (text: String, end: Int) {
    guard isUnicode else {
      var position = offset
      while position < end, try u8(at: position) != 0 { position += 1 }
      return (try view(at: min(offset, end), count: max(0, position - offset)).text(), position + 1)
    }
    let start = (offset + 1) & ~1
    var position = start
    while position + 2 <= end, try u16le(at: position) != 0 { position += 2 }
    return (try view(at: min(start, end), count: max(0, position - start)).utf16LittleEndian(), position + 2)
  }
}
