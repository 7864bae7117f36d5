import Packets

/// ``DigestCells`` while packets come: all of a connection that is open are written, but the last one, for packets come in the
/// order of their places.
struct GrowingCells {
  private var written = NumberWriter()
  /// Cells that are written.
  private var count = 0
  /// The last of them.
  private var before = DigestCells.Cell()
  /// Behind them; none before the first packet.
  private var open: DigestCells.Cell?
  private var size = DigestCells.Limit.size

  init() {}

  private init(_ all: DigestCells) {
    size = all.size
    for cell in all.cells.dropLast() { write(cell) }
    open = all.cells.last
  }

  var all: DigestCells {
    var cells = DigestCells(size: size)
    var reader = NumberReader(bytes: written.bytes)
    cells.read(count, &reader)
    if let open { cells.append(open) }
    return cells
  }

  private mutating func write(_ cell: DigestCells.Cell) {
    var cell = cell
    cell.code(&written, after: before)
    before = cell
    count += 1
  }

  private mutating func change(_ offset: Int, _ body: (inout DigestCells.Cell) -> Void) {
    guard offset >= 0 else { return }
    // Sizes are powers of two, and a division takes long.
    let place = offset >> size.trailingZeroBitCount
    guard place < DigestCells.Limit.cells, place >= count else { return rewrite { $0.change(offset, body) } }
    var cell = open ?? DigestCells.Cell()
    while count < place {
      write(cell)
      cell = DigestCells.Cell()
    }
    body(&cell)
    open = cell
  }

  private mutating func rewrite(_ body: (inout DigestCells) -> Void) {
    var all = all
    body(&all)
    self = GrowingCells(all)
  }

  /// A packet counts where it begins.
  mutating func add(_ packet: PacketMark, from first: FrameStamp, to last: FrameStamp) {
    change(packet.start) { $0.add(packet, from: first, to: last) }
  }

  /// Bytes that belong to no packet that is known.
  mutating func breakOff(from start: Int, to end: Int) {
    if end > start { rewrite { $0.breakOff(from: start, to: end) } }
  }
}
