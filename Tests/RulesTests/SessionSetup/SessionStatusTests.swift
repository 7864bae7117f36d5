import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// SESSION_SETUP refused with a status: no server of the lab gives most of them, so the packets are built.
@Suite struct SessionStatusTests {
  /// Every status of the catalogue, and the one rule that it belongs to.
  static let statuses: [(UInt32, String)] = [
    (0xC000_006D, "auth-logon-failure"), (0xC000_006A, "auth-wrong-password-named"),
    (0xC000_0064, "auth-wrong-password-named"), (0xC000_006E, "auth-account-restriction"),
    (0xC000_006F, "auth-logon-hours"), (0xC000_0070, "auth-workstation-restriction"),
    (0xC000_0071, "auth-password-expired"), (0xC000_0224, "auth-password-must-change"),
    (0xC000_0072, "auth-account-disabled"), (0xC000_0193, "auth-account-expired"), (0xC000_0234, "auth-account-locked"),
    (0xC000_015B, "auth-logon-type-not-granted"), (0xC000_0155, "auth-logon-type-not-granted"),
    (0xC000_005E, "auth-no-logon-servers"), (0xC000_018A, "auth-trust-failure"), (0xC000_018B, "auth-trust-failure"),
    (0xC000_018C, "auth-trust-failure"), (0xC000_018D, "auth-trust-failure"), (0xC000_0190, "auth-trust-failure"),
    (0xC000_019B, "auth-trust-failure"), (0xC000_0233, "auth-trust-failure"), (0xC000_00DF, "auth-trust-failure"),
    (0xC000_0192, "auth-netlogon-not-started"), (0xC000_0133, "auth-time-difference"),
    (0xC000_0198, "auth-trust-account"), (0xC000_0199, "auth-trust-account"), (0xC000_019A, "auth-trust-account"),
    (0xC000_0022, "auth-access-denied"), (0xC000_0418, "auth-ntlm-blocked"),
    (0xC000_0413, "auth-authentication-firewall"), (0xC000_0388, "auth-downgrade-detected"),
    (0xC000_00CE, "auth-too-many-sessions"), (0xC000_0246, "auth-too-many-sessions"),
    (0xC000_00D0, "auth-too-many-sessions"), (0xC000_009A, "auth-insufficient-resources"),
    (0xC000_0205, "auth-insufficient-resources"), (0xC000_0017, "auth-insufficient-resources"),
    (0xC000_000D, "auth-protocol-error"), (0xC000_00BB, "auth-ntlm-blocked"), (0xC000_00C3, "auth-protocol-error"),
    (0xC000_042A, "auth-protocol-error"), (0xC000_0203, "session-deleted"), (0xC000_035C, "session-expired"),
    (0xC000_0380, "session-setup-other-status"), (0xC000_010B, "auth-logon-type-not-granted"),
    (0xC000_A000, "session-setup-other-status"), (0xC000_0466, "session-setup-other-status"),
    (0xC000_00E5, "session-setup-other-status"), (0xC0FF_EE00, "session-setup-other-status"),
  ]

  @Test(arguments: statuses)
  func namesTheStatus(status: UInt32, rule: String) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(status: status, logon: NTLMLogon())
      $0.send(.client, flags: [.rst, .ack])
    }
    #expect(judged.fired() == ["\(rule) error"])
    let finding = try #require(judged.findings.first)
    #expect(finding.isPrimary)
    #expect(finding.observation.summary.contains(#"LAB\alice from WS07"#))
  }

  static let cases: [RuleCase] = [
    RuleCase("refused, then granted to the same user", "auth-logon-failure info") {
      $0.negotiate()
      $0.setUpSession(session: 9, status: SMB2Bytes.logonFailure, logon: NTLMLogon())
      $0.setUpSession(3, logon: NTLMLogon())
      $0.connectTree(5)
    },
    RuleCase("refused, then granted to another user", "auth-logon-failure error") {
      $0.negotiate()
      $0.setUpSession(session: 9, status: SMB2Bytes.logonFailure, logon: NTLMLogon())
      $0.setUpSession(3, logon: NTLMLogon().with { $0.user = "bob" })
      $0.connectTree(5)
    },
    RuleCase("granted") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("a further channel refused", "session-binding-failed warning") {
      $0.negotiate(dialects: [0x0302])
      $0.request(.request(1, 1, session: 5, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate, flags: 1)))
      $0.response(.response(1, 1, status: SMB2Bytes.accessDenied, session: 5, SMB2BodyBytes.error()))
    },
    RuleCase("more channels than the server allows", "session-binding-failed info") {
      $0.negotiate(dialects: [0x0302])
      $0.request(.request(1, 1, session: 5, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate, flags: 1)))
      $0.response(.response(1, 1, status: 0xC000_009A, session: 5, SMB2BodyBytes.error()))
    },
    // ACCESS_DENIED, and why.
    RuleCase("access denied to an alias", "auth-spn-hardening error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/files.lab.example" })
    },
    RuleCase("access denied to an address", "auth-spn-hardening error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/192.0.2.77" })
    },
    RuleCase("access denied without a service name", "auth-spn-hardening error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = nil })
    },
    RuleCase("access denied to the short name", "auth-access-denied error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/fs01" })
    },
    RuleCase("access denied to an anonymous user", "auth-access-denied error") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: .anonymous)
    },
    // Re-authentication.
    RuleCase("a renewal refused", "session-reauth-failed error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.request(.request(1, 4, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest()))
      $0.response(.response(1, 4, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
    },
    RuleCase("a session that expired under the user's hands", "session-expired error") {
      $0.useExpiredSession()
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an expired session that is renewed") {
      $0.useExpiredSession()
      $0.request(.request(1, 5, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest()))
      $0.response(.response(1, 5, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()))
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an expired session, and the user logs on anew") {
      $0.useExpiredSession()
      $0.setUpSession(5, session: 77, logon: NTLMLogon())
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an expired session that was only to be left") {
      $0.useExpiredSession(command: 4)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an expired session where the capture ends") { $0.useExpiredSession() },
    RuleCase("a logon refused as expired", "session-expired error") {
      $0.negotiate()
      $0.setUpSession(status: 0xC000_035C, logon: NTLMLogon())
    },
    RuleCase("a logon cut in the capture, and refused", "auth-logon-failure error") {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      let proof = nbss(
        SMB2Bytes.request(
          1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)).bytes)
      $0.send(.client, Array(proof.prefix(120)))
      $0.send(.client, Array(proof.dropFirst(120)), isCaptured: false)
      $0.response(.response(1, 2, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
    },
    RuleCase("a renewal refused and then granted") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.request(.request(1, 4, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest()))
      $0.response(.response(1, 4, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
      $0.request(.request(1, 5, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest()))
      $0.response(.response(1, 5, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse()))
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.sessionSetup]) == example.expected) }
}

extension Conversation {
  /// Establishes a session and asks something, CREATE if not said otherwise, when its time is over.
  fileprivate mutating func useExpiredSession(command: UInt16 = 5) {
    negotiate()
    setUpSession(logon: NTLMLogon())
    connectTree()
    request(.request(command, 4, session: Self.session, tree: 5, SMB2BodyBytes.empty))
    response(.response(command, 4, status: 0xC000_035C, session: Self.session, tree: 5, SMB2BodyBytes.error()))
  }
}
