/// One of the two ends of a connection, in the order of ``TCPConnection/endpoints``.
package enum Side: UInt8, Sendable, Codable {
  case first, second

  package var other: Side { self == .first ? .second : .first }
}

/// In-order bytes of one direction, borrowed from the frame that brought them.
package struct StreamChunk: ~Escapable {
  package let bytes: ByteView
  /// Position of the first byte in the stream; 0 is the byte behind the SYN (or the first one seen).
  package let offset: Int
  package let side: Side
  /// The frame that brought these bytes.
  package let frame: FrameStamp

  @_lifetime(copy bytes)
  init(bytes: consuming ByteView, offset: Int, side: Side, frame: FrameStamp) {
    self.bytes = bytes
    self.offset = offset
    self.side = side
    self.frame = frame
  }

  /// Its bytes from one stream offset on, up to another.
  @_lifetime(copy self)
  package func part(from start: Int, to end: Int) -> StreamChunk {
    do {
      return StreamChunk(
        bytes: try bytes.view(at: start - offset, count: end - start).rebased(), offset: start, side: side, frame: frame)
    } catch {
      return StreamChunk(bytes: bytes.prefix(0), offset: start, side: side, frame: frame)
    }
  }
}

/// Number and time of a frame. One that may be absent is optional: ``OptionalStamp``.
@usableFromInline package struct FrameStamp: Hashable, Sendable, Codable {
  @usableFromInline package var number: Int
  @usableFromInline package var time: Timestamp

  @inlinable package init(number: Int, time: Timestamp) {
    self.number = number
    self.time = time
  }
}

/// Reads the two streams of a connection.
package protocol StreamConsumer: AnyObject {
  /// Takes in-order bytes.
  ///
  /// - Returns: how many bytes after this chunk are not needed. They pass without being stored or shown; the
  ///   next chunk then begins right behind them, and may be empty when a frame ends exactly there.
  func receive(_ chunk: borrowing StreamChunk) -> Int

  /// Bytes that were wanted and that the capture does not have. Nothing behind them may be read as
  /// their continuation.
  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp)

  /// A segment whose bytes were all there before is sent again. (A second capture of the same frame follows at once and is not
  /// reported.)
  func sentAgain(_ range: Range<Int>, side: Side, frame: FrameStamp)

  /// Whether the receiver has probably thrown this segment away, because its checksum is wrong.
  func isDamaged(_ packet: borrowing Packet, _ bytes: borrowing ByteView, frame: FrameStamp) -> Bool

  /// Segments are checked for damage in the whole stream, not only at its beginning.
  var isCheckedThroughout: Bool { get }
}

extension StreamConsumer {
  package func sentAgain(_ range: Range<Int>, side: Side, frame: FrameStamp) {}
  package func isDamaged(_ packet: borrowing Packet, _ bytes: borrowing ByteView, frame: FrameStamp) -> Bool { false }
  package var isCheckedThroughout: Bool { false }
}
