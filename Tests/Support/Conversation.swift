package import Packets

/// Two hosts that talk over TCP, and the frames a capture of it holds.
package struct Conversation: Sendable {
  package enum Host: Sendable {
    case client, server
  }

  package let client: Endpoint
  package let server: Endpoint
  package private(set) var frames: [TestFrame] = []
  /// Nanoseconds; each frame is a millisecond after the one before.
  package var now: Int64 = 1_000_000_000
  private var sequences: (client: UInt32, server: UInt32)

  package init(
    client: Endpoint = .testClient, server: Endpoint = .testServer, clientSequence: UInt32 = 1_000,
    serverSequence: UInt32 = 900_000
  ) {
    self.client = client
    self.server = server
    sequences = (clientSequence, serverSequence)
  }

  /// Frames so far; the number of the last one.
  package var count: Int { frames.count }

  /// SYN, SYN-ACK, ACK.
  package mutating func open() {
    send(.client, flags: [.syn])
    send(.server, flags: [.syn, .ack])
    send(.client)
  }

  package mutating func wait(seconds: Int64) { now += seconds * 1_000_000_000 }

  /// Sends one segment, and moves the sender's sequence number behind it.
  ///
  /// - Parameter change: makes the segment unlike an ordinary one.
  package mutating func send(
    _ host: Host, _ payload: [UInt8] = [], flags: TCPFlags = [.ack], isCaptured: Bool = true,
    change: (inout TCPSegment) -> Void = { _ in }
  ) {
    let isClient = host == .client
    var segment = TCPSegment(
      from: isClient ? client : server, to: isClient ? server : client,
      sequence: isClient ? sequences.client : sequences.server,
      acknowledgment: flags.contains(.ack) ? (isClient ? sequences.server : sequences.client) : 0, flags: flags,
      payload: payload)
    segment.identification = UInt16(truncatingIfNeeded: frames.count + 1)
    change(&segment)
    let advance = UInt32(payload.count) &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
    if isClient { sequences.client &+= advance } else { sequences.server &+= advance }
    now += 1_000_000
    if isCaptured { frames.append(TestFrame(nanoseconds: now, segment.ethernet)) }
  }

  package mutating func request(_ messages: SMB2Bytes...) { send(.client, nbss(SMB2Bytes.compound(messages))) }
  package mutating func response(_ messages: SMB2Bytes...) { send(.server, nbss(SMB2Bytes.compound(messages))) }

  /// The recording has no more than so many bytes of the last frame's payload.
  package mutating func cutLast(toPayload count: Int) {
    let last = frames[frames.count - 1]
    frames[frames.count - 1] = TestFrame(
      nanoseconds: now, Array(last.bytes.prefix(54 + count)), originalLength: last.bytes.count)
  }

  /// Sends a frame's segment once more; its IPv4 Identification tells it from a copy that the capture made.
  package mutating func resend(_ number: Int) {
    now += 1_000_000
    let bytes = frames[number - 1].bytes.settingBigEndian(UInt16(truncatingIfNeeded: frames.count + 1), at: 18)
    frames.append(TestFrame(nanoseconds: now, bytes))
  }

  /// The host that records throws away the packet of a frame.
  package mutating func drop(_ number: Int, reason: UInt32, way: HostDrop.Way = .received) {
    frames[number - 1].hostDrop = HostDrop(reason: reason, location: 0xe000_4502, way: way)
  }

  /// Adds a frame of somebody else.
  package mutating func add(_ bytes: [UInt8]) {
    now += 1_000_000
    frames.append(TestFrame(nanoseconds: now, bytes))
  }

  /// The capture shows the last two frames in the wrong order.
  package mutating func swapLastTwo() {
    let times = (frames[count - 2].time, frames[count - 1].time)
    frames.swapAt(count - 2, count - 1)
    (frames[count - 2].time, frames[count - 1].time) = times
  }
}
