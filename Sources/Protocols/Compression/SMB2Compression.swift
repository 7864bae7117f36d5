package import Packets

/// SMB2 COMPRESSION_TRANSFORM_HEADER and what it carries: MS-SMB2 2.2.42. Little-endian.
package struct SMB2CompressedMessage: Sendable {
  package enum Algorithm: UInt16, Sendable {
    case none = 0, lznt1, lz77, lz77Huffman, patternV1, lz4
  }

  package enum Limit {
    /// What a message may become. Requests and answers that establish a connection are far smaller; larger ones are
    /// skipped by their length like any payload.
    package static let size = 256 * 1024
    /// Parts of a chained message.
    static let parts = 64
  }

  /// The whole message, uncompressed.
  package var bytes: [UInt8]
  /// In the order in which they occur, each once.
  package var algorithms: [Algorithm] = []

  /// - Parameters:
  ///   - packet: the SMB2 packet, from its protocol identifier on; its end may be missing.
  ///   - maximumSize: how much of the message is wanted.
  /// - Throws: ``DecodeError`` when it is damaged, cut, or announces more than the limit.
  package init(_ packet: borrowing ByteView) throws(DecodeError) {
    let size = Int(try packet.u32le(at: 4))
    guard size <= Limit.size else {
      throw DecodeError(
        offset: packet.base + 4, reason: .unexpected(field: "OriginalCompressedSegmentSize", value: UInt64(size)))
    }
    bytes = []
    // 2.2.42.1 and 2.2.42.2 differ in Flags, at the same place.
    if try packet.u16le(at: 10) == 0x0001 {
      try readChain(packet, size: size)
    } else {
      let clear = Int(try packet.u32le(at: 12))
      bytes = try packet.view(at: 16, count: clear).copy()
      try append(packet.u16le(at: 8), packet.view(from: 16 + clear), size: size)
    }
  }

  /// SMB2_COMPRESSION_CHAINED_PAYLOAD_HEADER: algorithm 2, flags 2, length 4, and for compressed parts the original size 4.
  private mutating func readChain(_ packet: borrowing ByteView, size: Int) throws(DecodeError) {
    var offset = 8
    for _ in 0..<Limit.parts where offset < packet.count && bytes.count < size {
      let number = try packet.u16le(at: offset)
      let length = Int(try packet.u32le(at: offset + 4))
      let part = try packet.view(at: offset + 8, count: length)
      offset += 8 + length
      switch Algorithm(rawValue: number) {
      case .none?, .patternV1?: try append(number, part, size: size - bytes.count)
      default:
        let original = Int(try part.u32le(at: 0))
        try append(number, part.view(from: 4), size: min(original, size - bytes.count))
      }
    }
  }

  private mutating func append(_ number: UInt16, _ part: borrowing ByteView, size: Int) throws(DecodeError) {
    guard let algorithm = Algorithm(rawValue: number) else {
      throw DecodeError(offset: part.base, reason: .unexpected(field: "CompressionAlgorithm", value: UInt64(number)))
    }
    if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
    switch algorithm {
    case .none: part.prefix(size).append(to: &bytes)
    case .lznt1: bytes += try LZNT1.decompress(part, size: size)
    case .lz77: bytes += try LZ77.decompress(part, size: size)
    case .lz77Huffman: bytes += try LZ77Huffman.decompress(part, size: size)
    case .lz4: bytes += try LZ4.decompress(part, size: size)
    case .patternV1:
      // 2.2.42.2.2: the byte, three reserved ones, and how often.
      let count = min(Int(try part.u32le(at: 4)), size)
      bytes += repeatElement(try part.u8(at: 0), count: count)
    }
  }
}
