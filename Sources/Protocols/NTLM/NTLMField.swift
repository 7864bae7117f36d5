package import Packets

/// Where a variable field lies: MS-NLMP 2.2.1, the `…Fields` members: Len (2), MaxLen (2, ignored), BufferOffset (4).
package struct NTLMField {
  /// From the start of the message.
  let offset: Int
  /// In bytes.
  let count: Int
  private let position: Int

  package init(_ message: borrowing ByteView, at position: Int) throws(DecodeError) {
    count = Int(try message.u16le(at: position))
    offset = Int(try message.u32le(at: position + 4))
    self.position = message.base + position
  }

  @_lifetime(copy message)
  package func bytes(in message: borrowing ByteView) throws(DecodeError) -> ByteView {
    // An empty field may carry any offset.
    count == 0 ? message.prefix(0) : try message.view(at: offset, count: count)
  }

  /// The field as text. `isUnicode` chooses UTF-16LE or the client's unknown 8-bit (OEM) code page.
  func text(in message: borrowing ByteView, isUnicode: Bool) throws(DecodeError) -> String {
    let bytes = try bytes(in: message)
    return isUnicode ? bytes.utf16LittleEndian() : bytes.text()
  }

  /// Checks that no byte belongs to two fields, and returns where the payload begins: at the lowest field,
  /// or at the end of a message whose fields are all empty.
  ///
  /// Overlapping fields would let the bytes of a response be shown as a name.
  static func payloadStart<let number: Int>(
    of fields: InlineArray<number, NTLMField?>, in message: borrowing ByteView, headerCount: Int
  ) throws(DecodeError) -> Int {
    var sorted = fields
    // At most five, so they are put in their order one by one, in place.
    for index in fields.indices {
      var place = index
      while place > 0, (sorted[place]?.offset ?? 0) < sorted[place - 1]?.offset ?? 0 {
        sorted.swapAt(place, place - 1)
        place -= 1
      }
    }
    var start: Int?
    var end = headerCount
    for index in sorted.indices {
      guard let field = sorted[index], field.count > 0 else { continue }
      guard field.offset >= end else {
        throw DecodeError(
          offset: field.position + 4, reason: .unexpected(field: "BufferOffset", value: UInt64(field.offset)))
      }
      start = start ?? field.offset
      end = field.offset + field.count
    }
    return start ?? message.count
  }
}
