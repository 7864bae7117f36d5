import CCompression

/// Compresses bytes for a test, with the libraries that unpack them.
enum Packing: CaseIterable {
  case gzip, zstd, lz4, xz

  func pack(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 1_024)
    var count = 0
    // SAFETY: each call is told how long both arrays are.
    switch self {
    case .gzip: count = Self.gzip(bytes, into: &output)
    case .zstd: count = unsafe ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    case .lz4: count = unsafe LZ4F_compressFrame(&output, output.count, bytes, bytes.count, nil)
    case .xz:
      let result = unsafe lzma_easy_buffer_encode(
        1, LZMA_CHECK_CRC32, nil, bytes, bytes.count, &output, &count, output.count)
      precondition(result == LZMA_OK)
    }
    return Array(output.prefix(count))
  }

  private static func gzip(_ bytes: [UInt8], into output: inout [UInt8]) -> Int {
    var stream = unsafe z_stream()
    unsafe deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { unsafe deflateEnd(&stream) }
    return unsafe bytes.withUnsafeBufferPointer { input in
      unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.avail_in = uInt(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = uInt(output.count)
        let result = unsafe deflate(&stream, Z_FINISH)
        precondition(result == Z_STREAM_END)
        return unsafe output.count - Int(stream.avail_out)
      }
    }
  }
}
