import Cryptography
import Diagnosis
import Packets
import Proof
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// Sessions with Kerberos, and the server's keytab: recordings of Samba with its own domain and with MIT's KDC.
@Suite struct KeytabTests {
  /// The subkey of Samba's AP-REP is AES-256 throughout; ticket and session differ. tshark 4.0 opens the same tickets; with the
  /// subkey that it finds there it calls as many signatures of 2.1, of 3.0.2 and of AES-CMAC good, but for the answer that ends
  /// the logon, and opens as many messages of AES-128. AES-GMAC it calls bad, and for AES-256 it takes no key.
  static let recordings: [ExpectedProof] = [
    ExpectedProof(name: "kerberos-signed-2.1", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "kerberos-signed-3.0.2", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "kerberos-signed-3.1.1", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-signed-aes-cmac", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-sealed-aes-128-gcm", client: 0, server: 1, decrypted: 32),
    ExpectedProof(name: "kerberos-sealed-aes-256-gcm", client: 0, server: 1, decrypted: 32),
    ExpectedProof(name: "kerberos-aes128", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-rc4", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-rc4-session", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-aes128-sha2", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "kerberos-aes256-sha2", client: 16, server: 17, decrypted: 0),
  ]

  @Test(arguments: recordings)
  func everySignatureIsRight(expected: ExpectedProof) throws {
    let (report, use) = try KeyedRecording(expected.name).judged(with: KeyedRecording.ring(keytabs: [expected.name]))
    let proof = try report.proof()
    expected.check(proof, in: report)
    // MIT's KDC was told to issue tickets without it.
    let hasPAC = !["aes", "rc4"].contains { expected.name.hasPrefix("kerberos-\($0)") }
    let opened = try #require(proof.ticket?.opened)
    #expect(opened.user == "alice@LAB.EXAMPLE")
    #expect(opened.hasPAC == hasPAC)
    #expect(opened.userOfPAC == (hasPAC ? "alice" : nil))
    #expect(opened.otherKvno == nil)
    #expect(proof.hasKeyOfTicket)
    #expect(use?.fittingKeytabs == [0])
  }

  @Test(arguments: recordings)
  func saysNothingWithoutAKeytab(expected: ExpectedProof) throws {
    let report = try KeyedRecording(expected.name).report(with: KeyedRecording.ring())
    #expect(report.connections.flatMap(\.proofs).count == 0)
  }

  // MARK: Keytabs that do not fit

  struct Stale: Sendable, CustomTestStringConvertible {
    var keytab: String
    var words: String
    var cause: String
    var remedy: String
    var testDescription: String { keytab }
  }

  /// The domain gave the server another password, which the server does not have.
  @Test(arguments: [
    Stale(
      keytab: "kerberos-stale-server",
      words: "your keytab does not open it either: the ticket needs version 2 of the key, and the keytab has version 1",
      cause: "the keytab is old: the password of the server's account was changed", remedy: "klist -kte"),
    Stale(
      keytab: "kerberos-stale-retyped",
      words: "your keytab does not open it either: version 2 of the key in the keytab is not the key of the ticket",
      cause: "the account was created or joined again, so that versions began anew", remedy: "klist -kte"),
    Stale(
      keytab: "kerberos-stale-domain", words: "your keytab opens it: it is a ticket of alice@LAB.EXAMPLE, with the PAC of alice",
      cause: "the server has no local account for alice@LAB.EXAMPLE", remedy: "klist -kte"),
  ])
  func provesWhatDiffers(stale: Stale) throws {
    let recording = try KeyedRecording("kerberos-stale")
    let (report, use) = recording.judged(with: try KeyedRecording.ring(keytabs: [stale.keytab]))
    let finding = try report.finding("kerberos-ap-modified")
    #expect((finding.severity, finding.observation.confidence) == (.error, .proven))
    #expect(finding.isPrimary)
    #expect(finding.observation.summary.hasSuffix("aes256-cts-hmac-sha1-96 (18); " + stale.words), "\(finding.observation.summary)")
    #expect(finding.observation.evidence.map(\.frame) == [35, 52, 60])
    let isOpened = stale.keytab.hasSuffix("domain")
    #expect(finding.observation.evidence[1].note.hasSuffix(isOpened ? ", opened by the keytab" : ", not opened by the keytab"))
    #expect(finding.observation.causes?.first?.hasPrefix(stale.cause) == true)
    #expect(finding.observation.remedies?.first?.command?.contains(stale.remedy) == true)
    #expect(use?.fittingKeytabs == (isOpened ? [0] : []))
    #expect(use?.otherKeys.keys.sorted() == (isOpened ? [] : [0]))
    #expect(report.connections.map(\.outcome) == [.failed])
    // The other finding about this logon does not contradict.
    #expect(try report.finding("auth-logon-failure").observation.causes == finding.observation.causes)
  }

  /// The right key, and what else may be in a file.
  private func keytab(kvno: UInt8, etype: UInt16 = 18, principal: [String] = ["FS01$"]) throws -> Keytab {
    let known = try #require(try KeyedRecording.keytab("kerberos-stale-domain").entries.first { $0.etype == Int32(etype) })
    let bytes = KeytabBytes.file([KeytabBytes.record(principal, kvno: kvno, etype: etype, key: known.key.bytes)])
    return Keytab(place: "k", entries: try KeytabReader.read(ByteView(bytes.span), try KerberosCiphers()))
  }

  @Test func tellsThatOnlyTheTypeIsMissing() throws {
    let rc4 = try keytab(kvno: 2, etype: 23, principal: ["DC01$"])
    let finding = try KeyedRecording("kerberos-stale").report(with: try KeyedRecording.ring(keytabs: [rc4])).finding("kerberos-ap-modified")
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.hasSuffix("the ticket is encrypted with aes256-cts-hmac-sha1-96 (18), and the keytab has only a key of rc4-hmac (23) for this service"))
    #expect(finding.observation.causes?.first == "the keytab was written without a key of this encryption type")
  }

  /// The key is found whatever it is called, and the other number is told.
  @Test func opensWithTheKeyOfAnotherVersion() throws {
    let finding = try KeyedRecording("kerberos-stale").report(with: try KeyedRecording.ring(keytabs: [keytab(kvno: 7)])).finding("kerberos-ap-modified")
    #expect(finding.observation.summary.hasSuffix("your keytab opens it: it is a ticket of alice@LAB.EXAMPLE, with the PAC of alice"))
    #expect(finding.observation.evidence[1].note.hasSuffix(", opened by the keytab, which calls the key version 7"))
    #expect(finding.observation.causes?.first?.hasPrefix("the keytab calls the key version 7, and the ticket names another") == true)
  }

  @Test func tellsATicketThatIsOlderThanTheKeys() throws {
    // The version of the ticket is in clear, and can be another.
    let bytes = KeytabBytes.file([KeytabBytes.record(["host", "dc01"], kvno: 9)])
    let newer = Keytab(place: "k", entries: try KeytabReader.read(ByteView(bytes.span), try KerberosCiphers()))
    let finding = try KeyedRecording("kerberos-stale").report(with: try KeyedRecording.ring(keytabs: [newer])).finding("kerberos-ap-modified")
    #expect(finding.observation.summary.hasSuffix("the ticket needs version 2 of the key, and the keytab has version 9"))
    #expect(finding.observation.causes?.first?.hasPrefix("the ticket is older than the keys") == true)
    #expect(finding.observation.remedies?.first?.text.contains("ticket") == true)
  }

  /// Where the server says with a Kerberos error what it thinks of the ticket.
  @Test(arguments: ["kerberos-ap-modified", "kerberos-ap-bad-integrity"])
  func provesItOfKerberosErrorsToo(name: String) throws {
    let recording = try KeyedRecording(name)
    let plain = try recording.judged(with: nil).report.finding("kerberos-ap-modified")
    for (kvno, words) in [(UInt8(1), "version 1 of the key in the keytab is not the key of the ticket"), (4, "the ticket needs version 1 of the key, and the keytab has version 4")] {
      let bytes = KeytabBytes.file([KeytabBytes.record(["cifs", "dc01.lab.example"], kvno: kvno)])
      let other = Keytab(place: "k", entries: try KeytabReader.read(ByteView(bytes.span), try KerberosCiphers()))
      let finding = try recording.report(with: try KeyedRecording.ring(keytabs: [other])).finding("kerberos-ap-modified")
      #expect(finding.observation.summary == plain.observation.summary + "; your keytab does not open it either: " + words)
      #expect(finding.observation.evidence.map(\.frame) == plain.observation.evidence.map(\.frame))
      #expect((finding.severity, finding.observation.confidence) == (plain.severity, .proven))
      #expect(finding.observation.causes != plain.observation.causes)
    }
  }

  /// A keytab of another server is unused, and nothing else.
  @Test(arguments: ["kerberos-stale", "kerberos-signed-3.1.1"], [["cifs", "fs99.lab.example"], ["FS99$"], ["nfs", "dc01.lab.example"]])
  func saysNothingOfOtherServices(name: String, principal: [String]) throws {
    let bytes = KeytabBytes.file([KeytabBytes.record(principal)])
    let ring = try KeyedRecording.ring(
      keytabs: [Keytab(place: "other.keytab", entries: try KeytabReader.read(ByteView(bytes.span), try KerberosCiphers()))])
    let recording = try KeyedRecording(name)
    let (report, use) = recording.judged(with: ring)
    #expect(report.connections.flatMap(\.proofs).count == 0)
    #expect(report.findings.map(\.observation.summary) == recording.judged(with: nil).report.findings.map(\.observation.summary))
    #expect(ring.remarks(try #require(use), file: "") == ["other.keytab: unused: none of its keys opens a ticket in this recording"])
  }

  /// The server takes the ticket, so its keys are others than those in the file: a remark, and no fault of the connection.
  @Test func provesNothingOfAHealthyLogon() throws {
    let ring = try KeyedRecording.ring(keytabs: ["kerberos-stale-retyped"])
    let (report, use) = try KeyedRecording("kerberos-signed-3.1.1").judged(with: ring)
    #expect(report.findings.filter { $0.severity > .info }.isEmpty)
    #expect(try report.proof().ticket == .closed(.version(ticket: 1, keytab: [2])))
    #expect(
      ring.remarks(try #require(use), file: "")
        == ["kerberos-stale-retyped: the keytab does not open the ticket for cifs/dc01.lab.example: the ticket needs version 1 of the key, and the keytab has version 2"])
  }

  // MARK: What keys prove

  @Test func namesTheFieldOfNegotiate() throws {
    var recording = try KeyedRecording("kerberos-signed-3.1.1")
    let place = try #require(recording.places(0, isResponse: false).last)
    recording.set([0x3b, 0, 0, 0], at: place, 72)
    let finding = try recording.report(with: KeyedRecording.ring(keytabs: ["kerberos-signed-3.1.1"])).finding("preauth-hash-differs")
    #expect((finding.severity, finding.observation.confidence) == (.critical, .proven))
    #expect(finding.observation.summary.contains("a device changed Capabilities in the NEGOTIATE request"))
  }

  @Test(arguments: ["kerberos-signed-2.1", "kerberos-signed-3.0.2", "kerberos-rc4"])
  func namesWhatWasAlteredInARequest(name: String) throws {
    var recording = try KeyedRecording(name)
    let place = try #require(recording.places(3, isResponse: false).last { recording.bytes(at: $0, 16, 1)[0] & 8 != 0 })
    recording.set([0x55], at: place, 66)
    let finding = try recording.report(with: KeyedRecording.ring(keytabs: [name])).finding("signature-wrong")
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.contains("the TREE_CONNECT request of the client was altered after it was signed: Flags was 0x0000, and is 0x0055 here"))
    #expect(finding.observation.evidence.first?.frame == place.frame)
  }

  /// The server's answer holds the key: without it nothing is known of the session, and nothing is proven.
  @Test func needsTheServersAnswer() throws {
    let recording = try KeyedRecording("kerberos-signed-3.0.2")
    let ring = try #require(try KeyedRecording.ring(keytabs: ["kerberos-signed-3.0.2"]).keytabs)
    let (request, answer) = (try #require(recording.places(1, isResponse: false).first), try #require(recording.places(1, isResponse: true).first))
    var (logon, tries) = (KerberosLogon(), 100)
    #expect(logon.judge(ring, tries: &tries) == nil)
    logon.read(recording.securityBuffer(at: request, 12))
    let alone = try #require(logon.judge(ring, tries: &tries))
    #expect(alone.verdict.opened != nil)
    #expect(alone.sessionKey == nil)
    logon.read(recording.securityBuffer(at: answer, 4))
    #expect(logon.judge(ring, tries: &tries)?.sessionKey?.count == 32)
  }

  @Test func provesNothingWithAnAnswerThatDoesNotOpen() throws {
    var recording = try KeyedRecording("kerberos-signed-3.0.2")
    let answer = try #require(recording.places(1, isResponse: true).first)
    // Within the cipher text of the AP-REP, behind the names of mechanisms and in front of the MIC.
    recording.set([recording.bytes(at: answer, 72 + 110, 1)[0] ^ 1], at: answer, 72 + 110)
    let report = try recording.report(with: KeyedRecording.ring(keytabs: ["kerberos-signed-3.0.2"]))
    let proof = try report.proof()
    #expect(proof.ticket?.opened != nil)
    #expect(!proof.hasKeyOfTicket)
    #expect(proof.client.right + proof.client.wrong + proof.server.right + proof.server.wrong == 0)
    #expect(report.findings.filter { $0.severity > .info }.isEmpty)
  }

  // MARK: Bounds

  /// Keys that should fit come first, and a recording cannot ask for more tries than there are.
  @Test func triesTheServicesOwnKeysFirst() throws {
    let own = try KeyedRecording.keytab("kerberos-signed-3.1.1")
    let others = KeytabBytes.file((0..<31).map { KeytabBytes.record(["cifs", "fs\($0 + 100).lab.example"]) })
    let many = Keytab(place: "many", entries: try KeytabReader.read(ByteView(others.span), try KerberosCiphers()) + own.entries)
    func ring(tries: Int) throws -> KeyRing {
      KeyRing(try Libcrypto(), users: [], sessions: [], keytabs: KeytabRing(try KerberosCiphers(), files: [many], tries: tries))
    }
    let recording = try KeyedRecording("kerberos-signed-3.1.1")
    #expect(try recording.report(with: ring(tries: 2)).proof().ticket?.opened != nil)
    #expect(try recording.report(with: ring(tries: 1)).connections.flatMap(\.proofs).isEmpty)
    #expect(try recording.report(with: ring(tries: 0)).capture.limitsReached["keys"] == 1)
  }

  @Test(arguments: ["kerberos-signed-3.1.1", "kerberos-sealed-aes-256-gcm", "kerberos-stale"])
  func survivesAnything(name: String) throws {
    let recording = try KeyedRecording(name)
    let own = name == "kerberos-stale" ? "kerberos-stale-domain" : name
    let ring = try KeyedRecording.ring(keytabs: [KeyedRecording.keytab(own)], searchBudget: 100_000)
    let setUps = recording.places(1, isResponse: false) + recording.places(1, isResponse: true)
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<40 {
      var changed = recording
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = try #require(setUps.randomElement(using: &generator))
        let end = changed.frames[place.frame - 1].bytes.count - place.header
        changed.set([.random(in: 0 ... .max, using: &generator)], at: place, Int.random(in: 64..<end, using: &generator))
      }
      #expect(changed.report(with: ring).connections.count > 0)
    }
  }
}

extension KeyedRecording {
  /// The security buffer that a pair of offset and length in the body names, however many segments it spans.
  fileprivate func securityBuffer(at place: Place, _ field: Int) -> [UInt8] {
    let pair = bytes(at: place, 64 + field, 4)
    let (start, count) = (Int(pair[0]) | Int(pair[1]) << 8, Int(pair[2]) | Int(pair[3]) << 8)
    let first = frames[place.frame - 1].bytes
    let rest = frames[place.frame...].filter { $0.bytes[26..<38] == first[26..<38] }
    return Array((first[place.header...] + rest.flatMap { $0.bytes[(34 + Int($0.bytes[46] >> 4) * 4)...] })[...].dropFirst(start).prefix(count))
  }
}
