import Capture
import Packets
import TestSupport
import Testing

/// What is kept of a capture that goes on, for evidence.
@Suite struct RecentFramesTests {
  private static let beginning = 64 * 1024
  private static let mebibyte = 1 << 20

  private static func client(_ port: UInt16) -> Endpoint { Endpoint(address: Endpoint.testClient.address, port: port) }

  private static func segment(_ port: UInt16, payload count: Int = 0, flags: TCPFlags = [.ack]) -> [UInt8] {
    TCPSegment(from: client(port), flags: flags, payload: [UInt8](repeating: 0, count: count)).ethernet
  }

  /// Frames numbered from 1.
  private struct Kept {
    var frames = RecentFrames()
    var count = 0

    mutating func append(_ bytes: [UInt8]) {
      count += 1
      let frame = Frame(
        number: count, time: Timestamp(nanoseconds: Int64(count)), originalLength: bytes.count, linkType: .ethernet)
      frames.append(frame, ByteView(bytes.span))
    }

    func lent(ofPort port: UInt16) -> [(number: Int, count: Int)] {
      let flow = frames.flow(of: .testServer, client(port))
      var lent: [(number: Int, count: Int)] = []
      frames.forEach { $0.flow == flow } _: { kept, bytes in lent.append((kept.frame.number, bytes.count)) }
      return lent
    }
  }

  @Test func keepsBothDirectionsOfAConnection() {
    var kept = Kept()
    kept.append(Self.segment(1, flags: .syn))
    kept.append(Self.segment(2, flags: .syn))
    kept.append(TCPSegment(from: .testServer, to: Self.client(1), flags: [.syn, .ack]).ethernet)
    kept.append(ethernetFrame(etherType: 0x88cc, [0, 0]))
    #expect(kept.lent(ofPort: 1).map(\.number) == [1, 3])
    #expect(kept.lent(ofPort: 2).map(\.number) == [2])
    let flows = kept.frames.flows(of: [1, 3, 4, 99])
    #expect(flows[1] == flows[3])
    #expect(flows[4] == FlowHash.none)
    #expect(flows[99] == nil)
  }

  /// File data of one connection does not displace the beginning of another; of its own frames the headers stay.
  @Test func keepsBeginningsBesideFileData() throws {
    var kept = Kept()
    kept.append(Self.segment(1, flags: .syn))
    kept.append(Self.segment(1, payload: 1400))
    while kept.count < 60_000 { kept.append(Self.segment(2, payload: 1400)) }
    kept.append(Self.segment(1, payload: 100))
    #expect(kept.lent(ofPort: 1).map(\.number) == [1, 2, 60_001])
    let bulk = kept.lent(ofPort: 2)
    #expect(bulk.map(\.number) == bulk.map(\.number).sorted())
    #expect(bulk.prefix(40).allSatisfy { $0.count == 1454 })
    #expect(bulk.reduce(0) { $0 + $1.count } < Self.beginning + 1500 + 8 * Self.mebibyte)
    #expect(try #require(bulk.last) == (60_000, 512))
  }

  /// The same ports again are another connection, with a beginning of its own.
  @Test func measuresEachConnection() throws {
    var kept = Kept()
    for _ in 0..<100 { kept.append(Self.segment(1, payload: 1400)) }
    #expect(try #require(kept.lent(ofPort: 1).last).count == 512)
    kept.append(Self.segment(1, flags: .syn))
    kept.append(Self.segment(1, payload: 1400))
    #expect(try #require(kept.lent(ofPort: 1).last).count == 1454)
  }

  @Test func staysWithinItsBounds() {
    var kept = Kept()
    for port in 0..<UInt16(60_000) { kept.append(Self.segment(port, payload: 1000, flags: .syn)) }
    var byteCount = 0
    var numbers: [Int] = []
    kept.frames.forEach { _ in true } _: { kept, bytes in
      byteCount += bytes.count
      numbers.append(kept.frame.number)
    }
    #expect((30 * Self.mebibyte...32 * Self.mebibyte).contains(byteCount))
    #expect(numbers == Array((60_001 - numbers.count)...60_000), "the latest, in order")
  }
}
