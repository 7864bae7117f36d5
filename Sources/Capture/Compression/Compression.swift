/// Formats that captures are compressed with, known by their first bytes.
enum Compression: CaseIterable {
  case gzip, zstd, lz4, xz

  init?(head: [UInt8]) {
    let rest = Self.behindSkippedFrames(head)
    // When nothing else is in sight: pzstd writes one before each frame.
    guard let found = Self.allCases.first(where: { $0.isAtStart(of: rest) }) ?? (rest.count < head.count ? .zstd : nil)
    else { return nil }
    self = found
  }

  /// RFC 8878 3.1.2: frames that are skipped, of zstd or of lz4.
  private static func behindSkippedFrames(_ head: [UInt8]) -> [UInt8] {
    var rest = head[...]
    while rest.count >= 8, rest[rest.startIndex] & 0xf0 == 0x50, rest.dropFirst().starts(with: [0x2a, 0x4d, 0x18]) {
      let length = rest.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(8 + length)
    }
    return Array(rest)
  }

  private func isAtStart(of head: [UInt8]) -> Bool {
    switch self {
    case .gzip: head.starts(with: [0x1f, 0x8b])  // RFC 1952 2.3.1
    case .zstd: head.starts(with: [0x28, 0xb5, 0x2f, 0xfd])  // RFC 8878 3.1.1
    case .lz4: head.starts(with: [0x04, 0x22, 0x4d, 0x18])
    case .xz: head.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
    }
  }

  func unpack(_ source: any ByteSource) -> Unpacked {
    switch self {
    case .gzip: Unpacked(source, with: GzipDecoder())
    case .zstd: Unpacked(source, with: ZstdDecoder())
    case .lz4: Unpacked(source, with: LZ4Decoder())
    case .xz: Unpacked(source, with: XZDecoder())
    }
  }
}
