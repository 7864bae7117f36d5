import TestSupport
import Testing

@testable import Packets

/// How connections open, end, and give way to others between the same ports.
@Suite struct ConnectionEndTests {
  @Test func endsWhenBothSidesHaveSaidFIN() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromClient(3, flags: [.fin, .ack])
    harness.wait(20)
    harness.fromServer(0, flags: [.fin, .ack], acknowledging: 4)
    let terminations = try #require(harness.table.connection(in: 0)).state.terminations
    #expect(terminations.map(\.kind) == [.fin, .fin])
    #expect(terminations.map(\.side) == [.first, .second])
    #expect(terminations.map(\.sequenceDistance) == [0, 0])
    #expect(terminations.map(\.followsOtherSide) == [false, true])
    #expect(terminations[1].sinceOtherSide == .milliseconds(20))
    #expect(harness.observer.ended.isEmpty, "it lingers for late segments")
    harness.wait(5_001)
    harness.fromClient(4, acknowledging: 1)
    #expect(harness.observer.ended.count == 1)
    #expect(harness.finish().count == 1)
  }

  @Test func takesTheDataOfAFIN() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromServer(0, "bye", flags: [.fin, .psh, .ack])
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.second] == "bye")
    #expect(ended.connection.state.terminations.map(\.sequenceDistance) == [0])
  }

  @Test func endsWithOneReset() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(9, "not data", flags: [.rst])
    let connection = try #require(harness.table.connection(in: 0))
    #expect(connection.state.hasEnded)
    let termination = try #require(connection.state.terminations.first)
    #expect(termination.kind == .rst)
    #expect(termination.side == .second)
    #expect(termination.sequenceDistance == 9)
    #expect(!termination.hasAck)
    #expect(try #require(harness.finish().first).consumer.text[.second] == "")
  }

  @Test func notesTheHostThatGoesOnAfterItsOwnReset() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(0, flags: [.rst])
    harness.fromClient(3, "def")
    harness.fromServer(0, "answer", acknowledging: 6)
    harness.fromServer(6, "!", acknowledging: 6)
    let ended = try #require(harness.finish().first)
    #expect(ended.connection.state.trace(of: .second).frameAfterReset == 7)
    #expect(ended.connection.state.trace(of: .first).frameAfterReset == nil)
    #expect(ended.consumer.text == [.first: "abcdef", .second: "answer!"])
  }

  @Test func keepsOneOfTwoCopiesOfAReset() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(0, flags: [.rst, .ack], acknowledging: 3)
    harness.fromServer(0, flags: [.rst, .ack], acknowledging: 3)
    #expect(try #require(harness.finish().first).connection.state.terminations.count == 1)
  }

  @Test func countsTheResetsItDoesNotKeep() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    for distance in 0..<40 { harness.fromServer(distance, flags: [.rst]) }
    let connection = try #require(harness.finish().first).connection
    #expect(connection.state.terminations.count == TCPState.maximumTerminations)
    #expect(connection.state.closingsNotKept == 40 - TCPState.maximumTerminations)
  }

  /// Segments of a connection that was reported do not make it another one.
  @Test func ignoresWhatComesAfterTheReport() {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(0, flags: [.rst])
    harness.wait(6_000)
    harness.fromClient(3, "def")
    harness.fromClient(6, "ghi")
    harness.fromServer(0, flags: [.rst])
    #expect(harness.finish().count == 1)
    #expect(harness.table.connectionCount == 1)
  }

  @Test func tellsHowAHostsSegmentsLook() throws {
    var harness = TCPHarness()
    harness.open()
    for (identification, hopLimit) in [(10, 64), (11, 63), (0, 64), (9_000, 64)] as [(UInt16, UInt8)] {
      var segment = TCPSegment(sequence: 1_001, acknowledgment: 900_001, flags: [.ack])
      segment.identification = identification
      segment.hopLimit = hopLimit
      segment.window = 500
      harness.take(segment)
    }
    harness.fromClient(0, "abc")
    for identification in [20, 21, 0, 0] as [UInt16] {
      var segment = TCPSegment(sequence: 1_004, acknowledgment: 900_001, flags: [.ack])
      segment.identification = identification
      segment.hopLimit = 60
      segment.window = 500
      harness.take(segment)
    }
    let trace = try #require(harness.finish().first).connection.state.trace(of: .first)
    // Counted from the first payload on, with what the SYN showed.
    #expect(trace.segments == 5)
    #expect(trace.lowestHopLimit == 60)
    #expect(trace.highestHopLimit == 64)
    #expect(trace.lastWindow == 500)
    #expect(trace.zeroIdentifications == 2)
    #expect(trace.smallIdentificationSteps == 2)
    #expect(trace.hardwareSource == 0x0200_0000_0001)
  }
}
