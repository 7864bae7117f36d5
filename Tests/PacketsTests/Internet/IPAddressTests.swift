import TestSupport
import Testing

@testable import Packets

@Suite struct IPAddressTests {
  /// RFC 5952 section 4, and the IPv4 form.
  @Test(arguments: [
    (0x0000_0000_0000_0000, 0x0000_0000_0000_0000, "::"),
    (0x0000_0000_0000_0000, 0x0000_0000_0000_0001, "::1"),
    (0x2001_0db8_0000_0000, 0x0000_0000_0000_0000, "2001:db8::"),
    (0x2001_0db8_0000_0000, 0x0000_0000_0000_0001, "2001:db8::1"),
    // 4.1: leading zeros go. 4.3: lower case.
    (0x2001_0db8_00ab_0cde, 0x0001_0002_0003_0f04, "2001:db8:ab:cde:1:2:3:f04"),
    // 4.2.2: one zero group alone stays.
    (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
    // 4.2.3: the longest run; the first of equal ones.
    (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"),
    (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
    (0x0000_0000_0001_0001, 0x0001_0001_0001_0001, "::1:1:1:1:1:1"),
    (0x0001_0001_0001_0001, 0x0001_0001_0000_0000, "1:1:1:1:1:1::"),
    (0xfe80_0000_0000_0000, 0x0211_22ff_fe33_4455, "fe80::211:22ff:fe33:4455"),
    (0xffff_ffff_ffff_ffff, 0xffff_ffff_ffff_ffff, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    (0x0000_0000_0000_0000, 0x0000_ffff_0000_0000, "0.0.0.0"),
    (0x0000_0000_0000_0000, 0x0000_ffff_ffff_ffff, "255.255.255.255"),
    (0x0000_0000_0000_0000, 0x0000_ffff_0a4d_0014, "10.77.0.20"),
    // IPv4-compatible addresses are not IPv4.
    (0x0000_0000_0000_0000, 0x0000_0000_0a4d_0014, "::a4d:14"),
  ] as [(UInt64, UInt64, String)])
  func printsCanonicalText(high: UInt64, low: UInt64, text: String) {
    #expect(IPAddress(high: high, low: low).description == text)
  }

  @Test func printsEndpoints() {
    #expect(Endpoint(address: IPAddress(10, 0, 0, 1), port: 445).description == "10.0.0.1:445")
    #expect(Endpoint(address: IPAddress(high: 0, low: 1), port: 445).description == "[::1]:445")
  }

  @Test func ordersByValue() {
    let sorted = [IPAddress(high: 0, low: 1), IPAddress(10, 0, 0, 1), IPAddress(10, 0, 0, 2), IPAddress(high: 1, low: 0)]
    #expect(sorted.reversed().sorted() == sorted)
  }
}

@Suite struct ConnectionKeyTests {
  @Test func isTheSameInBothDirections() throws {
    let there = TCPSegment(from: .testClient, to: .testServer).ethernet
    let back = TCPSegment(from: .testServer, to: .testClient).ethernet
    let (first, second) = (Self.key(there), Self.key(back))
    #expect(first?.key == second?.key)
    #expect(first?.sender == second?.sender.other)
    #expect(first?.key.hash(seed: 5) == second?.key.hash(seed: 5))
  }

  /// On loopback only the ports tell the two ends apart.
  @Test func tellsTwoEndsOfOneAddressByPort() {
    let low = Endpoint(address: IPAddress(127, 0, 0, 1), port: 445)
    let high = Endpoint(address: IPAddress(127, 0, 0, 1), port: 50_000)
    #expect(Self.key(TCPSegment(from: low, to: high).ethernet)?.sender == .first)
    #expect(Self.key(TCPSegment(from: high, to: low).ethernet)?.sender == .second)
  }

  static func key(_ frame: [UInt8]) -> (key: ConnectionKey, sender: Side)? {
    var result: (key: ConnectionKey, sender: Side)?
    _ = withPacket(frame) { packet, _ in
      result = ConnectionKey.of(packet)
      return .foreign
    }
    return result
  }
}
