package import Packets
package import Transcripts

/// What one capture point shows of one SMB connection, as far as it is held against another point.
package struct PointConnection: Sendable {
  /// As Wireshark's `tcp.stream` counts.
  package var tcpStream: Int
  package var client: Endpoint
  package var server: Endpoint
  package var firstFrame: FrameStamp
  package var lastFrame: FrameStamp
  package var handshake: Handshake
  /// FIN and RST segments, in order.
  package var terminations: [Termination]
  package var syn: OpeningSegment?
  package var synAck: OpeningSegment?
  package var clientStream: Stream
  package var serverStream: Stream
  /// The first messages, in the order in which they were completed.
  package var first: [PointMessage]
  /// Those behind them that set up sessions or shares.
  package var middle: [PointMessage]
  /// How many follow that are not kept.
  package var passedOver: Int
  /// The last messages, behind those.
  package var last: [PointMessage]
  package var keys: [ContentKey]
  /// What the packets add up to.
  package var clientCells: DigestCells
  package var serverCells: DigestCells
  package var clientSide: Side
  /// The snapshot length cut bytes of messages.
  package var isCut: Bool

  /// How far one direction got.
  package struct Stream: Sendable {
    /// The sequence number of its first byte.
    package var base: UInt32
    /// Bytes sent, as far as the recording shows.
    package var end: Int
    /// How far the receiver has confirmed them.
    package var confirmed: Int
    /// Bytes that the recording lacks.
    package var missing: Int
    package var lowestHopLimit: UInt8
    package var highestHopLimit: UInt8
    package var trafficClass: UInt8
    package var segments: Int
    package var retransmission: Retransmission?
    package var lastTime: Timestamp?
  }
}

extension PointConnection {
  package func peer(_ side: Side) -> Peer { side == clientSide ? .client : .server }
  package func stream(of peer: Peer) -> Stream { peer == .client ? clientStream : serverStream }
  func cells(of peer: Peer) -> DigestCells { peer == .client ? clientCells : serverCells }
  /// Anything that this peer sent.
  func hasSeen(_ peer: Peer) -> Bool {
    stream(of: peer).segments > 0 || (peer == .client ? handshake.synFrame : handshake.synAckFrame) > 0
  }
  /// Messages that were read, with those not kept.
  package var messageCount: Int { first.count + middle.count + passedOver + last.count }
  /// The sequence numbers of the first bytes are known by the handshake.
  var isFromStart: Bool { handshake.synFrame > 0 || handshake.synAckFrame > 0 }
}

/// A SYN or SYN-ACK as it lies on the wire.
package struct OpeningSegment: Sendable, Equatable {
  package var hopLimit: UInt8
  package var trafficClass: UInt8
  package var window: UInt16
  package var identification: UInt16?
  /// TCP control bits, with those of ECN.
  package var flags: UInt8
  /// All of the options, as far as they were captured.
  package var options: [UInt8]
}

extension PointConnection {
  init?(_ connection: TCPConnection, _ keeper: MessageKeeper, openings: [Int: OpeningSegment], ports: ServicePorts) {
    let (one, other) = (connection.endpoints.first, connection.endpoints.second)
    let isPortOfSMB = ports.smb.contains(one.port) || ports.smb.contains(other.port)
    guard isPortOfSMB || !keeper.first.isEmpty else { return nil }
    let byPort: Side = ports.smb.contains(other.port) || !ports.smb.contains(one.port) ? .first : .second
    clientSide = connection.handshake.initiator ?? keeper.clientSide ?? byPort
    tcpStream = connection.tcpStream
    (client, server) = clientSide == .first ? (one, other) : (other, one)
    (firstFrame, lastFrame) = (connection.firstFrame, connection.lastFrame)
    handshake = connection.handshake
    terminations = connection.state.terminations
    syn = openings[connection.handshake.synFrame]
    synAck = openings[connection.handshake.synAckFrame]
    clientStream = Stream(connection.state, clientSide)
    serverStream = Stream(connection.state, clientSide.other)
    (first, middle, passedOver, last) = (keeper.first, keeper.middle, keeper.passedOver, keeper.last)
    (clientCells, serverCells) = (keeper.cells(of: clientSide), keeper.cells(of: clientSide.other))
    isCut = connection.state.isCut
    keys = keeper.keys
    if handshake.synFrame > 0, handshake.synSequence != 0 {
      keys.append(ContentKey(.syn, UInt64(handshake.synSequence)))
      if handshake.synAckFrame > 0 {
        keys.append(ContentKey(.handshake, UInt64(handshake.synSequence), UInt64(handshake.synAckSequence)))
      }
    }
  }
}

extension PointConnection.Stream {
  init(_ state: TCPState, _ side: Side) {
    let trace = state.trace(of: side)
    base = state.firstSequenceNumber(of: side)
    end = state.nextOffset(of: side)
    confirmed = state.acknowledgedOffset(of: side)
    missing = state.missingBytes(from: side)
    lowestHopLimit = trace.lowestHopLimit
    highestHopLimit = trace.highestHopLimit
    trafficClass = trace.trafficClass
    segments = Int(trace.segments)
    retransmission = state.retransmission(of: side)
    lastTime = trace.lastTime
  }
}
