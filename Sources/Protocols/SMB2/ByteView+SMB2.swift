import Packets

extension ByteView {
  /// A buffer that a message names by offset (from its SMB2 header) and length; empty when the length is 0, whatever
  /// the offset.
  func buffer(offset: UInt16, length: UInt16) throws(DecodeError) -> [UInt8] {
    length == 0 ? [] : try view(at: Int(offset), count: Int(length)).copy()
  }

  /// The whole view as 16-bit little-endian numbers.
  func u16leArray() throws(DecodeError) -> [UInt16] {
    var numbers: [UInt16] = []
    numbers.reserveCapacity(count / 2)
    for index in 0..<(count / 2) { numbers.append(try u16le(at: 2 * index)) }
    return numbers
  }
}
