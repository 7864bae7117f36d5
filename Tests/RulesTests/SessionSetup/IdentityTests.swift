import Packets
import Rules
import TestSupport
import Testing

/// Guests, anonymous users, and what NTLM messages show of the client.
@Suite struct IdentityTests {
  static let cases: [RuleCase] = [
    RuleCase("a user made a guest, who works", "auth-guest-granted info") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("a user made a guest, who works although signing is required", "auth-guest-granted info") {
      $0.negotiate(clientMode: 3)
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("a user made a guest although signing is required", "auth-guest-granted critical") {
      $0.negotiate(clientMode: 3)
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(path: #"\\fs01\IPC$"#)
    },
    RuleCase("a guest who wants to be one") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon().with { $0.user = "guest" })
      $0.connectTree()
    },
    RuleCase("a client that does not want to be a guest", "auth-guest-granted warning", "auth-guest-rejected-by-client error") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.send(.client, flags: [.rst, .ack])
    },
    RuleCase("a guest who leaves later", "auth-guest-granted warning") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.wait(seconds: 6)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an anonymous user", "auth-anonymous info") {
      $0.negotiate()
      $0.setUpSession(logon: .anonymous)
      $0.connectTree(path: #"\\fs01\IPC$"#)
    },
    RuleCase("an anonymous user refused a share", "auth-anonymous warning") {
      $0.negotiate()
      $0.setUpSession(flags: 2, logon: .anonymous)
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    // NTLM.
    RuleCase("no MIC", "ntlm-mic-missing info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { $0.hasMIC = false })
    },
    RuleCase("no MIC, and none asked for") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { ($0.hasMIC, $0.serverHasTime) = (false, false) })
    },
    // Whose credentials.
    RuleCase("a local account against a domain", "auth-logon-failure error", "auth-wrong-identity-sent warning") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.domain = "WS07" })
    },
    RuleCase("a Microsoft account against a domain", "auth-logon-failure error", "auth-wrong-identity-sent warning") {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure,
        logon: NTLMLogon().with { ($0.domain, $0.user) = ("MicrosoftAccount", "alice@example.org") })
    },
    RuleCase("no domain against a domain", "auth-logon-failure error", "auth-wrong-identity-sent warning") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.domain = "" })
    },
    RuleCase("user@realm without a domain", "auth-logon-failure error") {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.user) = ("", "alice@lab.example") })
    },
    RuleCase("a local account against a stand-alone server", "auth-logon-failure error") {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.serverDomain) = ("WS07", "FS01") })
    },
    RuleCase("an account of Entra ID against a stand-alone server", "auth-logon-failure error", "auth-wrong-identity-sent warning") {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.serverDomain) = ("AzureAD", "FS01") })
    },
    RuleCase("two users on one connection", "session-several-users info") {
      $0.negotiate()
      $0.setUpSession(session: 8, logon: NTLMLogon())
      $0.setUpSession(3, session: 9, logon: NTLMLogon().with { $0.user = "bob" })
    },
    RuleCase("one user with two sessions") {
      $0.negotiate()
      $0.setUpSession(session: 8, logon: NTLMLogon())
      $0.setUpSession(3, session: 9, logon: NTLMLogon())
    },
    RuleCase("a local account accepted") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { $0.domain = "WS07" })
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.sessionSetup]) == example.expected) }
}
