package import Packets

/// LZNT1: MS-XCA 2.5. Chunks of up to 4,096 bytes, each with a 2-byte header.
package enum LZNT1 {
  private static let chunkSize = 4096

  package static func decompress(_ input: borrowing ByteView, size: Int) throws(DecodeError) -> [UInt8] {
    var out = Inflater(limit: size)
    var offset = 0
    while offset + 2 <= input.count, !out.isFull {
      let header = try input.u16le(at: offset)
      offset += 2
      guard header != 0 else { break }
      let length = Int(header & 0x0fff) + 1
      let chunk = try input.view(at: offset, count: length)
      offset += length
      if header & 0x8000 != 0 { try decompress(chunk: chunk, &out) } else { out.append(chunk) }
    }
    return out.output
  }

  /// Flags for eight tokens, then the tokens: a byte, or two bytes with a distance and a length whose widths depend on
  /// how far the chunk has come.
  private static func decompress(chunk: borrowing ByteView, _ out: inout Inflater) throws(DecodeError) {
    let start = out.output.count
    var offset = 0
    while offset < chunk.count, !out.isFull {
      var flags = try chunk.u8(at: offset)
      offset += 1
      for _ in 0..<8 where offset < chunk.count && !out.isFull {
        defer { flags >>= 1 }
        guard flags & 1 != 0 else {
          out.append(try chunk.u8(at: offset))
          offset += 1
          continue
        }
        let token = Int(try chunk.u16le(at: offset))
        let written = out.output.count - start
        guard written > 0, written <= chunkSize else {
          throw DecodeError(offset: chunk.base + offset, reason: .unexpected(field: "token", value: UInt64(token)))
        }
        var lengthBits = 12
        while 1 << (16 - lengthBits) < written, lengthBits > 4 { lengthBits -= 1 }
        try out.copy(
          distance: token >> lengthBits + 1, length: token & (1 << lengthBits - 1) + 3, at: chunk.base + offset)
        offset += 2
      }
    }
  }
}
