import Packets
import TestSupport
import Testing

@testable import Transcripts

/// Hosts that are looked for on the network.
@Suite struct NeighborTests {
  private static let client = IPAddress(10, 77, 0, 10)
  private static let other = IPAddress(10, 77, 0, 11)
  private static let absent = IPAddress(10, 77, 0, 99)

  private static func question(_ seconds: Int64, from client: IPAddress = client, isForAll: Bool = true, milliseconds: Int64 = 0) -> TestFrame {
    TestFrame(seconds: seconds, nanoseconds: milliseconds * 1_000_000, ARPBytes.question(for: absent, from: client, isForAll: isForAll))
  }

  private static func searches(_ frames: TestFrame...) -> [NeighborSearch] { Recorded(frames).lookups.neighbors }

  @Test func threeQuestionsWithoutAnAnswer() throws {
    let search = try #require(Self.searches(Self.question(1), Self.question(2), Self.question(3)).first)
    #expect(search.client == Self.client)
    #expect(search.target == Self.absent)
    #expect(search.tries == 3)
    #expect(search.first.number == 1)
    #expect(search.last.number == 3)
  }

  /// Whoever asks again after half a minute had an answer; copies of a frame are one; two questions are not enough.
  @Test func tooFew() {
    #expect(Self.searches(Self.question(1), Self.question(2)).isEmpty)
    #expect(Self.searches(Self.question(1), Self.question(31), Self.question(61), Self.question(91)).isEmpty)
    #expect(Self.searches(Self.question(1), Self.question(1, milliseconds: 1), Self.question(2), Self.question(2, milliseconds: 1)).isEmpty)
  }

  @Test func aSignOfLife() {
    let answer = TestFrame(seconds: 4, ARPBytes.answer(of: Self.absent, to: Self.client))
    #expect(Self.searches(Self.question(1), Self.question(2), Self.question(3), answer).isEmpty)
    // It looks for somebody itself.
    let asks = TestFrame(seconds: 4, ARPBytes.question(for: Self.other, from: Self.absent))
    #expect(Self.searches(Self.question(1), Self.question(2), Self.question(3), asks).isEmpty)
    let talks = TestFrame(
      seconds: 4,
      TCPSegment(from: Endpoint(address: Self.absent, port: 445), to: Endpoint(address: Self.client, port: 50_000), flags: [.syn, .ack]).ethernet)
    #expect(Self.searches(Self.question(1), Self.question(2), Self.question(3), talks).isEmpty)
  }

  /// Answers to others go to them alone: a recording that shows only their questions says nothing of them.
  @Test func questionsOfOthers() {
    let own = Self.question(1, isForAll: false)
    #expect(Self.searches(own, Self.question(2, from: Self.other), Self.question(3, from: Self.other), Self.question(4, from: Self.other)).isEmpty)
    // Where no traffic is shown at all, nothing tells whose recording it is.
    #expect(Self.searches(Self.question(2, from: Self.other), Self.question(3, from: Self.other), Self.question(4, from: Self.other)).count == 1)
  }

  @Test func addressesOfOneHost() {
    var hosts = HostHardware()
    let version6 = IPAddress(high: 0xfd00 << 48, low: 10)
    hosts.record(1, of: Self.client)
    hosts.record(1, of: version6)
    #expect(Set(hosts.addresses(of: version6)) == [Self.client, version6])
    // A router sends in the name of many.
    hosts.record(1, of: Self.other)
    #expect(hosts.addresses(of: version6) == [version6])
  }

  /// One client over IPv4 and one over IPv6 may be the same host, unless their hardware addresses differ.
  @Test(arguments: [(nil, true), (1, true), (2, false)] as [(UInt64?, Bool)])
  func clientsOfEachKind(hardware: UInt64?, areOne: Bool) {
    let version6 = IPAddress(high: 0xfd00 << 48, low: 10)
    var lookups = Lookups(
      [Self.client, version6].map {
        KerberosExchange(client: $0, kdc: Endpoint(address: Self.other, port: 88), transport: .udp, start: FrameStamp(number: 1, time: Timestamp(nanoseconds: 0)))
      }, [])
    if let hardware {
      lookups.hardware.record(1, of: Self.client)
      lookups.hardware.record(hardware, of: version6)
    }
    #expect(TwinAddresses([], lookups).addresses(of: Self.client).contains(version6) == areOne)
  }
}
