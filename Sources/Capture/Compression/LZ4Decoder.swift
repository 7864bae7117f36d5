import CCompression

/// The LZ4 frame format through liblz4.
@safe final class LZ4Decoder: Decoder {
  static let name = "lz4"

  private var context: OpaquePointer?
  private var isBetweenFrames = true

  // SAFETY: liblz4 writes one pointer, or leaves nil when there is no memory, which each of its functions accepts.
  init() { _ = unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION)) }

  // SAFETY: the context is liblz4's own or nil, and is freed once.
  deinit { _ = unsafe LZ4F_freeDecompressionContext(context) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> DecoderStep {
    // SAFETY: only whether it is empty is asked.
    if unsafe input.isEmpty, isBetweenFrames {
      return DecoderStep(consumed: 0, produced: 0, state: isLast ? .ended : .going)
    }
    var (consumed, produced) = (input.count, output.count)
    // SAFETY: both buffers outlive the call, and liblz4 gets their lengths.
    let result = unsafe LZ4F_decompress(context, output.baseAddress, &produced, input.baseAddress, &consumed, nil)
    var step = DecoderStep(consumed: consumed, produced: produced, state: .going)
    if LZ4F_isError(result) != 0 {
      step.state = .failed("damaged (\(unsafe String(cString: LZ4F_getErrorName(result))))")
    } else {
      isBetweenFrames = result == 0
    }
    return step
  }
}
