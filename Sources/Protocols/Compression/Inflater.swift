import Packets

/// The output of a decompressor. It never grows beyond the announced size, whatever the input says.
struct Inflater {
  private(set) var output: [UInt8] = []
  /// Bytes the sender announced.
  let limit: Int

  init(limit: Int) {
    self.limit = limit
    output.reserveCapacity(min(limit, 64 * 1024))
  }

  var isFull: Bool { output.count >= limit }

  mutating func append(_ byte: UInt8) {
    if !isFull { output.append(byte) }
  }

  mutating func append(_ bytes: borrowing ByteView) {
    bytes.prefix(limit - output.count).append(to: &output)
  }

  mutating func fill(_ byte: UInt8, count: Int) {
    output.append(contentsOf: repeatElement(byte, count: min(count, limit - output.count)))
  }

  /// Repeats what was written `distance` bytes ago; the copy may run into itself.
  ///
  /// - Throws: when that is before the first byte.
  mutating func copy(distance: Int, length: Int, at offset: Int) throws(DecodeError) {
    guard distance > 0, distance <= output.count else {
      throw DecodeError(offset: offset, reason: .unexpected(field: "match offset", value: UInt64(max(0, distance))))
    }
    let end = min(output.count + length, limit)
    while output.count < end { output.append(output[output.count - distance]) }
  }
}
