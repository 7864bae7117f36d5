import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// What is kept of questions to resolvers and KDCs.
@Suite struct InquiryTests {
  private static let client = Endpoint(address: IPAddress(10, 77, 0, 10), port: 40_000)
  private static let resolver = Endpoint(address: IPAddress(10, 77, 0, 30), port: 53)
  private static let kdc = Endpoint(address: IPAddress(10, 77, 0, 30), port: 88)

  private static func query(_ seconds: Int64, _ name: String, type: UInt16 = 1, id: UInt16 = 1, from port: UInt16 = 40_000) -> TestFrame {
    TestFrame(
      seconds: seconds,
      udpFrame(
        from: Endpoint(address: client.address, port: port), to: resolver,
        DNSBytes.query(name, type: type, id: id).bytes))
  }

  private static func answer(_ seconds: Int64, _ message: DNSBytes) -> TestFrame {
    TestFrame(seconds: seconds, nanoseconds: 1_000_000, udpFrame(from: resolver, to: client, message.bytes))
  }

  private func lookups(_ frames: [TestFrame]) -> Lookups { Recorded(frames).lookups }

  @Test func pairsAnswersAndFollowsAliases() throws {
    let response = DNSBytes.response(
      "Files.Lab.Example", id: 1, DNSBytes.alias(of: "dc01.lab.example"),
      DNSBytes.address(IPAddress(10, 77, 0, 30), of: DNSBytes.name("DC01.lab.example")))
    let lookup = try #require(lookups([Self.query(1, "files.lab.example"), Self.answer(1, response)]).names.first)
    #expect(lookup.name == "files.lab.example")
    #expect(lookup.canonicalName == "dc01.lab.example")
    #expect(lookup.addresses == [IPAddress(10, 77, 0, 30)])
    #expect(lookup.start.number == 1)
    #expect(lookup.answer?.number == 2)
    #expect(lookup.tries == 1)
    #expect(!lookup.foundNothing)
  }

  /// Tries are counted whatever their ports and ids; the same packet captured twice is one.
  @Test func countsTries() throws {
    let frames = [
      Self.query(1, "fs01.lab.example"), Self.query(1, "fs01.lab.example"),
      Self.query(6, "fs01.lab.example", id: 2, from: 40_001), Self.query(11, "fs01.lab.example", id: 3, from: 40_002),
      Self.query(17, "other.lab.example", id: 4),
    ]
    let lookups = lookups(frames).names
    #expect(lookups.map(\.name) == ["fs01.lab.example", "other.lab.example"])
    #expect(lookups.map(\.tries) == [3, 1])
    #expect(lookups.map(\.waited) == [.seconds(16), .zero])
  }

  @Test func tellsThatThereIsNothing() throws {
    let found = lookups([Self.query(1, "nosuch.lab.example"), Self.answer(1, .response("nosuch.lab.example", id: 1, code: 3))])
    #expect(found.names.map(\.foundNothing) == [true])
    // Neither an answer nor a reason: the client has nothing, too.
    #expect(lookups([Self.query(1, "a.example"), Self.answer(1, .response("a.example", id: 1))]).names.map(\.foundNothing) == [true])
    var empty = DNSBytes.response("a.example", id: 1)
    empty.authorities = 1
    #expect(lookups([Self.query(1, "a.example"), Self.answer(1, empty)]).names.map(\.foundNothing) == [true])
    var cut = DNSBytes.response("nosuch.lab.example", id: 1)
    cut.flags |= 0x0200
    #expect(lookups([Self.query(1, "nosuch.lab.example"), Self.answer(1, cut)]).names.map(\.foundNothing) == [false])
    #expect(lookups([Self.answer(1, .response("a.example", id: 1, code: 2))]).names.map(\.foundNothing) == [false])
  }

  /// Only what can name a file server or a KDC is kept.
  @Test func leavesOtherQuestionsAlone() {
    let frames = [Self.query(1, "lab.example", type: 15), Self.query(2, "_sip._tcp.lab.example", type: 33, id: 2)]
    #expect(lookups(frames).names.isEmpty)
    #expect(lookups([Self.query(1, "_kerberos._tcp.lab.example", type: 33)]).names.count == 1)
  }

  @Test func forgetsTheOldestLookUps() throws {
    let frames = (0..<(NameRecorder.Limit.lookups + 10)).map {
      Self.query(Int64($0), "host\($0).lab.example", id: UInt16(truncatingIfNeeded: $0))
    }
    let lookups = lookups(frames).names
    #expect(lookups.count == NameRecorder.Limit.lookups)
    #expect(lookups.first?.name == "host10.lab.example")
  }

  @Test func readsLookUpsOverTCP() throws {
    var conversation = Conversation(client: Self.client, server: Self.resolver)
    conversation.open()
    func framed(_ message: DNSBytes) -> [UInt8] { ByteWriter().u16be(UInt16(message.bytes.count)).raw(message.bytes).bytes }
    let query = framed(.query("fs01.lab.example"))
    conversation.send(.client, Array(query.prefix(1)))
    conversation.send(.client, Array(query.dropFirst()))
    conversation.send(.server, framed(.response("fs01.lab.example", DNSBytes.address(IPAddress(10, 77, 0, 20)))))
    let lookup = try #require(Recorded(conversation).lookups.names.first)
    #expect(lookup.addresses == [IPAddress(10, 77, 0, 20)])
    #expect(lookup.start.number == 5)
  }

  @Test func seesAKDCThatRefuses() throws {
    var conversation = Conversation(client: Self.client, server: Self.kdc)
    conversation.send(.client, flags: [.syn])
    conversation.send(.server, flags: [.rst, .ack])
    let exchange = try #require(Recorded(conversation).lookups.exchanges.first)
    #expect(exchange.silence == .refused(FrameStamp(number: 2, time: conversation.frames[1].time)))
    #expect(exchange.kdc == Self.kdc)
    #expect(exchange.request == nil)
  }

  @Test func seesAKDCThatIsSilent() throws {
    let segment = TCPSegment(from: Self.client, to: Self.kdc, sequence: 7, flags: [.syn])
    let exchange = try #require(lookups([TestFrame(seconds: 1, segment.ethernet), TestFrame(seconds: 4, segment.ethernet)]).exchanges.first)
    #expect(exchange.silence == .unreachable)
    #expect(exchange.tries == 2)
    #expect(exchange.waited == .seconds(3))
  }

  /// A connection that opens and is used for something that cannot be read accuses nobody.
  @Test func doesNotBlameAKDCThatTalks() {
    var conversation = Conversation(client: Self.client, server: Self.kdc)
    conversation.open()
    conversation.send(.client, [0, 0, 0, 2, 1, 2])
    conversation.send(.server, [0, 0, 0, 2, 1, 2])
    conversation.send(.server, flags: [.rst])
    #expect(Recorded(conversation).lookups.exchanges.isEmpty)
  }
}
