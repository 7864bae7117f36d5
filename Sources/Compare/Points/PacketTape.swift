import Packets
import Protocols

/// Follows the NBSS packets of one direction, and digests each with all of its bytes.
///
/// It believes the headers, also where ``SMBFramer`` reads nothing behind them: a message that a device has made unreadable
/// is still in its place.
struct PacketTape {
  enum Limit {
    /// Bytes kept of a packet in which nothing could be read, without its header.
    static let head = 512
  }

  /// Where the packet in progress begins; nil while that is not known.
  private(set) var start: Int?
  /// Behind its last byte; nil until its header is there.
  private(set) var end: Int?
  /// Where packets are known again.
  private var next: Int?
  /// The first bytes of the packet, with its header.
  private(set) var head: [UInt8] = []
  /// Those of the packet before it, when that was closed with the last piece; empty when it was whole in this piece.
  private(set) var lastHead: [UInt8] = []
  private(set) var cells = GrowingCells()
  private var digest = RunningDigest()
  private var isBroken = false
  /// With which the packet in progress begins, unless the recording lacks that.
  @OptionalStamp private var first: FrameStamp?
  /// Since when packets are unknown.
  private var lostAt = 0

  init(isAligned: Bool) { start = isAligned ? 0 : nil }

  /// Where the part of a chunk ends that belongs to the packet in progress.
  mutating func reach(in chunk: borrowing StreamChunk, from position: Int) -> Int {
    let last = chunk.offset + chunk.bytes.count
    if start == nil, let next, next <= position { begin(at: next == position ? next : nil) }
    guard let start else { return min(last, max(next ?? last, position)) }
    if end == nil, position == start, let header = try? NBSSHeader(chunk.bytes.view(at: position - chunk.offset, count: NBSSHeader.length)) {
      read(header)
    }
    guard self.start != nil else { return last }
    return min(last, end ?? start + NBSSHeader.length)
  }

  private mutating func begin(at offset: Int?) {
    if let offset, start == nil { cells.breakOff(from: lostAt, to: offset) }
    (start, end, next) = (offset, nil, nil)
    digest = RunningDigest()
    isBroken = false
    if !head.isEmpty { head = [] }
  }

  private mutating func read(_ header: NBSSHeader) {
    guard let start, header.type.isKnown else { return lose() }
    end = start + NBSSHeader.length + header.payloadLength
  }

  /// Takes bytes of the packet in progress.
  mutating func add(_ piece: borrowing StreamChunk) {
    guard let start else { return }
    if piece.offset == start { first = piece.frame }
    digest.add(piece.bytes)
    // Who reads a packet that is whole in one piece has its first bytes there.
    if piece.offset == start, let end, piece.bytes.count == end - start { return }
    let room = NBSSHeader.length + Limit.head - head.count
    if head.isEmpty { head.reserveCapacity(room) }
    if room > 0 { piece.bytes.prefix(room).append(to: &head) }
    guard end == nil, head.count >= NBSSHeader.length else { return }
    if let header = try? NBSSHeader(ByteView(head.span)) { read(header) }
  }

  /// Nobody needs the last packet any more. Most connections are silent most of the time, and that room is half a kilobyte.
  mutating func forgetLast() {
    if !lastHead.isEmpty { lastHead = [] }
  }

  /// The packet in progress ends here: it is over.
  mutating func close(at position: Int, frame: FrameStamp) -> PacketMark? {
    guard let start, position == end else { return nil }
    let mark = PacketMark(start: start, size: position - start, digest: isBroken ? nil : digest.value & Digest.ofPacket)
    cells.add(mark, from: first, to: frame)
    swap(&head, &lastHead)
    begin(at: position)
    return mark
  }

  /// What the framer believes: it looks at more than the headers.
  ///
  /// - Returns: it is not what this believed.
  mutating func align(to boundary: Int, at position: Int) -> Bool {
    if let end, boundary == end { return false }
    if end == nil, boundary == start { return false }
    guard start != nil || next != boundary else { return false }
    lose()
    if boundary >= position { next = boundary }
    return true
  }

  private mutating func lose() {
    if let start { lostAt = start }
    (start, end, next) = (nil, nil, nil)
  }

  /// Bytes that the capture lacks.
  ///
  /// - Returns: the packet in progress ends in it.
  mutating func miss(_ count: Int, at offset: Int) -> Bool {
    if start != nil, let end, offset + count <= end {
      isBroken = true
      return false
    }
    lose()
    return true
  }

  /// Little is expected to come.
  ///
  /// - Parameter other: sums of the same stream in another recording.
  mutating func rest(beside other: DigestCells.Packed?) {
    cells.rest(beside: other)
  }

  mutating func finish(at position: Int) {
    if let start { cells.breakOff(from: start, to: position) } else { cells.breakOff(from: lostAt, to: position) }
  }
}
