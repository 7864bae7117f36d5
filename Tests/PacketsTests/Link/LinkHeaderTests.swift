import TestSupport
import Testing

@testable import Packets

@Suite struct LinkHeaderTests {
  static let segment = TCPSegment(payload: Array("hello".utf8))

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var linkType: LinkType
    var bytes: [UInt8]
    /// Low 48 bits of the hardware address expected.
    var hardwareSource: UInt64 = 0
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "Ethernet", linkType: .ethernet, bytes: segment.ethernet, hardwareSource: 0x0200_0000_0001),
    Case(
      name: "one VLAN tag", linkType: .ethernet,
      bytes: ethernetFrame(etherType: 0x0800, segment.ipv4, tags: [0x8100]), hardwareSource: 0x0200_0000_0001),
    Case(
      name: "two VLAN tags", linkType: .ethernet,
      bytes: ethernetFrame(etherType: 0x0800, segment.ipv4, tags: [0x88a8, 0x8100]), hardwareSource: 0x0200_0000_0001),
    Case(
      name: "three VLAN tags", linkType: .ethernet,
      bytes: ethernetFrame(etherType: 0x0800, segment.ipv4, tags: [0x9100, 0x88a8, 0x8100]),
      hardwareSource: 0x0200_0000_0001),
    Case(
      name: "Linux cooked", linkType: .linuxSLL, bytes: cooked(protocol: 0x0800) + segment.ipv4,
      hardwareSource: 0x0200_0000_0001),
    Case(
      name: "Linux cooked with VLAN tag", linkType: .linuxSLL, bytes: cooked(protocol: 0x8100) + [0, 7, 8, 0] + segment.ipv4,
      hardwareSource: 0x0200_0000_0001),
    Case(
      name: "Linux cooked without address", linkType: .linuxSLL,
      bytes: cooked(protocol: 0x0800).settingBigEndian(UInt16(0), at: 4) + segment.ipv4),
    Case(
      name: "Linux cooked version 2", linkType: .linuxSLL2, bytes: cooked2(protocol: 0x0800) + segment.ipv4,
      hardwareSource: 0x0200_0000_0001),
    Case(
      name: "Linux cooked version 2 with VLAN tag", linkType: .linuxSLL2,
      bytes: cooked2(protocol: 0x8100) + [0, 7, 8, 0] + segment.ipv4, hardwareSource: 0x0200_0000_0001),
    Case(name: "BSD loopback, little-endian", linkType: .null, bytes: [2, 0, 0, 0] + segment.ipv4),
    Case(name: "BSD loopback, big-endian", linkType: .null, bytes: [0, 0, 0, 2] + segment.ipv4),
    Case(name: "OpenBSD loopback", linkType: .loop, bytes: [0, 0, 0, 2] + segment.ipv4),
    Case(name: "raw, number 12", linkType: LinkType(rawValue: 12), bytes: segment.ipv4),
    Case(name: "raw, number 14", linkType: LinkType(rawValue: 14), bytes: segment.ipv4),
    Case(name: "raw, number 101", linkType: LinkType(rawValue: 101), bytes: segment.ipv4),
    Case(name: "raw IPv4", linkType: .ipv4, bytes: segment.ipv4),
  ]

  static func cooked(protocol type: UInt16) -> [UInt8] {
    ByteWriter().u16be(0).u16be(1).u16be(6).raw([2, 0, 0, 0, 0, 1, 0, 0]).u16be(type).bytes
  }

  static func cooked2(protocol type: UInt16) -> [UInt8] {
    ByteWriter().u16be(type).u16be(0).u32be(3).u16be(1).u8(0).u8(6).raw([2, 0, 0, 0, 0, 1, 0, 0]).bytes
  }

  @Test(arguments: cases)
  func findsTheSegment(_ example: Case) {
    var hardwareSource: UInt64?
    let result = withPacket(example.bytes, linkType: example.linkType) { packet, frame in
      hardwareSource = packet.hardwareSource
      return .segment(
        ReadSegment(
          source: packet.source, destination: packet.destination, payload: packet.payload(in: frame).copy(),
          payloadLength: packet.payloadLength))
    }
    #expect(
      result
        == .segment(
          ReadSegment(source: .testClient, destination: .testServer, payload: Array("hello".utf8), payloadLength: 5)))
    #expect(hardwareSource == example.hardwareSource)
  }

  /// Any cut is answered, whatever the answer is; a payload is never longer than what is left of it.
  @Test(arguments: cases)
  func survivesEveryCut(_ example: Case) {
    for count in 0...example.bytes.count {
      let result = read(Array(example.bytes.prefix(count)), linkType: example.linkType, originalLength: example.bytes.count)
      let whole = example.bytes.count - 5
      if count >= whole {
        #expect(result.payload == Array("hello".utf8.prefix(count - whole)))
      } else if count >= whole - 4 {
        // Checksum and urgent pointer, the last four bytes of the TCP header, are not needed.
        #expect(result.payload == [])
      } else {
        #expect(result == .cut || result == .foreign)
      }
    }
  }

  @Test(arguments: [0x0806, 0x88cc, 0x05dc, 0x88cd] as [UInt16])
  func leavesOtherEtherTypesAlone(_ type: UInt16) {
    #expect(read(ethernetFrame(etherType: type, Self.segment.ipv4)) == .foreign)
  }

  @Test func leavesUnknownLinkTypesAlone() {
    #expect(read(Self.segment.ipv4, linkType: LinkType(rawValue: 195)) == .foreign)
    #expect(!LinkType(rawValue: 195).isSupported)
    for example in Self.cases { #expect(example.linkType.isSupported) }
  }

  @Test func readsAFrameOfNothingButTags() {
    let tags = [UInt8](repeating: 0, count: 12) + Array(repeatElement([0x81, 0x00, 0x00, 0x01], count: 300).joined())
    #expect(read(tags) == .cut)
  }
}
