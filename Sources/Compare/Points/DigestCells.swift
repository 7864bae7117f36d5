import Packets

/// What the packets of one direction add up to, place by place in the stream: enough to show that bulk data is the same at two
/// capture points, in memory that does not grow with it.
package struct DigestCells: Sendable {
  package struct Cell: Sendable {
    /// The digests of its packets, added up.
    var digest: UInt64 = 0
    var bytes = 0
    /// The frame with which its packets begin; none before the first.
    @OptionalStamp var first: FrameStamp? = nil
    /// That with which they end.
    var lastFrame: UInt32 = 0
    var packets: UInt32 = 0
    /// Some of its bytes are not in a digest.
    var isBroken = false

    mutating func add(_ packet: PacketMark, from first: FrameStamp?, to last: FrameStamp) {
      packets &+= 1
      bytes += packet.size
      if self.first == nil { self.first = first }
      lastFrame = UInt32(clamping: last.number)
      if let digest = packet.digest { self.digest = (self.digest &+ digest) & Digest.ofPacket } else { isBroken = true }
    }

    static func + (one: Cell, other: Cell) -> Cell {
      Cell(
        digest: (one.digest &+ other.digest) & Digest.ofPacket, bytes: one.bytes + other.bytes,
        first: one.first ?? other.first, lastFrame: max(one.lastFrame, other.lastFrame),
        packets: one.packets &+ other.packets, isBroken: one.isBroken || other.isBroken)
    }
  }

  enum Limit {
    /// When there are more, each covers twice as many bytes from then on.
    static let cells = 32
    /// Bytes that a cell covers at first.
    static let size = 4096
  }

  /// By their place in the stream.
  private(set) var cells: [Cell] = []
  /// Bytes that each covers.
  private(set) var size = Limit.size

  init(size: Int = Limit.size) { self.size = size }

  mutating func append(_ cell: Cell) { cells.append(cell) }

  mutating func change(_ offset: Int, _ body: (inout Cell) -> Void) {
    guard offset >= 0 else { return }
    while offset >> size.trailingZeroBitCount >= Limit.cells { self = doubled }
    let place = offset >> size.trailingZeroBitCount
    while cells.count <= place { cells.append(Cell()) }
    body(&cells[place])
  }

  private var doubled: DigestCells {
    var doubled = self
    doubled.size *= 2
    doubled.cells = stride(from: 0, to: cells.count, by: 2).map { place in
      place + 1 < cells.count ? cells[place] + cells[place + 1] : cells[place]
    }
    return doubled
  }

  /// With cells as large as this.
  func with(size wanted: Int) -> DigestCells {
    var changed = self
    while changed.size < wanted { changed = changed.doubled }
    return changed
  }

  mutating func breakOff(from start: Int, to end: Int) {
    guard end > start else { return }
    change(end - 1) { $0.isBroken = true }
    change(start) { $0.isBroken = true }
    for place in (start / size)...((end - 1) / size) where cells.indices.contains(place) { cells[place].isBroken = true }
  }

  /// - Parameter other: those of the other recording.
  mutating func read(_ count: Int, _ reader: inout NumberReader, beside other: [Cell] = []) {
    for place in 0..<count {
      var cell = Cell()
      cell.code(&reader, after: cells.last ?? Cell(), beside: other.beside(place))
      cells.append(cell)
    }
  }
}

extension [DigestCells.Cell] {
  /// That at a place, with the one before it.
  fileprivate func beside(_ place: Int) -> (like: DigestCells.Cell, behind: DigestCells.Cell)? {
    indices.contains(place) ? (self[place], place > 0 ? self[place - 1] : DigestCells.Cell()) : nil
  }
}

extension DigestCells {
  /// In little room: what is not random is hardly more than that of the cell before, or that of the other recording.
  struct Packed: Sendable {
    let contents: [UInt8]
    /// Of the same connection in another recording, which is not based on others itself; none or one.
    private let base: [UInt8]
    private let count: UInt8
    private let baseCount: UInt8
    private let sizeBits: UInt8

    init(_ cells: DigestCells, beside other: Packed? = nil) {
      let other = other.flatMap { $0.baseCount == 0 && $0.count > 0 && $0.size == cells.size ? $0 : nil }
      let others = other?.cells.cells ?? []
      var writer = NumberWriter()
      var before = Cell()
      for (place, var cell) in cells.cells.enumerated() {
        cell.code(&writer, after: before, beside: others.beside(place))
        before = cell
      }
      contents = writer.trimmed
      count = UInt8(clamping: cells.cells.count)
      sizeBits = UInt8(cells.size.trailingZeroBitCount)
      (base, baseCount) = (other?.contents ?? [], other?.count ?? 0)
    }

    private var size: Int { 1 << Int(sizeBits) }

    var cells: DigestCells {
      var others = DigestCells(size: size)
      if baseCount > 0 {
        var reader = NumberReader(bytes: base)
        others.read(Int(baseCount), &reader)
      }
      var cells = DigestCells(size: size)
      var reader = NumberReader(bytes: contents)
      cells.read(Int(count), &reader, beside: others.cells)
      return cells
    }
  }
}

extension DigestCells.Cell {
  /// How a cell is written.
  private struct Shape: OptionSet {
    var rawValue: UInt8
    /// The other recording has the same packets in it.
    static let isBeside = Self(rawValue: 1)
    static let isBroken = Self(rawValue: 2)
  }

  /// Shows a coder all of it, with the cell before, and those of the other recording.
  mutating func code(_ coder: inout some NumberCoder, after before: Self, beside other: (like: Self, behind: Self)? = nil) {
    var shape: Shape = isBroken ? .isBroken : []
    if let other, other.like.hasSamePackets(as: self) { shape.insert(.isBeside) }
    coder.code(byte: &shape.rawValue)
    guard shape.contains(.isBeside), let other else {
      isBroken = shape.contains(.isBroken)
      coder.code(&digest, bytes: Digest.bytesOfPacket)
      coder.code(&bytes, before.bytes)
      coder.code(&packets, before.packets)
      return code(&coder, number: Int(before.lastFrame), nanoseconds: before.start.nanoseconds, length: 0)
    }
    let like = other.like
    (digest, bytes, packets, isBroken) = (like.digest, like.bytes, like.packets, like.isBroken)
    code(
      &coder, number: before.start.number &+ like.start.number &- other.behind.start.number,
      nanoseconds: before.start.nanoseconds &+ like.start.nanoseconds &- other.behind.start.nanoseconds,
      length: like.lastFrame &- UInt32(truncatingIfNeeded: like.start.number))
  }

  /// ``first`` as it is written: zeros of none.
  private var start: (number: Int, nanoseconds: Int64) { first.map { ($0.number, $0.time.nanoseconds) } ?? (0, 0) }

  private func hasSamePackets(as other: Self) -> Bool {
    digest == other.digest && bytes == other.bytes && packets == other.packets && isBroken == other.isBroken
  }

  /// - Parameter length: frames from the first to the last, as expected.
  private mutating func code(_ coder: inout some NumberCoder, number: Int, nanoseconds: Int64, length: UInt32) {
    var (own, time) = start
    coder.code(&own, number)
    coder.code(&time, nanoseconds)
    first = FrameStamp(number: own, time: Timestamp(nanoseconds: time))
    coder.code(&lastFrame, UInt32(truncatingIfNeeded: own) &+ length)
  }
}

/// One NBSS packet (RFC 1002 4.3.1) in its stream.
package struct PacketMark: Sendable, Equatable {
  /// The offset of its first byte.
  package var start: Int
  /// With its header.
  package var size: Int
  /// Of all its bytes; nil when the recording lacks some.
  package var digest: UInt64?
}
