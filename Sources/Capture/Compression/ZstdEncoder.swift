import CCompression

/// zstd (RFC 8878) through libzstd: one frame, with a checksum.
@safe package final class ZstdEncoder {
  private static let pieceSize = 64 * 1024

  // SAFETY: libzstd owns what this points to; it is nil if libzstd got no memory.
  private let context: OpaquePointer?
  private let output: ([UInt8]) -> Void
  /// There was no memory, or libzstd says that it cannot go on.
  package private(set) var hasFailed = false

  /// - Parameter output: takes what was packed, piece by piece.
  package init(_ output: @escaping ([UInt8]) -> Void) {
    self.output = output
    // SAFETY: libzstd returns a context or nil, which it refuses, and says so.
    unsafe context = ZSTD_createCCtx()
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    hasFailed = unsafe context == nil
  }

  // SAFETY: the context is libzstd's own or nil, and is freed once.
  deinit { _ = unsafe ZSTD_freeCCtx(context) }

  package func pack(_ bytes: [UInt8]) { step(bytes, ZSTD_e_continue) }

  /// Nothing more comes.
  package func finish() { step([], ZSTD_e_end) }

  private func step(_ bytes: [UInt8], _ directive: ZSTD_EndDirective) {
    guard !hasFailed else { return }
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    var (taken, isDone) = (0, false)
    while !isDone {
      // SAFETY: both buffers outlive the call, and libzstd gets their lengths.
      let (rest, made) = unsafe bytes.withUnsafeBytes { input in
        unsafe piece.withUnsafeMutableBytes { room in
          var from = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: taken)
          var to = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
          let rest = unsafe ZSTD_compressStream2(context, &to, &from, directive)
          taken = unsafe from.pos
          return unsafe (rest, to.pos)
        }
      }
      guard ZSTD_isError(rest) == 0 else { return hasFailed = true }
      if made > 0 { output(Array(piece[..<made])) }
      isDone = directive == ZSTD_e_end ? rest == 0 : taken == bytes.count
    }
  }
}
