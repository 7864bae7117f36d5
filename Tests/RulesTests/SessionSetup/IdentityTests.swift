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
    RuleCase("a guest who gets a share and disconnects it at once", "auth-guest-granted info", "auth-guest-rejected-by-client warning") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
      $0.disconnect(4)
    },
    RuleCase("a guest who disconnects the share later", "auth-guest-granted info") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
      $0.wait(seconds: 2)
      $0.disconnect(4)
    },
    RuleCase("a guest who opens the share's folder", "auth-guest-granted info") {
      $0.negotiate()
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.disconnect(5)
    },
    RuleCase("a user who disconnects the share at once") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.disconnect(4)
    },
    RuleCase("a logoff behind a NEGOTIATE that was cut, with too few contexts for a cipher", "session-rejected-by-client warning") {
      $0.negotiateCut(answered: [1, 8])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.logOff()
    },
    RuleCase("the same with as many contexts as a cipher needs") {
      $0.negotiateCut(answered: [1, 2, 8])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.logOff()
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

extension Conversation {
  /// TREE_DISCONNECT and the end of the connection.
  fileprivate mutating func disconnect(_ messageID: UInt64) {
    request(.request(4, messageID, session: Self.session, tree: 5, SMB2BodyBytes.empty))
    response(.response(4, messageID, session: Self.session, tree: 5, SMB2BodyBytes.empty))
    send(.client, flags: [.fin, .ack])
  }

  fileprivate mutating func logOff() {
    request(.request(2, 3, session: Self.session, SMB2BodyBytes.empty))
    response(.response(2, 3, session: Self.session, SMB2BodyBytes.empty))
    send(.client, flags: [.fin, .ack])
  }

  /// NEGOTIATE of SMB 3.1.1, of which the recording has no contexts.
  fileprivate mutating func negotiateCut(answered: [UInt16]) {
    func contexts(_ types: [UInt16]) -> [(type: UInt16, data: [UInt8])] { types.map { ($0, [UInt8](repeating: 0, count: 38)) } }
    request(.request(0, 0, SMB2BodyBytes.negotiateRequest(dialects: [0x0302, 0x0311], contexts: contexts([1, 2, 5, 8]))))
    cutLast(toPayload: 4 + 64 + 44)
    response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x0311, contexts: contexts(answered))))
    cutLast(toPayload: 4 + 64 + 66)
  }
}
