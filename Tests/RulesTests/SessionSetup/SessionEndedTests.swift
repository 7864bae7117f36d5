import Packets
import Rules
import TestSupport
import Testing

/// A logon without an answer, or cut off, and logons that only were slow.
@Suite struct SessionEndedTests {
  static let cases: [RuleCase] = [
    RuleCase("no answer, and the client gives up", "session-setup-unanswered critical") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("no answer, and the client goes on waiting", "session-setup-unanswered critical") {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.wait(seconds: 61)
      $0.send(.client)
    },
    RuleCase("no answer before the capture ends") {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.wait(seconds: 50)
      $0.send(.client)
    },
    RuleCase("in progress, and the capture ends a little later") {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.wait(seconds: 30)
      $0.response(SMB2Bytes.response(1, 1, []).interim)
      $0.wait(seconds: 40)
      $0.send(.client)
    },
    RuleCase("the answer is missing from the capture") {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
      $0.send(.server, nbss(SMB2Bytes.response(1, 1, SMB2BodyBytes.sessionSetupResponse()).bytes), isCaptured: false)
      $0.send(.client)
      $0.wait(seconds: 70)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the server hangs up", "session-setup-reset-by-server critical") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.send(.server, flags: [.fin, .ack])
    },
    RuleCase("the client hangs up after the challenge", "session-setup-reset-by-client critical") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the client hangs up after a refusal", "auth-logon-failure error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon())
      $0.send(.client, flags: [.rst, .ack])
    },
    RuleCase("the client leaves after the logon", "session-rejected-by-client error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a logon that takes eleven seconds", "session-setup-slow info") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.wait(seconds: 11)
      $0.response(.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()))
      $0.connectTree()
    },
    RuleCase("a logon that takes nine seconds") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.wait(seconds: 9)
      $0.response(.response(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()))
      $0.connectTree()
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.sessionSetup]) == example.expected) }
}
