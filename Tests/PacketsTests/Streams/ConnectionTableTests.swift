import TestSupport
import Testing

@testable import Packets

/// How connections open, end, and give way to others between the same ports.
@Suite struct ConnectionTableTests {
  // MARK: Opening

  @Test func notesTheHandshake() throws {
    var harness = TCPHarness()
    harness.syn()
    harness.wait(7)
    harness.synAck()
    harness.fromClient(0)
    harness.fromClient(0, "abc")
    let handshake = try #require(harness.finish().first).connection.handshake
    #expect(handshake.initiator == .first)
    #expect(handshake.syn?.number == 1)
    #expect(handshake.synAck?.number == 2)
    #expect(handshake.isComplete)
    #expect(handshake.roundTripTime == .milliseconds(7))
    #expect(handshake.synHopLimit == 64)
  }

  @Test func readsTheOptionsOfBothSides() throws {
    var harness = TCPHarness()
    var syn = TCPSegment(sequence: 5, flags: [.syn])
    syn.options = [2, 4, 0x05, 0xb4, 8, 10] + .counting(8) + [1, 1]
    var answer = TCPSegment(from: .testServer, to: .testClient, sequence: 9, acknowledgment: 6, flags: [.syn, .ack])
    answer.options = [2, 4, 0x05, 0x00]
    harness.take(syn)
    harness.take(answer)
    let connection = try #require(harness.finish().first).connection
    #expect(connection.handshake.synOptions.maximumSegmentSize == 1460)
    #expect(connection.handshake.synOptions.hasTimestamps)
    #expect(connection.state.trace(of: .first).maximumSegmentSize == 1460)
    #expect(connection.state.trace(of: .first).usesTimestamps)
    #expect(connection.state.trace(of: .second).maximumSegmentSize == 1280)
    #expect(!connection.state.trace(of: .second).usesTimestamps)
  }

  @Test func takesARetransmittedSYNForTheSameConnection() throws {
    var harness = TCPHarness()
    harness.syn()
    harness.wait(3_000)
    harness.syn()
    harness.synAck()
    harness.synAck()
    harness.fromClient(0, "abc")
    harness.synAck()
    let ended = harness.finish()
    #expect(ended.count == 1)
    #expect(ended.first?.connection.handshake.syn?.number == 1)
    #expect(ended.first?.consumer.text[.first] == "abc")
  }

  /// A server that forgot the first SYN, or answers with a cookie: the stream begins behind its last answer.
  @Test func takesAnotherAnswerToTheSameSYNForTheSameConnection() throws {
    var harness = TCPHarness()
    harness.syn()
    harness.synAck()
    harness.serverStart = 77
    harness.synAck()
    harness.fromClient(0)
    harness.fromServer(0, "abc")
    let ended = harness.finish()
    #expect(ended.count == 1)
    #expect(ended.first?.consumer.text[.second] == "abc")
  }

  @Test func knowsTheInitiatorByTheSYNACKAlone() throws {
    var harness = TCPHarness()
    harness.synAck()
    harness.fromClient(0, "abc")
    harness.fromServer(0, "def")
    let ended = try #require(harness.finish().first)
    #expect(ended.connection.handshake.initiator == .first)
    #expect(ended.connection.handshake.syn == nil)
    #expect(ended.consumer.text == [.first: "abc", .second: "def"])
  }

  @Test func reportsAConnectionWithoutPayload() throws {
    var harness = TCPHarness()
    harness.syn()
    harness.wait(1_000)
    harness.syn()
    let ended = try #require(harness.finish().first)
    #expect(ended.connection.handshake.synAck == nil)
    #expect(!ended.connection.handshake.isComplete)
    #expect(ended.connection.firstFrame.number == 1)
    #expect(ended.connection.lastFrame.number == 2)
  }

  // MARK: Reused ports

  @Test func opensAnotherConnectionForASYNWithANewNumber() {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.clientStart = 0x8000_0000
    harness.serverStart = 5
    harness.open()
    harness.fromClient(0, "xyz")
    let ended = harness.finish()
    #expect(ended.map { $0.consumer.text[.first] } == ["abc", "xyz"])
    #expect(ended.map(\.connection.tcpStream) == [0, 1])
    #expect(harness.table.connectionCount == 2)
  }

  /// Windows tries three times with one sequence number; Wireshark counts one connection.
  @Test func takesTheSameSYNAfterAResetForAnotherTry() throws {
    var harness = TCPHarness()
    for _ in 0..<3 {
      harness.syn()
      harness.fromServer(-1, flags: [.rst, .ack])
      harness.wait(500)
    }
    let ended = harness.finish()
    #expect(ended.map(\.connection.tcpStream) == [0])
    #expect(try #require(ended.first).connection.handshake.synCount == 3)
    #expect(harness.table.connectionCount == 1)
  }

  /// The reset of the first try has ended nothing.
  @Test func goesOnWhenTheSecondTryIsAccepted() throws {
    var harness = TCPHarness()
    harness.syn()
    harness.fromServer(-1, flags: [.rst, .ack])
    harness.wait(500)
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(0, "def", acknowledging: 3)
    harness.fromClient(3, acknowledging: 3)
    harness.wait(20_000)
    harness.fromClient(3, "ghi", acknowledging: 3)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "abcghi")
    #expect(ended.connection.state.ending == nil)
  }

  /// A copy of all frames, and the same SYN long after the end: one number, whatever was reported meanwhile.
  @Test(arguments: [(Int64(1), 1), (20_000, 2)])
  func takesACopyOfAnEndedConnectionForTheSame(milliseconds: Int64, reports: Int) {
    var harness = TCPHarness()
    for _ in 0..<2 {
      harness.open()
      harness.fromClient(0, "abc")
      harness.fromServer(0, "", flags: [.fin, .ack], acknowledging: 3)
      harness.fromClient(3, "", flags: [.rst, .ack], acknowledging: 1)
      harness.wait(milliseconds)
      harness.table.advance(to: Timestamp(nanoseconds: harness.now))
    }
    let ended = harness.finish()
    #expect(ended.map(\.connection.tcpStream) == Array(repeating: 0, count: reports))
    #expect(ended.allSatisfy { $0.consumer.text[.first] == "abc" })
    #expect(harness.table.connectionCount == 1)
  }

  /// The capture starts in the middle of a connection whose ports are used again: the second is not the first's.
  @Test(arguments: [false, true])
  func opensAnotherConnectionBehindOneWithoutASYN(isCapturedOneSided: Bool) {
    var harness = TCPHarness()
    harness.fromClient(50, "abc")
    harness.fromServer(60, "def")
    harness.wait(60_000)
    harness.clientStart = 0x9000_0000
    harness.serverStart = 77
    if !isCapturedOneSided { harness.syn() }
    harness.synAck()
    harness.fromClient(0, "uvw")
    harness.fromServer(0, "xyz")
    let ended = harness.finish()
    #expect(ended.map { $0.consumer.text } == [[.first: "abc", .second: "def"], [.first: "uvw", .second: "xyz"]])
    #expect(ended.map(\.connection.handshake.initiator) == [nil, .first])
  }

  @Test func takesASYNThatIsOutOfOrderForTheSameConnection() {
    var harness = TCPHarness()
    harness.synAck()
    harness.syn()
    harness.fromClient(0, "abc")
    #expect(harness.finish().map { $0.consumer.text[.first] } == ["abc"])

    var late = TCPHarness()
    late.fromClient(0, "abc")
    late.syn()
    late.synAck()
    late.fromClient(3, "def")
    #expect(late.finish().map { $0.consumer.text[.first] } == ["abcdef"])
  }

  @Test func countsForeignConnectionsWithoutReadingThem() {
    var harness = TCPHarness()
    harness.observer.isForeign = true
    for start in 1...5 as ClosedRange<UInt32> {
      harness.clientStart = start * 1_000
      harness.open()
      harness.fromClient(0, "GET / HTTP/1.1")
      harness.fromClient(14, flags: [.fin, .ack])
    }
    #expect(harness.finish().isEmpty)
    #expect(harness.table.connectionCount == 5)
  }

  /// The same ports, opened and reset for ever, cost nothing more each time.
  @Test func queuesASlotOnce() {
    var harness = TCPHarness()
    harness.observer.isForeign = true
    for start in 0..<1_000 as Range<UInt32> {
      harness.clientStart = start * 100
      harness.syn()
      harness.fromServer(-1, flags: [.rst, .ack])
    }
    #expect(harness.table.connectionCount == 1_000)
    #expect(harness.table.reusable.count == 1)
  }

  // MARK: Limits

  /// A host with this port opens a connection and says a word.
  private static func speak(_ table: inout ConnectionTable, port: UInt16, frame: Int) {
    for (flags, payload) in [([.syn], []), ([.ack], [0x41])] as [(TCPFlags, [UInt8])] {
      let segment = TCPSegment(
        from: Endpoint(address: IPAddress(10, 0, 0, 1), port: port), sequence: flags == [.syn] ? 1 : 2, flags: flags,
        payload: payload)
      let bytes = segment.ethernet
      let time = Timestamp(nanoseconds: Int64(frame) * 1_000_000)
      let header = Frame(number: frame, time: time, originalLength: bytes.count, linkType: .ethernet)
      let view = ByteView(bytes.span)
      guard case .packet(let packet)? = try? Packet.read(view, frame: header), case .tcp(let tcp) = packet.transport
      else { return }
      table.accept(packet, header: tcp, frame: FrameStamp(number: frame, time: time), bytes: view)
    }
  }

  @Test func letsTheLongestSilentConnectionGoWhenTheTableIsFull() {
    let observer = RecordingObserver()
    var table = ConnectionTable(observer: observer, maximumConnections: 40)
    for port in 1...40 as ClosedRange<UInt16> { Self.speak(&table, port: port, frame: Int(port)) }
    #expect(table.evictedConnections == 0)
    // The first one speaks again, so that the second is the longest silent one.
    Self.speak(&table, port: 1, frame: 41)
    Self.speak(&table, port: 500, frame: 42)
    #expect(table.evictedConnections == 1)
    #expect(observer.ended.map(\.connection.tcpStream) == [1])
    #expect(observer.ended.first?.consumer.text[.first] == "A")
    table.finish()
    #expect(observer.ended.count == 41)
    #expect(table.connectionCount == 41)
  }

  @Test func staysAtItsLimitWhateverComes() {
    let observer = RecordingObserver()
    var table = ConnectionTable(observer: observer, maximumConnections: 50)
    for port in 1...5_000 as ClosedRange<UInt16> { Self.speak(&table, port: port, frame: Int(port)) }
    #expect(table.evictedConnections == 4_950)
    table.finish()
    #expect(observer.ended.count == 5_000)
    #expect(observer.ended.allSatisfy { $0.consumer.text[.first] == "A" })
    #expect(Set(observer.ended.map(\.connection.tcpStream)).count == 5_000)
  }

  /// A clock that stands still must not keep every connection that ends.
  @Test func reportsEarlyWhenTooManyConnectionsLinger() {
    var harness = TCPHarness()
    let count = ConnectionTable.Limit.lingering + 10
    for port in 1...count {
      let client = Endpoint(address: IPAddress(10, 0, 0, 1), port: UInt16(port))
      harness.take(TCPSegment(from: client, sequence: 1, flags: [.syn]))
      harness.take(TCPSegment(from: client, sequence: 2, flags: [.rst]))
    }
    #expect(harness.observer.ended.count == 10)
    #expect(harness.finish().count == count)
  }
}
