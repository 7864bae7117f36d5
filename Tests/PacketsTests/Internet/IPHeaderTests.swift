import TestSupport
import Testing

@testable import Packets

@Suite struct IPv4HeaderTests {
  static let segment = TCPSegment(payload: .counting(30)).bytes

  @Test func readsTheFields() throws {
    var packet = IPv4Bytes(hopLimit: 57, identification: 0x1234, payload: Self.segment)
    packet.options = [1, 1, 1, 0]
    let bytes = packet.bytes.setting(UInt8(0xb8), at: 1)
    let header = try #require(try IPHeader.decode(ByteView(bytes.span), wireLength: bytes.count))
    #expect(header.source == IPAddress(10, 0, 0, 1))
    #expect(header.destination == IPAddress(10, 0, 0, 2))
    #expect(header.transport == 6)
    #expect(header.hopLimit == 57)
    #expect(header.trafficClass == 0xb8)
    #expect(header.identification == 0x1234)
    #expect(header.payloadOffset == 24)
    #expect(header.payloadLength == 50)
    #expect(!header.isFragment)
  }

  @Test(arguments: [0, 4, 20, 40])
  func skipsOptions(length: Int) {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.options = Array(repeating: 1, count: length)
    #expect(read(ethernetFrame(etherType: 0x0800, packet.bytes)).payload == .counting(30))
  }

  /// A network card that cuts the segments itself leaves the total length 0 in the sender's own capture.
  @Test func takesTheFrameLengthForATotalLengthOfZero() {
    var packet = IPv4Bytes(payload: TCPSegment(payload: .counting(70_000)).bytes)
    packet.totalLength = 0
    let frame = ethernetFrame(etherType: 0x0800, packet.bytes)
    #expect(read(frame).payload?.count == 70_000)
    let cut = read(Array(frame.prefix(100)), originalLength: frame.count)
    guard case .segment(let segment) = cut else { return #expect(cut == .cut, "no segment") }
    #expect(segment.payload.count == 100 - 54)
    #expect(segment.payloadLength == 70_000)
  }

  @Test func cutsEthernetPadding() {
    let frame = TCPSegment(payload: [1, 2]).ethernet + [UInt8](repeating: 0xee, count: 4)
    #expect(frame.count == 60)
    #expect(read(frame).payload == [1, 2])
    #expect(read(TCPSegment(flags: [.rst]).ethernet + [UInt8](repeating: 0xee, count: 6)).payload == [])
  }

  @Test func believesTheFrameWhenTheTotalLengthIsLarger() {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.totalLength = 1500
    let result = read(ethernetFrame(etherType: 0x0800, packet.bytes))
    #expect(result.payload == .counting(30))
    guard case .segment(let segment) = result else { return }
    #expect(segment.payloadLength == 30)
  }

  @Test func believesTheCapturedBytesWhenTheOriginalLengthIsSmaller() {
    let frame = TCPSegment(payload: .counting(30)).ethernet
    #expect(read(frame, originalLength: 10).payload == .counting(30))
  }

  @Test(arguments: [0x2000, 0x0001, 0x1fff, 0x3fff] as [UInt16])
  func tellsFragments(fragment: UInt16) {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.fragment = fragment
    #expect(read(ethernetFrame(etherType: 0x0800, packet.bytes)) == .fragment)
  }

  @Test func doesNotTakeDontFragmentForAFragment() {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.fragment = 0x4000
    #expect(read(ethernetFrame(etherType: 0x0800, packet.bytes)).payload == .counting(30))
  }

  @Test(arguments: 0...4 as ClosedRange<UInt8>)
  func refusesAHeaderLengthBelowFive(words: UInt8) {
    let bytes = IPv4Bytes(payload: Self.segment).bytes.setting(0x40 | words, at: 0)
    #expect(read(ethernetFrame(etherType: 0x0800, bytes)) == .foreign)
  }

  @Test(arguments: [1, 19, 20, 39] as [UInt16])
  func refusesATotalLengthWithoutRoomForTheHeaders(length: UInt16) {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.totalLength = length
    let result = read(ethernetFrame(etherType: 0x0800, packet.bytes))
    #expect(result == .foreign || result == .malformed)
  }

  @Test(arguments: [1, 2, 47, 50, 132] as [UInt8])
  func leavesOtherTransportsAlone(transport: UInt8) {
    var packet = IPv4Bytes(payload: Self.segment)
    packet.transport = transport
    #expect(read(ethernetFrame(etherType: 0x0800, packet.bytes)) == .foreign)
  }

  @Test func readsUDP() {
    var packet = IPv4Bytes(payload: ByteWriter().u16be(50_000).u16be(88).u16be(12).u16be(0).u32be(7).bytes)
    packet.transport = 17
    let result = read(ethernetFrame(etherType: 0x0800, packet.bytes))
    guard case .segment(let segment) = result else { return #expect(Bool(false), "not read: \(result)") }
    #expect(segment.source.port == 50_000)
    #expect(segment.destination.port == 88)
    #expect(segment.payload == [0, 0, 0, 7])
  }

  @Test(arguments: [0, 1, 2, 3, 5, 7, 8, 15] as [UInt8])
  func leavesOtherVersionsAlone(version: UInt8) {
    let bytes = IPv4Bytes(payload: Self.segment).bytes.setting(version << 4 | 5, at: 0)
    #expect(read(ethernetFrame(etherType: 0x0800, bytes)) == .foreign)
  }
}

@Suite struct IPv6HeaderTests {
  static let segment = TCPSegment(payload: .counting(30)).bytes

  static func frame(_ packet: IPv6Bytes) -> [UInt8] { ethernetFrame(etherType: 0x86dd, packet.bytes) }

  @Test func readsTheFields() throws {
    let bytes = IPv6Bytes(hopLimit: 128, payload: Self.segment).bytes.settingBigEndian(UInt32(0x6b81_2345), at: 0)
    let header = try #require(try IPHeader.decode(ByteView(bytes.span), wireLength: bytes.count))
    #expect(header.source == IPAddress(high: 0x2001_0db8_0000_0000, low: 1))
    #expect(header.destination == IPAddress(high: 0x2001_0db8_0000_0000, low: 2))
    #expect(header.hopLimit == 128)
    #expect(header.trafficClass == 0xb8)
    #expect(header.identification == nil)
    #expect(header.payloadOffset == 40)
    #expect(header.payloadLength == 50)
  }

  struct Extensions: CustomTestStringConvertible, Sendable {
    var name: String
    var chain: [(number: UInt8, bytes: [UInt8])]
    var isFragment = false
    var testDescription: String { name }
  }

  static let chains: [Extensions] = [
    Extensions(name: "none", chain: []),
    Extensions(name: "hop-by-hop", chain: [(0, [0, 0, 1, 4, 0, 0, 0, 0])]),
    Extensions(name: "routing of 24 bytes", chain: [(43, [0, 2] + .counting(22))]),
    Extensions(name: "destination options", chain: [(60, [0, 0, 1, 4, 0, 0, 0, 0])]),
    Extensions(name: "authentication", chain: [(51, [0, 4] + .counting(22))]),
    Extensions(
      name: "hop-by-hop, routing, destination",
      chain: [(0, [0, 0, 1, 4, 0, 0, 0, 0]), (43, [0, 0, 0, 0, 0, 0, 0, 0]), (60, [0, 1] + .counting(14))]),
    Extensions(name: "atomic fragment", chain: [(44, [0, 0, 0, 0, 0, 0, 0, 1])]),
    Extensions(name: "first fragment", chain: [(44, [0, 0, 0, 1, 0, 0, 0, 1])], isFragment: true),
    Extensions(name: "later fragment", chain: [(44, [0, 0, 5, 0xb0, 0, 0, 0, 1])], isFragment: true),
  ]

  @Test(arguments: chains)
  func skipsExtensionHeaders(_ example: Extensions) {
    var packet = IPv6Bytes(payload: Self.segment)
    packet.extensions = example.chain
    let result = read(Self.frame(packet))
    if example.isFragment {
      #expect(result == .fragment)
    } else {
      #expect(result.payload == .counting(30))
    }
  }

  @Test(arguments: chains)
  func survivesEveryCut(_ example: Extensions) {
    var packet = IPv6Bytes(payload: Self.segment)
    packet.extensions = example.chain
    let frame = Self.frame(packet)
    for count in 0..<(frame.count - 30) {
      let result = read(Array(frame.prefix(count)), originalLength: frame.count)
      // Checksum and urgent pointer, the last four bytes of the TCP header, are not needed.
      let isHeaderCut = count < frame.count - 34
      #expect(isHeaderCut ? result == .cut || result == .fragment : result == .fragment || result.payload == [])
    }
  }

  @Test func takesTheFrameLengthForAPayloadLengthOfZero() {
    var packet = IPv6Bytes(payload: TCPSegment(payload: .counting(70_000)).bytes)
    packet.payloadLength = 0
    #expect(read(Self.frame(packet)).payload?.count == 70_000)
  }

  @Test func cutsPadding() {
    let packet = IPv6Bytes(payload: TCPSegment(payload: [9]).bytes)
    #expect(read(Self.frame(packet) + [0xee, 0xee, 0xee]).payload == [9])
  }

  @Test func refusesAPayloadShorterThanItsExtensions() {
    var packet = IPv6Bytes(payload: Self.segment)
    packet.extensions = [(60, [0, 1] + .counting(14))]
    packet.payloadLength = 8
    #expect(read(Self.frame(packet)) == .foreign)
  }

  /// Each extension header claims to be the longest there is.
  @Test func survivesALongChain() {
    var packet = IPv6Bytes(payload: [])
    packet.extensions = (0..<40).map { _ in (60, [0, 255] + .counting(2046)) }
    #expect(read(Self.frame(packet)) == .foreign || read(Self.frame(packet)) == .cut)
  }
}
