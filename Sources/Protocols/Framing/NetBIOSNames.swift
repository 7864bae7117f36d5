package import Packets

/// The names in a NetBIOS session request: RFC 1002 4.3.2, encoded as RFC 1001 14.1 says.
package struct NetBIOSNames: Hashable, Sendable, Codable {
  /// The server's, and the client's own.
  package var called: String
  package var calling: String

  package init(_ body: borrowing ByteView) throws(DecodeError) {
    var offset = 0
    called = try Self.name(body, at: &offset).text
    calling = try Self.name(body, at: &offset).text
  }

  /// A label of 32 letters, each pair one byte, then the labels of a scope, which is left out.
  ///
  /// - Returns: the name, and its type: 0x20 is a file server's.
  static func name(_ body: borrowing ByteView, at offset: inout Int) throws(DecodeError) -> (text: String, type: UInt8) {
    guard try body.u8(at: offset) == 32 else {
      throw DecodeError(offset: body.base + offset, reason: .unexpected(field: "name length", value: UInt64(try body.u8(at: offset))))
    }
    var characters: [UInt8] = []
    for pair in stride(from: offset + 1, to: offset + 33, by: 2) {
      let (high, low) = (try body.u8(at: pair), try body.u8(at: pair + 1))
      characters.append((high &- 0x41) << 4 | (low &- 0x41) & 0x0f)
    }
    offset += 33
    while true {
      let length = Int(try body.u8(at: offset))
      offset += 1 + length
      if length == 0 { break }
    }
    // The sixteenth byte is the type of the name; the others are padded with spaces.
    let kept = characters.prefix(15).reversed().drop { $0 == 0x20 || $0 == 0 }.reversed()
    return (String(decoding: kept.map { (0x20..<0x7f).contains($0) ? $0 : 0x3f }, as: UTF8.self), characters[15])
  }
}
