import Compare
import Packets
import Rules
import TestSupport
import Testing

/// A byte that differs is reported, wherever it lies; what was not compared is said.
@Suite struct EveryByteTests {
  private static let fixture = "healthy-3.0.2"

  private func verdict(_ points: TwoPoints) throws -> PathVerdict { try #require(points.comparison.hops[0].verdicts.first) }

  /// What makes a message another one, or none at all.
  @Test(
    arguments: [(0, UInt8(0x01), "ProtocolId"), (0, 0x40, "ProtocolId"), (4, 0x01, "StructureSize"), (12, 0x04, "Command"), (-1, 0x01, "the length in the NetBIOS header")],
    [(4, "NEGOTIATE request"), (6, "NEGOTIATE response"), (8, "SESSION_SETUP request"), (9, "SESSION_SETUP response"), (12, "TREE_CONNECT request"), (13, "TREE_CONNECT response")])
  func findsWhatIsNoLongerTheSameMessage(change: (offset: Int, flip: UInt8, field: String), message: (frame: Int, name: String)) throws {
    let plain = try TwoPoints(Self.fixture)
    let isRequest = message.name.hasSuffix("request")
    let receiver = isRequest ? TwoPoints.Point.far : .near
    func changed(_ points: TwoPoints, at point: TwoPoints.Point) -> TwoPoints {
      points.altered(message.frame, change.offset, [points[point][message.frame - 1].message(change.offset) ^ change.flip], at: point)
    }
    for points in [changed(plain, at: receiver).withOtherClock().withTranslation(), changed(plain, at: receiver).renumbered()] {
      let verdict = try verdict(points)
      #expect(verdict.kind == .altered)
      #expect(verdict.confidence == .proven)
      #expect(verdict.deed.contains("changes \(change.field) from"), "\(verdict.deed)")
      #expect(verdict.deed.contains("in the \(message.name)"), "\(verdict.deed)")
      #expect(verdict.frames.first == PathVerdict.Place(point: isRequest ? 0 : 1, frame: message.frame))
    }
    // The host itself may send it so.
    #expect(!changed(changed(plain, at: .near), at: .far).comparison.isTampered)
  }

  /// Of each message of a connection with more of them than are kept, its last byte.
  @Test func findsTheLastByteOfEachMessage() throws {
    let plain = try TwoPoints("session-several-users")
    var count = 0
    for (place, frame) in plain.near.enumerated() where frame.isTCP && frame.bytes.count > frame.payloadStart + 40 {
      let point = frame.isToClient ? TwoPoints.Point.near : .far
      let offset = frame.bytes.count - frame.payloadStart - 5
      let points = plain.altered(place + 1, offset, [frame.bytes[frame.bytes.count - 1] ^ 0x10], at: point)
      let verdicts = points.comparison.hops[0].verdicts.filter(\.matters)
      #expect(verdicts.map(\.kind) == [.altered], "frame \(place + 1)")
      #expect(verdicts.first?.deed.hasSuffix(frame.isToClient ? "from the server to the client" : "from the client to the server") == true)
      count += 1
    }
    #expect(count > 80)
    let untouched = try verdict(plain.withOtherClock().withTranslation())
    #expect(untouched.kind == .untouched)
  }

  @Test(arguments: ["healthy-3.0-encrypted", "healthy-3.1.1-encrypted"])
  func findsAByteOfAnEncryptedMessage(fixture: String) throws {
    let plain = try TwoPoints(fixture)
    let place = try #require(
      plain.near.firstIndex { $0.isTCP && $0.bytes.count > $0.payloadStart + 120 && !$0.isToClient && $0.message(0) == 0xfd })
    let points = plain.altered(place + 1, 80, [plain.far[place].message(80) ^ 0xff], at: .far)
    let verdict = try verdict(points.withOtherClock())
    #expect(verdict.deed.contains("changes the contents of the encrypted message, on the way from the client"), "\(verdict.deed)")
    #expect(verdict.frames.map(\.frame) == [place + 1, place + 1])
    // One that a recorder lost makes no other of the same size an altered one.
    var lossy = plain
    lossy.far = plain.far.without(place + 1)
    #expect(!lossy.comparison.isTampered)
  }

  @Test func findsAByteOfAFile() throws {
    let plain = try TwoPoints(Self.fixture)
    let frame = plain.near[28]
    #expect(frame.message(12) == 8 && frame.isToClient)
    let verdict = try verdict(plain.altered(29, 82, [frame.message(82) ^ 0x41], at: .near))
    #expect(verdict.deed.contains("changes the contents of the READ response"), "\(verdict.deed)")
  }

  // MARK: What is not compared

  @Test func saysThatEverythingWasCompared() throws {
    let untouched = try verdict(TwoPoints(Self.fixture).withOtherClock().withTranslation())
    #expect(untouched.kind == .untouched)
    #expect(untouched.deed == "every message is the same at both points")
  }

  @Test func saysWhatWasNotCompared() throws {
    let cut = try TwoPoints(Self.fixture).cut(at: 160, .far).comparison
    let verdict = try #require(cut.hops[0].verdicts.first)
    #expect(verdict.kind == .partly)
    #expect(verdict.notCompared.cut > 0)
    #expect(!cut.isTampered)
    var lossy = try TwoPoints(Self.fixture)
    lossy.far = lossy.far.without(10)
    #expect(try self.verdict(lossy).notCompared.lost == 1)
    #expect(try self.verdict(lossy).kind == .partly)
  }

  /// A recorder that lost a packet in the middle has not seen what it brought.
  @Test func saysWhatIsMissingInTheMiddle() throws {
    let plain = try TwoPoints("session-several-users")
    var lossy = plain
    let place = try #require(plain.far.indices.first { $0 > 46 && plain.far[$0].isTCP && plain.far[$0].bytes.count > plain.far[$0].payloadStart + 40 })
    lossy.far = plain.far.without(place + 1)
    let verdict = try verdict(lossy)
    #expect(verdict.kind == .partly)
    #expect(!verdict.notCompared.isEmpty)
  }

  /// Beside a connection that is altered, the others are not said to be all.
  @Test func saysWhichConnectionsAreNotHarmed() throws {
    let one = try TwoPoints(Self.fixture).flipped(4, 104, at: .far)
    let other = try TwoPoints("healthy-two-shares")
    let shift = one.near[0].time.since(other.near[0].time).nanoseconds + 5_000_000_000
    var both = one
    both.near = one.near + other.near.map { $0.later(shift) }
    both.far = one.far + other.far.map { $0.later(shift) }
    let verdicts = both.comparison.hops[0].verdicts
    #expect(verdicts.map(\.kind) == [.altered, .untouched])
    #expect(verdicts.map(\.isOfOthers) == [false, true])
    #expect(try !verdict(other).isOfOthers)
  }
}
