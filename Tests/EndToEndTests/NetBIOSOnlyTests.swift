import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// Clients that try port 139 and nothing else, and get no session there.
@Suite struct NetBIOSOnlyTests {
  struct Attempt: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: [String]
    var build: @Sendable (inout Conversation) -> Void
  }

  private static func report(_ one: Conversation, beside: [TestFrame] = []) -> Report {
    (one.frames + beside).sorted { $0.time < $1.time }.map { RecordedFrame(time: $0.time, bytes: $0.bytes) }.report
  }

  private static func conversation(_ build: (inout Conversation) -> Void) -> Conversation {
    var one = Conversation(server: Endpoint(address: Endpoint.testServer.address, port: 139))
    build(&one)
    return one
  }

  private static func ask(_ one: inout Conversation) {
    one.open()
    one.send(.client, nbss([UInt8](repeating: 0x20, count: 68), type: 0x81))
    one.send(.server)
  }

  private static func goOn(_ one: inout Conversation, after seconds: Int64) {
    one.wait(seconds: seconds)
    one.add(TCPSegment(from: Endpoint(address: one.client.address, port: 50_000), to: Endpoint(address: one.server.address, port: 80), flags: [.syn]).ethernet)
  }

  static let attempts = [
    Attempt(testDescription: "refused", expected: ["failed", "nbss-not-reached error"]) {
      $0.send(.client, flags: [.syn])
      $0.send(.server, flags: [.rst, .ack])
    },
    Attempt(testDescription: "silent", expected: ["failed", "nbss-not-reached error"]) {
      $0.send(.client, flags: [.syn])
      for seconds in [1, 2, 4, 8] as [Int64] {
        $0.wait(seconds: seconds)
        $0.resend(1)
      }
      goOn(&$0, after: 30)
    },
    Attempt(testDescription: "closed before anything", expected: ["failed", "nbss-not-reached error"]) {
      $0.open()
      $0.send(.server, flags: [.fin, .ack])
    },
    Attempt(testDescription: "request, and the server resets", expected: ["failed", "nbss-not-reached error"]) {
      ask(&$0)
      $0.send(.server, flags: [.rst, .ack])
    },
    Attempt(testDescription: "request, and the client gives up", expected: ["failed", "nbss-not-reached error"]) {
      ask(&$0)
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
    },
    Attempt(testDescription: "request, and silence", expected: ["failed", "nbss-not-reached error"]) {
      ask(&$0)
      goOn(&$0, after: 70)
    },
    Attempt(testDescription: "request, and the recording ends", expected: ["inconclusive"]) {
      ask(&$0)
      goOn(&$0, after: 5)
    },
    Attempt(testDescription: "request, and the client leaves at once", expected: ["inconclusive"]) {
      ask(&$0)
      $0.send(.client, flags: [.rst, .ack])
    },
  ]

  @Test(arguments: attempts) func saysSo(attempt: Attempt) {
    let report = Self.report(Self.conversation(attempt.build))
    #expect(report.gist == attempt.expected)
    let primary = report.findings.first { $0.isPrimary }
    #expect(primary?.confidence == (attempt.expected.count > 1 ? .likely : nil))
    #expect(primary?.frames.first == (attempt.expected.count > 1 ? 1 : nil))
  }

  /// The same beside a connection to port 445 is nothing to say.
  @Test(arguments: attempts) func port445IsEnough(attempt: Attempt) {
    let other = Conversation.healthy(client: Endpoint(address: Endpoint.testClient.address, port: 51_000))
    let report = Self.report(Self.conversation(attempt.build), beside: other.frames)
    #expect(report.findings.filter { $0.severity >= .error }.map(\.rule.id) == [])
    #expect(report.cases.map(\.outcome) == [.established])
  }

  /// Where neither port answers, the finding is about port 445, and the report says so beside the other one.
  @Test func pointsToPort445() {
    func ask(_ one: inout Conversation) {
      one.send(.client, flags: [.syn])
      for seconds in [1, 2, 4, 8] as [Int64] {
        one.wait(seconds: seconds)
        one.resend(1)
      }
      Self.goOn(&one, after: 30)
    }
    var other = Conversation(client: Endpoint(address: Endpoint.testClient.address, port: 51_000))
    ask(&other)
    let report = Self.report(Self.conversation(ask), beside: other.frames)
    #expect(report.findings.filter { $0.severity >= .error }.map(\.rule.id) == ["tcp-syn-timeout"])
    var text = ""
    report.writeText(TextOptions()) { text += $0 }
    #expect(text.contains("see the connection to port 445"))
    #expect(!text.contains("no rule explains"))
  }
}
