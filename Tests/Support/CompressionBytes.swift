/// Algorithms of MS-SMB2 2.2.3.1.3 that take any bytes.
package let compressionAlgorithms: [UInt16] = [1, 2, 3, 5]

/// A message in a COMPRESSION_TRANSFORM_HEADER that is not chained: MS-SMB2 2.2.42.1.
package func compressionTransform(_ algorithm: UInt16, clear: [UInt8] = [], size: Int, _ data: [UInt8]) -> [UInt8] {
  ByteWriter().raw([0xfc, 0x53, 0x4d, 0x42]).u32le(UInt32(size)).u16le(algorithm).u16le(0).u32le(UInt32(clear.count))
    .raw(clear).raw(data).bytes
}

/// A chained one: 2.2.42.2. Data of compressed parts begin with their original size.
package func compressionChain(size: Int, _ parts: [(algorithm: UInt16, data: [UInt8])]) -> [UInt8] {
  var writer = ByteWriter().raw([0xfc, 0x53, 0x4d, 0x42]).u32le(UInt32(size))
  for (index, part) in parts.enumerated() {
    writer = writer.u16le(part.algorithm).u16le(index == 0 ? 1 : 0).u32le(UInt32(part.data.count)).raw(part.data)
  }
  return writer.bytes
}

/// A message in a transform that is not chained, its first bytes in clear.
package func compressed(_ message: [UInt8], _ algorithm: UInt16, clear: Int = 0) -> [UInt8] {
  let rest = Array(message.dropFirst(clear))
  return compressionTransform(
    algorithm, clear: Array(message.prefix(clear)), size: rest.count, compressedData(rest, algorithm))
}

/// A message in a chain of two: the first bytes in clear, the others compressed.
package func compressedInChain(_ message: [UInt8], _ algorithm: UInt16, clear: Int) -> [UInt8] {
  let rest = Array(message.dropFirst(clear))
  let part = [UInt8].littleEndian(UInt32(rest.count)) + compressedData(rest, algorithm)
  let parts: [(algorithm: UInt16, data: [UInt8])] = [(0, Array(message.prefix(clear))), (algorithm, part)]
  return compressionChain(size: message.count, clear > 0 ? parts : Array(parts.dropFirst()))
}

/// Bytes in the form of LZNT1 (1), LZ77 (2), LZ77 with Huffman codes (3) or LZ4 (5): literals, and runs as matches.
private func compressedData(_ bytes: [UInt8], _ algorithm: UInt16) -> [UInt8] {
  switch algorithm {
  case 1: lznt1(bytes)
  case 2: lz77(Token.all(of: bytes))
  case 3: huffman(Token.all(of: bytes))
  default: lz4(Token.all(of: bytes))
  }
}

/// Bytes in the form of plain LZ77, with runs as matches.
package func packedWithLZ77(_ bytes: [UInt8]) -> [UInt8] { compressedData(bytes, 2) }

private enum Token {
  case literal(UInt8)
  /// The last byte again, 4 to 9 times.
  case run(Int)

  static func all(of bytes: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    while index < bytes.count {
      let limit = min(9, bytes.count - index)
      let run = index == 0 ? 0 : bytes[index..<(index + limit)].prefix { $0 == bytes[index - 1] }.count
      tokens.append(run >= 4 ? .run(run) : .literal(bytes[index]))
      index += run >= 4 ? run : 1
    }
    return tokens
  }
}

private func lznt1(_ bytes: [UInt8]) -> [UInt8] {
  stride(from: 0, to: bytes.count, by: 4096).flatMap { start in
    let tokens = Token.all(of: Array(bytes[start..<min(start + 4096, bytes.count)]))
    let chunk = stride(from: 0, to: tokens.count, by: 8).flatMap { first -> [UInt8] in
      var flags: UInt8 = 0
      var data: [UInt8] = []
      for (index, token) in tokens[first..<min(first + 8, tokens.count)].enumerated() {
        switch token {
        case .literal(let byte): data.append(byte)
        case .run(let length):
          flags |= 1 << UInt8(index)
          // A distance of 1 is 0 in the upper bits, however many they are.
          data += .littleEndian(UInt16(length - 3))
        }
      }
      return [flags] + data
    }
    return [UInt8].littleEndian(UInt16(0xb000 | (chunk.count - 1))) + chunk
  }
}

private func lz77(_ tokens: [Token]) -> [UInt8] {
  stride(from: 0, to: tokens.count, by: 32).flatMap { first -> [UInt8] in
    // Flags behind the end say that it is the end.
    var flags: UInt32 = 0xffff_ffff
    var data: [UInt8] = []
    for (index, token) in tokens[first..<min(first + 32, tokens.count)].enumerated() {
      switch token {
      case .literal(let byte):
        flags &= ~(1 << UInt32(31 - index))
        data.append(byte)
      case .run(let length): data += .littleEndian(UInt16(length - 3))
      }
    }
    return .littleEndian(flags) + data
  }
}

private func huffman(_ tokens: [Token]) -> [UInt8] {
  var writer = NineBits()
  for token in tokens {
    switch token {
    case .literal(let byte): writer.literal(byte)
    case .run(let length): writer.match(distance: 1, length: length)
    }
  }
  return writer.bytes
}

private func lz4(_ tokens: [Token]) -> [UInt8] {
  var data: [UInt8] = []
  var literals: [UInt8] = []
  func count(_ value: Int) -> [UInt8] {
    value < 15 ? [] : [UInt8](repeating: 255, count: (value - 15) / 255) + [UInt8((value - 15) % 255)]
  }
  func sequence(match: Int) -> [UInt8] {
    [UInt8(min(literals.count, 15) << 4 | match)] + count(literals.count) + literals
  }
  for token in tokens {
    switch token {
    case .literal(let byte): literals.append(byte)
    case .run(let length):
      data += sequence(match: length - 4) + [1, 0]
      literals = []
    }
  }
  return data + sequence(match: 0)
}

/// A block of LZ77 with Huffman codes, in which every code has nine bits: MS-XCA 2.1.
package struct NineBits {
  package init() {}

  private var words: [UInt16] = []
  private var current: UInt32 = 0
  private var count = 0

  package mutating func literal(_ byte: UInt8) { put(UInt32(byte), 9) }

  /// - Parameter length: 3 to 17.
  package mutating func match(distance: Int, length: Int) {
    let bits = (Int.bitWidth - 1) - distance.leadingZeroBitCount
    put(UInt32(256 + bits << 4 + length - 3), 9)
    put(UInt32(distance - 1 << bits), bits)
  }

  private mutating func put(_ value: UInt32, _ bits: Int) {
    for bit in stride(from: bits - 1, through: 0, by: -1) {
      current = current << 1 | (value >> UInt32(bit) & 1)
      count += 1
      if count % 16 == 0 {
        words.append(UInt16(current & 0xffff))
        current = 0
      }
    }
  }

  package var bytes: [UInt8] {
    var all = words
    let rest = count % 16
    if rest > 0 { all.append(UInt16(current << UInt32(16 - rest) & 0xffff)) }
    // The reader holds two words from the start, and one more is read when 16 bits are used up.
    if all.count < 2 { all += Array(repeating: 0, count: 2 - all.count) }
    let table = [UInt8](repeating: 0x99, count: 256)
    return table + all.flatMap { [UInt8].littleEndian($0) } + [0, 0]
  }
}
