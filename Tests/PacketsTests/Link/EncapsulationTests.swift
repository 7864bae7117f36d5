import TestSupport
import Testing

@testable import Packets

@Suite struct EncapsulationTests {
  static let segment = TCPSegment(payload: Array("hello".utf8))

  @Test(arguments: Encapsulation.all.map(\.name))
  func findsTheSegment(_ name: String) throws {
    let one = try #require(Encapsulation.all.first { $0.name == name })
    let expected = ReadSegment(
      source: .testClient, destination: .testServer, payload: Array("hello".utf8), payloadLength: 5)
    #expect(read(one.wrap(Self.segment.ipv4), linkType: one.linkType) == .segment(expected))
    #expect(one.linkType.isSupported)
  }

  /// Any cut is answered, whatever the answer is.
  @Test(arguments: Encapsulation.all.map(\.name))
  func survivesEveryCut(_ name: String) throws {
    let one = try #require(Encapsulation.all.first { $0.name == name })
    let bytes = one.wrap(Self.segment.ipv4)
    for count in 0..<bytes.count {
      let result = read(Array(bytes.prefix(count)), linkType: one.linkType, originalLength: bytes.count)
      guard case .segment(let segment) = result, segment.destination == .testServer else { continue }
      #expect(Array("hello".utf8).starts(with: segment.payload))
    }
  }

  /// Random bytes behind each header: nothing traps, whatever the link type says.
  @Test(arguments: Encapsulation.all.map(\.name))
  func survivesDamage(_ name: String) throws {
    let one = try #require(Encapsulation.all.first { $0.name == name })
    var random = SeededGenerator(seed: 7)
    let bytes = one.wrap(Self.segment.ipv4)
    for _ in 0..<2_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = read(damaged, linkType: one.linkType)
    }
  }

  /// IPv6 in IPv4 and in UDP.
  @Test func findsIPv6InTunnels() {
    var six = IPv4Bytes(payload: Self.segment.ipv6)
    six.transport = 41
    #expect(read(ethernetFrame(etherType: 0x0800, six.bytes)).payload == Array("hello".utf8))
    let origin: [UInt8] = [0, 0, 1, 2, 3, 4, 5, 6]
    let authentication: [UInt8] = [0, 1, 2, 3] + [UInt8](repeating: 9, count: 14)
    for (index, prefix) in [[], origin, authentication, authentication + origin].enumerated() {
      let payload = prefix + Self.segment.ipv6
      // To the server, and from it.
      let (from, to): (UInt16, UInt16) = index % 2 == 0 ? (50_000, 3544) : (3544, 50_000)
      let datagram = ByteWriter().u16be(from).u16be(to).u16be(UInt16(8 + payload.count)).u16be(0).raw(payload).bytes
      var outer = IPv4Bytes(payload: datagram)
      outer.transport = 17
      #expect(read(ethernetFrame(etherType: 0x0800, outer.bytes)).payload == Array("hello".utf8))
    }
  }

  /// Encrypted frames, control frames and aggregates hold nothing that can be read.
  @Test func leavesWhatIsHiddenAlone() {
    let packet = Self.segment.ipv4
    let addresses = [UInt8](repeating: 2, count: 18) + [0, 0]
    let snap: [UInt8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
    #expect(read(ethernetFrame(etherType: 0x88e5, [0x0c, 0, 0, 0, 0, 1, 8, 0] + packet)) == .foreign)
    // Encrypted: a packet number comes first, and a bit of its fourth byte is set.
    let number: [UInt8] = [0xaa, 0xaa, 3, 0x20, 0, 0, 0, 0]
    #expect(read([0x08, 0x41, 0, 0] + addresses + number + snap + packet, linkType: LinkType(rawValue: 105)) == .foreign)
    for control: [UInt8] in [[0x80, 0], [0xb4, 0], [0x48, 1]] {
      #expect(read(control + [0, 0] + addresses + snap + packet, linkType: LinkType(rawValue: 105)) == .foreign)
    }
    // An aggregate of two.
    let first: [UInt8] = [UInt8](repeating: 2, count: 12) + [0, 60] + snap + packet + [UInt8](repeating: 0, count: 60)
    #expect(read([0x88, 0x01, 0, 0] + addresses + [0x80, 0] + first, linkType: LinkType(rawValue: 105)) == .foreign)
  }

  /// Tunnels in tunnels end somewhere.
  @Test func boundsTheDepth() {
    var packet = Self.segment.ipv4
    for _ in 0..<Tunnel.maximumDepth { packet = Self.ipInIP(packet) }
    #expect(read(ethernetFrame(etherType: 0x0800, packet)).payload == Array("hello".utf8))
    #expect(read(ethernetFrame(etherType: 0x0800, Self.ipInIP(packet))) == .foreign)
  }

  private static func ipInIP(_ packet: [UInt8]) -> [UInt8] {
    var outer = IPv4Bytes(payload: packet)
    outer.transport = 4
    return outer.bytes
  }
}
