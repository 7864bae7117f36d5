import Packets
import Protocols

/// One direction of a connection: every byte goes into the digests of its packets, and what the framer wants becomes messages.
struct MessageLane {
  enum Limit {
    /// Bytes without a message, after which a stream is given up.
    static let searched = 1 << 20
  }

  private static let everything = 1 << 60

  private let side: Side
  private var framer: SMBFramer
  private var tape: PacketTape
  /// Up to here the framer wants nothing.
  private var passUntil = 0
  /// Behind the last byte that was read.
  private(set) var position = 0
  /// Frames of damaged segments that were read.
  private(set) var damaged: [UInt32] = []

  init(_ side: Side, isAligned: Bool) {
    self.side = side
    framer = SMBFramer(side: side, isAligned: isAligned)
    tape = PacketTape(isAligned: isAligned)
  }

  /// - Parameter other: those of the same stream in another recording.
  func cells(beside other: DigestCells.Packed?) -> DigestCells.Packed { tape.cells.packed(beside: other) }

  /// Little is expected to come.
  mutating func rest(beside other: DigestCells.Packed?) { tape.rest(beside: other) }

  /// Every byte is wanted, for the digests; the framer gets only what it wants, packet by packet.
  ///
  /// - Parameter isDamaged: the segment has a wrong checksum, and no good copy of it was recorded.
  mutating func receive(_ chunk: borrowing StreamChunk, isDamaged: Bool, _ collector: MessageCollector) -> Int {
    if isDamaged, damaged.count < Oddities.remembered { damaged.append(UInt32(clamping: chunk.frame.number)) }
    let chunkEnd = chunk.offset + chunk.bytes.count
    collector.begin(chunkEnd: chunkEnd)
    var position = chunk.offset
    var hasClosed = false
    repeat {
      let from = position
      position = max(tape.reach(in: chunk, from: from), from)
      // A packet that ended in a hole is closed first; then something has to be taken.
      if position == from, hasClosed { position = chunkEnd }
      hasClosed = position == from
      read(chunk.part(from: from, to: position), to: position, collector)
    } while position < chunkEnd
    return framer.searchedByteCount > Limit.searched ? Self.everything : 0
  }

  private mutating func read(_ piece: borrowing StreamChunk, to position: Int, _ collector: MessageCollector) {
    tape.add(piece)
    self.position = position
    var boundary: Int?
    if position >= passUntil {
      passUntil = position + framer.receive(piece.part(from: max(piece.offset, passUntil), to: position), sink: collector)
      boundary = framer.boundary
    }
    if let mark = tape.close(at: position, frame: piece.frame) {
      collector.close(mark, piece, head: tape.lastHead)
      tape.forgetLast()
    }
    if let boundary, tape.align(to: boundary, at: position) { return collector.flush(side, nil) }
    // What was read while packets are unknown belongs to none that comes later.
    if tape.start == nil { collector.flush(side, nil) }
  }

  mutating func missed(_ count: Int, at offset: Int, frame: FrameStamp, _ collector: MessageCollector) {
    collector.begin(chunkEnd: offset)
    position = max(position, offset + count)
    let start = max(offset, passUntil)
    let rest = offset + count - start
    if rest > 0 { framer.missed(rest, at: start, frame: frame, sink: collector) }
    if tape.miss(count, at: offset) { collector.flush(side, nil) }
  }

  mutating func finish(_ frame: FrameStamp, _ collector: MessageCollector) {
    framer.finish(frame, sink: collector)
    collector.flush(side, nil)
    tape.finish(at: position)
  }
}
