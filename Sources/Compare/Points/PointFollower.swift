import Packets
import Transcripts

/// Follows the connections of a recording a second time, with all of their bytes: the diagnosis passes over most of them, and
/// what it says of losses and cuts is about the others.
final class PointFollower: SegmentObserver {
  private var table: ConnectionTable
  private let observer: PointObserver

  init(_ options: Tracker.Options, _ memory: PointMemory) {
    observer = PointObserver(ports: options.ports, memory)
    table = ConnectionTable(observer: observer, maximumConnections: options.maximumConnections)
  }

  var templates: MessageTemplates { observer.templates }

  /// Times that a limit was reached.
  var limitsReached: Int { observer.limitsReached }

  func observe(
    _ packet: borrowing Packet, _ header: TCPHeader, _ stamp: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool
  ) {
    observer.recordOddities(of: packet, stamp, bytes, isOfFragments: isOfFragments)
    if header.flags.contains(.syn) { observer.record(packet, header, frame: stamp.number, bytes) }
    table.accept(packet, header: header, frame: stamp, bytes: bytes)
  }

  /// The recording is over.
  ///
  /// - Returns: its connections, in the order in which they began.
  func finish() -> [PointConnection] {
    table.finish()
    // Out of the observer, so that the list is not copied when it is sorted.
    var connections: [PointConnection] = []
    swap(&connections, &observer.connections)
    connections.order { $0.firstFrame.number }
    let templates = templates.templates
    for place in connections.indices { connections[place].templates = templates }
    return connections
  }
}

extension [PointConnection] {
  /// Sorts them where they are: to move them to another place would take their room twice.
  fileprivate mutating func order(by number: (PointConnection) -> Int) {
    // Where each one comes from.
    var sources = indices.map { (number: number(self[$0]), place: UInt32($0)) }
    sources.sort { $0 < $1 }
    for start in sources.indices {
      var place = start
      while Int(sources[place].place) != start {
        let source = Int(sources[place].place)
        swapAt(place, source)
        sources[place].place = UInt32(place)
        place = source
      }
      sources[place].place = UInt32(place)
    }
  }
}
