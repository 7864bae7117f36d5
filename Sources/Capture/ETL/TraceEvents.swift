import Packets

/// The events of buffers, one after the other.
struct TraceEvents: ~Copyable {
  private var bytes: TraceBytes
  private var current: TraceEvent?

  init(_ bytes: any RandomAccessBytes, largestRead: Int) { self.bytes = TraceBytes(bytes, largestRead: largestRead) }

  /// Moves before the first event of the buffer at this place of the file; nil at the end of the file.
  mutating func open(at offset: Int) throws(ReadDamage) -> TraceBuffer? {
    current = nil
    return try bytes.open(at: offset)
  }

  /// Moves to the next event of the buffer.
  ///
  /// - Returns: nil behind the last.
  mutating func next() throws(ReadDamage) -> TraceEvent? {
    if let current { bytes.skip(min(current.paddedSize, bytes.left)) }
    current = nil
    guard bytes.left >= TraceEvent.alignment else { return nil }
    let head = min(bytes.left, TraceEvent.largestHeader)
    try bytes.reach(head)
    let event: TraceEvent?
    do throws(DecodeError) {
      event = try bytes.lend(0..<head) { (head) throws(DecodeError) in try TraceEvent(ByteView(head)) }
    } catch {
      throw damage("is unreadable: \(error.reason)")
    }
    guard let event else { return nil }
    guard event.size <= bytes.left else { throw damage("continues after the end of its buffer") }
    try bytes.reach(min(event.paddedSize, bytes.left))
    current = event
    return event
  }

  /// Lends what is behind the header of the current event.
  ///
  /// - Returns: nil when it is damaged.
  func withBody<Result>(_ body: (borrowing ByteView) throws(DecodeError) -> Result) -> Result? {
    guard let current else { return nil }
    return try? bytes.lend(0..<current.size) { (span) throws(DecodeError) in try body(current.body(ByteView(span))) }
  }

  /// Lends a part of the current event's body.
  func lend(_ range: Range<Int>, _ body: (Span<UInt8>) -> Void) { bytes.lend(range, body) }

  private func damage(_ what: String) -> ReadDamage {
    let (byte, inBuffer) = bytes.place
    let place = byte == bytes.bufferStart ? " at byte \(inBuffer) of the uncompressed buffer" : ""
    return ReadDamage(message: "the event\(place) \(what)", byte: byte)
  }
}
