import Packets
import Transcripts

/// Follows the connections of a recording a second time, with all of their bytes: the diagnosis passes over most of them, and
/// what it says of losses and cuts is about the others.
final class PointFollower: SegmentObserver {
  private var table: ConnectionTable
  private let observer: PointObserver

  init(_ options: Tracker.Options, beside known: KnownConnections?) {
    observer = PointObserver(ports: options.ports, beside: known)
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
    connections.sort { $0.firstFrame.number < $1.firstFrame.number }
    let templates = templates.templates
    for place in connections.indices { connections[place].templates = templates }
    return connections
  }
}
