import CCompression

/// gzip (RFC 1952) through zlib.
@safe final class GzipDecoder: Decoder {
  static let name = "gzip"
  /// The largest window, and a gzip header: inflateInit2() in zlib.h.
  private static let windowBits: Int32 = 15 + 16

  // SAFETY: all zeros, as zlib asks for before inflateInit2().
  private var stream = unsafe z_stream()
  private var isBetweenMembers = true

  init() {
    // SAFETY: zlib keeps a pointer to the stream, which stays where it is as long as this object lives.
    unsafe inflateInit2_(&stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  }

  // SAFETY: the stream was initialised in init, and is ended once.
  deinit { unsafe inflateEnd(&stream) }

  func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, isLast: Bool) -> DecoderStep {
    // SAFETY: only whether it is empty is asked, or its bytes are read within its bounds.
    if unsafe input.isEmpty, isBetweenMembers {
      return DecoderStep(consumed: 0, produced: 0, state: isLast ? .ended : .going)
    }
    // Members may be padded with zeros, as on tapes.
    if isBetweenMembers, let zeros = unsafe zeros(at: input) { return zeros }
    isBetweenMembers = false
    // SAFETY: both buffers outlive the call; zlib does not write through `next_in`.
    unsafe stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    unsafe stream.avail_in = uInt(input.count)
    unsafe stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
    unsafe stream.avail_out = uInt(output.count)
    let result = unsafe inflate(&stream, Z_NO_FLUSH)
    var step = unsafe DecoderStep(
      consumed: input.count - Int(stream.avail_in), produced: output.count - Int(stream.avail_out), state: .going)
    switch result {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isBetweenMembers = true
      unsafe inflateReset(&stream)
    default:
      let why = unsafe stream.msg.map { unsafe " (\(String(cString: $0)))" } ?? ""
      step.state = .failed("damaged\(why)")
    }
    return step
  }

  private func zeros(at input: UnsafeRawBufferPointer) -> DecoderStep? {
    // SAFETY: read within its bounds.
    let count = unsafe input.prefix { $0 == 0 }.count
    return count > 0 ? DecoderStep(consumed: count, produced: 0, state: .going) : nil
  }
}
