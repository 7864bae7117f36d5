import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// A server has an IPv4 and an IPv6 address, and a client gets in over one of them only.
@Suite struct OtherAddressTests {
  private static let name = "fs01.lab.example"
  private static let client = Endpoint(address: IPAddress(10, 77, 0, 10), port: 50_053)
  private static let resolver = Endpoint(address: IPAddress(10, 77, 0, 30), port: 53)
  private static let server = IPAddress(10, 77, 0, 20)

  /// What DNS says is what makes the two addresses one server's.
  @Test(arguments: [(true, 0), (false, 1)])
  func theNameTellsThatItIsOneServer(isInDNS: Bool, failedForGood: Int) throws {
    let report = try Self.recording(isInDNS: isInDNS, then: "healthy-3.1.1").report
    #expect(report.connections.map(\.outcome) == [.failed, .established])
    #expect(report.summary.failedForGood == failedForGood)
    let refused = try #require(report.findings.first { $0.rule.id == "tcp-syn-refused" })
    #expect(refused.severity == (isInDNS ? .info : .critical))
    #expect(refused.isPrimary != isInDNS)
  }

  /// Without look-ups, clients that go on to the next address do so at once: who comes later may mean another server.
  @Test(arguments: [(20, 0), (900, 1), (1100, 1)])
  func theNextAddressIsTriedAtOnce(delay: Int, failedForGood: Int) throws {
    let report = try Self.recording(isInDNS: false, then: "healthy-3.1.1", after: .milliseconds(delay)).report
    #expect(report.connections.map(\.outcome) == [.failed, .established])
    #expect(report.summary.failedForGood == failedForGood)
  }

  /// The resolver refuses the question for IPv4, and gives the address of IPv6, which the client then uses.
  @Test(arguments: [(UInt16(5), []), (0, [])] as [(UInt16, [String])])
  func oneAddressIsEnough(code: UInt16, expected: [String]) throws {
    let opened = try RecordedFrame.all(of: "healthy-3.1.1").map(\.overVersion6)
    let start = try #require(opened.first).time
    let answers = Self.lookUps(before: start)
    let refused = RecordedFrame(time: answers[1].time, bytes: udpFrame(from: Self.resolver, to: Self.client, DNSBytes.response(Self.name, code: code).bytes))
    let report = ([answers[0], refused] + answers[2...] + opened).report
    #expect(report.findings.filter { $0.rule.id.hasPrefix("dns-") && $0.severity > .info }.map(\.rule.id) == expected)
    #expect(report.connections.map(\.outcome) == [.established])
  }

  /// A logon that fails over IPv4 reached the server: it is the failure, and the closed port over IPv6 is none.
  @Test func aLogonOverTheOtherAddressIsWhatFails() throws {
    let report = try Self.recording(isInDNS: true, then: "auth-logon-failure").report
    #expect(report.summary.failedForGood == 1)
    #expect(report.findings.filter { $0.isPrimary }.map(\.rule.id) == ["auth-logon-failure"])
    #expect(report.findings.first { $0.rule.id == "tcp-syn-refused" }?.severity == .info)
  }

  /// The name leads nowhere, and the user then opens the server by its address: that the server is the one that was looked for, its
  /// own name tells.
  @Test(arguments: [("dc01.lab.example", 3, ["dns-name-not-found warning"]), ("dc01.lab.example", 2, ["dns-server-error warning"]), ("fs99.lab.example", 3, [])])
  func opensTheAddressOfANameThatLeadsNowhere(name: String, code: Int, expected: [String]) throws {
    let opened = try RecordedFrame.all(of: "kerberos-not-possible-ip-literal")
    let start = try #require(opened.first).time
    let messages = [(true, DNSBytes.query(name)), (false, DNSBytes.response(name, code: UInt16(code)))]
    let asked = messages.map { isQuery, message in
      RecordedFrame(
        time: start + .seconds(-20),
        bytes: isQuery
          ? udpFrame(from: Self.client, to: Self.resolver, message.bytes) : udpFrame(from: Self.resolver, to: Self.client, message.bytes))
    }
    let report = (asked + opened).report
    #expect(report.findings.filter { $0.rule.id.hasPrefix("dns-") }.map { "\($0.rule.id) \($0.severity)" } == expected)
    #expect(report.connections.map(\.outcome) == [.established])
  }

  /// Refused over IPv6, and later another recording.
  private static func recording(isInDNS: Bool, then fixture: String, after delay: TimeSpan = .seconds(2)) throws -> [RecordedFrame] {
    let refused = try RecordedFrame.all(of: "tcp-syn-refused").map(\.overVersion6)
    let start = try #require(refused.first).time
    let second = try RecordedFrame.all(of: fixture)
    let shift = start.since(try #require(second.first).time) + delay
    let frames = (isInDNS ? lookUps(before: start) : []) + refused + second.map { RecordedFrame(time: $0.time + shift, bytes: $0.bytes) }
    return frames.map { RecordedFrame(time: $0.time, bytes: withoutHardware($0.bytes)) }
  }

  /// The fixtures were recorded on hosts of their own: here there is one client.
  private static func withoutHardware(_ frame: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: 12) + frame.dropFirst(12) }

  private static func lookUps(before time: Timestamp) -> [RecordedFrame] {
    let version6 = ByteWriter().raw([0xfd] + [UInt8](repeating: 0, count: 11)).u32be(UInt32(truncatingIfNeeded: server.low)).bytes
    let messages = [
      (true, DNSBytes.query(name)), (false, .response(name, DNSBytes.address(server))),
      (true, .query(name, type: 28, id: 2)),
      (false, .response(name, type: 28, id: 2, DNSBytes.record(DNSBytes.questionName, type: 28, version6))),
    ]
    return messages.map { isQuery, message in
      RecordedFrame(
        time: time + .milliseconds(-10),
        bytes: isQuery ? udpFrame(from: client, to: resolver, message.bytes) : udpFrame(from: resolver, to: client, message.bytes))
    }
  }
}
