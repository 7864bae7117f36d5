import Diagnosis
import Testing

@testable import Packets
@testable import Protocols
@testable import Rules
@testable import Transcripts

/// Errors that no KDC of the lab can be made to send, and near misses: exchanges made up.
@Suite struct KerberosRuleTests {
  static let second: Int64 = 1_000_000_000
  /// To the year 9999, where GeneralizedTime ends.
  static let toTheEndOfTime = 253_402_300_799 - start
  static let start: Int64 = 1_795_239_137

  static func stamp(_ frame: Int, at seconds: Int64 = 0) -> FrameStamp {
    FrameStamp(number: frame, time: Timestamp(nanoseconds: (start + seconds) * second))
  }

  static func request(_ service: String = "cifs/fs01.lab.example", frame: Int = 1, at seconds: Int64 = 0) -> KerberosRequestFacts {
    KerberosRequestFacts(
      stamp: stamp(frame, at: seconds), isInitial: service.hasPrefix("krbtgt"), cname: service.hasPrefix("krbtgt") ? "alice" : nil,
      realm: "LAB.EXAMPLE", sname: service, etypes: [.aes256SHA1], hasPreauthentication: true, isArmored: false)
  }

  static func exchange(_ request: KerberosRequestFacts? = request(), frame: Int = 1, at seconds: Int64 = 0) -> KerberosExchange {
    KerberosExchange(
      client: IPAddress(ipv4: 0x0a4d_000a), kdc: Endpoint(address: IPAddress(ipv4: 0x0a4d_001e), port: 88), transport: .udp,
      start: stamp(frame, at: seconds), request: request)
  }

  static func failed(_ code: Int32, _ request: KerberosRequestFacts? = request(), offset: Int64 = 0) -> KerberosExchange {
    var exchange = exchange(request)
    exchange.reply = stamp(2)
    exchange.error = KerberosError(
      stime: KerberosTime(secondsSince1970: start + offset), errorCode: KerberosErrorCode(rawValue: code))
    return exchange
  }

  static func silent(_ silence: KerberosExchange.Silence, tries: Int, waited: Int, frame: Int = 1) -> KerberosExchange {
    var exchange = exchange(frame: frame)
    (exchange.silence, exchange.tries, exchange.waited) = (silence, tries, .seconds(waited))
    return exchange
  }

  static func fired(_ exchanges: [KerberosExchange], _ lookups: [NameLookup] = []) -> [String] {
    Engine().judge(Lookups(exchanges, lookups)).map { "\($0.rule.id) \($0.severity.rawValue)" }
  }

  /// A server's clock that only the recording contradicts may be right; one that the KDC contradicts is not.
  @Test(arguments: [(0, "warning"), (590, "info"), (1_000, "warning"), (Self.toTheEndOfTime, "warning")] as [(Int64, String)])
  func comparesTheClockOfAServerWithThatOfTheKDC(kdcOffset: Int64, severity: String) {
    let server = IPAddress(ipv4: 0x0a4d_0014)
    var facts = RecordingFacts()
    facts.clocks[server] = RecordingFacts.Clock(server: server, frame: 4, offset: .minutes(10))
    facts.recordClocks([Self.failed(25, offset: kdcOffset)])
    #expect(
      Engine().judge(facts).filter { $0.rule.id == "server-clock-offset" }.map(\.severity.rawValue) == [severity])
  }

  @Test(arguments: [
    (1, "kerberos-account-state error"), (6, "kerberos-client-unknown error"), (7, "kerberos-spn-not-found error"),
    (8, "kerberos-duplicate-spn error"), (9, "kerberos-other-error error"), (12, "kerberos-policy error"),
    (13, "kerberos-policy error"), (14, "kerberos-etype error"), (18, "kerberos-account-state error"),
    (21, "kerberos-account-state error"), (23, "kerberos-account-state error"), (24, "kerberos-preauth-failed error"),
    (27, "kerberos-u2u-required error"), (29, "kerberos-generic error"), (31, "kerberos-tgt-refused error"),
    (32, "kerberos-tkt-expired error"), (33, "kerberos-tkt-expired error"), (35, "kerberos-ap-badmatch error"),
    (36, "kerberos-ap-badmatch error"), (37, "kerberos-clock-skew critical"), (41, "kerberos-tgt-refused error"), (50, "kerberos-tgt-refused error"), (19, "kerberos-service-account-state error"),
    (46, "kerberos-ap-badmatch error"), (60, "kerberos-generic error"), (62, "kerberos-kdc-certificate error"),
    (75, "kerberos-kdc-certificate error"), (93, "kerberos-other-error error"),
  ] as [(Int32, String)])
  func namesTheError(code: Int32, expected: String) {
    #expect(Self.fired([Self.failed(code)]) == [expected])
    // What was granted later is superseded.
    var overcome = Self.failed(code)
    overcome.succeededLater = true
    // A clock that is wrong is wrong all the same.
    #expect(Self.fired([overcome]) == (code == 37 ? ["kerberos-clock-skew info"] : []))
    // Without the request an error still counts, unless something was granted later that it may have been about.
    #expect(Self.fired([Self.failed(code, nil)]).contains { !$0.hasSuffix(" info") })
    var granted = Self.exchange(frame: 5, at: 1)
    granted.reply = Self.stamp(6, at: 1)
    granted.grant = KerberosGrant(
      cname: "alice", crealm: "LAB.EXAMPLE", realm: "LAB.EXAMPLE", sname: "cifs/fs01.lab.example", ticketEtype: .aes256SHA1,
      replyEtype: .aes256SHA1, ticketFingerprint: 1)
    #expect(Self.fired([Self.failed(code, nil), granted]).allSatisfy { $0.hasSuffix(" info") })
    var beside = Self.failed(code)
    beside.isBesideSMB = true
    // The user of an AS-REQ did not get in, even if others of the same host do.
    let isOfUser = [1, 6, 18, 21, 23, 24].contains(code)
    #expect(Self.fired([beside]).allSatisfy { $0.hasSuffix(" info") != isOfUser })
  }

  @Test(arguments: [25, 52, 68, 91] as [Int32])
  func stepsThatAreFollowedAreNormal(code: Int32) {
    var step = Self.failed(code)
    step.isFollowed = true
    step.waited = .seconds(100)
    #expect(Self.fired([step]).isEmpty)
  }

  @Test(arguments: [
    (25, 6, "kerberos-preauth-not-followed warning"), (52, 11, "kerberos-response-too-big error"),
    (68, 11, "kerberos-wrong-realm-unresolved error"), (91, 100, nil), (25, 4, nil), (52, 9, nil), (68, 9, nil),
  ] as [(Int32, Int, String?)])
  func stepsThatAreNotFollowedTakeTime(code: Int32, waited: Int, expected: String?) {
    var step = Self.failed(code)
    step.waited = .seconds(waited)
    #expect(Self.fired([step]) == [expected].compactMap(\.self))
  }

  @Test func tellsSkewFromExpiry() {
    #expect(Self.fired([Self.failed(32, offset: 299)]) == ["kerberos-tkt-expired error"])
    #expect(Self.fired([Self.failed(32, offset: -301)]) == ["kerberos-clock-skew critical"])
    var byServer = Self.failed(31)
    byServer.serverClockOffset = .seconds(301)
    #expect(Self.fired([byServer]) == ["kerberos-clock-skew critical"])
    byServer.serverClockOffset = .seconds(200)
    #expect(Self.fired([byServer]) == ["kerberos-tgt-refused error"])
  }

  @Test func saysHowFarTheClocksAreApart() throws {
    var exchange = Self.failed(37)
    exchange.error?.ctime = KerberosTime(secondsSince1970: Self.start - 7_500)
    let finding = try #require(Engine().judge(Lookups([exchange], [])).first)
    #expect(finding.observation.summary.contains("its clock is 2 h 5 min ahead of the client's"))
  }

  @Test(arguments: [
    (0xC000_0072, "disabled"), (0xC000_0234, "locked out"), (0xC000_0193, "account has expired"),
    (0xC000_0071, "password has expired"), (0xC000_0224, "must be changed"), (0xC000_006F, "logon hours"),
    (0xC000_0070, "workstation"), (0xC000_0413, "authentication policy"),
  ] as [(UInt32, String)])
  func namesTheStateOfTheAccount(status: UInt32, words: String) throws {
    var exchange = Self.failed(18, Self.request("krbtgt/LAB.EXAMPLE"))
    var data = try KerberosErrorData([0x30, 0x05, 0xA1, 0x03, 0x02, 0x01, 0x02])
    data.extendedStatus = NTStatus(rawValue: status)
    exchange.error?.eData = data
    let finding = try #require(Engine().judge(Lookups([exchange], [])).first)
    #expect(finding.rule.id == "kerberos-account-state")
    #expect(finding.observation.summary.contains(words))
    #expect(finding.observation.summary.contains("alice@LAB.EXAMPLE"))
  }

  @Test func givesTheCommandForAnAlias() throws {
    var exchange = Self.failed(7, Self.request("cifs/files.lab.example"))
    exchange.alias = HostAlias(name: "files.lab.example", hostName: "dc01.lab.example", frame: 3, witness: .resolver)
    let finding = try #require(Engine().judge(Lookups([exchange], [])).first)
    #expect(finding.rule.id == "kerberos-missing-spn-for-cname")
    #expect(finding.remedies.compactMap(\.command) == ["netdom computername dc01 /add:files.lab.example", "setspn -S HOST/files.lab.example dc01"])
    // A name that a shell would read as more than a name stays out of commands.
    exchange.alias?.name = "files;reboot"
    let other = try #require(Engine().judge(Lookups([exchange], [])).first)
    #expect(other.remedies == other.rule.remedies)
  }

  /// Delegation and renewal are asked for just to see; an address has no service principal name.
  @Test func leavesProbesAlone() {
    for (option, service) in [(KerberosKDCOptions.renew, "cifs/fs01.lab.example"), (.constrainedDelegation, "HTTP/web.lab.example"), (.forwarded, "krbtgt/LAB.EXAMPLE")] {
      var request = Self.request(service)
      request.options = option
      #expect(Self.fired([Self.failed(13, request)]).isEmpty)
    }
    #expect(Self.fired([Self.failed(7, Self.request("cifs/10.77.0.20"))]).isEmpty)
  }

  /// The code of a logon with a certificate says which part of it fails.
  @Test(arguments: [(62, "does not trust"), (66, "is not mapped"), (73, "revocation list"), (75, "UPN")] as [(Int32, String)])
  func namesTheFaultOfTheCertificate(code: Int32, words: String) throws {
    let finding = try #require(Engine().judge(Lookups([Self.failed(code, Self.request("krbtgt/LAB.EXAMPLE"))], [])).first)
    #expect(finding.observation.causes?.first?.contains(words) == true)
  }

  @Test func namesTheStateBehindAPolicy() throws {
    var exchange = Self.failed(12, Self.request("krbtgt/LAB.EXAMPLE"))
    var data = try KerberosErrorData([0x30, 0x05, 0xA1, 0x03, 0x02, 0x01, 0x02])
    data.extendedStatus = NTStatus(rawValue: 0xC000_0070)
    exchange.error?.eData = data
    let finding = try #require(Engine().judge(Lookups([exchange], [])).first)
    #expect(finding.rule.id == "kerberos-policy" && finding.observation.causes?.first?.contains("Log On To") == true)
  }

  /// Nobody has this service principal name by design.
  @Test func knowsTheNameOfTheDomain() throws {
    let finding = try #require(Engine().judge(Lookups([Self.failed(7, Self.request("cifs/lab.example"))], [])).first)
    #expect(finding.observation.causes?.first?.contains("is that of the domain") == true)
  }

  /// A router that finds no host says nothing of a service.
  @Test func tellsAMissingHostFromAStoppedService() throws {
    func cause(_ silence: KerberosExchange.Silence) throws -> String? {
      try #require(Engine().judge(Lookups([Self.silent(silence, tries: 1, waited: 0)], [])).first).observation.causes?.first
    }
    #expect(try cause(.undelivered(Self.stamp(2), by: IPAddress(ipv4: 0x0a4d_0001)))?.contains("wrong or old address") == true)
    #expect(try cause(.refused(Self.stamp(2)))?.contains("no KDC runs on this host") == true)
  }

  @Test func neverAnsweredIsUnreachable() {
    #expect(Self.fired([Self.silent(.unanswered, tries: 3, waited: 12)]) == ["kerberos-kdc-unreachable critical"])
    #expect(Self.fired([Self.silent(.refused(Self.stamp(2)), tries: 1, waited: 0)]) == ["kerberos-kdc-unreachable critical"])
    // One try, a short wait, a capture that does not show it, another KDC that helps, a scan of ports.
    #expect(Self.fired([Self.silent(.unanswered, tries: 1, waited: 30)]).isEmpty)
    #expect(Self.fired([Self.silent(.unanswered, tries: 3, waited: 9)]).isEmpty)
    #expect(Self.fired([Self.silent(.notCaptured, tries: 3, waited: 30)]).isEmpty)
    var granted = Self.exchange(frame: 5)
    granted.reply = Self.stamp(6)
    #expect(Self.fired([Self.silent(.unanswered, tries: 3, waited: 12), granted]).isEmpty)
    var scan = Self.silent(.refused(Self.stamp(2)), tries: 1, waited: 0)
    scan.request = nil
    #expect(Self.fired([scan]).isEmpty)
  }

  /// A first ticket, and then no answer to the request for the service's.
  /// A host that refuses is there, and runs no KDC.
  @Test(arguments: [(true, "no KDC runs on this host", "Check on this host that the KDC runs"), (false, "a firewall between", "Open TCP and UDP port 88")])
  func tellsAHostWithoutKDCFromSilence(refuses: Bool, cause: String, remedy: String) throws {
    let silent = Self.silent(refuses ? .refused(Self.stamp(2)) : .unanswered, tries: 3, waited: 12)
    let finding = try #require(Engine().judge(Lookups([silent], [])).first)
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(remedy) == true, "\(finding.remedies.map(\.text))")
    #expect(finding.evidence[0].note.contains("no answer") == !refuses)
  }

  /// The same error to several connections explains each of them.
  @Test func repeatsAnErrorForEachConnection() {
    func lookups(_ connections: [Int?]) -> Lookups {
      var lookups = Lookups(
        connections.map { connection in
          var exchange = Self.failed(24)
          exchange.connection = connection
          return exchange
        }, [])
      lookups.markRepetitions()
      return lookups
    }
    #expect(lookups([1, 2, 2]).exchanges.map(\.isRepetition) == [false, false, true])
    #expect(lookups([nil, nil]).exchanges.map(\.isRepetition) == [false, true])
  }

  @Test func fallsSilentAfterAFirstTicket() throws {
    var first = Self.exchange(frame: 1)
    first.reply = Self.stamp(2)
    func found(tries: Int, waited: Int, after frame: Int = 5) -> [Finding] {
      Engine().judge(Lookups([first, Self.silent(.unanswered, tries: tries, waited: waited, frame: frame)], []))
    }
    let finding = try #require(found(tries: 3, waited: 12).first)
    #expect("\(finding.rule.id) \(finding.severity) \(finding.observation.confidence)" == "kerberos-kdc-unreachable critical likely")
    #expect(finding.observation.evidence.map(\.frame) == [2, 5])
    #expect(finding.causes.first?.hasPrefix("the answer is too large for one UDP packet") == true)
    // One datagram may be lost; an error before says why no ticket came.
    #expect(found(tries: 1, waited: 30).isEmpty)
    first.error = KerberosError(stime: KerberosTime(secondsSince1970: Self.start), errorCode: KerberosErrorCode(rawValue: 24))
    #expect(!found(tries: 3, waited: 12).contains { $0.observation.evidence.map(\.frame) == [2, 5] })
  }

  @Test func seesReferralsThatGoInCircles() {
    func referral(from realm: String, to other: String, frame: Int) -> KerberosExchange {
      var request = Self.request(frame: frame)
      request.realm = realm
      var exchange = Self.exchange(request, frame: frame)
      exchange.reply = Self.stamp(frame + 1)
      exchange.grant = KerberosGrant(
        cname: "alice", crealm: "A", realm: realm, sname: "krbtgt/\(other)", ticketEtype: .aes256SHA1,
        replyEtype: .aes256SHA1, ticketFingerprint: UInt64(frame))
      return exchange
    }
    let there = referral(from: "A", to: "B", frame: 1)
    #expect(Self.fired([there, referral(from: "B", to: "A", frame: 3)]) == ["kerberos-referral-loop error"])
    // Over a common parent, and the same step twice: no circle.
    #expect(Self.fired([there, referral(from: "B", to: "C", frame: 3), referral(from: "A", to: "B", frame: 5)]).isEmpty)
  }
}
