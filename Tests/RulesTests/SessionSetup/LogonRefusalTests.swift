import Diagnosis
import Packets
import Protocols
import Rules
import TestSupport
import Testing
import Transcripts

/// Why a logon was refused, where the messages show more than the status, and what nearly looks like it.
@Suite struct LogonRefusalTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Identifier and confidence of the first finding.
    var rule: String
    /// The first cause and the first remedy begin, or go on, with these words.
    var cause: String
    var remedy: String
    var build: @Sendable (inout Conversation) -> Void

    init(
      _ description: String, _ rule: String, cause: String, remedy: String,
      build: @escaping @Sendable (inout Conversation) -> Void
    ) {
      testDescription = description
      (self.rule, self.cause, self.remedy, self.build) = (rule, cause, remedy, build)
    }
  }

  static let examples: [Example] = [
    Example(
      "NTLM not supported, first leg", "auth-ntlm-blocked likely", cause: "the server, or its domain, accepts no NTLM",
      remedy: "Let the client use Kerberos"
    ) {
      $0.negotiate()
      $0.firstLeg(status: SMB2Bytes.notSupported, token: NTLMLogon().negotiate)
    },
    Example(
      "NTLM not supported, second leg", "auth-ntlm-blocked possible",
      cause: "the server, or its domain, accepts no NTLM", remedy: "Let the client use Kerberos"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.notSupported, logon: NTLMLogon())
    },
    Example(
      "something unknown not supported", "auth-protocol-error proven", cause: "a mechanism that the server does not",
      remedy: "Install the current updates"
    ) {
      $0.negotiate()
      $0.firstLeg(status: SMB2Bytes.notSupported, token: [0x60])
    },
    Example(
      "raw NTLM refused before a user was named", "auth-protocol-error proven", cause: "the server accepts no raw NTLMSSP",
      remedy: "Let the client put NTLM inside SPNEGO"
    ) {
      $0.negotiate()
      $0.firstLeg(status: SMB2Bytes.logonFailure, token: NTLMLogon().negotiate)
    },
    Example(
      "a user of a realm at a server without a domain", "auth-logon-failure likely", cause: "the client could not use Kerberos",
      remedy: "Let the client use Kerberos"
    ) {
      $0.negotiateOfferingKerberos()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure,
        logon: NTLMLogon().with { ($0.user, $0.domain, $0.serverDomain) = ("alice@LAB.EXAMPLE", "", "FS01") })
    },
    Example(
      "the same at a server that offers no Kerberos", "auth-logon-failure proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure,
        logon: NTLMLogon().with { ($0.user, $0.domain, $0.serverDomain) = ("alice@LAB.EXAMPLE", "", "FS01") })
    },
    Example(
      "a wrong password", "auth-logon-failure proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon())
    },
    Example(
      "a user name with a space at its end", "auth-logon-failure proven", cause: "the user name was typed, pasted",
      remedy: "Type the user name again"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.user = "alice " })
    },
    Example(
      "a user name with a space within it", "auth-logon-failure proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.user = "alice smith" })
    },
    Example(
      "a client with the clock of the year 2000", "auth-logon-failure proven", cause: "the client's clock is wrong",
      remedy: "Set the date"
    ) {
      // The server's clock is right.
      $0.now = 1_655_526_400_000_000_000
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.clientTime = 125_911_584_000_000_000 })
    },
    Example(
      "a client whose clock is an hour off", "auth-logon-failure proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      // The server's clock is right.
      $0.now = 1_655_526_400_000_000_000
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.clientTime = 133_000_036_000_000_000 })
    },
    Example(
      "a domain that is not the server's", "auth-logon-failure proven", cause: "the domain OTHER is not the server's (LAB",
      remedy: "On a Windows client give the account"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.domain = "OTHER" })
    },
    Example(
      "a domain that none has", "auth-logon-failure proven", cause: "? is not a domain that a file server knows",
      remedy: "On a Windows client give the account"
    ) {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.serverDomain) = ("?", "FS01") })
    },
    Example(
      "the name of the server as domain, at a member of another", "auth-logon-failure proven", cause: #"for the account of the domain send LAB\alice"#,
      remedy: "On a Windows client give the account"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.domain = "FS01" })
    },
    Example(
      "the administrator of the server itself", "auth-logon-failure proven", cause: "a wrong password", remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.user) = ("FS01", "Administrator") })
    },
    Example(
      "any domain at a stand-alone server", "auth-logon-failure proven", cause: "a wrong password",
      remedy: "Compare the domain, user"
    ) {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.domain, $0.serverDomain) = ("WORKGROUP", "FS01") })
    },
    Example(
      "a session that is renewed with an old password", "auth-logon-failure proven", cause: "the password or the account was changed",
      remedy: "Give the client the new password"
    ) {
      $0.negotiate()
      let body = SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate).setting(Conversation.session, at: 16)
      $0.request(.request(1, 1, body))
      $0.response(
        .response(
          1, 1, status: SMB2Bytes.moreProcessingRequired, session: 9,
          SMB2BodyBytes.sessionSetupResponse(token: NTLMLogon().challenge)))
      $0.request(.request(1, 2, session: 9, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.response(.response(1, 2, status: SMB2Bytes.logonFailure, session: 9, SMB2BodyBytes.error()))
    },
    Example(
      "no logon servers, at once", "auth-no-logon-servers proven", cause: "winbindd does not run",
      remedy: "On a Samba domain member or domain controller"
    ) {
      $0.negotiate()
      $0.setUpSession(status: 0xC000_005E, logon: NTLMLogon())
    },
    Example(
      "no logon servers, after a while", "auth-no-logon-servers proven", cause: "the server's DNS",
      remedy: "Check on a Windows server"
    ) {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(
        .request(1, 2, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.wait(seconds: 2)
      $0.response(.response(1, 2, status: 0xC000_005E, session: Conversation.session, SMB2BodyBytes.error()))
    },
    Example(
      "a target name with a realm", "auth-spn-hardening possible", cause: "the server checks the target name",
      remedy: "Let the client's program send the target name"
    ) {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/fs01.lab.example@LAB.EXAMPLE" })
    },
    Example(
      "the server's own address as a target name", "auth-access-denied proven", cause: "the user right",
      remedy: "On a Windows server look at Local Policies"
    ) {
      $0.negotiate()
      $0.setUpSession(
        status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/\(Endpoint.testServer.address)" })
    },
    Example(
      "a wrong signature", "session-setup-other-status proven", cause: "the server requires signing",
      remedy: "On a Samba client let it sign"
    ) {
      $0.negotiate()
      $0.setUpSession(status: 0xC000_A000, logon: NTLMLogon())
    },
    Example(
      "a number that nobody knows", "session-setup-other-status proven", cause: "smbdx knows no usual cause",
      remedy: "Look at the server's log"
    ) {
      $0.negotiate()
      $0.setUpSession(status: 0xC0FF_EE00, logon: NTLMLogon())
    },
    Example(
      "another session than the one that was just granted", "session-deleted proven", cause: "a fault in the client's software",
      remedy: "Update the client's program"
    ) {
      $0.negotiate()
      $0.begin(logon: NTLMLogon())
      $0.request(.request(1, 2, session: 77, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
      $0.response(.response(1, 2, status: 0xC000_0203, session: 77, SMB2BodyBytes.error()))
    },
    Example(
      "a slash instead of a backslash", "auth-logon-failure proven", cause: "the user name was typed, pasted or stored",
      remedy: "Type the user name again"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.user, $0.domain) = ("CORP/scan", "") })
    },
    Example(
      "a Microsoft account, with a domain before and behind it", "auth-logon-failure proven", cause: "the user name was typed, pasted or stored",
      remedy: "Type the user name again"
    ) {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.logonFailure, logon: NTLMLogon().with { ($0.user, $0.domain) = (#"MicrosoftAccount\hp@outlook.com"#, "") })
    },
    Example(
      "a session that was never granted here", "session-deleted proven", cause: "the client continues a session of another",
      remedy: "Do not balance SMB"
    ) {
      $0.negotiate()
      $0.request(.request(1, 1, session: 77, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.response(.response(1, 1, status: 0xC000_0203, session: 77, SMB2BodyBytes.error()))
    },
  ]

  @Test(arguments: examples)
  func putsTheEvidenceFirst(example: Example) throws {
    let judged = Judged {
      example.build(&$0)
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.isPrimary })
    #expect("\(finding.rule.id) \(finding.observation.confidence)" == example.rule)
    #expect(finding.causes.first?.contains(example.cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(example.remedy) == true, "\(finding.remedies.map(\.text))")
    #expect(finding.frames.allSatisfy { (1...judged.transcripts[0].lastFrame.number).contains($0) })
    // A password was sent, so there is no word of tickets.
    let said = ([finding.observation.summary] + finding.causes).filter { !$0.contains("could not get a Kerberos ticket") }
    #expect(!said.contains { $0.contains("ticket") }, "\(said)")
  }

  /// The server chooses NTLM although the client shows a ticket, which the KDC gave to a user whose password is right.
  @Test(arguments: [true, false])
  func namesTheTicketThatWasPassedOver(hasTicket: Bool) throws {
    let judged = Judged {
      $0.negotiate()
      if hasTicket {
        $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example"))))
        $0.response(.response(1, 1, status: SMB2Bytes.moreProcessingRequired, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse(token: [])))
      }
      for (number, token) in [(UInt64(2), NTLMLogon().negotiate), (3, NTLMLogon().authenticate)] {
        let isLast = number == 3
        $0.request(.request(1, number, session: isLast || hasTicket ? Conversation.session : 0, SMB2BodyBytes.sessionSetupRequest(token: token)))
        $0.response(
          .response(
            1, number, status: isLast ? SMB2Bytes.logonFailure : SMB2Bytes.moreProcessingRequired, session: Conversation.session,
            isLast ? SMB2BodyBytes.error() : SMB2BodyBytes.sessionSetupResponse(token: NTLMLogon().challenge)))
      }
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "auth-logon-failure" })
    #expect(finding.observation.summary.contains("Kerberos ticket for cifs/fs01.lab.example") == hasTicket, "\(finding.observation.summary)")
    #expect(finding.causes.first?.hasPrefix("the server lists Kerberos, but does not take the ticket") == hasTicket, "\(finding.causes)")
  }

  /// Windows Server 2025 resets where others refuse; a close says less, and so does a later leg.
  /// The same user was let in before, on another connection.
  @Test(arguments: [("alice", "the password or the account was changed"), ("bob", "a wrong password")])
  func knowsWhoWasLetIn(second: String, cause: String) throws {
    var frames: [TestFrame] = []
    for (index, user) in ["alice", second].enumerated() {
      var conversation = Conversation(
        client: Endpoint(address: Endpoint.testClient.address, port: UInt16(50_001 + index)), server: .testServer)
      conversation.wait(seconds: Int64(index * 5))
      conversation.open()
      conversation.negotiate()
      conversation.setUpSession(status: index == 0 ? 0 : SMB2Bytes.logonFailure, logon: NTLMLogon().with { $0.user = user })
      conversation.send(.client, flags: [.fin, .ack])
      frames += conversation.frames
    }
    let finding = try #require(Judged(frames).findings.first { $0.rule.id == "auth-logon-failure" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  @Test(arguments: [(true, 1, true), (false, 1, false), (true, 2, false)])
  func namesBlockedNTLMAsACauseOfAReset(isReset: Bool, legs: Int, isNamed: Bool) throws {
    let judged = Judged {
      $0.negotiate()
      if legs == 2 { $0.begin(logon: NTLMLogon()) }
      let token = legs == 2 ? NTLMLogon().authenticate : NTLMLogon().negotiate
      $0.request(.request(1, UInt64(legs), session: legs == 2 ? Conversation.session : 0, SMB2BodyBytes.sessionSetupRequest(token: token)))
      $0.send(.server, flags: isReset ? [.rst, .ack] : [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "session-setup-reset-by-server" })
    #expect(finding.causes.first?.contains("Windows Server 2025") == isNamed, "\(finding.causes)")
    #expect(finding.remedies.first?.text.contains("Kerberos") == isNamed)
  }

  /// A GUID of one byte sixteen times is no server's; ksmbd's of zeros is.
  @Test(arguments: [(UInt64(0x4141_4141_4141_4141), true), (0, false), (0x0123_4567_89ab_cdef, false)])
  func suspectsAFakeServerByItsGUID(half: UInt64, isSuspected: Bool) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.askForValidation()
      // MS-SMB2 2.2.32: the output begins behind 48 bytes, with Capabilities before the GUID.
      let body = SMB2BodyBytes.validateResponse().setting(half, at: 52).setting(half, at: 60)
      $0.response(SMB2Bytes.response(11, 4, session: Conversation.session, tree: 5, body).signed)
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "vni-response-mismatch-guid" })
    #expect(finding.causes.first?.contains("another program answers instead of the server") == isSuspected, "\(finding.causes)")
  }

  /// Every status that has a name has causes and remedies, wherever it is the answer.
  @Test func advisesOnEveryNamedStatus() {
    let numbers = Array(UInt32(0xC000_0001)...0xC000_0500) + [0xC000_A000]
    for number in numbers where NTStatus(rawValue: number).name != nil {
      for answersLogon in [true, false] {
        let judged = Judged {
          $0.negotiate()
          $0.setUpSession(status: answersLogon ? number : 0, logon: NTLMLogon())
          if !answersLogon { $0.connectTree(status: number) }
          $0.send(.client, flags: [.fin, .ack])
        }
        let findings = judged.findings.filter { [.sessionSetup, .treeConnect, .encryption].contains($0.rule.phase) && $0.severity > .info }
        for finding in findings {
          #expect(finding.causes.allSatisfy { !$0.contains("see the meaning") && !$0.contains("depends on the status") }, "\(number)")
          #expect(!finding.causes.isEmpty && !finding.remedies.isEmpty, "\(number)")
        }
        // A path into a DFS namespace is for the case to judge.
        if number != 0xC000_0016, number != 0xC000_0257 { #expect(!findings.isEmpty, "\(NTStatus(rawValue: number)) \(answersLogon)") }
      }
    }
  }
}

extension Conversation {
  /// The first message of a logon, refused.
  fileprivate mutating func firstLeg(status: UInt32, token: [UInt8]) {
    request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: token)))
    response(.response(1, 1, status: status, session: 5, SMB2BodyBytes.error()))
  }
}

extension Conversation {
  /// NEGOTIATE, whose answer offers Kerberos and NTLM: RFC 4178 4.2.1.
  fileprivate mutating func negotiateOfferingKerberos() {
    let kerberos: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02]
    let ntlm: [UInt8] = [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a]
    let spnego: [UInt8] = [0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02]
    let offer: [UInt8] = [0xa0, 0x1d, 0x30, 0x1b, 0xa0, 0x19, 0x30, 0x17] + kerberos + ntlm
    request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    response(.response(0, 0, SMB2BodyBytes.negotiateResponse(token: [0x60, 0x27] + spnego + offer)))
  }
}
