import Packets
import Protocols
import TestSupport
import Testing

@testable import Protocols

/// NBSS lengths up to 16 MiB that cannot be true: what follows is found all the same, and bulk data is left alone.
@Suite struct LyingLengthTests {
  private static let huge = 0xff_ffff

  private static func write(_ messageID: UInt64, count: Int, says length: UInt32? = nil) -> [UInt8] {
    let body = ByteWriter().u16le(49).u16le(112).u32le(length ?? UInt32(count)).u64le(0).u64le(1).u64le(2).u64le(0)
      .u64le(0).raw(.counting(count)).bytes
    return SMB2Bytes.request(9, messageID, body).bytes
  }

  private static func readResponse(_ messageID: UInt64, count: Int) -> [UInt8] {
    let body = ByteWriter().u16le(17).u8(80).u8(0).u32le(UInt32(count)).u64le(0).raw(.counting(count)).bytes
    return SMB2Bytes.response(8, messageID, body).bytes
  }

  // MARK: Lengths that a message cannot have

  struct Lie: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var message: [UInt8]
  }

  static let lies = [
    Lie(testDescription: "NEGOTIATE", message: SMB2Bytes.request(0, 1, SMB2BodyBytes.negotiateRequest()).bytes),
    Lie(testDescription: "SESSION_SETUP", message: SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest()).bytes),
    Lie(testDescription: "CLOSE", message: SMB2Bytes.request(6, 1, .counting(24)).bytes),
    Lie(testDescription: "ECHO", message: SMB2Bytes.request(13, 1, SMB2BodyBytes.empty).bytes),
    Lie(testDescription: "WRITE", message: write(1, count: 100)),
    Lie(testDescription: "READ request", message: SMB2Bytes.request(8, 1, .counting(49)).bytes),
    Lie(testDescription: "READ response", message: readResponse(1, count: 100)),
    Lie(testDescription: "WRITE response", message: SMB2Bytes.response(9, 1, .counting(17)).bytes),
  ]

  /// The next message is found, in the same segment, in the next, or cut in two.
  @Test(arguments: lies)
  func findsTheMessageBehindALie(lie: Lie) {
    let packet = nbss(lie.message, length: Self.huge)
    let stream = packet + FramerHoleTests.logoff(2)
    for cuts in [[], [packet.count], [packet.count + 3], [30, packet.count], [2, 70, packet.count + 60]] {
      let harness = FramerHarness()
      for (start, end) in zip([0] + cuts, cuts + [stream.count]) { harness.take(stream[start..<end]) }
      #expect(harness.sink.messageIDs.last == 2, "cut at \(cuts)")
      #expect(harness.sink.unreadable.count == 1)
    }
  }

  /// A message of data may be as long as it says itself.
  @Test(arguments: [70_000, 1 << 20, 8 << 20])
  func leavesBulkDataAlone(count: Int) {
    for message in [Self.write(1, count: count), Self.readResponse(1, count: count)] {
      let harness = FramerHarness()
      let packet = nbss(message)
      for start in stride(from: 0, to: packet.count, by: 65_000) { harness.take(packet[start..<min(packet.count, start + 65_000)]) }
      harness.take(FramerHoleTests.logoff(2))
      #expect(harness.sink.messageIDs == [1, 2])
      #expect(harness.sink.unreadable.isEmpty)
      #expect(harness.shownBytes < 130_000 + 100)
    }
  }

  /// Others' structures may be of any length: nobody looks into them.
  @Test(arguments: [14, 15, 16, 17] as [UInt16])
  func believesTheLengthOfLists(command: UInt16) {
    let harness = FramerHarness()
    harness.take(nbss(SMB2Bytes.request(command, 1, .counting(33)).bytes, length: 0x20_0000))
    #expect(harness.passes == [0x20_0000 + 4 - 101])
    #expect(harness.sink.messageIDs == [1])
    #expect(harness.sink.unreadable.isEmpty)
  }

  // MARK: Lengths that a message could have

  /// A segment begins like a message where a token should go on.
  @Test(arguments: [1, 500, 60_000])
  func endsAMessageWhereTheNextBegins(excess: Int) {
    let message = SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: .counting(150))).bytes
    let harness = FramerHarness()
    harness.take(nbss(message, length: message.count + excess))
    harness.take(FramerHoleTests.logoff(2))
    harness.take(FramerHoleTests.logoff(3))
    #expect(harness.sink.messageIDs == [2, 3])
    #expect(harness.sink.unreadable.count == 1)
  }

  /// Not in the middle of a segment, and not within what others decide.
  @Test func believesALengthWithoutEvidence() {
    let token = [UInt8].counting(40) + FramerHoleTests.logoff(9) + .counting(40)
    let packet = nbss(SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: token)).bytes)
    let harness = FramerHarness()
    harness.take(packet.prefix(120))
    harness.take(packet.dropFirst(120))
    #expect(harness.sink.messageIDs == [1])
    let copy = nbss(SMB2Bytes.request(11, 2, SMB2BodyBytes.ioctlRequest(controlCode: 0x1234, input: token)).bytes)
    let start = copy.count - 40 - FramerHoleTests.logoff(9).count
    harness.take(copy.prefix(start))
    harness.take(copy.dropFirst(start))
    #expect(harness.sink.messageIDs == [1, 2])
    #expect(harness.sink.unreadable.isEmpty)
  }
}
