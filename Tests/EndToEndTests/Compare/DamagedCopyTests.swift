import Compare
import Rules
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
