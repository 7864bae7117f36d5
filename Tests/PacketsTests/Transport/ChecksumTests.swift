import TestSupport
import Testing

@testable import Packets

/// RFC 1071, RFC 791 3.1, RFC 9293 3.1, RFC 768.
@Suite struct ChecksumTests {
  private static func sum(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }

  private static func set(_ value: UInt16, _ bytes: inout [UInt8], at offset: Int) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 0xff)
  }

  /// A packet with right checksums: IP version, transport, payload.
  private static func packet(_ version: Int, _ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var body = TCPSegment(payload: payload).bytes
    if transport == 17 {
      body = ByteWriter().u16be(5_000).u16be(53).u16be(UInt16(8 + payload.count)).u16be(0).raw(payload).bytes
    }
    var whole: [UInt8]
    let addresses: [UInt8]
    if version == 4 {
      var ip = IPv4Bytes(payload: body)
      ip.transport = transport
      whole = ip.bytes
      set(sum(Array(whole.prefix(20))), &whole, at: 10)
      addresses = Array(whole[12..<20])
    } else {
      let source = IPAddress(high: 0x2001_0db8_0000_0000, low: 0xffff_ffff_ffff_ffff)
      var ip = IPv6Bytes(source: source, payload: body)
      ip.transport = transport
      whole = ip.bytes
      addresses = Array(whole[8..<40])
    }
    let start = whole.count - body.count
    set(sum(addresses + [0, transport] + [UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body), &whole, at: start + (transport == 6 ? 16 : 6))
    return whole
  }

  private static func isWrong(_ bytes: [UInt8], wireLength: Int? = nil) throws -> Bool {
    let frame = Frame(
      number: 1, time: Timestamp(nanoseconds: 0), originalLength: wireLength ?? bytes.count, linkType: .rawIP)
    guard case .packet(let packet) = try Packet.read(ByteView(bytes.span), frame: frame) else {
      throw DecodeError(offset: 0, reason: .malformed("no packet"))
    }
    return packet.hasWrongChecksum(in: ByteView(bytes.span))
  }

  @Test(arguments: [4, 6], [6, 17] as [UInt8])
  func tellsRightFromWrong(version: Int, transport: UInt8) throws {
    for count in [0, 1, 2, 3, 4, 5, 200, 1_401] {
      let right = Self.packet(version, transport, .counting(count, from: 3))
      #expect(try !Self.isWrong(right), "\(count) bytes")
      let header = version == 4 ? 20 : 40
      for offset in [header + 1, right.count - 1] {
        var wrong = right
        wrong[offset] ^= 0x10
        #expect(try Self.isWrong(wrong), "\(count) bytes, byte \(offset)")
      }
    }
  }

  @Test func looksAtTheHeaderOfIPv4() throws {
    var wrong = Self.packet(4, 6, [1, 2, 3])
    wrong[8] ^= 1
    #expect(try Self.isWrong(wrong))
  }

  /// What cannot be judged is not wrong.
  @Test func leavesAloneWhatItCannotJudge() throws {
    let right = Self.packet(4, 6, .counting(100))
    #expect(try !Self.isWrong(Array(right.dropLast(10)), wireLength: right.count))
    var withoutLength = right
    Self.set(0, &withoutLength, at: 2)
    #expect(try !Self.isWrong(withoutLength))
    var udp = Self.packet(4, 17, [9])
    Self.set(0, &udp, at: 26)
    #expect(try !Self.isWrong(udp))
  }
}
