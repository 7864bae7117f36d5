import TestSupport
import Testing

@testable import Packets

@Suite struct FragmentTableTests {
  static let segment = TCPSegment(payload: [UInt8].counting(2_000))

  /// An IPv4 packet in pieces of `size` bytes, which is a multiple of eight.
  static func pieces(_ payload: [UInt8], size: Int, identification: UInt16 = 9) -> [[UInt8]] {
    stride(from: 0, to: payload.count, by: size).map { start in
      let end = min(start + size, payload.count)
      var packet = IPv4Bytes(identification: identification, payload: Array(payload[start..<end]))
      packet.fragment = UInt16(start / 8) | (end < payload.count ? 0x2000 : 0)
      return packet.bytes
    }
  }

  static func ipv6Pieces(_ payload: [UInt8], size: Int) -> [[UInt8]] {
    stride(from: 0, to: payload.count, by: size).map { start in
      let end = min(start + size, payload.count)
      var packet = IPv6Bytes(payload: Array(payload[start..<end]))
      let field = UInt16(start) | (end < payload.count ? 1 : 0)
      packet.extensions = [(44, [0, 0, UInt8(field >> 8), UInt8(field & 0xff), 0, 0, 0, 7])]
      return packet.bytes
    }
  }

  static func take(_ packets: [[UInt8]], into table: inout FragmentTable, seconds: Int64 = 0) -> [UInt8]? {
    var whole: [UInt8]?
    for packet in packets {
      if let result = table.take(ByteView(packet.span), time: Timestamp(nanoseconds: seconds * 1_000_000_000)) { whole = result }
    }
    return whole
  }

  @Test(arguments: [8, 200, 1480])
  func putsPiecesTogetherInAnyOrder(size: Int) throws {
    var random = SeededGenerator(seed: UInt64(size))
    // The smallest pieces would be more than a packet may have.
    let payload = Array(Self.segment.bytes.prefix(size == 8 ? 800 : 2_020))
    for pieces in [Self.pieces(payload, size: size), Self.ipv6Pieces(payload, size: size)] {
      for _ in 0..<20 {
        var table = FragmentTable()
        let whole = try #require(Self.take(pieces.shuffled(using: &random), into: &table))
        #expect(Array(whole.suffix(payload.count)) == payload)
        let segment = read(whole, linkType: .rawIP)
        #expect(segment.payload == Array(payload.dropFirst(20)))
        let counts = table.finish()
        #expect(counts.reassembled == 1 && counts.incomplete == 0 && counts.conflicts == 0)
      }
    }
  }

  /// The first copy wins; what contradicts it is counted.
  @Test func recordsContradictions() throws {
    var table = FragmentTable()
    let payload = Self.segment.bytes
    let pieces = Self.pieces(payload, size: 1_000)
    let forged = Self.pieces([UInt8](repeating: 0xff, count: payload.count), size: 1_000)
    let whole = try #require(Self.take([pieces[0], pieces[0], forged[0], pieces[1], pieces[2]], into: &table))
    #expect(Array(whole.suffix(payload.count)) == payload)
    #expect(table.finish().conflicts == 1)
  }

  /// A forged piece behind the end keeps nothing from being whole.
  @Test func ignoresPiecesBehindTheEnd() throws {
    var table = FragmentTable()
    let payload = Array(Self.segment.bytes.prefix(2_000))
    let pieces = Self.pieces(payload, size: 1_000)
    let behind = Self.pieces([UInt8](repeating: 7, count: 4_000), size: 1_000)[3]
    let whole = try #require(Self.take([pieces[1], behind, pieces[0]], into: &table))
    #expect(Array(whole.suffix(payload.count)) == payload)
    #expect(table.finish().conflicts == 1)
  }

  /// Every fragment three times, as a mirror port may show them: no more room than for one.
  @Test func needsNoRoomForCopies() {
    var table = FragmentTable()
    let pieces = Self.pieces([UInt8](repeating: 1, count: 800), size: 8)
    #expect(Self.take(pieces.dropLast().flatMap { [$0, $0, $0] } + [pieces[99]], into: &table) != nil)
    #expect(table.finish().limitsReached == 0)
  }

  @Test func countsWhatNeverBecomesWhole() {
    var table = FragmentTable()
    let pieces = Self.pieces(Self.segment.bytes, size: 1_000)
    #expect(Self.take(Array(pieces.dropFirst()), into: &table) == nil)
    // Cut by the snapshot length.
    #expect(Self.take([Array(pieces[0].prefix(100))], into: &table) == nil)
    #expect(table.finish().incomplete == 2)
  }

  /// A minute later the rest belongs to another packet with the same number.
  @Test func forgetsAfterAMinute() {
    var table = FragmentTable()
    let pieces = Self.pieces(Self.segment.bytes, size: 1_000)
    #expect(Self.take(Array(pieces.prefix(2)), into: &table) == nil)
    #expect(Self.take(Array(pieces.suffix(1)), into: &table, seconds: 61) == nil)
    #expect(table.finish().incomplete == 2)
  }

  /// However many packets are begun, what is held is bounded.
  @Test func boundsWhatIsHeld() {
    var table = FragmentTable()
    for number in 0..<10_000 {
      let first = Self.pieces([UInt8](repeating: 1, count: 1_600), size: 1_400, identification: UInt16(number))[0]
      #expect(Self.take([first], into: &table) == nil)
    }
    let counts = table.finish()
    #expect(counts.limitsReached == 10_000 - FragmentTable.Limit.packets)
    #expect(counts.fragments == 10_000)
  }
}
