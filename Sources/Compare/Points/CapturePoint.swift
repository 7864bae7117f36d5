package import Diagnosis
package import Packets
package import Proof
import Transcripts

/// One recording of an incident, made somewhere between its client and its server.
package struct CapturePoint: Sendable {
  /// As the user names it.
  package var name: String
  /// What the recording says by itself.
  package var diagnosis: Diagnosis
  /// In the order in which they began.
  package var connections: [PointConnection]
  package var frames: Int
  package var first: Timestamp
  package var last: Timestamp
  /// Times that less was kept for the comparison than there is.
  package var limitsReached: Int
  /// The recorder says itself that it lost packets.
  package var hasLostPackets: Bool

  package var span: TimeSpan { last.since(first) }

  /// The recorder says so, or bytes are missing that the other host confirmed.
  var losesPackets: Bool {
    hasLostPackets || connections.contains { one in
      [one.clientStream, one.serverStream].contains { $0.missing > 0 || $0.confirmed > $0.end + 1 }
    }
  }
}

/// Reads one recording: for its own diagnosis, and for the comparison with others.
package struct PointReader {
  private var analysis: Analysis
  private var table: ConnectionTable
  private var fragments = FragmentTable()
  private let observer: PointObserver
  private let name: String
  private var frames = 0
  private var first: Timestamp?
  private var last = Timestamp(nanoseconds: 0)

  package init(name: String, _ options: Analysis.Options = Analysis.Options()) {
    self.name = name
    analysis = Analysis(options)
    observer = PointObserver(ports: options.tracking.ports)
    table = ConnectionTable(observer: observer, maximumConnections: options.tracking.maximumConnections)
  }

  /// What became of the keys; nil without any.
  package var keyUse: KeyUse? { analysis.keyUse }

  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    analysis.accept(frame, bytes)
    frames += 1
    if first.map({ frame.time < $0 }) ?? true { first = frame.time }
    if last < frame.time { last = frame.time }
    if !Packet.forEachPart(of: bytes, frame: frame, { accept(part: $0, $1) }) { accept(part: frame, bytes) }
  }

  private mutating func accept(part frame: Frame, _ bytes: borrowing ByteView) {
    do throws(DecodeError) {
      switch try Packet.read(bytes, frame: frame) {
      case .packet(let packet): accept(packet, frame.stamp, bytes)
      case .fragment(let offset): try accept(fragment: bytes.view(from: offset), frame)
      default: break
      }
    } catch {
      // The diagnosis counts what cannot be read.
    }
  }

  private mutating func accept(_ packet: borrowing Packet, _ stamp: FrameStamp, _ bytes: borrowing ByteView) {
    guard case .tcp(let header) = packet.transport else { return }
    if header.flags.contains(.syn) { observer.record(packet, header, frame: stamp.number, bytes) }
    table.accept(packet, header: header, frame: stamp, bytes: bytes)
  }

  /// The last fragment of an IP packet brings the whole of it.
  private mutating func accept(fragment: borrowing ByteView, _ frame: Frame) throws(DecodeError) {
    guard let whole = fragments.take(fragment, time: frame.time) else { return }
    let bytes = ByteView(whole.span)
    let inner = Frame(number: frame.number, time: frame.time, originalLength: whole.count, linkType: .rawIP)
    if case .packet(let packet) = try Packet.read(bytes, frame: inner) { accept(packet, frame.stamp, bytes) }
  }

  /// The recording is over. Can be asked once.
  package mutating func finish(_ source: CaptureSource = CaptureSource()) -> CapturePoint {
    table.finish()
    // Out of the observer, so that the list is not copied when it is sorted.
    var connections: [PointConnection] = []
    swap(&connections, &observer.connections)
    connections.sort { $0.firstFrame.number < $1.firstFrame.number }
    let templates = observer.templates
    for place in connections.indices { connections[place].templates = templates }
    var diagnosis = analysis.finish(source)
    diagnosis.keepWhatWasFound()
    return CapturePoint(
      name: name, diagnosis: diagnosis, connections: connections, frames: frames,
      first: first ?? last, last: last, limitsReached: observer.limitsReached,
      hasLostPackets: source.lostPackets.contains { $0.count > 0 })
  }
}
