import Packets

/// What the packets of one direction add up to, place by place in the stream: enough to show that bulk data is the same at two
/// capture points, in memory that does not grow with it.
package struct DigestCells: Sendable {
  package struct Cell: Sendable {
    /// The digests of its packets, added up.
    var digest: UInt64 = 0
    var bytes = 0
    /// The frame with which its packets begin; none before the first.
    var first = FrameStamp.none
    /// That with which they end.
    var lastFrame: UInt32 = 0
    var packets: UInt32 = 0
    /// Some of its bytes are not in a digest.
    var isBroken = false

    static func + (one: Cell, other: Cell) -> Cell {
      Cell(
        digest: one.digest &+ other.digest, bytes: one.bytes + other.bytes,
        first: one.first.number > 0 ? one.first : other.first, lastFrame: max(one.lastFrame, other.lastFrame),
        packets: one.packets &+ other.packets, isBroken: one.isBroken || other.isBroken)
    }
  }

  private enum Limit {
    /// When there are more, each covers twice as many bytes from then on.
    static let cells = 32
    /// Bytes that a cell covers at first.
    static let size = 4096
  }

  /// By their place in the stream.
  private(set) var cells: [Cell] = []
  /// Bytes that each covers.
  private(set) var size = Limit.size

  private mutating func change(_ offset: Int, _ body: (inout Cell) -> Void) {
    guard offset >= 0 else { return }
    // Sizes are powers of two, and a division takes long.
    while offset >> size.trailingZeroBitCount >= Limit.cells { double() }
    let place = offset >> size.trailingZeroBitCount
    while cells.count <= place { cells.append(Cell()) }
    body(&cells[place])
  }

  private mutating func double() {
    self = doubled
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

  /// A packet counts where it begins.
  mutating func add(_ packet: PacketMark, from first: FrameStamp, to last: FrameStamp) {
    change(packet.start) { cell in
      cell.packets &+= 1
      cell.bytes += packet.size
      if cell.first.number == 0 { cell.first = first }
      cell.lastFrame = UInt32(clamping: last.number)
      if let digest = packet.digest { cell.digest &+= digest } else { cell.isBroken = true }
    }
  }

  /// Bytes that belong to no packet that is known.
  mutating func breakOff(from start: Int, to end: Int) {
    guard end > start else { return }
    change(end - 1) { $0.isBroken = true }
    change(start) { $0.isBroken = true }
    for place in (start / size)...((end - 1) / size) where cells.indices.contains(place) { cells[place].isBroken = true }
  }
}

extension DigestCells {
  /// In little room: what is not random is hardly more than that of the cell before.
  struct Packed: Sendable {
    private let contents: [UInt8]
    private let count: Int
    private let size: Int

    init(_ cells: DigestCells) {
      var writer = NumberWriter()
      var before = Cell()
      for var cell in cells.cells {
        cell.code(&writer, after: before)
        before = cell
      }
      contents = writer.trimmed
      (count, size) = (cells.cells.count, cells.size)
    }

    var cells: DigestCells {
      var reader = NumberReader(bytes: contents)
      var cells = DigestCells()
      cells.size = size
      for _ in 0..<count {
        var cell = Cell()
        cell.code(&reader, after: cells.cells.last ?? Cell())
        cells.cells.append(cell)
      }
      return cells
    }
  }
}

extension DigestCells.Cell {
  /// Shows a coder all of it, with the cell before.
  fileprivate mutating func code(_ coder: inout some NumberCoder, after before: Self) {
    coder.code(&digest)
    coder.code(&bytes, before.bytes)
    var (number, nanoseconds, mark) = (first.number, first.time.nanoseconds, isBroken ? UInt8(1) : 0)
    coder.code(&number, Int(before.lastFrame))
    coder.code(&nanoseconds, before.first.time.nanoseconds)
    first = FrameStamp(number: number, time: Timestamp(nanoseconds: nanoseconds))
    coder.code(&lastFrame, UInt32(truncatingIfNeeded: number))
    coder.code(&packets, before.packets)
    coder.code(&mark, 0)
    isBroken = mark > 0
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
