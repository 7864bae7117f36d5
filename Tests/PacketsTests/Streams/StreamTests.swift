import TestSupport
import Testing

@testable import Packets

/// Segments in, bytes and holes out: a hole of four bytes is written `[4]`.
@Suite struct StreamTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// Offset in the client's stream, and text.
    var segments: [(Int, String)]
    var expected: String
    var conflicts = 0
    var missing = 0
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "in order", segments: [(0, "abc"), (3, "def"), (6, "ghi")], expected: "abcdefghi"),
    Case(name: "two swapped", segments: [(3, "def"), (0, "abc"), (6, "ghi")], expected: "abcdefghi"),
    Case(name: "reversed", segments: [(6, "ghi"), (3, "def"), (0, "abc")], expected: "abcdefghi"),
    Case(name: "retransmitted", segments: [(0, "abc"), (0, "abc"), (3, "def"), (0, "abc")], expected: "abcdef"),
    Case(name: "retransmitted before its predecessor", segments: [(3, "def"), (3, "def"), (0, "abc")], expected: "abcdef"),
    Case(name: "retransmission that brings more", segments: [(0, "abc"), (0, "abcdef")], expected: "abcdef"),
    Case(name: "retransmission in other pieces", segments: [(0, "abcd"), (2, "cdef"), (5, "fgh")], expected: "abcdefgh"),
    Case(name: "the first copy of a delivered byte wins", segments: [(0, "abc"), (0, "XYZdef")], expected: "abcdef"),
    Case(
      name: "the first copy of a held byte wins", segments: [(3, "def"), (3, "XYZ"), (0, "abc")], expected: "abcdef",
      conflicts: 1),
    Case(
      name: "a longer copy over a held one", segments: [(3, "def"), (2, "cXYZg"), (0, "ab")], expected: "abcdefg",
      conflicts: 1),
    Case(
      name: "a copy over two held ones and the gap between", segments: [(1, "b"), (4, "e"), (0, "aXcdYf")],
      expected: "abcdef", conflicts: 2),
    Case(name: "an equal copy is no conflict", segments: [(3, "def"), (2, "cdefg"), (0, "ab")], expected: "abcdefg"),
    Case(name: "a hole", segments: [(0, "abc"), (7, "hij")], expected: "abc[4]hij", missing: 4),
    Case(name: "two holes", segments: [(0, "ab"), (4, "ef"), (8, "ij")], expected: "ab[2]ef[2]ij", missing: 4),
    Case(name: "a hole at the start", segments: [(4, "ef"), (6, "gh")], expected: "[4]efgh", missing: 4),
    Case(name: "a hole filled from both ends", segments: [(0, "a"), (5, "f"), (1, "b"), (4, "e"), (2, "cd")], expected: "abcdef"),
    Case(name: "keep-alive of one old byte", segments: [(0, "abc"), (2, "c"), (3, "def")], expected: "abcdef"),
    Case(name: "keep-alive of one byte never sent", segments: [(0, "abc"), (2, "\0"), (3, "def")], expected: "abcdef"),
    Case(name: "keep-alive before the first byte", segments: [(-1, "\0"), (0, "abc")], expected: "abc"),
    Case(name: "empty segments", segments: [(0, ""), (0, "abc"), (2, ""), (3, ""), (3, "def")], expected: "abcdef"),
    Case(name: "bytes of before the SYN", segments: [(-2, "xyabc"), (3, "def")], expected: "abcdef"),
    Case(name: "wholly before the SYN", segments: [(-9, "xyz"), (0, "abc")], expected: "abc"),
  ]

  @Test(arguments: cases, [1_000, 0xffff_fffe, 0x7fff_fffc] as [UInt32])
  func assembles(_ example: Case, initialSequence: UInt32) throws {
    var harness = TCPHarness()
    harness.clientStart = initialSequence
    harness.open()
    for (offset, text) in example.segments { harness.fromClient(offset, text) }
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == example.expected)
    #expect(ended.connection.state.conflictingSegments == example.conflicts)
    #expect(ended.connection.state.missingBytes(from: .first) == example.missing)
    #expect(ended.consumer.text[.second] == "")
  }

  /// Both directions are apart.
  @Test func keepsTheTwoDirectionsApart() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "question")
    harness.fromServer(3, "wer")
    harness.fromServer(0, "ans", acknowledging: 8)
    harness.fromClient(8, "!", acknowledging: 6)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text == [.first: "question!", .second: "answer"])
    #expect(ended.connection.state.acknowledgedOffset(of: .first) == 8)
    #expect(ended.connection.state.acknowledgedOffset(of: .second) == 6)
    #expect(ended.connection.state.nextOffset(of: .first) == 9)
  }

  @Test func beginsAtTheFirstSegmentWithoutASYN() throws {
    var harness = TCPHarness()
    harness.fromClient(70, "abc", acknowledging: 40)
    harness.fromServer(40, "xyz", acknowledging: 73)
    harness.fromClient(73, "def", acknowledging: 43)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text == [.first: "abcdef", .second: "xyz"])
    #expect(ended.connection.handshake.initiator == nil)
    #expect(ended.consumer.chunks.first?.offset == 0)
  }

  @Test func namesTheFrameThatBroughtTheBytes() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(3, "def")
    harness.fromClient(0, "abc")
    let ended = try #require(harness.finish().first)
    #expect(
      ended.consumer.chunks == [
        .init(side: .first, offset: 0, count: 3, frame: 5), .init(side: .first, offset: 3, count: 3, frame: 4),
      ])
  }

  // MARK: Giving up

  @Test func waitsForALateSegmentThatWasAcknowledged() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(3, "def")
    harness.fromServer(0, acknowledging: 6)
    harness.wait(999)
    harness.fromServer(0, acknowledging: 6)
    harness.fromClient(0, "abc")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abcdef")
  }

  @Test func givesAHoleUpOnceItIsAcknowledgedAndASecondOld() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(3, "def")
    harness.wait(1_001)
    harness.fromServer(0, acknowledging: 6)
    #expect(harness.table.connection(in: 0)?.state.nextOffset(of: .first) == 6)
    harness.fromClient(0, "abc")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "[3]def")
  }

  @Test func keepsAHoleThatIsNotAcknowledged() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(3, "def")
    harness.wait(20_000)
    harness.fromServer(0, acknowledging: 0)
    harness.fromClient(0, "abc")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abcdef")
  }

  @Test func survivesAClockThatStepsBack() throws {
    var harness = TCPHarness()
    harness.now = 10_000_000_000
    harness.open()
    harness.fromClient(3, "def")
    harness.now = 0
    harness.fromServer(0, acknowledging: 6)
    harness.fromClient(0, "abc")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abcdef")
  }

  @Test func givesUpOnlyTheHolesThatWereAcknowledged() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(2, "c")
    harness.fromClient(5, "f")
    harness.wait(2_000)
    harness.fromServer(0, acknowledging: 3)
    harness.fromClient(3, "de")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "[2]cdef")
  }

  /// The peer confirms bytes that the capture never shows: nothing to release, but it is known that they were sent.
  @Test func tellsAHoleAtTheEndByItsAcknowledgement() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abc")
    harness.fromServer(0, acknowledging: 50)
    let connection = try #require(harness.finish().first).connection
    #expect(connection.state.nextOffset(of: .first) == 3)
    #expect(connection.state.acknowledgedOffset(of: .first) == 50)
  }

  // MARK: Snapshot length

  @Test func takesWhatTheSnapshotLengthCutForAHole() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abcdef", cutTo: 2)
    harness.fromClient(6, "ghi")
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "ab[4]ghi")
    #expect(ended.connection.state.missingBytes(from: .first) == 4)
  }

  @Test func takesASegmentWithoutAnyCapturedPayloadForAHole() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(0, "abcdef", cutTo: 0)
    harness.fromClient(6, "ghi")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "[6]ghi")
  }

  @Test func keepsTheCutOfASegmentThatHadToWait() throws {
    var harness = TCPHarness()
    harness.open()
    harness.fromClient(3, "defghi", cutTo: 2)
    harness.fromClient(0, "abc")
    harness.fromClient(9, "jkl")
    #expect(try #require(harness.finish().first).consumer.text[.first] == "abcde[4]jkl")
  }

  @Test func isNotHarmedByACutInsidePassedPayload() throws {
    var harness = TCPHarness()
    harness.observer.passed = [.first: [2..<6]]
    harness.open()
    harness.fromClient(0, "abcdef", cutTo: 2)
    harness.fromClient(6, "ghi")
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.text[.first] == "ab[4]ghi" || ended.consumer.text[.first] == "abghi")
  }

  // MARK: Limits

  @Test func givesAHoleUpWhenTooManySegmentsWait() throws {
    var harness = TCPHarness()
    harness.open()
    let count = StreamAssembler.Limit.heldSegments + 1
    for index in 0..<count { harness.fromClient(10 + 2 * index, "x") }
    let connection = try #require(harness.table.connection(in: 0))
    #expect(connection.state.heldLimitsReached == 1)
    #expect(connection.state.nextOffset(of: .first) == 11)
    let ended = try #require(harness.finish().first)
    #expect(ended.consumer.bytes[.first]?.count == count)
    #expect(ended.connection.state.missingBytes(from: .first) == 10 + count - 1)
  }

  @Test func givesAHoleUpWhenTooManyBytesWait() throws {
    var harness = TCPHarness()
    harness.open()
    let piece = String(repeating: "x", count: 60_000)
    for index in 0..<5 { harness.fromClient(10 + 60_000 * index, piece) }
    let ended = try #require(harness.finish().first)
    #expect(ended.connection.state.heldLimitsReached == 1)
    #expect(ended.consumer.holes[.first] == [0..<10])
    #expect(ended.consumer.bytes[.first]?.count == 300_000)
  }
}
