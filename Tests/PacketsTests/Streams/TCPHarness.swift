import TestSupport

@testable import Packets

/// Reads the streams of a connection and writes down what came: bytes, and holes as `[count]`.
final class RecordingConsumer: StreamConsumer {
  struct Chunk: Equatable {
    var side: Side
    var offset: Int
    var count: Int
    var frame: Int
  }

  /// Ranges of a stream that nobody wants, by side.
  var passed: [Side: [Range<Int>]] = [:]
  private(set) var text: [Side: String] = [.first: "", .second: ""]
  private(set) var bytes: [Side: [UInt8]] = [.first: [], .second: []]
  private(set) var holes: [Side: [Range<Int>]] = [.first: [], .second: []]
  private(set) var chunks: [Chunk] = []

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    let end = chunk.offset + chunk.bytes.count
    chunks.append(Chunk(side: chunk.side, offset: chunk.offset, count: chunk.bytes.count, frame: chunk.frame.number))
    let ranges = passed[chunk.side] ?? []
    let all = chunk.bytes.copy()
    for (index, byte) in all.enumerated() where !ranges.contains(where: { $0.contains(chunk.offset + index) }) {
      bytes[chunk.side]?.append(byte)
      text[chunk.side]?.append(String(UnicodeScalar(byte)))
    }
    return ranges.first { $0.contains(end) }.map { $0.upperBound - end } ?? 0
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    holes[side]?.append(offset..<(offset + count))
    text[side]?.append("[\(count)]")
  }
}

/// Takes every connection with payload, and those on port 445 without.
final class RecordingObserver: ConnectionObserver {
  struct Ended {
    var connection: TCPConnection
    var consumer: RecordingConsumer
  }

  var passed: [Side: [Range<Int>]] = [:]
  var isForeign = false
  private(set) var started: [TCPConnection] = []
  private(set) var ended: [Ended] = []

  private func consumer() -> RecordingConsumer {
    let consumer = RecordingConsumer()
    consumer.passed = passed
    return consumer
  }

  func recognise(_ payload: borrowing ByteView, endpoints: (Endpoint, Endpoint)) -> Recognition {
    isForeign ? .foreign : .consumed(by: consumer())
  }

  func consumerWithoutPayload(endpoints: (Endpoint, Endpoint)) -> (any StreamConsumer)? {
    isForeign ? nil : consumer()
  }

  func connectionStarted(_ connection: TCPConnection, consumer: any StreamConsumer) { started.append(connection) }

  func connectionEnded(_ connection: TCPConnection, consumer: any StreamConsumer) {
    guard let consumer = consumer as? RecordingConsumer else { return }
    ended.append(Ended(connection: connection, consumer: consumer))
  }
}

/// A connection table fed with segments of a client (the first side) and a server (the second).
struct TCPHarness {
  let observer = RecordingObserver()
  var table: ConnectionTable
  /// Initial sequence numbers.
  var clientStart: UInt32 = 1_000
  var serverStart: UInt32 = 900_000
  private(set) var frame = 0
  /// Nanoseconds.
  var now: Int64 = 0

  init() { table = ConnectionTable(observer: observer) }

  mutating func take(_ segment: TCPSegment, cutTo captured: Int? = nil) {
    frame += 1
    let whole = segment.ethernet
    let bytes = captured.map { Array(whole.prefix(54 + segment.options.count + $0)) } ?? whole
    let header = Frame(
      number: frame, time: Timestamp(nanoseconds: now), originalLength: whole.count, linkType: .ethernet)
    let view = ByteView(bytes.span)
    guard let reading = try? Packet.read(view, frame: header), case .packet(let packet) = reading,
      case .tcp(let tcp) = packet.transport
    else { return }
    table.accept(packet, header: tcp, frame: FrameStamp(number: frame, time: header.time), bytes: view)
  }

  private func client(_ offset: Int, _ flags: TCPFlags, _ payload: [UInt8], acknowledging: Int) -> TCPSegment {
    TCPSegment(
      sequence: clientStart &+ 1 &+ UInt32(truncatingIfNeeded: offset),
      acknowledgment: serverStart &+ 1 &+ UInt32(truncatingIfNeeded: acknowledging), flags: flags, payload: payload)
  }

  private func server(_ offset: Int, _ flags: TCPFlags, _ payload: [UInt8], acknowledging: Int) -> TCPSegment {
    TCPSegment(
      from: .testServer, to: .testClient, sequence: serverStart &+ 1 &+ UInt32(truncatingIfNeeded: offset),
      acknowledgment: clientStart &+ 1 &+ UInt32(truncatingIfNeeded: acknowledging), flags: flags, payload: payload)
  }

  /// SYN, SYN-ACK, ACK.
  mutating func open() {
    take(client(-1, [.syn], [], acknowledging: 0))
    take(server(-1, [.syn, .ack], [], acknowledging: 0))
    take(client(0, [.ack], [], acknowledging: 0))
  }

  mutating func syn() { take(client(-1, [.syn], [], acknowledging: 0)) }
  mutating func synAck() { take(server(-1, [.syn, .ack], [], acknowledging: 0)) }

  /// A segment of the client whose first byte has this offset in its stream.
  mutating func fromClient(
    _ offset: Int, _ text: String = "", flags: TCPFlags = [.ack], acknowledging: Int = 0, cutTo captured: Int? = nil
  ) {
    take(client(offset, flags, Array(text.utf8), acknowledging: acknowledging), cutTo: captured)
  }

  mutating func fromServer(
    _ offset: Int, _ text: String = "", flags: TCPFlags = [.ack], acknowledging: Int = 0, cutTo captured: Int? = nil
  ) {
    take(server(offset, flags, Array(text.utf8), acknowledging: acknowledging), cutTo: captured)
  }

  /// Milliseconds pass.
  mutating func wait(_ milliseconds: Int64) { now += milliseconds * 1_000_000 }

  /// The recording is over: what each connection showed, in the order of their ends.
  mutating func finish() -> [RecordingObserver.Ended] {
    table.finish()
    return observer.ended
  }
}
