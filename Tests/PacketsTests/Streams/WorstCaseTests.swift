import TestSupport
import Testing

@testable import Packets

/// TCP as it is allowed to be, and as it is not: RFC 9293, RFC 7413.
@Suite struct WorstCaseTests {
  private static func segment(
    from side: Side, _ sequence: UInt32, acknowledging acknowledgment: UInt32 = 0, _ flags: TCPFlags, _ text: String = ""
  ) -> TCPSegment {
    let (source, destination) = side == .first ? (Endpoint.testClient, Endpoint.testServer) : (.testServer, .testClient)
    return TCPSegment(
      from: source, to: destination, sequence: sequence, acknowledgment: acknowledgment, flags: flags,
      payload: Array(text.utf8))
  }

  // MARK: Opening

  /// Both open at the same time (RFC 9293 3.5, figure 7); the SYNs come before anybody reads the connection.
  @Test(arguments: [true, false])
  func readsASimultaneousOpen(withSYNACKs: Bool) throws {
    var harness = TCPHarness()
    harness.take(Self.segment(from: .first, 100, [.syn]))
    harness.take(Self.segment(from: .second, 7_000, [.syn]))
    if withSYNACKs {
      harness.take(Self.segment(from: .first, 100, acknowledging: 7_001, [.syn, .ack]))
      harness.take(Self.segment(from: .second, 7_000, acknowledging: 101, [.syn, .ack]))
    }
    harness.take(Self.segment(from: .first, 101, acknowledging: 7_001, [.ack], "question"))
    harness.take(Self.segment(from: .second, 7_001, acknowledging: 109, [.ack], "answer"))
    let ended = try #require(harness.finish().first)
    #expect(harness.table.connectionCount == 1)
    #expect(ended.consumer.text == [.first: "question", .second: "answer"])
    #expect(ended.connection.handshake.initiator == .first)
    #expect(ended.connection.handshake.roundTripTime == nil)
  }

  /// Data in the SYN (RFC 7413), which the server takes, or asks for again.
  @Test(arguments: [true, false])
  func readsTheDataOfASYN(isTaken: Bool) throws {
    var harness = TCPHarness()
    harness.take(Self.segment(from: .first, 100, [.syn], "early "))
    harness.take(Self.segment(from: .second, 7_000, acknowledging: isTaken ? 107 : 101, [.syn, .ack]))
    if !isTaken { harness.take(Self.segment(from: .first, 101, acknowledging: 7_001, [.ack], "early ")) }
    harness.take(Self.segment(from: .first, 107, acknowledging: 7_001, [.ack], "late"))
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "early late")
    #expect(ended.connection.handshake.initiator == .first)
    #expect(ended.connection.handshake.roundTripTime == .zero)
    #expect(ended.connection.state.conflictingSegments == 0)
  }

  // MARK: Closing

  /// One side is done and the other goes on (RFC 9293 3.6).
  @Test func readsOnWhenHalfClosed() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "all", flags: [.fin, .ack])
    harness.fromServer(0, "much ", acknowledging: 4)
    harness.wait(3_600_000)
    harness.fromServer(5, "more", flags: [.fin, .ack], acknowledging: 4)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text == [.first: "all", .second: "much more"])
    #expect(ended.connection.state.terminations.map(\.sequenceDistance) == [0, 0])
    #expect(ended.connection.state.missingBytes(from: .first) + ended.connection.state.missingBytes(from: .second) == 0)
  }

  // MARK: What was not captured

  /// Acknowledgments tell what the other side must have said.
  @Test func knowsWhatADirectionSaidThatWasNotCaptured() throws {
    var harness = TCPHarness()
    harness.take(Self.segment(from: .first, 1_000, [.syn]))
    harness.fromClient(0, "question", acknowledging: 0)
    harness.fromClient(8, "another", acknowledging: 50)
    let state = try #require(harness.finish().first).connection.state
    #expect(state.isConfirmed(.second))
    #expect(state.nextOffset(of: .second) == 0)
    #expect(state.missingBytes(from: .first) == 0)
  }

  // MARK: Time

  @Test(arguments: [0, 1, 60_000, 315_360_000_000] as [Int64])
  func readsOnAfterAnyIdleTime(milliseconds: Int64) throws {
    var harness = TCPHarness()
    harness.open()
    for index in 0..<4 {
      harness.fromClient(2 * index, "ab")
      harness.wait(milliseconds)
    }
    let ended = try #require(harness.finish().first)
    #expect(harness.table.connectionCount == 1)
    #expect(ended.consumer.text[.first] == "abababab")
  }

  /// Times in any order, as from several capture points: the bytes say what comes first.
  @Test func readsFramesWhoseTimesJump() throws {
    var harness = TCPHarness()
    harness.now = 1_000_000_000_000
    harness.open()
    for (index, time) in [900, -5, 0, 1_000_000, 3, 2].enumerated() {
      harness.now = Int64(time) * 1_000_000_000
      harness.fromClient(2 * index, "ab")
    }
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abababababab")
  }

  // MARK: Segments

  @Test func readsUrgentDataInItsPlace() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "ab", flags: TCPFlags(rawValue: 0x38))  // URG, ACK, PSH
    harness.fromClient(2, "cd")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abcd")
  }

  /// A sender's own capture shows what its network card will cut.
  @Test func readsSegmentsLongerThanAPacket() throws {
    var harness = TCPHarness()
    harness.open()
    var segment = Self.segment(from: .first, 1_001, acknowledging: 900_001, [.ack])
    segment.payload = .counting(200_000)
    let whole = ethernetFrame(
      etherType: 0x0800,
      {
        var ip = IPv4Bytes(payload: segment.bytes)
        ip.totalLength = 0
        return ip.bytes
      }())
    let frame = Frame(number: 9, time: Timestamp(nanoseconds: 0), originalLength: whole.count, linkType: .ethernet)
    let view = ByteView(whole.span)
    guard case .packet(let packet) = try Packet.read(view, frame: frame), case .tcp(let header) = packet.transport else {
      Issue.record("not read")
      return
    }
    harness.table.accept(packet, header: header, frame: FrameStamp(number: 9, time: frame.time), bytes: view)
    #expect(try #require(harness.finish().first).consumer.bytes[.first]?.count == 200_000)
  }

  /// More than the sequence numbers can tell apart: 5 GiB, of which the capture has a byte in every GiB.
  @Test func countsBeyondTheSequenceNumbers() throws {
    var harness = TCPHarness()
    harness.open()
    for index in 1...5 {
      harness.fromClient(index << 30, "x")
      harness.wait(2_000)
      harness.fromServer(0, acknowledging: index << 30 + 1)
    }
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.bytes[.first] == Array(repeating: 0x78, count: 5))
    #expect(ended.connection.state.nextOffset(of: .first) == 5 << 30 + 1)
    #expect(ended.connection.state.missingBytes(from: .first) == 5 << 30 - 4)
  }

  // MARK: Contradictions

  struct Contradiction: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Copies of what was delivered: offset and text.
    var copies: [(Int, String)]
    var conflicts: Int
  }

  static let delivered = "0123456789abcdef0123456789abcdef and more"

  @Test(arguments: [
    Contradiction(testDescription: "the same", copies: [(0, delivered)], conflicts: 0),
    Contradiction(testDescription: "a piece of the same", copies: [(3, "3456"), (10, "abcdef")], conflicts: 0),
    Contradiction(testDescription: "another first byte", copies: [(0, "x" + delivered.dropFirst())], conflicts: 1),
    Contradiction(testDescription: "another last byte of those kept", copies: [(31, "x")], conflicts: 1),
    Contradiction(testDescription: "twice", copies: [(0, "abc"), (20, "abc")], conflicts: 2),
    Contradiction(testDescription: "behind those kept", copies: [(33, "xyz")], conflicts: 0),
    Contradiction(testDescription: "before the stream", copies: [(-8, "12345678")], conflicts: 0),
    Contradiction(testDescription: "with more behind it", copies: [(16, "X" + delivered.dropFirst(17) + "!")], conflicts: 1),
  ])
  func countsCopiesThatContradictWhatWasDelivered(example: Contradiction) throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, Self.delivered)
    for (offset, text) in example.copies { harness.fromClient(offset, text) }
    let ended = try #require(harness.finish().first)
    #expect(ended.connection.state.conflictingSegments == example.conflicts)
    #expect(ended.consumer.text[.first]?.hasPrefix(Self.delivered) == true)
  }
}
