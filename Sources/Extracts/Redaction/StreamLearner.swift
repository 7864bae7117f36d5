import Packets

/// Collects the redacted bytes of the TCP connections of a recording.
final class StreamLearner: ConnectionObserver {
  /// The redacted bytes of one connection.
  final class Stream {
    let frames: ClosedRange<Int>
    private let bases: [UInt32]
    private let parts: [[StreamRedaction.Part]]
    /// Stream offsets reached by each side: sequence numbers wrap around.
    fileprivate var positions = [0, 0]

    init(_ connection: TCPConnection, _ redaction: StreamRedaction) {
      frames = connection.firstFrame.number...max(connection.firstFrame.number, connection.lastFrame.number)
      bases = [Side.first, .second].map { connection.state.firstSequenceNumber(of: $0) }
      parts = [Side.first, .second].map { redaction.parts(of: $0) }
    }

    /// What may be written of a segment.
    func bytes(from side: Side, sequenceNumber: UInt32, count: Int) -> [UInt8] {
      let index = Int(side.rawValue)
      let expected = bases[index] &+ UInt32(truncatingIfNeeded: positions[index])
      let start = positions[index] + Int(Int32(bitPattern: sequenceNumber &- expected))
      positions[index] = max(positions[index], start)
      var bytes = [UInt8](repeating: 0, count: count)
      let parts = parts[index]
      // The last part that begins before the segment may reach into it.
      var (low, high) = (0, parts.count)
      while low < high {
        let middle = (low + high) / 2
        if parts[middle].offset + parts[middle].bytes.count > start { high = middle } else { low = middle + 1 }
      }
      for part in parts[low...].prefix(while: { $0.offset < start + count }) {
        let shared = max(start, part.offset)..<min(start + count, part.offset + part.bytes.count)
        for offset in shared { bytes[offset - start] = part.bytes[offset - part.offset] }
      }
      return bytes
    }
  }

  private let ports: ServicePorts
  private let pseudonyms: Pseudonyms
  let memory = RedactionMemory()
  private var streams: [Flow: [Stream]] = [:]

  init(ports: ServicePorts, pseudonyms: Pseudonyms) {
    self.ports = ports
    self.pseudonyms = pseudonyms
  }

  /// The recording is gone through once more.
  func rewind() { for stream in streams.values.joined() { stream.positions = [0, 0] } }

  /// The connection of a flow to which a frame belongs: of those that used the same ports one after the other, the first
  /// that goes on to it.
  func stream(of flow: Flow, at frame: Int) -> Stream? {
    guard let streams = streams[flow] else { return nil }
    var (low, high) = (0, streams.count)
    while low < high {
      let middle = (low + high) / 2
      if streams[middle].frames.upperBound < frame { low = middle + 1 } else { high = middle }
    }
    return low < streams.count && streams[low].frames.contains(frame) ? streams[low] : nil
  }

  // MARK: Connections

  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition {
    .consumed(
      by: StreamRedaction(
        lookupService: ports.lookupService(endpoints.0.port, endpoints.1.port), pseudonyms: pseudonyms, memory: memory))
  }

  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? { nil }

  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) {}

  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {
    guard let redaction = consumer as? StreamRedaction else { return }
    redaction.finish()
    streams[Flow(connection.endpoints.first, connection.endpoints.second), default: []].append(
      Stream(connection, redaction))
  }
}
