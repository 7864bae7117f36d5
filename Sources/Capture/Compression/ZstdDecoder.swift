import CCompression

/// Zstandard (RFC 8878) through libzstd.
@safe final class ZstdDecoder: Decoder {
  static let name = "zstd"
  /// 128 MiB, the default limit of `zstd -d`.
  private static let maximumWindowLog: Int32 = 27

  private let context: OpaquePointer?
  private var isBetweenFrames = true

  init() {
    // SAFETY: the context is libzstd's own, or nil when there is no memory; this object alone has it.
    unsafe context = ZSTD_createDCtx()
    _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog)
  }

  // SAFETY: the context is libzstd's own or nil, and is freed once.
  deinit { unsafe ZSTD_freeDCtx(context) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> DecoderStep {
    // SAFETY: only whether it is empty is asked.
    if unsafe input.isEmpty, isBetweenFrames {
      return DecoderStep(consumed: 0, produced: 0, state: isLast ? .ended : .going)
    }
    // SAFETY: both buffers outlive the call.
    var from = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var to = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &to, &from)
    var step = unsafe DecoderStep(consumed: from.pos, produced: to.pos, state: .going)
    if ZSTD_isError(result) != 0 {
      step.state = .failed("damaged (\(unsafe String(cString: ZSTD_getErrorName(result)).lowercased()))")
    } else {
      isBetweenFrames = result == 0
    }
    return step
  }
}
