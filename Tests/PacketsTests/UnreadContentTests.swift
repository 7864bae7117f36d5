import TestSupport
import Testing

@testable import Packets

/// Frames in which SMB may be, and that nobody can read.
@Suite struct UnreadContentTests {
  private static let mac: [UInt8] = [2, 0, 0, 0, 0, 1]
  private static let address = mac + mac + mac + [0, 0]
  private static let snap: [UInt8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
  private static let wireless = LinkType(rawValue: 105)

  private func content(_ bytes: [UInt8], _ linkType: LinkType = .ethernet) -> UnreadContent? {
    let frame = Frame(number: 1, time: Timestamp(nanoseconds: 0), originalLength: bytes.count, linkType: linkType)
    let view = ByteView(bytes.span)
    guard case .foreign? = try? Packet.read(view, frame: frame) else { return nil }
    return UnreadContent(view, linkType: linkType)
  }

  /// CCMP: packet number, and ExtIV in the fourth byte.
  @Test func knowsEncryptedWireless() {
    let header: [UInt8] = [0x88, 0x41, 0, 0] + Self.address + [0, 0]
    #expect(content(header + [1, 0, 0, 0x20, 0, 0, 0, 0] + .counting(60), Self.wireless) == .encryptedWireless)
    let radiotap: [UInt8] = [0, 0, 8, 0, 0, 0, 0, 0]
    #expect(content(radiotap + header + [1, 0, 0, 0x20, 0, 0, 0, 0] + .counting(60), LinkType(rawValue: 127)) == .encryptedWireless)
    // What begins like LLC and is not.
    #expect(content(header + [0xaa, 0xaa, 3, 0x20, 0, 0, 0, 0] + .counting(60), Self.wireless) == .encryptedWireless)
  }

  @Test func knowsAggregates() {
    let part = Self.mac + Self.mac + [0, 40] + Self.snap + [UInt8](repeating: 0, count: 34)
    #expect(content([0x88, 0x01, 0, 0] + Self.address + [0x80, 0] + part + part, Self.wireless) == .aggregatedWireless)
  }

  @Test(arguments: [
    (0x88e5, [0x0c, 0, 0, 0, 0, 1] + .counting(50), .encryptedMACsec), (0x88e7, .counting(60), .encapsulation(0x88e7)),
    (0x8903, .counting(60), .encapsulation(0x8903)), (0x0806, .counting(46), nil), (0x88cc, .counting(46), nil),
    (0x88e5, [0x00, 0, 0, 0, 0, 1, 0x08, 0x06] + .counting(50), nil),
  ] as [(UInt16, [UInt8], UnreadContent?)])
  func knowsEtherTypes(type: UInt16, payload: [UInt8], expected: UnreadContent?) {
    #expect(content(ethernetFrame(etherType: type, payload)) == expected)
    #expect(content(ethernetFrame(etherType: type, payload, tags: [0x8100])) == expected)
  }

  /// A tag that no one knows, with the packet of an SMB connection behind it.
  @Test(arguments: [0x8926, 0x893f, 0x8909, 0x9999, 0x88b5] as [UInt16], [2, 4, 6, 20]) func knowsTagsBeforeIP(type: UInt16, length: Int) {
    let packet = Array(TCPSegment(payload: .counting(40)).ethernet.dropFirst(14))
    let tagged = ethernetFrame(etherType: type, [UInt8](repeating: 1, count: length) + packet)
    #expect(content(tagged) == .encapsulation(type))
    #expect(content(tagged + [1, 2, 3, 4]) == .encapsulation(type))
    #expect(content(ethernetFrame(etherType: 0x9999, .counting(40 + length))) == nil)
  }

  /// Wherever the packet begins in what may be a tag and another header, and not behind it.
  @Test func findsIPAtEveryPlace() {
    for version in [4, 6] {
      let packet = Array(TCPSegment(payload: .counting(40)).ethernet.dropFirst(14))
      let six: [UInt8] = [0x60, 0, 0, 0, 0, UInt8(packet.count - 20), 6, 64] + [UInt8](repeating: 0, count: 32) + packet.dropFirst(20)
      for length in 0..<56 {
        let frame = ethernetFrame(etherType: 0x88b5, [UInt8](repeating: 0x4f, count: length) + (version == 4 ? packet : six))
        #expect(content(frame) == (length < 48 ? .encapsulation(0x88b5) : nil), "IPv\(version) behind \(length) bytes")
      }
    }
    for length in 0..<30 { #expect(content(ethernetFrame(etherType: 0x88b5, [UInt8](repeating: 0x45, count: length))) == nil) }
  }

  @Test(arguments: [(50, .ipsec), (115, .tunnel(115)), (2, nil), (89, nil)] as [(UInt8, UnreadContent?)])
  func knowsProtocols(number: UInt8, expected: UnreadContent?) {
    let bytes = TCPSegment(payload: .counting(40)).ethernet
    #expect(content(bytes.setting(number, at: 23)) == expected)
  }

  /// A protocol that no one knows, with the packet of an SMB connection in it.
  @Test func knowsPacketsInPackets() {
    let outer = TCPSegment(payload: .counting(40)).ethernet
    let frame = Array(outer.prefix(34)).setting(99, at: 23).setting(UInt8(20 + 4 + outer.count - 14), at: 17) + [1, 2, 3, 4] + outer.dropFirst(14)
    #expect(content(frame) == .tunnel(99))
  }

  @Test(arguments: [
    (4500, [0, 0, 0, 1, 0, 0, 0, 9], .ipsec), (4500, [0, 0, 0, 0, 1, 2, 3, 4], nil),
    (51820, [4, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 0, 0, 0, 0], .datagrams(51820)), (51820, [1, 0, 0, 0], nil),
    (41641, [4, 0, 0, 0, 1, 2, 3, 4, 9, 0, 0, 0, 0, 0, 0, 0], .datagrams(41641)),
    (1194, [0x48, 0, 0, 1], .datagrams(1194)), (1194, [0x38, 0, 0, 1], nil),
    (1701, [0, 2, 0, 1, 0, 2, 0xff, 3], .datagrams(1701)), (1701, [0xc8, 2, 0, 12], nil),
    (4341, [0x80, 0, 0, 0, 0, 0, 0, 0, 0x45], .datagrams(4341)),
    (5247, [0, 0x10, 2, 0], .datagrams(5247)), (5247, [1, 0, 0, 0], .datagrams(5247)), (5247, [0, 0x10, 2, 8], nil),
    (5000, [4, 0, 0, 0], nil),
  ] as [(UInt16, [UInt8], UnreadContent?)])
  func knowsTunnelsInUDP(port: UInt16, head: [UInt8], expected: UnreadContent?) {
    let payload = head + .counting(60)
    #expect(UnreadContent(ByteView(payload.span), from: 40_000, to: port) == expected)
    let beginning = Array(payload.prefix(UnreadContent.datagramHead))
    #expect(UnreadContent(ByteView(beginning.span), from: port, to: 40_000) == expected)
    let keepAlive: [UInt8] = [0xff]
    #expect(UnreadContent(ByteView(keepAlive.span), from: 40_000, to: port) == nil)
  }

  /// Frames of management, and data frames without data.
  @Test(arguments: [[0x80, 0x00], [0x48, 0x41], [0xd4, 0x00]] as [[UInt8]]) func countsNothingThatHoldsNoData(start: [UInt8]) {
    #expect(content(start + [0, 0] + Self.address + .counting(40), Self.wireless) == nil)
  }
}
