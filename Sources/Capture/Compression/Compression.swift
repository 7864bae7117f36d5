/// Formats that captures are compressed with, known by their first bytes.
enum Compression: CaseIterable {
  case gzip, zstd, lz4, xz

  init?(head: [UInt8]) {
    guard let found = Self.allCases.first(where: { $0.isAtStart(of: head) }) else { return nil }
    self = found
  }

  private func isAtStart(of head: [UInt8]) -> Bool {
    switch self {
    case .gzip: head.starts(with: [0x1f, 0x8b])  // RFC 1952 2.3.1
    // RFC 8878 3.1.1 and, as pzstd writes it before each frame, 3.1.2: a frame that is skipped.
    case .zstd: head.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) || head.dropFirst().starts(with: [0x2a, 0x4d, 0x18]) && head[0] & 0xf0 == 0x50
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
