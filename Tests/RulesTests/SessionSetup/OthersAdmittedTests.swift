import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// What a server granted others a moment before refutes reasons that would concern everybody.
@Suite struct OthersAdmittedTests {
  private static let bob = NTLMLogon().with { $0.user = "bob" }

  /// One client that is let in, perhaps, and another one that is refused.
  private static func judge(
    after first: NTLMLogon?, seconds: Int64 = 2, _ logon: NTLMLogon = NTLMLogon(), status: UInt32, answer milliseconds: Int64 = 20,
    serverGUID: [UInt8] = SMB2BodyBytes.serverGUID
  ) -> Judged {
    var frames: [TestFrame] = []
    var now: Int64 = 1_000_000_000
    if let first {
      var other = Conversation(client: Endpoint(address: IPAddress(10, 0, 0, 9), port: 50_009))
      other.open()
      other.negotiate(serverGUID: serverGUID)
      other.setUpSession(logon: first)
      other.connectTree()
      other.create(5)
      other.send(.client, flags: [.fin, .ack])
      (frames, now) = (other.frames, other.now)
    }
    var refused = Conversation()
    refused.now = now + seconds * 1_000_000_000
    refused.open()
    refused.negotiate(serverGUID: serverGUID)
    refused.begin(1, logon: logon)
    refused.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: logon.authenticate)))
    refused.now += milliseconds * 1_000_000
    refused.response(.response(1, 2, status: status, session: Conversation.session, SMB2BodyBytes.error()))
    refused.send(.client, flags: [.fin, .ack])
    return Judged(frames + refused.frames)
  }

  private static func finding(_ id: String, of judged: Judged) throws -> Finding {
    try #require((judged.findings + judged.ofCases).first { $0.rule.id == id }, "\(judged.fired())")
  }

  @Test(arguments: [(true, Int64(2), "a policy of the server or its domain refuses NTLM for this user"), (false, 2, "the server, or its domain, accepts no NTLM"), (true, 600, "the server, or its domain, accepts no NTLM")])
  func aServerThatTakesNTLMFromOthers(isFirst: Bool, seconds: Int64, cause: String) throws {
    let judged = Self.judge(after: isFirst ? Self.bob : nil, seconds: seconds, status: SMB2Bytes.notSupported)
    let finding = try Self.finding("auth-ntlm-blocked", of: judged)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// A server without a GUID that answers at once is ksmbd without its helper, if it lets nobody in.
  @Test(arguments: [(true, "a wrong password"), (false, "the helper that checks passwords")])
  func aHelperThatWorksForOthers(isFirst: Bool, cause: String) throws {
    let logon = NTLMLogon().with { $0.serverHasTime = false }
    let judged = Self.judge(
      after: isFirst ? Self.bob : nil, logon, status: SMB2Bytes.logonFailure, answer: 0, serverGUID: [UInt8](repeating: 0, count: 16))
    let finding = try Self.finding("auth-logon-failure", of: judged)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  @Test(arguments: [(true, "warning"), (false, "critical")])
  func aServerThatTakesNTLMv1FromOthers(isVersion1: Bool, severity: String) throws {
    let judged = Self.judge(
      after: Self.bob.with { $0.isVersion1 = isVersion1 }, NTLMLogon().with { $0.isVersion1 = true }, status: SMB2Bytes.logonFailure)
    let finding = try #require(judged.ofCases.last { $0.rule.id == "ntlmv1-used" })
    #expect("\(finding.severity)" == severity)
  }

  /// A client that cannot encrypt is refused; others work in clear, so that the server does not demand encryption of everybody.
  @Test(arguments: [(true, false), (false, true)])
  func aServerThatDemandsNoEncryption(isFirst: Bool, isSuspected: Bool) {
    var frames: [TestFrame] = []
    var refused = Conversation()
    if isFirst {
      var other = Conversation(client: Endpoint(address: IPAddress(10, 0, 0, 9), port: 50_009))
      other.open()
      other.negotiate()
      other.setUpSession(logon: Self.bob)
      other.connectTree()
      other.send(.client, flags: [.fin, .ack])
      (frames, refused.now) = (other.frames, other.now)
    }
    refused.open()
    refused.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210])
    refused.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon())
    refused.send(.client, flags: [.fin, .ack])
    let judged = Judged(frames + refused.frames)
    #expect(judged.findings.contains { $0.rule.id == "encryption-required-session" } == isSuspected, "\(judged.fired())")
  }
}
