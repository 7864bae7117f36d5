package import Packets

/// SMB2 COMPRESSION_TRANSFORM_HEADER and what it carries: MS-SMB2 2.2.42. Little-endian.
package struct SMB2CompressedMessage: Sendable {
  package enum Algorithm: UInt16, Sendable {
    case none = 0, lznt1, lz77, lz77Huffman, patternV1, lz4
  }

  package enum Limit {
    /// The largest decompressed message. Requests and answers that establish a connection are far smaller; larger
    /// messages are skipped like any payload.
    package static let size = 64 * 1024
    /// Parts of a chained message; peers use three or four.
    static let parts = 16
  }

  /// No packet holds a longer message, compressed or not: RFC 1002 4.3.1.
  private static let longestPacket = 0xff_ffff
  /// Where a part in clear begins, chained or not: behind the header, or behind that of the first part.
  static let clearStart = 16

  /// The whole message, uncompressed.
  package private(set) var bytes: [UInt8] = []
  /// In the order in which they occur, each once.
  package private(set) var algorithms: [Algorithm] = []
  private let agreement: SMB2CompressionAgreement

  /// - Parameters:
  ///   - packet: the SMB2 packet, from its protocol identifier on.
  ///   - agreement: what the peers may use.
  /// - Throws: ``DecodeError`` when it is damaged or cut, uses what was not agreed on, or announces more than the limit
  ///   or another size than it has.
  package init(_ packet: borrowing ByteView, agreement: SMB2CompressionAgreement = .unknown) throws(DecodeError) {
    self.agreement = agreement
    let announced = Self.announcedSize(packet)
    let size = Int(try packet.u32le(at: 4))
    guard announced <= Limit.size else { throw Self.unexpectedSize(packet.base, size) }
    if try Self.isChained(packet) {
      guard agreement.isChained else {
        throw DecodeError(offset: packet.base + 10, reason: .unexpected(field: "Flags", value: 1))
      }
      try readChain(packet, size: size)
    } else {
      let clear = Int(try packet.u32le(at: 12))
      bytes = try packet.view(at: Self.clearStart, count: clear).copy()
      try append(packet.u16le(at: 8), packet.view(from: Self.clearStart + clear), size: size, at: packet.base + 8)
    }
    guard bytes.count == announced else { throw Self.unexpectedSize(packet.base, size) }
  }

  /// SMB2_COMPRESSION_CHAINED_PAYLOAD_HEADER: algorithm 2, flags 2, length 4, and for compressed parts the original size 4.
  private mutating func readChain(_ packet: borrowing ByteView, size: Int) throws(DecodeError) {
    var offset = 8
    for _ in 0..<Limit.parts where offset < packet.count && bytes.count < size {
      let number = try packet.u16le(at: offset)
      let part = try packet.view(at: offset + 8, count: Int(packet.u32le(at: offset + 4)))
      let start = packet.base + offset
      offset += 8 + part.count
      switch Algorithm(rawValue: number) {
      case .none?: try append(number, part, size: part.count, room: size - bytes.count, at: start)
      // 2.2.42.2.2: the byte, three reserved ones, and how often.
      case .patternV1?: try append(number, part, size: Int(part.u32le(at: 4)), room: size - bytes.count, at: start)
      default:
        let original = Int(try part.u32le(at: 0))
        try append(number, part.view(from: 4), size: original, room: size - bytes.count, at: start)
      }
    }
  }

  private mutating func append(
    _ number: UInt16, _ part: borrowing ByteView, size: Int, room: Int = .max, at start: Int
  ) throws(DecodeError) {
    guard let algorithm = Algorithm(rawValue: number), agreement.permits(algorithm) else {
      throw DecodeError(offset: start, reason: .unexpected(field: "CompressionAlgorithm", value: UInt64(number)))
    }
    guard size <= room else {
      throw DecodeError(offset: part.base, reason: .unexpected(field: "size of the part", value: UInt64(size)))
    }
    if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
    let before = bytes.count
    switch algorithm {
    case .none: part.append(to: &bytes)
    case .lznt1: bytes += try LZNT1.decompress(part, size: size)
    case .lz77: bytes += try LZ77.decompress(part, size: size)
    case .lz77Huffman: bytes += try LZ77Huffman.decompress(part, size: size)
    case .lz4: bytes += try LZ4.decompress(part, size: size)
    case .patternV1: bytes += repeatElement(try part.u8(at: 0), count: size)
    }
    guard bytes.count - before == size else {
      throw DecodeError(
        offset: part.base, reason: .malformed("gives \(bytes.count - before) of \(size) bytes when decompressed"))
    }
  }
}

// What the header contains before the rest is there.
extension SMB2CompressedMessage {
  private static func isChained(_ packet: borrowing ByteView) throws(DecodeError) -> Bool {
    // 2.2.42.1 and 2.2.42.2 have Flags at the same place.
    try packet.u16le(at: 10) == 0x0001
  }

  /// Size of the whole message; 0 when its header is cut.
  static func announcedSize(_ packet: borrowing ByteView) -> Int {
    guard let size = try? packet.u32le(at: 4), let isChained = try? isChained(packet) else { return 0 }
    // Of a chained message it is the size of all parts, of another that of the compressed part.
    guard !isChained, let clear = try? packet.u32le(at: 12) else { return Int(size) }
    return Int(size) + Int(clear)
  }

  /// How many bytes at ``clearStart`` are not compressed.
  static func clearCount(_ packet: borrowing ByteView) -> Int {
    guard let isChained = try? isChained(packet), let count = try? packet.u32le(at: 12),
      !isChained || (try? packet.u16le(at: 8)) == Algorithm.none.rawValue
    else { return 0 }
    return Int(count)
  }

  /// An error when no peer can send what is announced.
  static func impossibleSize(_ packet: borrowing ByteView) -> DecodeError? {
    announcedSize(packet) > longestPacket ? unexpectedSize(packet.base, Int((try? packet.u32le(at: 4)) ?? 0)) : nil
  }

  private static func unexpectedSize(_ base: Int, _ size: Int) -> DecodeError {
    DecodeError(
      offset: base + 4, reason: .unexpected(field: "OriginalCompressedSegmentSize", value: UInt64(size)))
  }
}
