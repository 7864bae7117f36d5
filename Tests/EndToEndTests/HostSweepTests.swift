import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// Clients that knock at many hosts: one fact of the recording, and no failure of each host. A few servers that do not answer
/// stay failures.
@Suite struct HostSweepTests {
  enum Host: Sendable, CaseIterable {
    case silent, refusing, open

    /// One connection to it, from its SYN on.
    func frames(_ server: IPAddress, port: UInt16, at start: Int64, client: IPAddress) -> [TestFrame] {
      var one = Conversation(
        client: Endpoint(address: client, port: port), server: Endpoint(address: server, port: 445))
      one.now = start
      one.send(.client, flags: [.syn])
      switch self {
      case .silent:
        for seconds in [1, 2, 4] as [Int64] {
          one.wait(seconds: seconds)
          one.resend(1)
        }
      case .refusing: one.send(.server, flags: [.rst, .ack])
      case .open:
        one.send(.server, flags: [.syn, .ack])
        one.send(.client, flags: [.rst])
      }
      return one.frames
    }
  }

  private static let scanner = IPAddress(10, 0, 0, 5)

  private static func address(_ index: Int) -> IPAddress { IPAddress(10, 1, UInt8(index / 200), UInt8(1 + index % 200)) }

  private static func knocks(_ count: Int, _ kinds: [Host], client: IPAddress = scanner) -> [TestFrame] {
    var frames: [TestFrame] = []
    for index in 0..<count {
      let kind = kinds[index % kinds.count]
      let start = 1_000_000_000 + Int64(index) * 50_000_000
      frames += kind.frames(address(index), port: UInt16(20_000 + index), at: start, client: client)
    }
    return frames
  }

  /// In the order of their times, with something of another kind a minute later.
  private static func report(_ frames: [TestFrame]) -> Report {
    let end = frames.map(\.time.nanoseconds).max() ?? 0
    let last = TCPSegment(
      from: Endpoint(address: scanner, port: 50_000), to: Endpoint(address: IPAddress(10, 9, 9, 9), port: 80), flags: [.syn])
    let all = frames + [TestFrame(nanoseconds: end + 60_000_000_000, last.ethernet)]
    return all.sorted { $0.time < $1.time }.map { RecordedFrame(time: $0.time, bytes: $0.bytes) }.report
  }

  private static func grave(_ report: Report) -> [String] { report.findings.filter { $0.severity >= .error }.map(\.rule.id) }

  @Test(arguments: [[.silent], [.refusing], Host.allCases], [16, 60])
  func oneSweepIsOneFact(kinds: [Host], count: Int) throws {
    let report = Self.report(Self.knocks(count, kinds))
    #expect(Self.grave(report) == [])
    #expect(report.connections.allSatisfy { $0.outcome == .notSMB })
    #expect(report.summary.failed == 0)
    let sweeps = report.findings.filter { $0.rule.id == "tcp-host-sweep" }
    let sweep = try #require(sweeps.first)
    #expect(sweeps.count == 1)
    #expect((sweep.severity, sweep.confidence) == (.info, .likely))
    #expect(sweep.summary.contains("probes \(count) hosts"))
    #expect(sweep.frames.first == 1)
  }

  /// Fifteen are many, and each may be somebody's server.
  @Test(arguments: [1, 2, 5, 15])
  func fewServersAreFailures(count: Int) {
    let report = Self.report(Self.knocks(count, [.silent]))
    #expect(Self.grave(report) == Array(repeating: "tcp-syn-timeout", count: count))
    #expect(report.connections.allSatisfy { $0.outcome == .failed })
  }

  /// The silence of a server that another client wants, or that the client itself comes back to, is a failure all the same.
  @Test(arguments: [true, false])
  func aUserBesideTheSweepIsHeard(isSameClient: Bool) throws {
    let client = isSameClient ? Self.scanner : IPAddress(10, 0, 0, 6)
    let server = IPAddress(10, 2, 0, 1)
    var tries: [TestFrame] = []
    for index in 0..<6 {
      let start = 1_000_000_000 + Int64(index) * 15_000_000_000
      tries += Host.silent.frames(server, port: UInt16(40_000 + index), at: start, client: client)
    }
    let report = Self.report(Self.knocks(40, [.silent]) + tries)
    #expect(Set(Self.grave(report)) == ["tcp-syn-timeout"])
    #expect(report.connections.filter { $0.outcome == .failed }.allSatisfy { $0.server.address == server })
    #expect(report.cases.filter { $0.outcome == .failed }.map(\.server) == [server])
    #expect(report.findings.contains { $0.rule.id == "tcp-host-sweep" })
  }

  /// A client that works with more servers than do not answer is no scanner.
  @Test func manyServersOfAUserAreNoSweep() {
    var working: [TestFrame] = []
    for index in 0..<20 {
      let client = Endpoint(address: Self.scanner, port: UInt16(41_000 + index))
      let server = Endpoint(address: IPAddress(10, 3, 0, UInt8(1 + index)), port: 445)
      working += Conversation.healthy(client: client, server: server).frames
    }
    let report = Self.report(working + Self.knocks(16, [.silent]))
    #expect(Self.grave(report).filter { $0 == "tcp-syn-timeout" }.count == 16)
    #expect(!report.findings.contains { $0.rule.id == "tcp-host-sweep" })
  }

  /// More hosts than connections are listed of: those that are only counted belong to the sweep too.
  @Test func aSweepOfThousandsIsNoFailureEither() {
    let report = Self.report(Self.knocks(10_500, [.refusing]))
    #expect(report.summary.failed == 0)
    #expect(report.summary.notSMB == 10_500)
    #expect(report.summary.worstSeverity == .info)
  }
}
