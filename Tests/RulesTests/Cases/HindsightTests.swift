import Diagnosis
import Packets
import Protocols
import Rules
import TestSupport
import Testing
import Transcripts

/// What another connection is granted refutes a cause of a refusal, whether it comes before the refusal or soon after it.
@Suite struct HindsightTests {
  private static let other = Endpoint(address: IPAddress(10, 0, 0, 9), port: 50_009)
  private static let second: Int64 = 1_000_000_000

  /// When the other connection is granted what this one is refused.
  enum Moment: CaseIterable, Sendable {
    case never, before, after, longAfter

    /// The refusal comes at two minutes.
    var start: Int64? {
      switch self {
      case .never: nil
      case .before: 117
      case .after: 123
      case .longAfter: 200
      }
    }
  }

  struct Example: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var rule: String
    /// The first cause when nothing is granted to others, and when it is.
    var alone: String
    var beside: String
    var refuse: @Sendable (inout Conversation) -> Void
    var grant: @Sendable (inout Conversation) -> Void
  }

  static let examples = [
    Example(
      testDescription: "a share in clear", rule: "tree-", alone: "the share demands encryption", beside: "the permissions of the share",
      refuse: {
        $0.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210])
        $0.setUpSession(logon: NTLMLogon())
        $0.connectTree(status: SMB2Bytes.accessDenied)
      },
      grant: { $0.work(as: "bob") }),
    Example(
      testDescription: "a share that is not there", rule: "tree-bad-network-name", alone: "a misspelled or removed share", beside: "the share ",
      refuse: {
        $0.negotiate()
        $0.setUpSession(logon: NTLMLogon())
        $0.connectTree(status: SMB2Bytes.badNetworkName)
      },
      grant: { $0.work(as: "bob") }),
    Example(
      testDescription: "NTLM", rule: "auth-ntlm-blocked", alone: "the server, or its domain, accepts no NTLM",
      beside: "a policy of the server or its domain refuses NTLM for this user",
      refuse: {
        $0.negotiate()
        $0.setUpSession(status: NTStatus.notSupported.rawValue, logon: NTLMLogon())
      },
      grant: { $0.work(as: "bob") }),
    Example(
      testDescription: "a ticket", rule: "auth-logon-failure", alone: "the server has no key for the ticket", beside: "the server has no account for the user of the ticket",
      refuse: {
        $0.negotiate()
        $0.showTicket(status: NTStatus.logonFailure.rawValue)
      },
      grant: {
        $0.open()
        $0.negotiate()
        $0.showTicket()
        $0.connectTree(2)
        $0.create(4)
      }),
  ]

  @Test(arguments: examples, Moment.allCases)
  func refutes(example: Example, moment: Moment) throws {
    var refused = Conversation()
    refused.now = 120 * Self.second
    refused.open()
    example.refuse(&refused)
    refused.send(.client, flags: [.fin, .ack])
    var frames = refused.frames
    if let start = moment.start {
      var granted = Conversation(client: Self.other)
      granted.now = start * Self.second
      example.grant(&granted)
      granted.send(.client, flags: [.fin, .ack])
      frames += granted.frames
    }
    let judged = Judged(frames.sorted { $0.time < $1.time })
    let finding = try #require(judged.findings.first { $0.rule.id.hasPrefix(example.rule) && $0.severity >= .error }, "\(judged.fired())")
    let isBeside = moment == .before || moment == .after
    #expect(finding.causes.first?.hasPrefix(isBeside ? example.beside : example.alone) == true, "\(finding.causes)")
  }

  @Test(arguments: [(true, false), (true, true), (false, false)])
  func tellsThatTheHostIsUp(answers: Bool, isLater: Bool) throws {
    var silent = Conversation()
    silent.now = 10 * Self.second
    for wait in [1, 2, 4, 8] as [Int64] {
      silent.send(.client, flags: [.syn]) { $0.sequence = 1_000 }
      silent.wait(seconds: wait)
    }
    var refused = Conversation(client: Endpoint(address: silent.client.address, port: 50_139), server: Endpoint(address: silent.server.address, port: 139))
    refused.now = (isLater ? 20 : 5) * Self.second
    refused.send(.client, flags: [.syn])
    refused.send(.server, flags: [.rst, .ack])
    // Something that makes time pass.
    var late = Conversation(client: Self.other, server: Endpoint(address: IPAddress(10, 0, 0, 77), port: 445))
    late.now = 100 * Self.second
    late.open()
    let judged = Judged((silent.frames + (answers ? refused.frames : []) + late.frames).sorted { $0.time < $1.time })
    let finding = try #require(judged.findings.first { $0.rule.id == "tcp-syn-timeout" }, "\(judged.fired())")
    #expect(finding.causes.contains { $0.hasPrefix("the server is down") } == !answers, "\(finding.causes)")
    #expect(finding.observation.summary.contains("although this host is up") == answers)
  }

  /// More questions than there is room for: the connections do not wait, and the report counts them.
  @Test func hasABound() {
    var tracker = Tracker { _ in }
    var number = 0
    for host in 1...17_000 {
      let server = Endpoint(address: IPAddress(10, 7, UInt8(host / 256), UInt8(host % 256)), port: 445)
      var refused = Conversation(client: Endpoint(address: IPAddress(10, 0, 0, 1), port: UInt16(20_000 + host)), server: server)
      refused.now = Self.second + Int64(host) * 1_000_000
      refused.send(.client, flags: [.syn])
      refused.send(.server, flags: [.rst, .ack])
      for frame in refused.frames {
        number += 1
        tracker.accept(
          Frame(number: number, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet), ByteView(frame.bytes.span))
      }
    }
    _ = tracker.finish()
    #expect(tracker.precedentLimitsReached == 17_000 - 16_384)
  }

  /// More connections wait than there is room for: the first are judged as they are, and the report counts them.
  @Test func letsTheFirstGo() {
    var analysis = Analysis()
    var number = 0
    for index in 0..<1_100 {
      var refused = Conversation(client: Endpoint(address: IPAddress(10, 0, 0, 1), port: UInt16(20_000 + index)))
      refused.now = Self.second + Int64(index) * 20_000_000
      refused.send(.client, flags: [.syn])
      refused.send(.server, flags: [.rst, .ack])
      for frame in refused.frames {
        number += 1
        analysis.accept(
          Frame(number: number, time: frame.time, originalLength: frame.bytes.count, linkType: .ethernet), ByteView(frame.bytes.span))
      }
    }
    let diagnosis = analysis.finish()
    #expect(diagnosis.connections.count == 1_100)
    #expect((1...76).contains(diagnosis.capture.limitsReached["surroundings"] ?? 0), "\(diagnosis.capture.limitsReached)")
  }
}

extension Conversation {
  /// A user who works on the share.
  fileprivate mutating func work(as user: String) {
    open()
    negotiate()
    setUpSession(logon: NTLMLogon().with { $0.user = user })
    connectTree()
    create(5)
  }

  /// SESSION_SETUP with a ticket.
  fileprivate mutating func showTicket(status: UInt32 = 0) {
    request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example"))))
    response(
      .response(
        1, 1, status: status, session: Self.session, status == 0 ? SMB2BodyBytes.sessionSetupResponse() : SMB2BodyBytes.error()))
  }
}
