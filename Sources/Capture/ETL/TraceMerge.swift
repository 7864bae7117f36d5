import Algorithms
import HeapModule
import Packets

/// The events of one processor that hold packets, in the order in which they were written.
final class TraceCursor {
  private var events: TraceEvents
  private var buffers: ArraySlice<TraceSurvey.Buffer>
  private var isOpen = false
  /// The current event.
  private(set) var event: TraceEvent?

  init(_ bytes: any RandomAccessBytes, _ buffers: ArraySlice<TraceSurvey.Buffer>, largestRead: Int) {
    events = TraceEvents(bytes, largestRead: largestRead)
    self.buffers = buffers
  }

  /// Moves to the next event with a packet; false at the end. What is damaged was noted when the trace was surveyed: the
  /// rest of such a buffer is left out.
  func next() -> Bool {
    while true {
      do throws(ReadDamage) {
        while isOpen, let next = try events.next() {
          guard next.holdsPacket else { continue }
          event = next
          return true
        }
        isOpen = false
        guard let buffer = buffers.popFirst() else { break }
        isOpen = try events.open(at: buffer.offset) != nil
      } catch {
        isOpen = false
      }
    }
    event = nil
    return false
  }

  func withBody<Result>(_ body: (borrowing ByteView) throws(DecodeError) -> Result) -> Result? { events.withBody(body) }

  /// Lends bytes of the current event, counted from its header on.
  func lend(_ range: Range<Int>, _ body: (Span<UInt8>) -> Void) { events.lend(range, body) }
}

extension TraceEvent {
  fileprivate var holdsPacket: Bool {
    guard case .event = kind else { return false }
    if provider == .packetCapture { return id == CapturedPacket.ID.fragment || id == CapturedPacket.ID.virtualSwitch }
    return provider == .pktmon && (id == MonitoredPacket.ID.packet || id == MonitoredPacket.ID.dropped)
  }
}

/// The events of all processors in the order of their times.
struct TraceMerge {
  private enum Limit {
    /// Bytes read at once, for all processors together.
    static let read = 8 << 20
    /// The same for a single processor if there are very many.
    static let leastRead = 16 * 1024
  }

  /// The processor whose next event has this time.
  private struct Turn: Comparable {
    var time: Int64
    var processor: Int

    static func < (left: Self, right: Self) -> Bool { (left.time, left.processor) < (right.time, right.processor) }
  }

  private let cursors: [TraceCursor]
  private var turns: Heap<Turn>
  private var current: Int?

  /// - Parameter buffers: by processor.
  init(_ bytes: any RandomAccessBytes, _ buffers: [TraceSurvey.Buffer], bufferSize: Int) {
    let streams = buffers.chunked { $0.processor == $1.processor }
    let largestRead = max(Limit.leastRead, min(bufferSize, Limit.read / max(1, streams.count)))
    cursors = streams.map { TraceCursor(bytes, $0, largestRead: largestRead) }
    turns = Heap()
    for (index, cursor) in cursors.enumerated() where cursor.next() { addTurn(index) }
  }

  /// The cursor at the next event; nil at the end.
  mutating func next() -> TraceCursor? {
    if let last = current, cursors[last].next() { addTurn(last) }
    current = turns.popMin()?.processor
    return current.map { cursors[$0] }
  }

  private mutating func addTurn(_ index: Int) {
    if let event = cursors[index].event { turns.insert(Turn(time: event.time, processor: index)) }
  }
}
