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
  package var handshake: PointHandshake
  /// FIN and RST segments, in order.
  package var terminations: [PointClosing]
  package var syn: OpeningSegment?
  package var synAck: OpeningSegment?
  package var clientStream: Stream
  package var serverStream: Stream
  /// The first messages, in the order in which they were completed; those behind them that set up sessions or shares; the last.
  private var kept: KeptMessages.Packed
  /// Messages between the last two kinds that are not kept.
  package var passedOver: Int
  private(set) var bytes: MessageBytes
  /// Of the recording.
  var templates: [[UInt8]] = []
  package var keys: [ContentKey]
  /// What the packets add up to; nothing where all messages are kept.
  private var packedCells: (client: DigestCells.Packed, server: DigestCells.Packed)
  package var clientSide: Side
  /// The snapshot length cut bytes of messages.
  package var isCut: Bool
  /// From this frame on, smbdx did not look at the checksums of all segments; 0 if it did.
  private var uncheckedFrame: UInt32

  /// How far one direction got.
  package struct Stream: Sendable {
    /// The sequence number of its first byte.
    package var base: UInt32
    /// Bytes sent, as far as the recording shows.
    package var end: Int
    /// How far the receiver has confirmed them.
    package var confirmed: Int
    /// Bytes of packets that the recording lacks.
    package var missing: Int
    package var lowestHopLimit: UInt8
    package var highestHopLimit: UInt8
    package var trafficClass: UInt8
    package var segments: Int
    /// None or one: few streams have it, and it is large.
    private let repetitions: [Retransmission]
    /// Likewise.
    fileprivate var odd: [Oddities] = []
    package var lastTime: Timestamp?

    package var retransmission: Retransmission? { repetitions.first }
    var oddities: Oddities { odd.first ?? Oddities() }
  }
}

extension PointConnection {
  package func peer(_ side: Side) -> Peer { side == clientSide ? .client : .server }
  package func stream(of peer: Peer) -> Stream { peer == .client ? clientStream : serverStream }
  /// They are unpacked each time.
  func cells(of peer: Peer) -> DigestCells { (peer == .client ? packedCells.client : packedCells.server).cells }
  /// Anything that this peer sent.
  func hasSeen(_ peer: Peer) -> Bool {
    stream(of: peer).segments > 0 || (peer == .client ? handshake.syn : handshake.synAck) != nil
  }
  /// Whether a segment among these frames has a wrong checksum is not known.
  func isUnchecked(_ frames: ClosedRange<Int>) -> Bool { uncheckedFrame > 0 && frames.upperBound >= Int(uncheckedFrame) }
  /// Messages that were read, with those not kept.
  package var messageCount: Int { packedMessages.count + passedOver }
  /// All that are kept. They are unpacked each time.
  var stored: [StoredMessage] { packedMessages.all }
  /// - Parameter all: ``stored`` of the other one, from which these may differ in little.
  func stored(beside other: PointConnection, with all: [StoredMessage]) -> [StoredMessage] {
    packedMessages.all(beside: (other.packedMessages, all))
  }
  var packedMessages: PackedMessages { kept.messages }
  var first: ArraySlice<StoredMessage> { stored.prefix(Int(kept.counts.first)) }
  var last: ArraySlice<StoredMessage> { stored.dropFirst(Int(kept.counts.first + kept.counts.middle)) }

  /// Those of one sender, with their bytes: the first ones, and the others.
  ///
  /// - Parameter all: ``stored``.
  func messages(of peer: Peer, in all: [StoredMessage]) -> (first: [PointMessage], rest: [PointMessage]) {
    func whole(_ part: ArraySlice<StoredMessage>) -> [PointMessage] {
      part.filter { self.peer($0.side) == peer }.map { $0.message(bytes.excerpt(of: $0, templates)) }
    }
    return (whole(all.prefix(Int(kept.counts.first))), whole(all.dropFirst(Int(kept.counts.first))))
  }
  /// The sequence numbers of the first bytes are known by the handshake.
  var isFromStart: Bool { handshake.syn != nil || handshake.synAck != nil }
}

extension PointConnection {
  /// - Parameter twin: the same connection in another recording.
  init?(
    _ connection: TCPConnection, _ keeper: MessageKeeper, openings: [Int: OpeningSegment], ports: ServicePorts,
    beside twin: PointConnection?
  ) {
    let (one, other) = (connection.endpoints.first, connection.endpoints.second)
    let kept = keeper.kept
    let isPortOfSMB = ports.smb.contains(one.port) || ports.smb.contains(other.port)
    let messages = kept.packed(beside: twin?.packedMessages)
    guard isPortOfSMB || !messages.isEmpty else { return nil }
    clientSide = Self.clientSide(connection, kept, ports)
    tcpStream = connection.tcpStream
    (client, server) = clientSide == .first ? (one, other) : (other, one)
    (firstFrame, lastFrame) = (connection.firstFrame, connection.lastFrame)
    handshake = PointHandshake(connection.handshake)
    terminations = connection.state.terminations.map { PointClosing($0, connection.handshake) }
    syn = connection.handshake.syn.flatMap { openings[$0.number] }
    synAck = connection.handshake.synAck.flatMap { openings[$0.number] }
    clientStream = Stream(connection.state, clientSide)
    serverStream = Stream(connection.state, clientSide.other)
    self.kept = messages
    passedOver = kept.passedOver
    bytes = kept.bytes.trimmed.shared(with: twin?.bytes)
    // Where all messages are kept they say it themselves, unless the other point has half as many again.
    let needsCells = messages.counts.last > 0
    packedCells = (
      needsCells ? keeper.cells(of: clientSide, beside: twin?.packedCells.client) : DigestCells.Packed(DigestCells()),
      needsCells ? keeper.cells(of: clientSide.other, beside: twin?.packedCells.server) : DigestCells.Packed(DigestCells())
    )
    isCut = connection.state.isCut
    uncheckedFrame = keeper.uncheckedFrame
    keys = Self.keys(kept, connection.handshake)
    if let twin, twin.keys == keys { keys = twin.keys }
  }
}

extension PointConnection {
  static func clientSide(_ connection: TCPConnection, _ kept: KeptMessages, _ ports: ServicePorts) -> Side {
    let (one, other) = (connection.endpoints.first, connection.endpoints.second)
    let byPort: Side = ports.smb.contains(other.port) || !ports.smb.contains(one.port) ? .first : .second
    return connection.handshake.initiator ?? kept.clientSide ?? byPort
  }

  /// Those of a sender, where the client's side is this.
  func packedCells(of side: Side, _ clientSide: Side) -> DigestCells.Packed {
    side == clientSide ? packedCells.client : packedCells.server
  }

  /// What identifies a connection, in no more room than it takes.
  static func keys(_ kept: KeptMessages, _ handshake: Handshake) -> [ContentKey] {
    var keys: [ContentKey] = []
    keys.reserveCapacity(kept.keys.count + 2)
    keys += kept.keys
    guard handshake.syn != nil, handshake.synSequence != 0 else { return keys }
    keys.append(ContentKey(.syn, UInt64(handshake.synSequence)))
    if handshake.synAck != nil {
      keys.append(ContentKey(.handshake, UInt64(handshake.synSequence), UInt64(handshake.synAckSequence)))
    }
    return keys
  }

  mutating func takeOddities(first: Oddities?, second: Oddities?) {
    if let own = clientSide == .first ? first : second { clientStream.odd = [own] }
    if let own = clientSide == .first ? second : first { serverStream.odd = [own] }
  }
}

extension PointConnection.Stream {
  init(_ state: TCPState, _ side: Side) {
    let trace = state.trace(of: side)
    base = state.firstSequenceNumber(of: side)
    end = state.nextOffset(of: side)
    confirmed = state.acknowledgedOffset(of: side)
    missing = state.missingBytes(from: side) - state.cutBytes(from: side)
    lowestHopLimit = trace.lowestHopLimit
    highestHopLimit = trace.highestHopLimit
    trafficClass = trace.trafficClass
    segments = Int(trace.segments)
    // What comes at once is the same frame on another interface.
    repetitions = [state.retransmission(of: side)].compactMap(\.self).filter { $0.copies > 0 }
    lastTime = trace.lastTime
  }
}
