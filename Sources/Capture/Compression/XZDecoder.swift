import CCompression

/// The .xz format through liblzma.
@safe final class XZDecoder: Decoder {
  static let name = "xz"
  /// Twice what `xz -9` needs to unpack.
  private static let memoryLimit: UInt64 = 128 << 20

  /// LZMA_CONCATENATED in lzma/container.h.
  private static let isConcatenated: UInt32 = 0x08

  // SAFETY: all zeros, which is LZMA_STREAM_INIT.
  private var stream = unsafe lzma_stream()

  init() {
    // SAFETY: liblzma works on the stream, which stays where it is as long as this object lives.
    _ = unsafe lzma_stream_decoder(&stream, Self.memoryLimit, Self.isConcatenated)
  }

  // SAFETY: the stream was initialised in init, and is ended once.
  deinit { unsafe lzma_end(&stream) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> DecoderStep {
    // SAFETY: both buffers outlive the call.
    unsafe stream.next_in = input.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.avail_in = input.count
    unsafe stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.avail_out = output.count
    let result = unsafe lzma_code(&stream, isLast ? LZMA_FINISH : LZMA_RUN)
    let state: DecoderStep.State =
      switch result {
      case LZMA_OK, LZMA_BUF_ERROR: .going
      case LZMA_STREAM_END: .ended
      case LZMA_MEMLIMIT_ERROR: .failed("packed with a dictionary of more than 128 MiB")
      default: .failed("damaged")
      }
    return unsafe DecoderStep(
      consumed: input.count - stream.avail_in, produced: output.count - stream.avail_out, state: state)
  }
}
