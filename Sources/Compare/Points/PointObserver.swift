import Packets
import Protocols

/// Finds the SMB connections of one recording and keeps what is compared of each.
final class PointObserver: ConnectionObserver {
  enum Limit {
    /// Connections of one recording that are compared; further ones are counted.
    static let connections = 1 << 17
    /// SYN and SYN-ACK segments whose options are remembered until their connection is over.
    static let openings = 1 << 17
  }

  private let ports: ServicePorts
  private let memory: PointMemory
  var connections: [PointConnection] = []
  private(set) var notKept = 0
  private var openings: [Int: OpeningSegment] = [:]

  init(ports: ServicePorts, _ memory: PointMemory) {
    self.ports = ports
    self.memory = memory
    // Address space only: a page is used when its first connection is.
    connections.reserveCapacity(Limit.connections)
  }

  /// What ``MessageBytes`` are based on.
  var templates: MessageTemplates { memory.templates }

  /// Times that a limit was reached.
  var limitsReached: Int { memory.limitsReached + notKept }

  private func isSMBPort(_ endpoints: (Endpoint, Endpoint)) -> Bool {
    ports.smb.contains(endpoints.0.port) || ports.smb.contains(endpoints.1.port)
  }

  /// Keeps the options of a SYN or SYN-ACK, because no other code reads them one by one.
  func record(_ packet: borrowing Packet, _ header: TCPHeader, frame: Int, _ bytes: borrowing ByteView) {
    guard isSMBPort((packet.source, packet.destination)) || openings.count < Limit.openings / 2,
      openings.count < Limit.openings
    else { return }
    let count = header.length - 20
    let start = packet.payloadOffset - count
    let options = count > 0 ? (try? bytes.view(at: start, count: count).copy()) ?? [] : []
    let flags = (try? bytes.u8(at: start - 7)) ?? header.flags.rawValue
    openings[frame] = OpeningSegment(
      hopLimit: packet.hopLimit, trafficClass: packet.trafficClass, window: header.window, identification: packet.identification,
      flags: flags, options: options)
  }

  func recordOddities(of packet: borrowing Packet, _ frame: FrameStamp, _ bytes: borrowing ByteView, isOfFragments: Bool) {
    guard isSMBPort((packet.source, packet.destination)) else { return memory.damage.pass() }
    memory.oddities.record(packet, frame, bytes, isOfFragments: isOfFragments)
  }

  // MARK: Connections

  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition {
    if isSMBPort(endpoints) || SMBSignature.begins(payload) { return .consumed(by: MessageKeeper(memory: memory)) }
    return .undecided
  }

  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? {
    isSMBPort(endpoints) ? MessageKeeper(memory: memory) : nil
  }

  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) {
    (consumer as? MessageKeeper)?.begin(connection)
  }

  func connectionLingers(_ connection: TCPConnection, consumer: any StreamConsumer) {
    guard let keeper = consumer as? MessageKeeper else { return }
    keeper.rest(beside: known(connection, keeper), clientSide: PointConnection.clientSide(connection, keeper.kept, ports))
  }

  /// The same connection in the other recording.
  private func known(_ connection: TCPConnection, _ keeper: MessageKeeper) -> PointConnection? {
    memory.known?.connection(with: PointConnection.keys(keeper.kept, connection.handshake))
  }

  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {
    guard let keeper = consumer as? MessageKeeper else { return }
    keeper.finish(connection.lastFrame)
    let one = PointConnection(connection, keeper, openings: openings, ports: ports, beside: known(connection, keeper))
    for stamp in [connection.handshake.syn, connection.handshake.synAck].compactMap(\.self) { openings[stamp.number] = nil }
    let ends = connection.endpoints
    let odd = (memory.oddities.take(from: ends.first, to: ends.second), memory.oddities.take(from: ends.second, to: ends.first))
    guard var one else { return }
    one.takeOddities(first: keeper.oddities(of: .first, beside: odd.0), second: keeper.oddities(of: .second, beside: odd.1))
    guard connections.count < Limit.connections else {
      notKept += 1
      return
    }
    connections.append(one)
  }
}
