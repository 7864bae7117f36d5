import Packets

/// The header of a buffer in an event trace of Windows (`WMI_BUFFER_HEADER`), 72 bytes, little-endian.
///
/// A trace has no header of its own: buffers follow each other up to the end of the file, each of one processor.
struct TraceBuffer {
  enum Limit {
    /// The largest buffer of Windows, also when uncompressed.
    static let size = 16 << 20
  }

  static let headerSize = 72

  /// Bytes in the file, with the header.
  var size: Int
  /// Where the last event ends, counted from the header on, in the unpacked buffer.
  var filled: Int
  var processor: UInt16
  /// Rises in the buffers of one processor.
  var sequence: UInt64
  var isCompressed: Bool
  var isFirst: Bool
  /// How buffers are compressed; only the first one says so.
  var compressionMethod: UInt16

  /// BufferSize 4 at 0, SequenceNumber 8 at 24, ProcessorIndex 2 at 40, State 4 at 44, Offset 4 at 48, BufferFlag 2 at 52,
  /// BufferType 2 at 54. SavedOffset at 4 is too small in some first buffers.
  init(_ header: borrowing ByteView) throws(DecodeError) {
    size = Int(try header.u32le(at: 0))
    sequence = try header.u64le(at: 24)
    processor = try header.u16le(at: 40)
    compressionMethod = try header.u16le(at: 44)
    filled = Int(try header.u32le(at: 48))
    isCompressed = try header.u16le(at: 52) & 0x40 != 0
    isFirst = try header.u16le(at: 54) == 4
    guard size >= Self.headerSize, size <= Limit.size else {
      throw DecodeError(offset: 0, reason: .malformed("its stated length is \(size) bytes"))
    }
    guard filled <= (isCompressed ? Limit.size : size) else {
      throw DecodeError(offset: 48, reason: .malformed("its events supposedly end at byte \(filled)"))
    }
  }
}
