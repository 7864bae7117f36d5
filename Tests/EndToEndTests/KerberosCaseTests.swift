import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// Recordings in which the same words mean different things: what explains them, and what is advised first.
@Suite struct KerberosCaseTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var fixture: String
    /// Rule, severity and confidence.
    var diagnosis: String
    var frames: [Int]
    /// The beginning of the first cause.
    var cause: String
    /// The command of the first remedy, or its beginning where it has none.
    var remedy: String
    /// What must occur in the summary.
    var words: [String] = []
    /// What must occur nowhere among the remedies.
    var never: [String] = []

    var testDescription: String { fixture }
  }

  static let examples: [Example] = [
    Example(
      fixture: "kerberos-tgt-refused", diagnosis: "kerberos-tgt-refused error proven", frames: [28, 31],
      cause: "the domain controllers do not have the same krbtgt key", remedy: "kdestroy -A; kinit alice@LAB.EXAMPLE",
      words: ["ticket-granting ticket"], never: ["setspn", "Test-ComputerSecureChannel"]),
    Example(
      fixture: "kerberos-tgt-checksum", diagnosis: "kerberos-tgt-refused error proven", frames: [28, 31],
      cause: "the KDC's software does not know the checksum", remedy: "Update the domain controller", never: ["setspn"]),
    Example(
      fixture: "kerberos-etype-of-service", diagnosis: "kerberos-etype error proven", frames: [28, 31],
      cause: "the account has no keys of a type that the client offers",
      remedy: "net ads search -P '(sAMAccountName=files$)'",
      words: ["aes256-cts-hmac-sha1-96 (18)", "rc4-hmac (23)"]),
    Example(
      fixture: "kerberos-ticket-key-missing", diagnosis: "kerberos-ap-modified error proven", frames: [117, 121, 123],
      cause: "the server's keytab or machine password does not match", remedy: "klist -kte",
      words: ["aes256-cts-hmac-sha1-96 (18)", "of alice"], never: ["cmdkey", "pdbedit", "net use"]),
    Example(
      fixture: "kerberos-azure-files", diagnosis: "kerberos-azure-files error proven", frames: [2, 186, 189],
      cause: "the storage account is not joined", remedy: "setspn -Q cifs/acct1.file.core.windows.net", never: ["netdom"]),
    Example(
      fixture: "kerberos-refused-while-idle", diagnosis: "kerberos-tgt-refused error possible", frames: [31, 33],
      cause: "the KDC's software does not know the checksum", remedy: "Update the domain controller"),
    Example(
      fixture: "dfs-domain-path", diagnosis: "dfs-domain-path error proven", frames: [14, 21, 22, 25, 26],
      cause: "the domain has no namespace of this name", remedy: "Get-DfsnRoot -Domain lab.test", words: ["the domain lab.test"]),
    Example(
      fixture: "dfs-link-not-followed", diagnosis: "tree-dfs-not-covered error proven", frames: [6, 27, 33],
      cause: "a client program or library without DFS", remedy: "Let the program open the target"),
    Example(
      fixture: "dfs-target-name-unknown", diagnosis: "dfs-target-unreachable error proven", frames: [37, 40, 41, 44, 45, 48, 49],
      cause: "the link contains the server's short name", remedy: "Set-DfsnServerConfiguration -ComputerName fs1.lab.test -UseFqdn $true",
      words: [#"\FS9\data"#]),
    Example(
      fixture: "dfs-target-share-missing", diagnosis: "dfs-target-unreachable error proven", frames: [63, 66, 84],
      cause: "the link names a share that was renamed or removed", remedy: #"Get-DfsnFolderTarget -Path"#,
      words: ["that server refuses the share"]),
    Example(
      fixture: "kerberos-service-disabled", diagnosis: "kerberos-service-account-state error proven", frames: [1, 2],
      cause: "the computer account of the server", remedy: "kadmin.local -q 'getprinc cifs/NAME'", words: ["disabled"]),
    Example(
      fixture: "kerberos-etype-no-key", diagnosis: "kerberos-etype error likely", frames: [1, 2],
      cause: "the user's account has keys of RC4 only",
      remedy: "kadmin.local -q 'getprinc rc4only@H3.TEST'",
      words: ["rc4only@H3.TEST", "aes256-cts-hmac-sha1-96 (18)"]),
    Example(
      fixture: "kerberos-skew-overcome", diagnosis: "kerberos-clock-skew info proven", frames: [14, 15],
      cause: "the clock of the file server is wrong", remedy: "timedatectl; chronyc tracking", words: ["60 min ahead", "got in"]),
    Example(
      fixture: "kerberos-user-hidden", diagnosis: "kerberos-ap-modified error proven", frames: [9, 10, 11],
      cause: "the server's keytab or machine password does not match", remedy: "klist -kte", never: ["cmdkey", "pdbedit"]),
    Example(
      fixture: "smb-over-quic-refused", diagnosis: "smb-over-quic-refused warning proven", frames: [1, 2],
      cause: "SMB over QUIC is not set up", remedy: "Get-SmbServerConfiguration | select EnableSMBQUIC; Get-SmbServerCertificateMapping"),
    Example(
      fixture: "smb1-refused-with-two-lengths", diagnosis: "smb1-only-client error proven", frames: [4, 6, 8],
      cause: "an old device", remedy: "Update or replace the side"),
  ]

  @Test(arguments: examples)
  func says(_ example: Example) throws {
    let report = try #require(Fixture.all.first { $0.name == example.fixture }).report()
    let rule = example.diagnosis.prefix { $0 != " " }
    let finding = try #require(report.findings.first { $0.rule.id == rule })
    #expect("\(finding.rule.id) \(finding.severity) \(finding.confidence)" == example.diagnosis)
    #expect(finding.evidence.map(\.frame) == example.frames)
    #expect(finding.causes.first?.hasPrefix(example.cause) == true, "\(finding.causes)")
    let first = try #require(finding.remedies.first)
    #expect((first.command ?? first.text).hasPrefix(example.remedy), "\(first)")
    for words in example.words { #expect(finding.summary.contains(words), "\(finding.summary)") }
    let advice = finding.remedies.map { $0.text + ($0.command ?? "") }.joined()
    for word in example.never { #expect(!advice.contains(word)) }
    // Among findings that matter it is the one that explains the case.
    if let one = report.cases.first(where: { one in finding.caseID == one.id }), finding.severity >= .error {
      #expect(one.primary == finding.rule.id)
    }
  }

  /// Nobody is known from a ticket whose TGS-REP names the stand-in of FAST.
  @Test func namesNobodyWhoIsHidden() throws {
    let report = try #require(Fixture.all.first { $0.name == "kerberos-user-hidden" }).report()
    #expect(report.connections.allSatisfy { $0.identity?.user?.contains("ANONYMOUS") != true })
    #expect(!report.findings.contains { $0.summary.contains("WELLKNOWN") })
  }

  /// The client works over IPv6 and asks its KDC over IPv4: the KDC's answer explains the connection all the same.
  @Test(arguments: ["kerberos-spn-not-found", "kerberos-clock-skew", "kerberos-preauth-failed"])
  func joinsBothVersionsOfIP(fixture: String) throws {
    let frames = try RecordedFrame.all(of: fixture)
    let expected = frames.report
    let report = frames.map { Segment($0)?.ports.contains(445) == true ? $0.overVersion6 : $0 }.report
    #expect(report.connections.map(\.client.address.isIPv4) == [false])
    #expect(report.cases.map(\.primary) == expected.cases.map(\.primary))
    #expect(report.cases.map(\.outcome) == [.failed])
    let primaries = (report.findings.first(where: \.isPrimary), expected.findings.first(where: \.isPrimary))
    #expect(primaries.0?.frames == primaries.1?.frames)
  }

  /// With a second client over IPv4, 10.77.1.10, only the hardware address says which of the two the one over IPv6 is.
  @Test(arguments: [true, false]) func doesNotGuessWhoseVersionItIs(isHardwareKnown: Bool) throws {
    let ours = try RecordedFrame.all(of: "kerberos-spn-not-found")
    let others = try RecordedFrame.all(of: "create-path-missing")
    let both = ours.map { Segment($0)?.ports.contains(445) == true ? $0.overVersion6 : $0 } + others
    let frames = both.sorted { $0.time < $1.time }.map { isHardwareKnown ? $0 : $0.withoutHardware }
    #expect(frames.report.cases.map(\.primary).contains("negotiate-reset-by-client") != isHardwareKnown)
  }

  /// The KDC refuses one user, who leaves; five seconds later somebody gets in with NTLM. Only alice makes up for alice, and
  /// what the KDC said of mikel is no reason why she uses NTLM.
  @Test(arguments: [("alice", ConnectionOutcome.established, true), ("mikel", .failed, false)])
  func anotherUserMakesUpForNothing(refused: String, outcome: ConnectionOutcome, fallsBack: Bool) throws {
    let first = try RecordedFrame.all(of: "kerberos-preauth-failed").map { $0.renamingUser(to: refused) }
    let second = try RecordedFrame.all(of: "kerberos-not-attempted")
    let shift = try #require(first.last).time.since(try #require(second.first).time) + .seconds(5)
    let report = (first + second.map { RecordedFrame(time: $0.time + shift, bytes: $0.bytes) }).report
    #expect(report.connections.map(\.outcome) == [.failed, .established])
    #expect(report.cases.map(\.outcome) == [outcome])
    #expect(report.cases.map(\.primary) == [outcome == .failed ? "kerberos-preauth-failed" : nil])
    #expect(report.findings.contains { $0.rule.id == "kerberos-fallback-to-ntlm" } == fallsBack)
  }

  /// The KDC refuses a service ticket, five seconds later the same client gets it: only for the same user is all well.
  @Test(arguments: [("alice", ConnectionOutcome.established), ("mikel", .failed)])
  func anotherUsersTicketMakesUpForNothing(refused: String, outcome: ConnectionOutcome) throws {
    let first = try RecordedFrame.all(of: "kerberos-clock-skew").map { $0.renamingUser(to: refused) }
    let report = try Self.report(first, then: "kerberos-healthy")
    #expect(report.connections.map(\.outcome) == [.failed, .established])
    #expect(report.cases.map(\.outcome) == [outcome])
    #expect(report.cases.map(\.primary) == [outcome == .failed ? "kerberos-clock-skew" : nil])
    #expect(report.summary.failedForGood == (outcome == .failed ? 1 : 0))
  }

  /// A service ticket that the KDC refused mikel is no reason why alice logs on with NTLM.
  @Test(arguments: [("alice", true), ("mikel", false)])
  func anotherUsersTicketIsNoReasonForNTLM(refused: String, fallsBack: Bool) throws {
    let first = try RecordedFrame.all(of: "kerberos-clock-skew").map { $0.renamingUser(to: refused) }
    let report = try Self.report(first, then: "kerberos-not-attempted")
    #expect(report.findings.contains { $0.rule.id == "kerberos-fallback-to-ntlm" } == fallsBack)
  }

  private static func report(_ first: [RecordedFrame], then name: String) throws -> Report {
    let second = try RecordedFrame.all(of: name)
    let shift = try #require(first.last).time.since(try #require(second.first).time) + .seconds(5)
    return (first + second.map { RecordedFrame(time: $0.time + shift, bytes: $0.bytes) }).report
  }
}

extension RecordedFrame {
  /// Another user of five letters in what is asked of a KDC; over UDP without a checksum.
  fileprivate func renamingUser(to name: String) -> RecordedFrame {
    let ports = bytes.count > 42 && [6, 17].contains(bytes[23]) ? [bytes[34...35], bytes[36...37]] : []
    guard ports.contains(where: { $0.elementsEqual([0, 88]) }) else { return self }
    var changed = bytes[23] == 17 ? bytes.settingBigEndian(UInt16(0), at: 40) : bytes
    changed.replace(Array("alice".utf8), with: Array(name.utf8))
    return RecordedFrame(time: time, bytes: changed)
  }
}

extension RecordedFrame {
  /// As where a device between the recording and the hosts has put its own addresses into all frames.
  fileprivate var withoutHardware: RecordedFrame { RecordedFrame(time: time, bytes: [UInt8](repeating: 0, count: 12) + bytes.dropFirst(12)) }
}
