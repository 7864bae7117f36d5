import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Hosts and names that clients look for in vain.
@Suite struct NeighborRuleTests {
  private static let client = Endpoint(address: IPAddress(10, 77, 0, 10), port: 40_000)
  private static let resolver = Endpoint(address: IPAddress(10, 77, 0, 30), port: 53)
  private static let absent = IPAddress(10, 77, 0, 99)
  private static let name = "fs01.lab.example"

  private static func fired(_ frames: [TestFrame]) -> [String] {
    Judged(frames).ofOthers.map { "\($0.rule.id) \($0.severity.rawValue) \($0.observation.confidence.rawValue)" }
  }

  private static func searches(from second: Int64 = 2, for target: IPAddress = absent) -> [TestFrame] {
    (0..<3).map { TestFrame(seconds: second + $0, ARPBytes.question(for: target, from: client.address)) }
  }

  private static func asked(_ address: IPAddress?, code: UInt16 = 0, at second: Int64 = 1, milliseconds: Int64 = 900) -> [TestFrame] {
    let answer: DNSBytes = address.map { .response(name, code: code, DNSBytes.address($0)) } ?? .response(name, code: code)
    return [
      TestFrame(seconds: second, nanoseconds: milliseconds * 1_000_000, udpFrame(from: client, to: resolver, DNSBytes.query(name).bytes)),
      TestFrame(seconds: second, nanoseconds: (milliseconds + 1) * 1_000_000, udpFrame(from: resolver, to: client, answer.bytes)),
    ]
  }

  @Test func theHostIsNotThere() throws {
    #expect(Self.fired(Self.searches()) == ["arp-unanswered warning possible"])
    #expect(Self.fired(Self.asked(Self.absent) + Self.searches()) == ["arp-unanswered warning likely"])
    let finding = try #require(Judged(Self.asked(Self.absent) + Self.searches()).ofOthers.first)
    #expect(finding.observation.summary.contains("the address of \(Self.name)"))
    #expect(finding.evidence.map(\.frame) == [2, 3, 4, 5])
  }

  @Test func theGatewayIsNotThere() throws {
    let finding = try #require(Judged(Self.asked(IPAddress(192, 0, 2, 77)) + Self.searches()).ofOthers.first)
    #expect(finding.observation.summary.contains("perhaps the gateway to \(Self.name) (192.0.2.77)"))
  }

  /// Beside the SMB of other clients it is not known what the host was wanted for.
  @Test func besideOthers() {
    let healthy = Conversation.healthy().frames
    #expect(Self.fired(healthy + Self.searches(from: 100)) == ["arp-unanswered info possible"])
    let own = Conversation.healthy(client: Self.client).frames
    #expect(Self.fired(own + Self.searches(from: 100)).isEmpty)
  }

  /// A scanner wants none of them.
  @Test func noFailure() {
    let scan = (1...6).flatMap { Self.searches(for: IPAddress(10, 77, 0, 100 + $0)) }.sorted { $0.time.nanoseconds < $1.time.nanoseconds }
    #expect(Self.fired(scan).isEmpty)
  }

  @Test func theResolverFails() {
    #expect(Self.fired(Self.asked(nil, code: 2)) == ["dns-server-error warning possible"])
    #expect(Self.fired(Self.asked(nil, code: 5)) == ["dns-server-error warning possible"])
    // Neither an address nor an error.
    #expect(Self.fired(Self.asked(nil)) == ["dns-name-not-found warning possible"])
    // Another resolver, or another try, helps.
    #expect(Self.fired(Self.asked(nil, code: 2) + Self.asked(Self.absent, at: 3)).isEmpty)
  }

  /// Only where it points to is said, and that has no address.
  @Test func anAliasLeadsNowhere() throws {
    let alias = DNSBytes.record(DNSBytes.questionName, type: 5, DNSBytes.name("old.lab.example"))
    let frames = [
      TestFrame(seconds: 1, udpFrame(from: Self.client, to: Self.resolver, DNSBytes.query(Self.name).bytes)),
      TestFrame(seconds: 2, udpFrame(from: Self.resolver, to: Self.client, DNSBytes.response(Self.name, alias).bytes)),
    ]
    #expect(Self.fired(frames) == ["dns-name-not-found warning possible"])
    let finding = try #require(Judged(frames).ofOthers.first)
    #expect(finding.causes.first?.hasPrefix("the alias leads to old.lab.example") == true, "\(finding.causes)")
  }

  @Test func theResolverTakesNoQuestions() {
    let query = Self.asked(nil)[0]
    let error = icmpUnreachable(from: Self.resolver.address, to: Self.client.address, code: 3, quoting: Array(query.bytes.dropFirst(14)))
    let frames = [query, TestFrame(seconds: 2, error)]
    #expect(Self.fired(frames) == ["dns-unanswered warning proven"])
    #expect(Self.fired([query]).isEmpty)
  }

  /// Names that clients look for by themselves.
  @Test(arguments: ["wpad.lab.example", "kerberos.lab.example", "autodiscover.lab.example"])
  func namesThatNobodyTyped(name: String) {
    let frames = [
      TestFrame(seconds: 1, udpFrame(from: Self.client, to: Self.resolver, DNSBytes.query(name).bytes)),
      TestFrame(seconds: 2, udpFrame(from: Self.resolver, to: Self.client, DNSBytes.response(name, code: 3).bytes)),
    ]
    #expect(Self.fired(frames).isEmpty)
  }
}

/// Names of NetBIOS.
@Suite struct NetBIOSNameRuleTests {
  private static let client = Endpoint(address: IPAddress(10, 77, 0, 10), port: 137)
  private static let all = Endpoint(address: IPAddress(10, 77, 0, 255), port: 137)
  private static let server = Endpoint(address: IPAddress(10, 77, 0, 20), port: 137)

  private static func message(_ flags: UInt16, type: UInt8 = 0x20, questions: UInt16 = 1, answers: UInt16 = 0, _ data: [UInt8] = []) -> [UInt8] {
    let name = Array("FS09".utf8) + [UInt8](repeating: 0x20, count: 11) + [type]
    let encoded = name.flatMap { [0x41 + $0 >> 4, 0x41 + $0 & 15] }
    return ByteWriter().u16be(7).u16be(flags).u16be(questions).u16be(answers).u32be(0)
      .u8(32).raw(encoded).u8(0).u16be(32).u16be(1).raw(data).bytes
  }

  private static func question(_ seconds: Int64, type: UInt8 = 0x20) -> TestFrame {
    var frame = udpFrame(from: client, to: all, message(0x0110, type: type))
    frame.replaceSubrange(0..<6, with: [UInt8](repeating: 0xff, count: 6))
    return TestFrame(seconds: seconds, frame)
  }

  /// Something that goes on, so that the client has waited.
  private static let later = TestFrame(seconds: 9, ARPBytes.question(for: server.address, from: all.address))

  private static func fired(_ frames: TestFrame...) -> [String] {
    Judged(frames).ofOthers.map { "\($0.rule.id) \($0.severity.rawValue) \($0.observation.confidence.rawValue)" }
  }

  @Test func nobodyAnswers() {
    #expect(Self.fired(Self.question(1), later) == ["netbios-name-unanswered warning possible"])
    #expect(Self.fired(Self.question(1), Self.question(2), Self.question(3), later) == ["netbios-name-unanswered warning likely"])
    // Not a file server's name; a question that has just been asked.
    #expect(Self.fired(Self.question(1, type: 0), later).isEmpty)
    #expect(Self.fired(Self.question(1)).isEmpty)
  }

  @Test func somebodyAnswers() {
    let address: [UInt8] = [0, 0, 0, 60, 0, 6, 0, 0, 10, 77, 0, 20]
    let answer = TestFrame(seconds: 1, nanoseconds: 1_000_000, udpFrame(from: Self.server, to: Self.client, Self.message(0x8500, questions: 0, answers: 1, address)))
    #expect(Self.fired(Self.question(1), answer, later).isEmpty)
  }

  private var later: TestFrame { Self.later }
}
