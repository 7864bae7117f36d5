import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Exchanges with KDCs beside connections: which belong together, and what they say.
@Suite struct KerberosStoryTests {
  private static let kdc = Endpoint(address: IPAddress(10, 0, 0, 3), port: 88)
  private static let otherKDC = Endpoint(address: IPAddress(10, 0, 0, 4), port: 88)
  /// The clock of the KDC is that of the recording.
  private static let now: Int64 = 1

  /// A recording of one client: its connection, and datagrams between it and the KDC, each after so many milliseconds.
  private struct Story {
    var conversation = Conversation()
    var datagrams: [TestFrame] = []
    private var port: UInt16 = 40_000

    mutating func ask(_ request: [UInt8], answer: [UInt8]?, from client: IPAddress = Endpoint.testClient.address, of kdc: Endpoint = KerberosStoryTests.kdc) {
      port += 1
      let source = Endpoint(address: client, port: port)
      conversation.now += 1_000_000
      datagrams.append(TestFrame(nanoseconds: conversation.now, udpFrame(from: source, to: kdc, request)))
      conversation.now += 1_000_000
      guard let answer else { return }
      datagrams.append(TestFrame(nanoseconds: conversation.now, udpFrame(from: kdc, to: source, answer)))
    }

    /// To the last question.
    mutating func answer(_ answer: [UInt8], to client: IPAddress = Endpoint.testClient.address) {
      conversation.now += 1_000_000
      datagrams.append(
        TestFrame(nanoseconds: conversation.now, udpFrame(from: KerberosStoryTests.kdc, to: Endpoint(address: client, port: port), answer)))
    }

    var judged: Judged { Judged((conversation.frames + datagrams).sorted { $0.time < $1.time }) }
  }

  private static func judge(_ build: (inout Story) -> Void) -> Judged {
    var story = Story()
    build(&story)
    return story.judged
  }

  private static func words(_ findings: [Finding]) -> [String] {
    findings.filter { $0.rule.phase == .kerberos }.map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
  }

  /// The KDC refuses the ticket while the connection stands idle: nothing but the time says that they belong together.
  @Test func anErrorWhileTheConnectionIsIdle() {
    func story(afterwards: Bool) -> Judged {
      Self.judge {
        $0.conversation.open()
        $0.conversation.negotiate()
        if !afterwards {
          $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.error(50, for: "cifs/fs01.lab.example", stime: Self.now))
        }
        $0.conversation.send(.client, flags: [.fin, .ack])
        $0.conversation.send(.server, flags: [.fin, .ack])
        if afterwards {
          $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.error(50, for: "cifs/fs01.lab.example", stime: Self.now))
        }
      }
    }
    #expect(Self.words(story(afterwards: false).ofCases) == ["kerberos-tgt-refused error possible"])
    #expect(story(afterwards: false).ofCases.contains { $0.rule.id == "ntlm-blocked-by-client" && $0.observation.confidence == .possible })
    #expect(story(afterwards: true).ofCases.isEmpty)
    #expect(Self.words(story(afterwards: true).ofOthers) == ["kerberos-tgt-refused info proven"])
  }

  /// The KDC hung: its answer is of no use to a client that has left.
  @Test(arguments: [(12, "kerberos-kdc-unreachable critical likely"), (5, nil)] as [(Int64, String?)])
  func anAnswerThatComesTooLate(seconds: Int64, expected: String?) {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: nil)
      $0.conversation.wait(seconds: seconds)
      $0.conversation.send(.client, flags: [.fin, .ack])
      $0.conversation.send(.server, flags: [.fin, .ack])
      $0.answer(KerberosBytes.reply(ticket: "cifs/fs01.lab.example", etype: 18))
    }
    #expect(Self.words(judged.ofCases).filter { $0.hasPrefix("kerberos-kdc") } == [expected].compactMap(\.self))
  }

  /// Another user asks for a first ticket in vain beside a session that works: that user does not get in.
  @Test(arguments: [
    ("zoe", "error"), ("alice", "info"), ("fs01$", "info"),
  ])
  func anotherUsersKDCIsSilent(user: String, severity: String) throws {
    let judged = Self.judge {
      for _ in 0..<3 {
        $0.ask(KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: user), answer: nil)
        $0.conversation.wait(seconds: 6)
      }
      $0.conversation.wait(seconds: 40)
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.conversation.setUpSession(logon: NTLMLogon())
      $0.conversation.connectTree()
      $0.conversation.create(4)
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofOthers) == ["kerberos-kdc-unreachable \(severity) likely"])
    // The address of the KDC is known.
    let finding = try #require(judged.ofOthers.first { $0.rule.id == "kerberos-kdc-unreachable" })
    #expect(finding.remedies.contains { $0.command?.contains("10.0.0.3") == true })
  }

  /// The KDC that a referral names is silent, and the client turns back to its own, which does not know the service.
  @Test func theKDCOfAnotherRealmIsSilent() {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.ask(KerberosBytes.request(for: "krbtgt/EXAMPLE.NET"), answer: KerberosBytes.reply(ticket: "krbtgt/EXAMPLE.NET", etype: 18))
      $0.ask(KerberosBytes.request(for: "cifs/fs01.example.net", nonce: 2), answer: nil, of: Self.otherKDC)
      $0.conversation.wait(seconds: 11)
      $0.ask(KerberosBytes.request(for: "cifs/fs01.example.net", nonce: 2), answer: nil, of: Self.otherKDC)
      $0.conversation.wait(seconds: 11)
      $0.ask(
        KerberosBytes.request(for: "cifs/fs01.example.net", nonce: 3), answer: KerberosBytes.error(7, for: "cifs/fs01.example.net", stime: Self.now))
      $0.conversation.send(.client, flags: [.fin, .ack])
      $0.conversation.send(.server, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases + judged.ofOthers).filter { !$0.contains(" info ") } == ["kerberos-kdc-unreachable critical likely"])
  }

  /// An MIT KDC puts words in capitals into its errors, Heimdal sentences, and Windows nothing.
  @Test(arguments: [
    ("CLIENT LOCKED OUT", "kadmin.local -q 'getprinc"), ("Client (alice) locked out", "kadmin -l get"),
    (nil, "Get-ADUser"),
  ])
  func asksTheKDCThatIsThere(text: String?, command: String) throws {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice"),
        answer: KerberosBytes.error(18, for: "krbtgt/LAB.EXAMPLE", stime: Self.now, text: text))
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require((judged.ofCases + judged.ofOthers).first { $0.rule.id == "kerberos-account-state" })
    #expect(finding.remedies.first?.command?.hasPrefix(command) == true, "\(finding.remedies)")
  }

  /// Whose password has expired changes it at the KDC; another state of the account only an administrator ends.
  @Test(arguments: [(23, "kpasswd"), (18, "Get-ADUser")])
  func endsTheStateOfAnAccount(code: Int, command: String) throws {
    let judged = Self.judge {
      $0.ask(KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice"), answer: KerberosBytes.error(code, for: "krbtgt/LAB.EXAMPLE", stime: Self.now))
    }
    let finding = try #require(judged.ofOthers.first { $0.rule.id == "kerberos-account-state" })
    #expect(finding.remedies.first?.command?.hasPrefix(command) == true, "\(finding.remedies)")
  }

  /// A realm of MIT's KDC has no directory to look into.
  @Test(arguments: [("NEEDED_PREAUTH", true), ("Need to use PA-ENC-TIMESTAMP", false), (nil, false)])
  func aRefusedTicketOfAnMITKDC(text: String?, isMIT: Bool) throws {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice"),
        answer: KerberosBytes.error(25, for: "krbtgt/LAB.EXAMPLE", stime: Self.now, text: text))
      $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example", nonce: 2), answer: KerberosBytes.reply(ticket: "cifs/fs01.lab.example", etype: 23))
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.conversation.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: KerberosBytes.token(for: "cifs/fs01.lab.example"))))
      $0.conversation.response(.response(1, 1, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.ofCases.first { $0.rule.id == "kerberos-ap-modified" })
    let commands = finding.remedies.compactMap(\.command)
    #expect(commands.contains { $0.hasPrefix("kadmin") } == isMIT, "\(commands)")
    #expect(commands.contains { $0.hasPrefix("net ads") || $0.hasPrefix("setspn") } != isMIT, "\(commands)")
  }

  /// The name of the server is not known, and the client turns from the silent KDC to NTLM, which the server refuses at once.
  @Test(arguments: [(Int64(2), true), (40, false)])
  func aSilentKDCBeforeNTLMIsRefused(seconds: Int64, isReason: Bool) {
    let judged = Self.judge {
      let port = Endpoint(address: Endpoint.testClient.address, port: 40_900)
      for _ in 0..<3 {
        $0.datagrams.append(
          TestFrame(nanoseconds: $0.conversation.now, udpFrame(from: port, to: Self.kdc, KerberosBytes.request(for: "cifs/fs01.lab.example"))))
        $0.conversation.wait(seconds: 2)
      }
      $0.conversation.wait(seconds: seconds)
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.conversation.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.conversation.response(.response(1, 1, status: 0xC000_0418, session: Conversation.session, SMB2BodyBytes.error()))
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases) == (isReason ? ["kerberos-kdc-unreachable critical likely"] : []))
  }

  /// The answer does not fit into UDP, and nobody answers on TCP port 88: the client did ask again.
  @Test(arguments: [true, false])
  func anAnswerTooBigAndNoTCP(asksAgain: Bool) throws {
    let judged = Self.judge {
      $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.error(52, for: "cifs/fs01.lab.example", stime: Self.now))
      let syn = TCPSegment(from: Endpoint(address: Endpoint.testClient.address, port: 49_800), to: Self.kdc, flags: [.syn]).ethernet
      for seconds in [1, 1, 2, 4, 8] as [Int64] where asksAgain {
        $0.datagrams.append(TestFrame(nanoseconds: $0.conversation.now, syn))
        $0.conversation.wait(seconds: seconds)
      }
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.conversation.send(.client, flags: [.fin, .ack])
      $0.conversation.send(.server, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases).filter { $0.hasPrefix("kerberos-response") } == (asksAgain ? ["kerberos-response-too-big error likely"] : []))
  }

  /// By address there is no Kerberos: what a KDC said of the same user before is another story.
  @Test func anErrorBeforeAShareIsOpenedByAddress() {
    func story(host: String, seconds: Int64) -> [String] {
      Self.judge {
        $0.ask(KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", proof: 18), answer: KerberosBytes.error(24, for: "krbtgt/LAB.EXAMPLE", stime: Self.now))
        $0.conversation.wait(seconds: seconds)
        $0.conversation.open()
        $0.conversation.negotiate()
        $0.conversation.setUpSession(logon: NTLMLogon().with { $0.service = "cifs/\(host)" })
        $0.conversation.connectTree(path: #"\\\#(host)\data"#)
      }.ofCases.map(\.rule.id)
    }
    #expect(!story(host: "10.0.0.2", seconds: 3).contains("kerberos-fallback-to-ntlm"))
    #expect(story(host: "fs01.lab.example", seconds: 3).contains("kerberos-fallback-to-ntlm"))
    // About the user all right, but not near.
    #expect(!story(host: "fs01.lab.example", seconds: 40).contains("kerberos-fallback-to-ntlm"))
  }

  /// Older MIT KDCs put the nonce where the client's time belongs, and say 31 for a wrong password.
  @Test func whatOlderKDCsSay() throws {
    func error(ctime: Int64) throws -> String {
      let findings = Self.judge {
        $0.ask(
          KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", nonce: 498_308_908, proof: 23),
          answer: KerberosBytes.error(37, for: "krbtgt/LAB.EXAMPLE", stime: Self.now, ctime: ctime, text: "PREAUTH_FAILED"))
      }.ofOthers
      #expect(Self.words(findings) == ["kerberos-clock-skew critical proven"])
      return try #require(findings.first).observation.summary
    }
    #expect(try !error(ctime: 498_308_908).contains("the client's"))
    #expect(try error(ctime: 7_201).contains("behind the client's"))
    let request = KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", proof: 18)
    func words(_ request: [UInt8]) -> [String] {
      Self.words(
        Self.judge { $0.ask(request, answer: KerberosBytes.error(31, for: "krbtgt/LAB.EXAMPLE", stime: Self.now + 86_400 * 900)) }.ofOthers)
    }
    #expect(words(request) == ["kerberos-preauth-failed error proven"])
    // Nothing was proven, so that no password is wrong.
    #expect(words(KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice")) == ["kerberos-other-error error proven"])
  }

  /// “Pre-authentication required” without any way to give it.
  @Test(arguments: [
    ([136, 133], "kerberos-etype error likely"), ([136, 133, 19], nil), ([136, 133, 2], nil), ([16, 133], nil), ([], nil),
  ] as [([Int], String?)])
  func noKeyToProve(padata: [Int], expected: String?) {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice"),
        answer: KerberosBytes.error(25, for: "krbtgt/LAB.EXAMPLE", stime: Self.now, padata: padata))
    }
    #expect(Self.words(judged.ofOthers) == [expected].compactMap(\.self))
  }

  @Test func noKeyAndYetFollowed() {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice"),
        answer: KerberosBytes.error(25, for: "krbtgt/LAB.EXAMPLE", stime: Self.now, padata: [136, 133]))
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", nonce: 5, proof: 18),
        answer: KerberosBytes.reply(isInitial: true, ticket: "krbtgt/LAB.EXAMPLE"))
    }
    #expect(Self.words(judged.ofOthers).isEmpty)
  }

  /// A short name that is answered with the full one is no way to anywhere.
  @Test func canonicalNamesAreNoReferrals() {
    func hops(_ steps: [(realm: String, to: String)], service: String) -> [String] {
      Self.words(
        Self.judge { story in
          for (index, step) in steps.enumerated() {
            story.ask(
              KerberosBytes.request(for: service, realm: step.realm, nonce: UInt32(index)),
              answer: KerberosBytes.reply(ticket: "krbtgt/\(step.to)", realm: step.realm, id: UInt8(index)))
          }
        }.ofOthers)
    }
    #expect(hops([("THESHIRE.LOCAL", "THESHIRE.LOCAL")], service: "krbtgt/theshire").isEmpty)
    #expect(hops([("THESHIRE", "THESHIRE.LOCAL")], service: "krbtgt/theshire").isEmpty)
    #expect(hops([("A.EXAMPLE", "B.EXAMPLE"), ("B.EXAMPLE", "C.EXAMPLE")], service: "cifs/fs01.c.example").isEmpty)
    #expect(
      hops([("A.EXAMPLE", "B.EXAMPLE"), ("B.EXAMPLE", "C.EXAMPLE"), ("C.EXAMPLE", "A.EXAMPLE")], service: "cifs/fs01.c.example")
        == ["kerberos-referral-loop error proven"])
  }

  /// The client asks for the realm that the server's domain looks like, and then in its own.
  @Test func aGuessedRealm() {
    func words(andThen service: String?) -> [String] {
      Self.words(
        Self.judge { story in
          story.ask(KerberosBytes.request(for: "krbtgt/EXAMPLE.NET"), answer: KerberosBytes.error(7, for: "krbtgt/EXAMPLE.NET", stime: Self.now))
          guard let service else { return }
          story.ask(KerberosBytes.request(for: service, nonce: 2), answer: KerberosBytes.error(7, for: service, stime: Self.now))
        }.ofOthers)
    }
    #expect(words(andThen: "cifs/acct.file.core.windows.net") == ["kerberos-azure-files error proven"])
    #expect(words(andThen: "cifs/fs01.example.net") == ["kerberos-spn-not-found error proven"])
    #expect(words(andThen: nil) == ["kerberos-spn-not-found error proven"])
  }

  /// A KDC that demands no pre-authentication answers to a wrong password too; whoever has a ticket and can use it goes on.
  @Test(arguments: [
    (nil, false, ["kerberos-first-ticket-unused error possible"]), (nil, true, []),
    (18, false, ["kerberos-first-ticket-unused error possible"]), (18, true, []),
  ] as [(Int?, Bool, [String])])
  func aFirstTicketThatIsNotUsed(proof: Int?, asksOn: Bool, expected: [String]) {
    let judged = Self.judge {
      $0.conversation.open()
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", proof: proof),
        answer: KerberosBytes.reply(isInitial: true, ticket: "krbtgt/LAB.EXAMPLE", id: 1))
      if asksOn {
        $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example", nonce: 2), answer: KerberosBytes.reply(ticket: "cifs/fs01.lab.example", id: 9))
      }
      $0.conversation.negotiate()
      $0.conversation.send(.client, flags: [.fin, .ack])
      $0.conversation.send(.server, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases) == expected)
  }

  /// What the client offers is named before what the account may lack.
  @Test(arguments: [([25, 26], "the client offers only types that few"), ([20, 19], "the client offers only types that few"), ([18, 17], "the service's account has keys of RC4 only"), ([23, 3], "the client offers only old types")] as [([Int], String)])
  func noTypeInCommon(offered: [Int], cause: String) throws {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "cifs/fs01.lab.example", etypes: offered), answer: KerberosBytes.error(14, for: "cifs/fs01.lab.example", stime: Self.now))
    }
    let finding = try #require(judged.ofOthers.first { $0.rule.id == "kerberos-etype" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// The KDC gave the ticket, so that the client left for another reason.
  @Test(arguments: [("fs01.lab.example", true), ("fs02.lab.example", false)])
  func aTicketThatIsNotUsed(service: String, isHad: Bool) throws {
    let name = Array("fs01.lab.example".utf16).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    let judged = Self.judge {
      $0.conversation.open()
      $0.ask(KerberosBytes.request(for: "cifs/\(service)"), answer: KerberosBytes.reply(ticket: "cifs/\(service)"))
      $0.conversation.negotiate(
        dialect: 0x0311, dialects: [0x0311], clientContexts: [(1, [1, 0, 0, 0, 1, 0]), (5, name)], serverContexts: [(1, [1, 0, 0, 0, 1, 0])])
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "negotiate-reset-by-client" }, "\(judged.fired())")
    #expect(finding.causes.contains { $0.hasPrefix("the client got a ticket for this server and did not use it") } == isHad, "\(finding.causes)")
    #expect(finding.causes.contains { $0.contains("got no ticket") } != isHad)
  }

  /// RC4 works until the domain controllers stop issuing it.
  @Test(arguments: [(23, ["kerberos-rc4-in-use info proven"]), (18, [])] as [(Int, [String])])
  func aTicketInRC4(etype: Int, expected: [String]) {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.reply(ticket: "cifs/fs01.lab.example", etype: etype))
      // The first ticket of a user says nothing of the file server.
      $0.ask(
        KerberosBytes.request(for: "krbtgt/LAB.EXAMPLE", user: "alice", proof: 18),
        answer: KerberosBytes.reply(isInitial: true, ticket: "krbtgt/LAB.EXAMPLE", etype: 23, id: 9))
    }
    #expect(Self.words(judged.ofOthers) == expected)
  }

  /// Text says more than the code for this one, and less for others.
  @Test(arguments: [
    (7, "SERVER LOCKED OUT", "kerberos-service-account-state error proven"), (7, "LOOKING_UP_SERVER", "kerberos-spn-not-found error proven"),
    (12, "", "kerberos-policy error proven"), (37, "PREAUTH_FAILED", "kerberos-clock-skew critical proven"),
  ] as [(Int, String, String)])
  func textOfAnError(code: Int, text: String, expected: String) {
    let judged = Self.judge {
      $0.ask(
        KerberosBytes.request(for: "cifs/fs01.lab.example"),
        answer: KerberosBytes.error(code, for: "cifs/fs01.lab.example", stime: Self.now, text: text))
    }
    #expect(Self.words(judged.ofOthers) == [expected])
  }

  /// What a client that wants Kerberos asked cannot be checked where the recording leaves it out.
  @Test func saysThatKerberosWasNotRecorded() throws {
    func obstacles(asks: Bool, logsOn: Bool = false) throws -> [Bool] {
      let judged = Self.judge {
        $0.conversation.open()
        $0.conversation.negotiate()
        if asks {
          $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.error(7, for: "cifs/fs01.lab.example", stime: Self.now))
        }
        if logsOn { $0.conversation.setUpSession(logon: NTLMLogon()) }
        $0.conversation.send(.client, flags: [.fin, .ack])
      }
      let one = try #require(judged.cases.first)
      return [one.obstacle(to: .kerberosTraffic, in: judged.facts), one.obstacle(to: .nameTraffic, in: judged.facts)].map { $0 != nil }
    }
    #expect(try obstacles(asks: false) == [true, true])
    #expect(try obstacles(asks: true) == [false, true])
    #expect(try obstacles(asks: false, logsOn: true) == [false, false])
  }

  /// A client that leaves after three tries waits no longer, and one that leaves after one may have another reason.
  @Test(arguments: [(3, ["kerberos-kdc-unreachable critical likely"]), (1, [])])
  func aClientThatLeavesASilentKDC(tries: Int, expected: [String]) {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      for _ in 0..<tries {
        $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: nil)
        $0.conversation.wait(seconds: 1)
      }
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases).filter { $0.hasPrefix("kerberos-kdc") } == expected)
  }

  /// One that turns to NTLM after three tries waits no longer either, and NTLM tells nothing of the KDC.
  @Test(arguments: [(3, true), (1, false)])
  func aClientThatTurnsToNTLM(tries: Int, isTold: Bool) {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      for _ in 0..<tries {
        $0.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: nil)
        $0.conversation.wait(seconds: 1)
      }
      $0.conversation.setUpSession(status: 0xC000_00BB, logon: NTLMLogon())
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    #expect(Self.words(judged.ofCases).contains("kerberos-kdc-unreachable critical likely") == isTold, "\(Self.words(judged.ofCases))")
  }

  /// A ticket in the name of a user is no mere try.
  @Test(arguments: [(UInt32(0x4083_0000), "cifs/fs01.lab.example", true), (0x4083_0000, "HTTP/web.lab.example", false), (0x4081_0002, "cifs/fs01.lab.example", false)])
  func delegationThatIsRefused(options: UInt32, service: String, isTold: Bool) throws {
    let judged = Self.judge {
      $0.conversation.open()
      $0.conversation.negotiate()
      $0.ask(KerberosBytes.request(for: service, options: options), answer: KerberosBytes.error(13, for: service, stime: Self.now))
      $0.conversation.send(.client, flags: [.fin, .ack])
    }
    let told = (judged.ofCases + judged.ofOthers).first { $0.rule.id == "kerberos-policy" }
    #expect((told != nil) == isTold)
    if let told { #expect(told.causes.first?.contains("constrained delegation") == true, "\(told.causes)") }
  }

  /// One name for several servers: the error belongs to the connection that waits for its logon.
  @Test func severalServersOfOneName() throws {
    var first = Conversation(client: Endpoint(address: Endpoint.testClient.address, port: 50_100), server: Endpoint(address: IPAddress(10, 0, 0, 8), port: 445))
    first.open()
    first.negotiate()
    first.setUpSession(logon: NTLMLogon())
    first.connectTree(path: #"\\fs01.lab.example\data"#)
    first.send(.client, flags: [.fin, .ack])
    var story = Story()
    story.conversation.now = first.now + 5_000_000_000
    story.conversation.open()
    story.conversation.negotiate(clientContexts: [(5, [UInt8](utf16: "fs01.lab.example"))])
    story.ask(KerberosBytes.request(for: "cifs/fs01.lab.example"), answer: KerberosBytes.error(7, for: "cifs/fs01.lab.example", stime: Self.now))
    story.conversation.send(.client, flags: [.fin, .ack])
    let judged = Judged((first.frames + story.conversation.frames + story.datagrams).sorted { $0.time < $1.time })
    let told = try #require(judged.ofCases.first { $0.rule.id == "kerberos-spn-not-found" })
    #expect(told.observation.connections == [2])
  }
}
