import Packets
import Protocols
import Rules
import TestSupport
import Testing

/// What the name, the status and the time of a refused logon exclude.
@Suite struct LogonTimeTests {
  /// STATUS_NOT_FOUND
  private static let notFound: UInt32 = 0xC000_0225

  static let examples: [StoryCase] = [
    StoryCase(
      "the account of the client computer itself", "auth-logon-failure error proven", cause: "the password that WS07 keeps for its own account",
      remedy: "On the client check whether its account"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.user = "WS07$" })
    },
    StoryCase(
      "the account of another computer", "auth-logon-failure error proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.user = "WS08$" })
    },
    StoryCase(
      "a plain name that is not found", "session-setup-other-status error proven", cause: "the server does not find the user or the domain: a mistyped name, or an account",
      remedy: "On a Samba domain controller check"
    ) {
      $0.negotiate()
      $0.setUpSession(status: notFound, logon: NTLMLogon())
    },
    StoryCase(
      "a name with @ that is not found", "session-setup-other-status error proven", cause: "a wrong password, if the user is written as user@domain",
      remedy: "On a Windows client give the account"
    ) {
      $0.negotiate()
      $0.setUpSession(status: notFound, logon: NTLMLogon().with { ($0.user, $0.domain) = ("alice@lab.example", "") })
    },
    StoryCase(
      "a member of a domain that takes its time to refuse", "auth-logon-failure error proven",
      cause: "possibly not the password: the server took", remedy: "On a Samba member server check whether its machine password"
    ) { refuse(&$0, after: 4) },
    StoryCase(
      "a member of a domain that refuses soon", "auth-logon-failure error proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) { refuse(&$0, after: 1) },
    StoryCase(
      "the server hangs up at once", "session-setup-reset-by-server critical likely", cause: "the server failed, is at its limit of sessions",
      remedy: "Look at the server's log"
    ) { hangUp(&$0, after: 0) },
    StoryCase(
      "the server hangs up after seconds", "session-setup-reset-by-server critical likely", cause: "the file service hung and was then stopped",
      remedy: "Look at the server's log"
    ) { hangUp(&$0, after: 4) },
  ]

  private static let member = NTLMLogon().with { $0.dnsDomain = "lab.example" }

  private static func refuse(_ one: inout Conversation, after seconds: Int64) {
    one.negotiate()
    one.begin(logon: member)
    one.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: member.authenticate)))
    one.wait(seconds: seconds)
    one.response(.response(1, 2, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
  }

  private static func hangUp(_ one: inout Conversation, after seconds: Int64) {
    one.negotiate()
    one.begin(logon: NTLMLogon())
    one.request(.request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
    one.wait(seconds: seconds)
    one.send(.server, flags: [.fin, .ack])
  }

  @Test(arguments: examples)
  func saysWhatTheEvidenceShows(example: StoryCase) throws { example.expect(of: try example.finding) }
}
