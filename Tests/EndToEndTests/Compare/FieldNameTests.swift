import Compare
import Packets
import Rules
import TestSupport
import Testing

/// The field that a device altered is named, and no other.
@Suite struct FieldNameTests {
  struct Change: CustomTestStringConvertible, Sendable {
    var fixture = "healthy-3.0.2"
    var frame: Int
    var offset: Int
    var bytes: [UInt8]
    var deed: String
    var testDescription: String { deed }
  }

  static let changes: [Change] = [
    Change(frame: 4, offset: 64, bytes: [37], deed: "changes StructureSize from 36 to 37 in the NEGOTIATE request"),
    Change(frame: 4, offset: 66, bytes: [5], deed: "changes DialectCount from 4 to 5 in the NEGOTIATE request"),
    Change(frame: 4, offset: 66, bytes: [3], deed: "changes DialectCount from 4 to 3 in the NEGOTIATE request"),
    Change(frame: 4, offset: 92, bytes: [1], deed: "changes ClientStartTime from 0x0000000000000000 to 0x0000000000000001 in the NEGOTIATE request"),
    Change(frame: 4, offset: 16, bytes: [1], deed: "changes Flags from 0x00000000 to 0x00000001 in the NEGOTIATE request"),
    Change(frame: 4, offset: 32, bytes: [1], deed: "changes Reserved from"),
    Change(frame: 6, offset: 122, bytes: [75], deed: "changes SecurityBufferLength from 74 to 75 in the NEGOTIATE response"),
    Change(frame: 12, offset: 70, bytes: [35], deed: "changes PathLength from 34 to 35 in the TREE_CONNECT request"),
    Change(frame: 12, offset: 68, bytes: [73], deed: "changes PathOffset from 0x0048 to 0x0049 in the TREE_CONNECT request"),
    Change(frame: 13, offset: 36, bytes: [0], deed: "changes TreeId from 0x"),
    Change(frame: 14, offset: 142, bytes: [5], deed: "changes DialectCount from 4 to 5 in the VALIDATE_NEGOTIATE_INFO request"),
    Change(fixture: "healthy-3.1.1", frame: 6, offset: 68, bytes: [0x10], deed: "changes DialectRevision from 0x0311 to 0x0310 in the NEGOTIATE response"),
    Change(fixture: "healthy-3.1.1", frame: 4, offset: 96, bytes: [3], deed: "changes NegotiateContextCount from 4 to 3 in the NEGOTIATE request"),
  ]

  @Test(arguments: changes)
  func namesOnlyTheField(_ change: Change) throws {
    let plain = try TwoPoints(change.fixture)
    let isToClient = plain.near[change.frame - 1].isToClient
    let points = plain.altered(change.frame, change.offset, change.bytes, at: isToClient ? .near : .far)
    let verdicts = points.withOtherClock().comparison.hops[0].verdicts.filter(\.matters)
    #expect(verdicts.map(\.kind) == [.altered])
    let deed = try #require(verdicts.first?.deed)
    #expect(deed.contains(change.deed), "\(deed)")
    #expect(deed.split(separator: "changes ").count == 2, "\(deed)")
    #expect(!deed.contains("removes") && !deed.contains("adds"), "\(deed)")
    if change.deed.contains("TreeId") { #expect(deed.firstMatch(of: /from 0x[0-9a-f]{8} to 0x[0-9a-f]{8} in/) != nil, "\(deed)") }
  }

  /// A field that is cut at one point is not gone from the other.
  @Test(arguments: [TwoPoints.Point.near, .far])
  func saysNothingOfACutField(point: TwoPoints.Point) throws {
    let points = try TwoPoints("healthy-3.0.2").flipped(6, 68, at: .near).cut(at: 256, point)
    let deeds = points.comparison.hops[0].verdicts.filter(\.matters).map(\.deed)
    #expect(deeds.count == 1)
    #expect(deeds.first?.contains("20 changes DialectRevision from 0x0302 to 0x0300 in the NEGOTIATE response") == true, "\(deeds)")
  }

  /// What takes most of the bytes that are kept leaves room for what comes later.
  @Test func namesTheFieldBehindAKerberosLogon() throws {
    let plain = try TwoPoints("kerberos-healthy")
    let places = plain.near.indices.filter { place in
      let frame = plain.near[place]
      return frame.isTCP && frame.bytes.count > frame.payloadStart + 70 && frame.message(0) == 0xfe && frame.message(12) == 3
    }
    #expect(places.count >= 2)
    for place in places {
      let frame = plain.near[place]
      let points = plain.altered(place + 1, 40, [frame.message(40) ^ 1], at: frame.isToClient ? .near : .far)
      let deed = try #require(points.comparison.hops[0].verdicts.first?.deed)
      #expect(deed.contains("changes SessionId from 0x") && deed.contains("TREE_CONNECT"), "\(deed)")
    }
  }
}
