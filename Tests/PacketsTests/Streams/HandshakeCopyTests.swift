import TestSupport
import Testing

@testable import Packets

/// A copy of a frame comes at once; a host that repeats its SYN or SYN-ACK waits.
@Suite struct HandshakeCopyTests {
  @Test(arguments: [(0, false), (1, false), (1000, true)])
  func tellsACopyOfASYNFromARepetition(milliseconds: Int64, isRepeated: Bool) throws {
    var harness = TCPHarness()
    harness.syn()
    harness.wait(milliseconds)
    harness.syn()
    harness.wait(7)
    harness.synAck()
    harness.fromClient(0)
    let handshake = try #require(harness.finish().first).connection.handshake
    #expect(handshake.isRepeated == isRepeated)
    #expect(handshake.roundTripTime == (isRepeated ? nil : .milliseconds(Int(milliseconds) + 7)))
  }

  @Test(arguments: [(0, false), (1, false), (1000, true)])
  func tellsACopyOfASYNACKFromARepetition(milliseconds: Int64, isRepeated: Bool) throws {
    var harness = TCPHarness()
    harness.syn()
    harness.wait(7)
    harness.synAck()
    harness.wait(milliseconds)
    harness.synAck()
    harness.fromClient(0)
    let handshake = try #require(harness.finish().first).connection.handshake
    #expect(handshake.isRepeated == isRepeated)
    #expect(handshake.roundTripTime == (isRepeated ? nil : .milliseconds(7)))
  }
}
