import Packets

/// The bytes of one buffer behind its header up to the end of its events, unpacked where they are packed.
struct TraceBytes: ~Copyable {
  private let cursor: Cursor
  private var window: ByteWindow
  private var unpacked = LZ77Stream()
  private var isPacked = false
  /// Bytes of the buffer in the file that were not read yet; of a packed one those that were not unpacked.
  private var packedLeft = 0
  /// Bytes up to the end of the events.
  private(set) var left = 0
  /// Where the buffer begins in the file.
  private(set) var bufferStart = 0
  /// Where in the unpacked buffer the next byte lies.
  private var position = 0

  /// - Parameter largestRead: bytes that are read at once.
  init(_ bytes: any RandomAccessBytes, largestRead: Int) {
    cursor = Cursor(bytes)
    window = ByteWindow(cursor, largestRead: largestRead)
  }

  /// Moves to the buffer that begins at a place of the file, and reads its header; nil at the end of the file.
  mutating func open(at offset: Int) throws(ReadDamage) -> TraceBuffer? {
    // Buffers usually follow each other.
    window.move(to: offset, of: cursor)
    bufferStart = offset
    left = 0
    if !window.reach(1), window.failure == nil { return nil }
    let buffer = try window.decode("buffer", TraceBuffer.headerSize) { (bytes) throws(DecodeError) in try TraceBuffer(bytes) }
    _ = window.skip(TraceBuffer.headerSize)
    position = TraceBuffer.headerSize
    left = max(0, buffer.filled - TraceBuffer.headerSize)
    isPacked = buffer.isCompressed
    packedLeft = buffer.size - TraceBuffer.headerSize
    if isPacked { unpacked.restart(size: left) }
    return buffer
  }

  /// Where the next byte lies, for a message about damage: in the file, and where it was packed also in what came out.
  var place: (byte: Int, inBuffer: Int) { (isPacked ? bufferStart : window.position, position) }

  /// Makes sure that `count` bytes can be lent; they lie before the end of the events.
  mutating func reach(_ count: Int) throws(ReadDamage) {
    guard isPacked else {
      guard window.reach(count) else { throw window.truncation(of: "buffer") }
      return
    }
    while unpacked.count < count { try unpack(count) }
  }

  func lend<Result, Failure>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    isPacked ? try unpacked.lend(range, body) : try window.lend(range, body)
  }

  /// Passes bytes that were reached.
  mutating func skip(_ count: Int) {
    left -= count
    position += count
    if isPacked { unpacked.skip(count) } else { _ = window.skip(count) }
  }

  /// A token has at most so many bytes.
  private static let leastInput = 16

  private mutating func unpack(_ count: Int) throws(ReadDamage) {
    let needed = min(packedLeft, Self.leastInput)
    guard window.reach(needed) else { throw window.truncation(of: "buffer", at: window.position + window.count) }
    let available = min(packedLeft, window.count)
    let isLast = available == packedLeft
    let (before, position) = (unpacked.count, window.position)
    var taken = 0
    do throws(DecodeError) {
      taken = try window.lend(0..<available) { (input) throws(DecodeError) in
        try unpacked.unpack(count, ByteView(input), isLast: isLast)
      }
    } catch {
      throw ReadDamage(message: "its compressed data is unreadable: \(error.reason)", byte: position)
    }
    packedLeft -= taken
    _ = window.skip(taken)
    guard taken > 0 || unpacked.count > before else {
      throw ReadDamage(message: "its compressed data ends early", byte: position)
    }
  }
}
