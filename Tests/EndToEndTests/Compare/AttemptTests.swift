import Capture
import Compare
import Diagnosis
import Foundation
import Packets
import Reports
import Testing
import Transcripts

/// Where an attempt that fails parts from one that works.
@Suite struct AttemptTests {
  private func comparison(_ good: String, _ bad: String) throws -> AttemptComparison {
    AttemptComparison(good: try AttemptRecording.read(good), bad: try AttemptRecording.read(bad))
  }

  struct Parting: CustomTestStringConvertible, Sendable {
    var good: String
    var bad: String
    var step: AttemptStep
    var fact: String?
    var value: String
    var testDescription: String { "\(good) and \(bad)" }
  }

  static let partings = [
    Parting(good: "kerberos-healthy", bad: "kerberos-dns-name-not-found", step: .name, fact: "address", value: "none: NXDOMAIN"),
    Parting(good: "kerberos-healthy", bad: "kerberos-dns-unanswered", step: .name, fact: "address", value: "no answer"),
    Parting(good: "healthy-3.1.1", bad: "tcp-syn-refused", step: .tcp, fact: "connection", value: "refused with a reset"),
    Parting(good: "healthy-3.1.1", bad: "tcp-syn-timeout", step: .tcp, fact: "connection", value: "no answer to the SYN"),
    Parting(good: "healthy-3.1.1", bad: "tcp-icmp-prohibited", step: .tcp, fact: "connection", value: "refused by ICMP from 10.77.0.20"),
    Parting(good: "healthy-3.1.1", bad: "tcp-closed-before-smb", step: .tcp, fact: "connection", value: "accepted, then the server closes it"),
    Parting(good: "healthy-3.1.1", bad: "nbss-called-name-refused", step: .netbios, fact: "answer", value: "refused: called name not present"),
    Parting(good: "healthy-139", bad: "nbss-retarget", step: .netbios, fact: "answer", value: "redirected to 10.77.0.99:139"),
    Parting(good: "healthy-3.1.1", bad: "nbss-retarget", step: .netbios, fact: "answer", value: "redirected to 10.77.0.99:139"),
    Parting(good: "healthy-3.1.1", bad: "smb-over-quic-refused", step: .tcp, fact: "connection", value: "refused by ICMP from 10.93.0.25: the port is closed"),
    Parting(good: "smb-over-quic", bad: "smb-over-quic-refused", step: .tcp, fact: "connection", value: "refused by ICMP from 10.93.0.25"),
    Parting(good: "healthy-139", bad: "nbss-hosts-deny", step: .netbios, fact: "answer", value: "refused: not listening for calling name"),
    Parting(good: "healthy-3.1.1", bad: "smb-unexpected-payload-http", step: .negotiate, fact: "status", value: "no SMB: HTTP"),
    Parting(good: "healthy-2.1", bad: "smb1-only-client", step: .negotiate, fact: "status", value: "no dialect in common (SMB1)"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-reset-by-server", step: .negotiate, fact: "status", value: "no answer: the server resets"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-unexpected-dialect", step: .negotiate, fact: "what follows", value: "the client closes"),
    Parting(good: "kerberos-healthy", bad: "kerberos-spn-not-found", step: .kerberos, fact: "service ticket", value: "KDC_ERR_S_PRINCIPAL_UNKNOWN"),
    Parting(good: "kerberos-healthy", bad: "kerberos-clock-skew", step: .kerberos, fact: "service ticket", value: "KRB_AP_ERR_SKEW"),
    Parting(good: "kerberos-healthy", bad: "kerberos-preauth-failed", step: .kerberos, fact: "TGT", value: "KDC_ERR_PREAUTH_FAILED"),
    Parting(good: "kerberos-healthy", bad: "kerberos-kdc-unreachable", step: .kerberos, fact: "TGT", value: "no answer"),
    Parting(good: "kerberos-healthy", bad: "kerberos-kdc-refused", step: .kerberos, fact: "TGT", value: "the KDC's host refuses"),
    Parting(good: "kerberos-healthy", bad: "kerberos-etype-no-key", step: .kerberos, fact: "TGT", value: "KDC_ERR_PREAUTH_REQUIRED (25) without a key type"),
    Parting(good: "kerberos-healthy", bad: "kerberos-duplicate-spn", step: .kerberos, fact: "service ticket", value: "KDC_ERR_S_PRINCIPAL_UNKNOWN"),
    Parting(good: "kerberos-healthy", bad: "kerberos-fallback-to-ntlm", step: .kerberos, fact: "service ticket", value: "KDC_ERR_S_PRINCIPAL_UNKNOWN"),
    Parting(good: "kerberos-udp", bad: "kerberos-wrong-realm", step: .kerberos, fact: "TGT", value: "KDC_ERR_C_PRINCIPAL_UNKNOWN"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-no-common-dialect", step: .negotiate, fact: "status", value: "STATUS_NOT_SUPPORTED"),
    Parting(good: "healthy-3.1.1", bad: "negotiate-unanswered", step: .negotiate, fact: "status", value: "no answer: the client resets"),
    Parting(good: "healthy-3.1.1", bad: "auth-logon-failure", step: .sessionSetup, fact: "status", value: "STATUS_LOGON_FAILURE"),
    Parting(good: "kerberos-healthy", bad: "kerberos-ap-modified", step: .sessionSetup, fact: "status", value: "STATUS_LOGON_FAILURE"),
    Parting(good: "healthy-3.1.1", bad: "tree-bad-network-name", step: .treeConnect, fact: "share: status", value: "STATUS_BAD_NETWORK_NAME"),
    Parting(good: "healthy-3.1.1", bad: "tree-access-denied", step: .treeConnect, fact: "share: status", value: "STATUS_ACCESS_DENIED"),
    Parting(good: "healthy-3.1.1", bad: "tree-connect-unanswered", step: .treeConnect, fact: "share: status", value: "no answer"),
    Parting(good: "healthy-3.0.2", bad: "vni-response-unsigned", step: .validateNegotiate, fact: "answer is signed", value: "no"),
    Parting(good: "healthy-3.1.1", bad: "create-root-access-denied", step: .use, fact: "share: first file", value: "STATUS_ACCESS_DENIED"),
    Parting(good: "healthy-3.1.1", bad: "rst-injected-established", step: .use, fact: "end", value: "a reset that neither host sent"),
    Parting(good: "healthy-3.0.2", bad: "vni-request-mismatch-dialects", step: .validateNegotiate, fact: "status", value: "no answer"),
    Parting(good: "healthy-3.0.2", bad: "vni-response-lost", step: .validateNegotiate, fact: "status", value: "no answer"),
    Parting(good: "healthy-3.0.2", bad: "vni-response-mismatch-guid", step: .validateNegotiate, fact: "agrees with NEGOTIATE", value: "no: Guid"),
  ]

  @Test(arguments: partings)
  func findsWhereTheyPart(_ one: Parting) throws {
    let comparison = try comparison(one.good, one.bad)
    let parting = comparison.parting
    #expect(parting == one.step)
    let fact = try #require(comparison.partingFact)
    #expect(fact.name == one.fact)
    #expect(fact.bad?.hasPrefix(one.value) == true, "\(fact.bad ?? "-")")
    // It is the first of the differences, which are only those that may have led there.
    let first = comparison.differences.first?.name
    #expect(first == fact.name)
    #expect(AttemptReport(toolVersion: "test", comparison: comparison).status == 1)
  }

  /// The same client and server, twice: identifiers, times and salts are no differences.
  @Test(arguments: [("healthy-3.0.2", "healthy-3.0.2"), ("healthy-3.1.1", "healthy-3.1.1"), ("kerberos-healthy", "kerberos-healthy")])
  func saysNothingOfTheSame(good: String, bad: String) throws {
    let comparison = try comparison(good, bad)
    #expect(comparison.parting == nil)
    #expect(comparison.differences.isEmpty)
    #expect(AttemptReport(toolVersion: "test", comparison: comparison).status == 0)
  }

  /// What the client offers comes before what follows from it.
  @Test func namesTheDialectsFirst() throws {
    let comparison = try comparison("healthy-3.0.2", "vni-request-mismatch-dialects")
    let names = comparison.differences.filter { $0.step == .negotiate }.map(\.name)
    #expect(names == ["dialects offered by the client", "dialect chosen by the server"])
  }

  /// Clients ask for IPC$ or not: that is no reason why an attempt fails.
  @Test(arguments: ["tcp-loss-syn", "signing-missing", "tree-no-access", "vni-missing", "hostile-names", "client-never-signs"])
  func blamesNoPipeShare(bad: String) throws {
    let report = AttemptReport(toolVersion: "test", comparison: try comparison("healthy-3.1.1", bad))
    #expect(!report.headline.contains("IPC$"), "\(report.headline)")
  }

  /// What differs at the step where they part is in the table.
  @Test(arguments: [
    ("kerberos-healthy", "kerberos-spn-not-found", "service asked for"), ("kerberos-healthy", "kerberos-etype-rc4-only", "TGT: encryption types offered"),
    ("healthy-3.1.1", "tree-bad-network-name", "share: path"), ("healthy-3.1.1", "auth-unknown-user", "user"),
    ("healthy-3.0.2", "vni-request-mismatch-dialects", "agrees with NEGOTIATE"),
  ])
  func showsWhatDiffersThere(good: String, bad: String, name: String) throws {
    let comparison = try comparison(good, bad)
    #expect(comparison.differences.contains { $0.step == comparison.parting && $0.name == name })
  }

  /// A ticket and the names in an NTLM message go with the mechanism: it alone is the difference.
  @Test func leavesOutWhatGoesWithTheMechanism() throws {
    let comparison = try comparison("kerberos-healthy", "kerberos-not-possible-ip-literal")
    let names = comparison.differences.filter { $0.step == .sessionSetup }.map(\.name)
    #expect(names.contains("mechanism"))
    #expect(!names.contains { $0.contains("NTLM") || $0.contains("ticket") }, "\(names)")
  }

  /// Every attempt that failed parts from one that works, or its recording is said to lack why.
  @Test func findsAPartingForEveryFailure() throws {
    let working = try AttemptRecording.read("kerberos-healthy")
    for fixture in Fixture.all {
      let diagnosis = try fixture.report().diagnosis
      guard diagnosis.cases.contains(where: { $0.outcome == .failed }) else { continue }
      let comparison = AttemptComparison(good: working, bad: try AttemptRecording.read(fixture.name))
      #expect(comparison.parting != nil || comparison.unknown != nil, "\(fixture.name)")
      let report = AttemptReport(toolVersion: "test", comparison: comparison)
      #expect(report.status == 1, "\(fixture.name)")
      #expect(!report.headline.contains("IPC$") || fixture.name == "guest-must-sign", "\(fixture.name): \(report.headline)")
    }
  }

  /// What SMB over QUIC and SMB Direct say cannot be read: that they are used can be compared, and nothing else.
  @Test(arguments: ["smb-over-quic", "smb-over-rdma"]) func saysWhatHidesSMB(name: String) throws {
    let transport = name == "smb-over-quic" ? "QUIC on UDP 443" : "RDMA"
    let one = try comparison("healthy-3.1.1", name)
    let report = AttemptReport(toolVersion: "test", comparison: one)
    #expect(report.status == 1)
    #expect(report.headline.hasPrefix("nothing shows whether the attempts diverge: they take the same steps up to Negotiate, of which \(name) lacks a part: \(transport) hides everything from frame "), "\(report.headline)")
    #expect(one.differences.first.map { "\($0.name): \($0.good ?? "-"), \($0.bad ?? "-")" } == "port: 445, \(transport)")
    let both = AttemptReport(toolVersion: "test", comparison: try comparison(name, name))
    #expect(both.status == 2)
    #expect(both.problemText?.hasPrefix("both attempts use \(transport) (frame ") == true, "\(both.problemText ?? "-")")
  }

  @Test func saysThatThereIsNoSMB() throws {
    let report = AttemptReport(toolVersion: "test", comparison: try comparison("healthy-3.1.1", "kerberos-udp"))
    #expect(report.status == 2)
    #expect(report.problemText == "kerberos-udp (--bad) has no SMB connection, so smbdx has nothing to compare")
  }
}

/// What a recording lacks is no difference of the hosts.
@Suite struct AttemptGapTests {
  static let fixtures = ["healthy-3.1.1", "healthy-3.0.2", "kerberos-healthy", "healthy-139"]

  private func check(_ good: [RecordedFrame], _ bad: [RecordedFrame], _ what: String) {
    let comparison = AttemptComparison(good: AttemptRecording.read(good, "good"), bad: AttemptRecording.read(bad, "bad"))
    #expect(comparison.parting == nil, "\(what): \(comparison.parting.map(\.title) ?? "") \(comparison.partingFact?.bad ?? "")")
    let differences = comparison.differences.filter { $0.weight >= .agreement && ($0.good == nil || $0.bad == nil) }
    #expect(differences.isEmpty, "\(what): \(differences.map(\.name))")
  }

  /// A frame that only one recorder lost.
  @Test(arguments: fixtures)
  func blamesNobodyForALostFrame(fixture: String) throws {
    let whole = try RecordedFrame.all(of: fixture)
    for place in whole.indices where whole[place].isTCP {
      var rest = whole
      rest.remove(at: place)
      check(whole, rest, "\(fixture) without frame \(place + 1)")
      check(rest, whole, "good \(fixture) without frame \(place + 1)")
    }
  }

  /// A recording that is stopped early.
  @Test(arguments: fixtures)
  func blamesNobodyForTheEnd(fixture: String) throws {
    let whole = try RecordedFrame.all(of: fixture)
    for count in 1..<whole.count where whole[..<count].contains(where: { $0.isTCP && [$0.number16(34), $0.number16(36)].contains { $0 == 445 || $0 == 139 } }) {
      check(whole, Array(whole[..<count]), "\(fixture) up to frame \(count)")
    }
  }

  /// A recording that is begun late.
  @Test(arguments: fixtures)
  func blamesNobodyForTheBeginning(fixture: String) throws {
    let whole = try RecordedFrame.all(of: fixture)
    for count in 1..<(whole.count - 4) { check(whole, Array(whole[count...]), "\(fixture) from frame \(count + 1)") }
  }

  @Test func saysWhatIsMissing() throws {
    let whole = try RecordedFrame.all(of: "healthy-3.1.1")
    let comparison = AttemptComparison(good: AttemptRecording.read(whole, "good"), bad: AttemptRecording.read(Array(whole.prefix(8)), "bad"))
    #expect(comparison.unknown?.step == .sessionSetup)
    let report = AttemptReport(toolVersion: "test", comparison: comparison)
    #expect(report.headline.hasPrefix("nothing shows whether the attempts diverge: they take the same steps up to Session Setup"))
    #expect(report.remarks.contains { $0.contains("of “Session Setup” that bad lacks: it ends") }, "\(report.remarks)")
  }

  // MARK: Facts

  private func comparison(_ good: String, _ bad: String) throws -> AttemptComparison {
    AttemptComparison(good: try AttemptRecording.read(good), bad: try AttemptRecording.read(bad))
  }

  /// Where a share is refused, how its request shows whose it is comes before names.
  @Test func comparesHowTheRequestForAShareIsProtected() throws {
    let unsigned = try comparison("healthy-3.1.1", "tree-311-unsigned")
    let place = try #require(unsigned.differences.firstIndex { $0.name == "share: request is signed" })
    #expect(unsigned.differences[place].good == "yes" && unsigned.differences[place].bad == "no")
    let names = unsigned.differences.firstIndex { $0.weight == .name } ?? .max
    #expect(place < names)
    let lost = try comparison("healthy-3.1.1", "session-id-zero")
    let session = try #require(lost.differences.first { $0.name == "share: session of the request" })
    #expect(session.good == "that of the logon" && session.bad == "none (SessionId 0)")
  }

  @Test func comparesTheClientsFlagsOfNTLM() throws {
    let comparison = try comparison("healthy-3.1.1", "ntlm-flags-contradict")
    let flags = try #require(comparison.differences.first { $0.name == "NTLM flags of the client" })
    #expect(flags.good == "agree with those of the server")
    #expect(flags.bad?.hasSuffix("which contradict those of the server") == true)
  }

  /// That a client does without IPC$ is no reason for anything.
  @Test func putsIPCLast() throws {
    let names = try comparison("healthy-3.1.1", "tree-311-unsigned").differences.map(\.name)
    let domain = try #require(names.firstIndex(of: "domain or realm"))
    let pipe = try #require(names.firstIndex { $0.hasPrefix("IPC$") })
    #expect(pipe > domain)
  }

  // MARK: What was given

  private func remarks(_ good: String, _ bad: String) throws -> [String] {
    let (good, bad) = (try AttemptRecording.read(good), try AttemptRecording.read(bad))
    return AttemptReport(toolVersion: "test", comparison: AttemptComparison(good: good, bad: bad)).remarks
  }

  @Test func suspectsTheWrongOrder() throws {
    let remarks = try remarks("auth-logon-failure", "healthy-3.1.1")
    #expect(remarks.contains { $0.hasSuffix("(--bad) works: the two may be in the wrong order") }, "\(remarks)")
    #expect(!remarks.contains { $0.contains("both attempts work") })
    #expect(!(try self.remarks("healthy-3.1.1", "auth-logon-failure")).contains { $0.contains("wrong order") })
  }

  /// Two recordings of one connection are compared without --good and --bad.
  @Test func knowsOneAttempt() throws {
    let remarks = try remarks("vni-response-lost", "vni-response-lost")
    #expect(remarks.contains { $0.hasPrefix("both recordings have a connection 10.77.0.10:") && $0.hasSuffix("give the files without --good and --bad") }, "\(remarks)")
    #expect(!(try self.remarks("healthy-3.1.1", "auth-logon-failure")).contains { $0.contains("without --good") })
  }
}

extension AttemptRecording {
  static func read(_ fixture: String) throws -> (AttemptRecording, [Attempt]) {
    var reader = AttemptReader(name: fixture)
    try Recording(paths: [Fixture.root.appending(path: "\(fixture)/capture.pcapng").path]).forEachFrame { frame, _, bytes in
      reader.accept(frame, bytes)
    }
    return reader.finish()
  }

  static func read(_ frames: [RecordedFrame], _ name: String) -> (AttemptRecording, [Attempt]) {
    var reader = AttemptReader(name: name)
    for (index, stored) in frames.enumerated() {
      let frame = Frame(number: index + 1, time: stored.time, originalLength: stored.bytes.count, linkType: .ethernet)
      reader.accept(frame, ByteView(stored.bytes.span))
    }
    return reader.finish()
  }
}
