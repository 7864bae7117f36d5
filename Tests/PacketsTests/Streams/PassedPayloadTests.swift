import TestSupport
import Testing

@testable import Packets

/// Payload that nobody reads: never handed on, never stored, and a hole in it harms nothing.
@Suite struct PassedPayloadTests {
  /// Bytes 2 to 11 of the client's stream are passed; the rest is wanted.
  static func harness() -> TCPHarness {
    var harness = TCPHarness()
    harness.observer.passed = [.first: [2..<12]]
    harness.open()
    return harness
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var segments: [(Int, String)]
    var expected = "ABmn"
    var missing = 0
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "in order", segments: [(0, "AB"), (2, "cdefg"), (7, "hijkl"), (12, "mn")]),
    Case(name: "in one segment", segments: [(0, "ABcdefghijklmn")]),
    Case(name: "cut where it begins", segments: [(0, "AB"), (2, "cdefghijklmn")]),
    Case(name: "cut where it ends", segments: [(0, "ABcdefghijkl"), (12, "mn")]),
    Case(name: "swapped inside", segments: [(0, "AB"), (7, "hijkl"), (2, "cdefg"), (12, "mn")]),
    Case(name: "swapped across its end", segments: [(0, "AB"), (7, "hijklmn"), (2, "cdefg")]),
    Case(name: "a hole inside", segments: [(0, "AB"), (7, "hijkl"), (12, "mn")], missing: 5),
    Case(name: "a hole before its last byte", segments: [(0, "AB"), (11, "lmn")], missing: 9),
    Case(name: "a hole that covers it exactly", segments: [(0, "AB"), (12, "mn")], missing: 10),
    Case(
      name: "a hole inside, filled in two parts", segments: [(0, "AB"), (10, "kl"), (5, "fg"), (12, "mn"), (7, "hij")],
      missing: 3),
    Case(
      name: "a hole from its middle into what is wanted", segments: [(0, "AB"), (2, "cdefg"), (13, "n")],
      expected: "AB[1]n", missing: 6),
    Case(name: "one copy over hole and held bytes", segments: [(0, "AB"), (13, "n"), (2, "cdefghijklmn")]),
    Case(name: "one copy from the middle over held bytes", segments: [(0, "AB"), (13, "n"), (7, "hijklmn")], missing: 5),
    Case(name: "a hole filled by a copy that goes on", segments: [(0, "AB"), (7, "hi"), (2, "cdefghijklmn")]),
    Case(name: "behind it first", segments: [(12, "mn"), (0, "AB"), (2, "cdefghijkl")]),
    Case(name: "behind it first, with a hole", segments: [(12, "mn"), (0, "AB"), (2, "cdefg")], missing: 5),
  ]

  @Test(arguments: cases)
  func handsOnWhatIsWanted(_ example: Case) throws {
    var harness = Self.harness()
    for (offset, text) in example.segments { harness.fromClient(offset, text) }
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == example.expected)
    #expect(ended.connection.state.missingBytes(from: .first) == example.missing)
    #expect(ended.connection.state.conflictingSegments == 0)
  }

  /// The consumer may see passed bytes only in a chunk that began before them.
  @Test(arguments: cases)
  func neverBeginsAChunkInsideIt(_ example: Case) throws {
    var harness = Self.harness()
    for (offset, text) in example.segments { harness.fromClient(offset, text) }
    let ended = try #require(harness.finish().first)
    for chunk in ended.consumer.chunks { #expect(chunk.offset <= 2 || chunk.offset >= 12) }
  }

  /// The consumer learns in which frame the passed bytes end.
  @Test func announcesAFrameThatEndsWithIt() throws {
    var harness = Self.harness()
    harness.fromClient(0, "AB")
    harness.fromClient(2, "cdefg")
    harness.fromClient(7, "hijkl")
    #expect(
      try #require(harness.finish().first).consumer.chunks == [
        .init(side: .first, offset: 0, count: 2, frame: 4), .init(side: .first, offset: 12, count: 0, frame: 6),
      ])
  }

  @Test func isNotStoredBehindAHole() throws {
    var harness = TCPHarness()
    harness.observer.passed = [.first: [1..<10_000_000]]
    harness.open()
    harness.fromClient(0, "A")
    // Every other one is lost: far more bytes and segments than the assembler may hold.
    let piece = String(repeating: "x", count: 1_000)
    for index in 0..<4_000 where index % 2 == 1 { harness.fromClient(1 + 1_000 * index, piece) }
    let connection = try #require(harness.table.connection(in: 0))
    #expect(connection.state.heldLimitsReached == 0)
    #expect(connection.state.nextOffset(of: .first) == 4_000_001)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.chunks.count == 1)
    #expect(ended.consumer.holes[.first] == [])
    #expect(ended.connection.state.missingBytes(from: .first) == 2_000_000)
  }

  /// Payload that nobody reads and that the snapshot length cuts: the consumer is told where it ends all the same.
  @Test func endsInACutSegment() throws {
    var harness = TCPHarness()
    harness.observer.passed = [.first: [2..<12, 12..<20]]
    harness.open()
    harness.fromClient(0, "AB")
    harness.fromClient(2, "cdefghijkl", cutTo: 3)
    harness.fromClient(12, "mnopqrst", cutTo: 0)
    harness.fromClient(20, "uv")
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "ABuv")
    #expect(ended.consumer.chunks.map(\.offset) == [0, 12, 20, 20])
  }

  /// The consumer asks for it to pass when it has the beginning of the very segment that was cut.
  @Test func endsInTheSegmentWhoseBeginningWasRead() throws {
    var harness = TCPHarness()
    harness.observer.passed = [.first: [4..<10]]
    harness.open()
    harness.fromClient(0, "ABcdefghij", cutTo: 4)
    harness.fromServer(0, "answer", acknowledging: 10)
    harness.fromClient(10, "kl")
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "ABcdkl")
    #expect(ended.consumer.chunks.filter { $0.side == .first }.map(\.offset) == [0, 10, 10])
    // Before the answer comes, and not with the next segment.
    #expect(ended.consumer.chunks.map(\.side) == [.first, .first, .second, .first])
  }

  @Test func isRecoveredAfterAHoleThatIsGivenUp() throws {
    var harness = Self.harness()
    harness.fromClient(0, "AB")
    harness.fromClient(15, "p", acknowledging: 0)
    harness.wait(2_000)
    harness.fromServer(0, acknowledging: 16)
    harness.fromClient(16, "q")
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.holes[.first] == [12..<15])
    #expect(ended.consumer.text[.first] == "AB[3]pq")
    #expect(ended.connection.state.missingBytes(from: .first) == 13)
  }
}
