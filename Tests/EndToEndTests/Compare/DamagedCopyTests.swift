import Compare
import Rules
import TestSupport
import Testing

/// Segments whose checksum is wrong: what TCP throws away is no message that a device altered.
@Suite struct DamagedCopyTests {
  private static let fixture = "healthy-3.0.2"
  /// Frames of the fixture with a message.
  private static let messages = [4, 6, 8, 10, 11]

  private func compare(_ points: TwoPoints) throws -> (hop: HopComparison, pair: PairComparison) {
    let hop = points.comparison.hops[0]
    return (hop, try #require(hop.pairs.first))
  }

  /// The sender sends it again, and the receiver reads that.
  @Test(arguments: messages, [TwoPoints.Point.near, .far])
  func readsTheGoodCopy(frame: Int, point: TwoPoints.Point) throws {
    let points = try TwoPoints(Self.fixture)
    try #require(!points.near[frame - 1].isToClient || points.far[frame - 1].isToClient)
    let (hop, pair) = try compare(points.damaging(frame, at: point, isSentAgain: true))
    #expect(hop.verdicts.map(\.kind) == [.untouched], "\(hop.verdicts.map(\.deed))")
    let isSender = points.near[frame - 1].isToClient == (point == .far)
    let expected = isSender ? "1 segment of the \(point == .near ? "client" : "server") has a wrong checksum at" : "TCP discards it, and the \(point == .near ? "server" : "client") sends it again"
    #expect(pair.notes.contains { $0.text.contains(expected) }, "\(pair.notes.map(\.text))")
  }

  /// The recorder has it damaged, and the receiver confirms it.
  @Test(arguments: messages, [TwoPoints.Point.near, .far])
  func provesNothingByARecorderThatDamagesPackets(frame: Int, point: TwoPoints.Point) throws {
    let points = try TwoPoints(Self.fixture)
    let (hop, pair) = try compare(points.damaging(frame, at: point, isSentAgain: false))
    let isSender = points.near[frame - 1].isToClient == (point == .far)
    if isSender {
      #expect(hop.verdicts.map(\.kind) == [.partly], "\(hop.verdicts.map(\.deed))")
      #expect(pair.notCompared.damaged == 1)
    } else {
      #expect(hop.verdicts.filter(\.matters).allSatisfy { $0.kind == .altered && $0.confidence == .likely }, "\(hop.verdicts.map(\.deed))")
    }
  }

  /// Late in a long connection nobody looks at checksums; what was sent again then may have been damaged, and what was not is
  /// probably altered. Message 40 is one of those that are compared in parts.
  @Test(arguments: [TwoPoints.Point.near, .far], [40, 60])
  func doubtsWhatIsNotChecked(point: TwoPoints.Point, message: Int) throws {
    let points = try Self.longConnection().damaging(3 + message, at: point, isSentAgain: false)
    let altered = try #require(points.comparison(checkedSegments: 0).hops[0].verdicts.first)
    #expect(altered.kind == .altered && altered.confidence == .likely, "\(altered.deed)")
    #expect(altered.why?.contains("does not look at checksums so late") == true)
    var repeated = points
    for side in [TwoPoints.Point.near, .far] { repeated[side].append(try Self.longConnection()[side][2 + message].delayed(400)) }
    let hop = repeated.comparison(checkedSegments: 0).hops[0]
    #expect(hop.verdicts.map(\.kind) == [.partly], "\(hop.verdicts.map(\.deed))")
    // The beginning of each connection is looked at all the same.
    let early = try Self.longConnection().damaging(3 + 10, at: .far, isSentAgain: true).comparison(checkedSegments: 0).hops[0]
    #expect(early.verdicts.map(\.kind) == [.untouched], "\(early.verdicts.map(\.deed))")
  }

  /// A client that sends 60 messages of 464 bytes.
  private static func longConnection() throws -> TwoPoints {
    var points = try TwoPoints(fixture)
    for side in [TwoPoints.Point.near, .far] {
      let request = points[side][3]
      let messages = (0..<60).map { number in
        var frame = request.delayed(Int64(number))
        var message = Array(request.bytes[request.payloadStart..<(request.payloadStart + 68)])
        (message[2], message[3]) = (0x01, 0xd0)
        (message[4 + 12], message[4 + 24], message[4 + 40]) = (13, UInt8(number), 7)  // ECHO, MessageId, SessionId
        frame.bytes = request.bytes[..<request.payloadStart] + message + [UInt8](repeating: UInt8(number), count: 400)
        frame.bytes = frame.bytes.settingBigEndian(UInt16(frame.bytes.count - 14), at: 16)
        frame.sequence &+= UInt32(number * 468)
        return frame
      }
      points[side] = Array(points[side].prefix(3)) + messages
    }
    return points
  }

  /// A device that alters a message on purpose gives it the right checksum, also beside damaged packets.
  @Test func stillProvesAlterations() throws {
    let points = try TwoPoints(Self.fixture).flipped(6, 70, at: .near).damaging(4, at: .far, isSentAgain: true)
    let verdict = try #require(try compare(points).hop.verdicts.first)
    #expect(verdict.kind == .altered && verdict.confidence == .proven)
    #expect(verdict.deed.contains("in the NEGOTIATE response"))
  }

  /// A retransmission that the recorder at the client lost is no delay, where damaged copies show that there was one.
  @Test func callsNoRepetitionADelay() throws {
    var points = try TwoPoints(Self.fixture).holdingBack(8, receivedAt: .far, nanoseconds: 400_000_000)
    points.far.insert(points.far[7].later(-400_000_000), at: 7)
    #expect(try compare(points.damaging(8, at: .far, isSentAgain: false)).hop.verdicts.filter(\.matters).isEmpty)
  }
}
