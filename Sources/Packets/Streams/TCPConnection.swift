/// One TCP connection that somebody reads: both streams, how it opened and how it ended (RFC 9293 3.5, 3.6).
package final class TCPConnection {
  /// Resets and FINs kept for one connection; more than a few only come from a device that sprays them.
  static let maximumClosings = 16

  /// Number of the connection as Wireshark's `tcp.stream` counts.
  package let tcpStream: Int
  /// The two ends, ordered by address and port.
  package let endpoints: (first: Endpoint, second: Endpoint)
  package private(set) var handshake: Handshake
  package let firstFrame: FrameStamp
  package private(set) var lastFrame: FrameStamp
  package private(set) var closings: [Closing] = []
  package private(set) var closingsNotKept = 0
  private var directions = Directions()
  let consumer: any StreamConsumer

  init(
    tcpStream: Int, endpoints: (Endpoint, Endpoint), handshake: Handshake, firstFrame: FrameStamp, lastFrame: FrameStamp,
    consumer: any StreamConsumer
  ) {
    self.tcpStream = tcpStream
    self.endpoints = (first: endpoints.0, second: endpoints.1)
    self.handshake = handshake
    self.firstFrame = firstFrame
    self.lastFrame = lastFrame
    self.consumer = consumer
    guard let initiator = handshake.initiator else { return }
    if handshake.synFrame > 0 {
      anchor(initiator, behind: handshake.synSequence)
      seedTrace(of: initiator, handshake.synOptions, hopLimit: handshake.synHopLimit)
    }
    if handshake.synAckFrame > 0 {
      anchor(initiator.other, behind: handshake.synAckSequence)
      seedTrace(of: initiator.other, handshake.synAckOptions, hopLimit: handshake.synAckHopLimit)
    }
  }

  private func seedTrace(of side: Side, _ options: TCPOptions, hopLimit: UInt8) {
    let trace = HostTrace(options: options, hopLimit: hopLimit)
    if side == .first { directions.traces.first = trace } else { directions.traces.second = trace }
  }

  private func anchor(_ side: Side, behind sequenceNumber: UInt32) {
    switch side {
    case .first: directions.streams.first.anchor(at: sequenceNumber &+ 1)
    case .second: directions.streams.second.anchor(at: sequenceNumber &+ 1)
    }
  }

  // MARK: What the capture shows of one side

  package func trace(of side: Side) -> HostTrace {
    side == .first ? directions.traces.first : directions.traces.second
  }

  /// Bytes of this side's stream that the capture lacks.
  package func missingBytes(from side: Side) -> Int { stream(of: side).bytesNotCaptured }

  /// Bytes this side has sent that the capture shows or that lie behind a hole.
  package func nextOffset(of side: Side) -> Int { stream(of: side).next }

  /// Bytes of this side's stream that the other side has confirmed.
  package func acknowledgedOffset(of side: Side) -> Int { stream(of: side).acknowledged }

  /// Segments whose bytes differ from an earlier copy.
  package var conflictingSegments: Int {
    Int(directions.streams.first.conflictingSegments) + Int(directions.streams.second.conflictingSegments)
  }

  /// Holes given up early because a limit on held bytes was reached.
  package var heldLimitsReached: Int {
    Int(directions.streams.first.limitsReached) + Int(directions.streams.second.limitsReached)
  }

  private func stream(of side: Side) -> StreamAssembler {
    side == .first ? directions.streams.first : directions.streams.second
  }

  /// Both sides have said FIN, or one has said RST.
  package var hasEnded: Bool {
    closings.contains { $0.kind == .rst } || Set(closings.map(\.side)).count == 2
  }

  // MARK: Segments

  /// Takes one segment of this connection.
  func accept(_ packet: borrowing Packet, header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView) {
    lastFrame = frame
    if !handshake.isComplete { handshake.note(header, packet, from: side, frame: frame, bytes: bytes) }
    if header.flags.contains(.syn) { anchor(side, behind: header.sequenceNumber) }
    if !closings.isEmpty { noteLateSegment(header, from: side, frame: frame) }
    if !header.flags.isDisjoint(with: [.fin, .rst]) { noteClosing(header, packet, from: side, frame: frame, bytes) }
    directions.accept(packet, header, from: side, frame, bytes, consumer)
  }

  /// A host that goes on sending did not send the reset that bears its name.
  private func noteLateSegment(_ header: TCPHeader, from side: Side, frame: FrameStamp) {
    guard !header.flags.contains(.rst), trace(of: side).frameAfterReset == 0,
      closings.contains(where: { $0.kind == .rst && $0.side == side })
    else { return }
    if side == .first {
      directions.traces.first.frameAfterReset = frame.number
    } else {
      directions.traces.second.frameAfterReset = frame.number
    }
  }

  private func noteClosing(
    _ header: TCPHeader, _ packet: borrowing Packet, from side: Side, frame: FrameStamp, _ bytes: borrowing ByteView
  ) {
    let other = trace(of: side.other)
    let sender = stream(of: side)
    let closing = Closing(
      kind: header.flags.contains(.rst) ? .rst : .fin,
      side: side,
      stamp: frame,
      sequenceDistance: sender.isAnchored ? sender.offset(of: header.sequenceNumber) - sender.next : 0,
      hasAck: header.flags.contains(.ack),
      acknowledgmentNumber: header.acknowledgmentNumber,
      window: header.window,
      hopLimit: packet.hopLimit,
      trafficClass: packet.trafficClass,
      identification: packet.identification,
      hardwareSource: packet.hardwareSource,
      hasTimestamps: TCPOptions(of: header, packet, in: bytes).hasTimestamps,
      sinceOtherSide: other.lastFrame > 0 ? frame.time.since(other.lastTime) : nil,
      followsOtherSide: closings.contains { $0.side == side.other })
    guard !closings.contains(where: { closing.isCopy(of: $0) }) else { return }
    guard closings.count < Self.maximumClosings else {
      closingsNotKept += 1
      return
    }
    closings.append(closing)
  }

  /// No more segments will come: releases what waits behind holes.
  func finish() {
    directions.streams.first.finish(side: .first, to: consumer)
    directions.streams.second.finish(side: .second, to: consumer)
  }
}

/// What every segment changes. A value of its own, so that both directions can be lent at one time: two parts of a
/// class's property cannot.
private struct Directions {
  var streams = (first: StreamAssembler(), second: StreamAssembler())
  var traces = (first: HostTrace(), second: HostTrace())

  mutating func accept(
    _ packet: borrowing Packet, _ header: TCPHeader, from side: Side, _ frame: FrameStamp, _ bytes: borrowing ByteView,
    _ consumer: any StreamConsumer
  ) {
    if side == .first {
      Self.accept(
        packet, header, side: side, frame, bytes, sender: &streams.first, receiver: &streams.second,
        trace: &traces.first, consumer)
    } else {
      Self.accept(
        packet, header, side: side, frame, bytes, sender: &streams.second, receiver: &streams.first,
        trace: &traces.second, consumer)
    }
  }

  private static func accept(
    _ packet: borrowing Packet, _ header: TCPHeader, side: Side, _ frame: FrameStamp, _ bytes: borrowing ByteView,
    sender: inout StreamAssembler, receiver: inout StreamAssembler, trace: inout HostTrace,
    _ consumer: any StreamConsumer
  ) {
    trace.lastTime = frame.time
    trace.lastFrame = frame.number
    guard !header.flags.contains(.rst) else { return }
    trace.note(packet, header: header, frame: frame)
    if header.flags.contains(.ack) {
      receiver.acknowledge(header.acknowledgmentNumber)
      if receiver.isWaiting { receiver.giveUpAcknowledgedHoles(now: frame.time, side: side.other, to: consumer) }
    }
    guard packet.payloadLength > 0, !header.flags.contains(.syn) else { return }
    sender.anchor(at: header.sequenceNumber)
    let start = sender.offset(of: header.sequenceNumber)
    // RFC 9293 3.8.4: a keep-alive repeats the last byte, or one that was never sent.
    if packet.payloadLength == 1, start == sender.next - 1 { return }
    sender.accept(
      packet.payload(in: bytes), at: start, length: packet.payloadLength, side: side, frame: frame, to: consumer)
    if sender.isWaiting { sender.giveUpAcknowledgedHoles(now: frame.time, side: side, to: consumer) }
  }
}
