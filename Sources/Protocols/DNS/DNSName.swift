import Packets

/// Domain names on the wire: RFC 1035 3.1 and, for their compression, 4.1.4.
enum DNSName {
  /// RFC 1035 3.1: 255 bytes with the length bytes of the labels.
  static let maximumCount = 255

  /// The name at `offset` of a message, without the dot at its end (the root is `.`), and the offset after it.
  ///
  /// A pointer must lead to a place before all labels of this name that were read, so each is followed at most once. Special
  /// bytes are escaped as in RFC 1035 5.1 (`\.`, `\032`).
  static func read(_ message: borrowing ByteView, at offset: Int) throws(DecodeError) -> (name: String, end: Int) {
    var text: [UInt8] = []
    var count = 1
    var position = offset
    var lowest = offset
    var end: Int?
    while true {
      let length = Int(try message.u8(at: position))
      switch length & 0xC0 {
      case 0 where length == 0:
        let name = text.isEmpty ? "." : String(decoding: text.dropLast(), as: UTF8.self)
        return (name, end ?? position + 1)
      case 0:
        let label = try message.view(at: position + 1, count: length)
        count += length + 1
        guard count <= maximumCount else { throw wrong("length of a name", UInt64(count), position) }
        for index in 0..<length { append(try label.u8(at: index), to: &text) }
        text.append(UInt8(ascii: "."))
        position += length + 1
      case 0xC0:
        let target = Int(try message.u16be(at: position) & 0x3FFF)
        guard target < lowest else { throw wrong("name pointer", UInt64(target), position) }
        end = end ?? position + 2
        lowest = target
        position = target
      default: throw wrong("label type", UInt64(length >> 6), position)
      }
    }
  }

  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
    case 0...0x20, 0x7F:
      text += [UInt8(ascii: "\\")] + [byte / 100, byte / 10 % 10, byte % 10].map { UInt8(ascii: "0") + $0 }
    default: text.append(byte)
    }
  }

  private static func wrong(_ field: String, _ value: UInt64, _ offset: Int) -> DecodeError {
    DecodeError(offset: offset, reason: .unexpected(field: field, value: value))
  }
}
