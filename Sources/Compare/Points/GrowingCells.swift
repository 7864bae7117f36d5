import Packets

/// ``DigestCells`` while packets come: all of a connection that is open are written, but the last one, for packets come in the
/// order of their places.
struct GrowingCells {
  private var written = NumberWriter()
  /// Cells that are written.
  private var count = 0
  /// The last of them; none before the first.
  private var before: [DigestCells.Cell] = []
  /// Behind them.
  private var open = DigestCells.Cell()
  private var isOpen = false
  private var size = DigestCells.Limit.size
  /// All of these, of a connection that is over and waits for late packets; none or one.
  private var resting: [DigestCells.Packed] = []

  init() {}

  private init(_ all: DigestCells) {
    size = all.size
    guard let last = all.cells.last else { return }
    for cell in all.cells.dropLast() { write(cell) }
    (open, isOpen) = (last, true)
  }

  private var all: DigestCells {
    var cells = DigestCells(size: size)
    var reader = NumberReader(bytes: written.bytes)
    cells.read(count, &reader)
    if isOpen { cells.append(open) }
    return cells
  }

  /// - Parameter other: those of the same stream in another recording.
  func packed(beside other: DigestCells.Packed?) -> DigestCells.Packed { resting.first ?? DigestCells.Packed(all, beside: other) }

  /// Little is expected to come.
  mutating func rest(beside other: DigestCells.Packed?) {
    guard resting.isEmpty, isOpen else { return }
    let packed = packed(beside: other)
    self = GrowingCells()
    resting = [packed]
  }

  private mutating func write(_ cell: DigestCells.Cell) {
    var cell = cell
    cell.code(&written, after: before.last ?? DigestCells.Cell())
    before = [cell]
    count += 1
  }

  private mutating func change(_ offset: Int, _ body: (inout DigestCells.Cell) -> Void) {
    guard offset >= 0 else { return }
    // Sizes are powers of two, and a division takes long.
    let place = offset >> size.trailingZeroBitCount
    guard place < DigestCells.Limit.cells, place >= count, resting.isEmpty else { return rewrite { $0.change(offset, body) } }
    while count < place {
      write(open)
      open = DigestCells.Cell()
    }
    body(&open)
    isOpen = true
  }

  private mutating func rewrite(_ body: (inout DigestCells) -> Void) {
    var all = resting.first?.cells ?? all
    body(&all)
    self = GrowingCells(all)
  }

  /// A packet counts where it begins.
  mutating func add(_ packet: PacketMark, from first: FrameStamp?, to last: FrameStamp) {
    change(packet.start) { $0.add(packet, from: first, to: last) }
  }

  /// Bytes that belong to no packet that is known.
  mutating func breakOff(from start: Int, to end: Int) {
    if end > start { rewrite { $0.breakOff(from: start, to: end) } }
  }
}
