import Diagnosis
import Packets
import Proof
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// What a device changes is named, from one capture.
@Suite struct TamperingTests {
  struct Change: Sendable, CustomTestStringConvertible {
    var isResponse: Bool
    /// From the header.
    var offset: Int
    var bytes: [UInt8]
    var field: String
    var testDescription: String { "\(isResponse ? "response" : "request") \(field) \(offset)" }
  }

  /// Fields of NEGOTIATE on 3.1.1: headers, numbers, dialects and contexts.
  static let changes: [Change] = [
    Change(isResponse: false, offset: 14, bytes: [9, 0], field: "CreditRequest, CreditResponse"),
    Change(isResponse: false, offset: 68, bytes: [1, 0], field: "SecurityMode"),
    Change(isResponse: false, offset: 72, bytes: [0x3b, 0, 0, 0], field: "Capabilities"),
    Change(isResponse: false, offset: 80, bytes: [0x77], field: "ClientGuid"),
    Change(isResponse: false, offset: 102, bytes: [0, 0], field: "Dialects"),
    Change(isResponse: false, offset: 96, bytes: [2], field: "NegotiateContextCount"),
    Change(isResponse: true, offset: 66, bytes: [3, 0], field: "SecurityMode"),
    // The client would use 3.0.2, and the server 3.1.1.
    Change(isResponse: true, offset: 68, bytes: [2, 3], field: "DialectRevision"),
    Change(isResponse: true, offset: 76, bytes: [0x77], field: "ServerGuid"),
    Change(isResponse: true, offset: 88, bytes: [0x01, 0, 0, 0], field: "Capabilities"),
    Change(isResponse: true, offset: 96, bytes: [0, 0, 1, 0], field: "MaxReadSize"),
    Change(isResponse: true, offset: 100, bytes: [0, 0, 1, 0], field: "MaxWriteSize"),
  ]

  @Test(arguments: changes)
  func namesTheFieldOfNegotiate(change: Change) throws {
    var recording = try KeyedRecording("signed-aes-cmac")
    let place = try #require(recording.places(0, isResponse: change.isResponse).last)
    #expect(recording.bytes(at: place, change.offset, change.bytes.count) != change.bytes, "nothing is changed")
    recording.set(change.bytes, at: place, change.offset)
    let finding = try recording.report(with: KeyedRecording.ring()).finding("preauth-hash-differs")
    #expect((finding.severity, finding.observation.confidence) == (.critical, .proven))
    #expect(finding.observation.summary.contains("a device changed \(change.field) in the NEGOTIATE \(change.isResponse ? "response" : "request")"))
    let answer = try #require(recording.places(1, isResponse: true).last)
    #expect(finding.observation.evidence.map(\.frame).prefix(2) == [place.frame, answer.frame])
    #expect(finding.observation.causes?.first?.contains(change.field) == true)
  }

  /// Any byte of either message, and every byte of SESSION_SETUP before the token.
  @Test(arguments: [(UInt16(0), false), (0, true), (1, false)], 0..<5)
  func namesAnyByte(message: (command: UInt16, isResponse: Bool), step: Int) throws {
    var recording = try KeyedRecording("signed-aes-gmac")
    let place = try #require(recording.places(message.command, isResponse: message.isResponse).last)
    let length = message.command == 0 ? recording.frames[place.frame - 1].payloadLength - 4 : 88
    // Not the fields by which the message is told from others.
    let kept = [0..<32, 40..<48, 64..<66, 76..<80]
    let offsets = (0..<length).filter { offset in !kept.contains { $0.contains(offset) } }
    let offset = offsets[(step * offsets.count / 5 + 3 * step) % offsets.count]
    let before = recording.bytes(at: place, offset, 1)[0]
    recording.set([before ^ 0x5a], at: place, offset)
    let report = try recording.report(with: KeyedRecording.ring())
    // What makes the message unreadable, or the server's answer another one, leaves nothing to prove.
    guard report.connections.first?.proofs.first?.server.wrong ?? 0 > 0 else { return }
    let finding = try report.finding("preauth-hash-differs")
    #expect(finding.observation.confidence == .proven, "\(offset): \(finding.observation.summary)")
  }

  /// More than can be guessed: the key is certain, so that bytes differ is likely; which, nobody can say.
  @Test func saysWhatItCannotFind() throws {
    var recording = try KeyedRecording("signed-aes-cmac")
    let place = try #require(recording.places(0, isResponse: false).last)
    recording.set(.counting(16), at: place, 76)
    let finding = try recording.report(with: KeyedRecording.ring()).finding("preauth-hash-differs")
    #expect((finding.severity, finding.observation.confidence) == (.critical, .likely))
    #expect(finding.observation.summary.contains("the server saw other ones"))
  }

  /// As the lab recorded it: the middlebox changed Capabilities of the request, behind the place of recording.
  @Test func namesWhatTheMiddleboxChanged() throws {
    let report = try KeyedRecording("negotiate-311-altered").report(with: KeyedRecording.ring())
    let finding = try report.finding("preauth-hash-differs")
    #expect(
      finding.observation.summary
        == "a device changed Capabilities in the NEGOTIATE request: the server received 0x0000003f, and 0x0000007f was recorded here")
    #expect(finding.isPrimary)
    #expect(report.connections.map(\.outcome) == [.failed])
  }

  // MARK: Signed messages

  @Test(arguments: ["healthy-2.1", "healthy-3.0.2", "signed-hmac-sha256", "signed-aes-cmac", "signed-aes-gmac"])
  func namesWhatWasAlteredInARequest(name: String) throws {
    var recording = try KeyedRecording(name)
    let place = try #require(recording.places(3, isResponse: false).last { recording.bytes(at: $0, 16, 1)[0] & 8 != 0 })
    recording.set([0x55], at: place, 66)
    let finding = try recording.report(with: KeyedRecording.ring()).finding("signature-wrong")
    #expect((finding.severity, finding.observation.confidence) == (.critical, .proven))
    #expect(finding.observation.summary.contains("the TREE_CONNECT request of the client was altered after it was signed: Flags was 0x0000, and is 0x0055 here"))
    #expect(finding.observation.evidence.first?.frame == place.frame)
  }

  @Test(arguments: ["healthy-2.0.2", "healthy-3.0", "signed-aes-gmac"])
  func namesTheStatusOfAnAnswer(name: String) throws {
    var recording = try KeyedRecording(name)
    let place = try #require(recording.places(3, isResponse: true).last { recording.bytes(at: $0, 16, 1)[0] & 8 != 0 })
    recording.set([0x22, 0, 0, 0xc0], at: place, 8)
    let finding = try recording.report(with: KeyedRecording.ring()).finding("signature-wrong")
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.contains("TREE_CONNECT response of the server"))
    #expect(finding.observation.summary.contains("Status was STATUS_SUCCESS (0x00000000), and is STATUS_ACCESS_DENIED (0xC0000022) here"))
    #expect(finding.observation.evidence.first?.frame == place.frame)
  }

  /// The first answer on older dialects is a message like others.
  @Test(arguments: ["healthy-2.1", "healthy-3.0"])
  func namesWhatWasAlteredInTheFirstAnswer(name: String) throws {
    var recording = try KeyedRecording(name)
    let place = try #require(recording.places(1, isResponse: true).last)
    recording.set([0x2a], at: place, 14)
    let report = try recording.report(with: KeyedRecording.ring())
    let finding = try report.finding("signature-wrong")
    #expect(finding.observation.summary.contains("SESSION_SETUP response of the server was altered"))
    #expect(!report.findings.contains { $0.rule.id == "signing-key-differs" })
  }

  /// All signatures of one side, and none of the other.
  @Test(arguments: ["healthy-2.1", "healthy-3.0.2", "signed-hmac-sha256"], [Peer.client, .server])
  func tellsWhoseKeyIsAnother(name: String, peer: Peer) throws {
    var recording = try KeyedRecording(name)
    for command: UInt16 in [1, 3, 4, 5, 6, 8, 11, 2, 14, 16] {
      for place in recording.places(command, isResponse: peer == .server) where recording.bytes(at: place, 16, 1)[0] & 8 != 0 {
        // The one that ends the logon tells on 3.1.1 of NEGOTIATE.
        if command == 1, name.hasPrefix("signed") { continue }
        recording.set(.counting(16, from: place.frame), at: place, 48)
      }
    }
    let report = try recording.report(with: KeyedRecording.ring())
    let isMixed = name.hasPrefix("signed") && peer == .server
    let finding = try report.finding(isMixed ? "signature-wrong" : "signing-key-differs")
    #expect((finding.severity, finding.observation.confidence) == (isMixed ? .warning : .critical, .proven))
    if !isMixed { #expect(finding.observation.summary.contains("signatures of the \(peer.rawValue) is made with the key of the session")) }
  }

  // MARK: Passwords

  @Test func tellsThatTheClientUsedAnother() throws {
    let report = try KeyedRecording("auth-logon-failure").report(with: KeyedRecording.ring())
    let finding = try report.finding("ntlm-password-wrong")
    #expect((finding.severity, finding.observation.confidence) == (.error, .proven))
    #expect(finding.isPrimary)
    #expect(finding.observation.summary.contains("does not fit the password in your key file: the client used another one"))
  }

  /// The password is the one that the client used, so the server has another.
  @Test func tellsThatTheServerHasAnother() throws {
    var recording = try KeyedRecording("healthy-2.1")
    let place = try #require(recording.places(1, isResponse: true).last)
    recording.set([0x6d, 0, 0, 0xc0], at: place, 8)
    recording.set([9, 0, 0, 0, 0, 0, 0, 0, 0], at: place, 64)
    recording.frames = Array(recording.frames.prefix(place.frame))
    let finding = try recording.report(with: KeyedRecording.ring()).finding("ntlm-password-wrong")
    #expect(finding.observation.confidence == .likely)
    #expect(finding.observation.summary.contains("fits the password in your key file: the server has another password, or no such account"))
    // The key file has another one: then it is the client's.
    let other = try recording.report(with: KeyedRecording.ring(password: "other")).finding("ntlm-password-wrong")
    #expect(other.observation.confidence == .proven)
  }

  /// A flag of the client's first message was changed: the server refuses what it takes for a wrong password.
  @Test(arguments: [true, false])
  func tellsThatTheLogonWasAltered(isRefused: Bool) throws {
    var recording = try KeyedRecording("healthy-3.0.2")
    let first = try #require(recording.places(1, isResponse: false).first)
    let bytes = recording.frames[first.frame - 1].bytes
    let token = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("NTLMSSP".utf8) + [0, 1, 0, 0, 0]) })
    recording.frames[first.frame - 1].bytes[token + 15] ^= 0x20
    if isRefused {
      let place = try #require(recording.places(1, isResponse: true).last)
      recording.set([0x6d, 0, 0, 0xc0], at: place, 8)
      recording.set([9, 0, 0, 0, 0, 0, 0, 0, 0], at: place, 64)
      recording.frames = Array(recording.frames.prefix(place.frame))
    }
    let report = try recording.report(with: KeyedRecording.ring())
    let finding = try report.finding("ntlm-mic-wrong")
    #expect((finding.severity, finding.observation.confidence) == (isRefused ? .error : .warning, .proven))
    #expect(finding.isPrimary == isRefused)
    #expect(finding.observation.summary.contains("its MIC does not fit"))
    #expect(!report.findings.contains { $0.rule.id == "ntlm-password-wrong" })
  }

  /// NTLMv1 is refused whatever the password.
  @Test func saysNothingOfAPasswordThatWasNotTried() throws {
    let report = try KeyedRecording("auth-ntlmv1-refused").report(with: KeyedRecording.ring())
    #expect(try report.proof().password == .fits)
    #expect(!report.findings.contains { $0.rule.id == "ntlm-password-wrong" })
  }

  // MARK: Encrypted messages

  /// A broken seal is counted, and what is behind it is read all the same.
  @Test(arguments: ["sealed-aes-128-ccm", "sealed-aes-128-gcm", "sealed-aes-256-ccm", "sealed-aes-256-gcm"])
  func countsBrokenSeals(name: String) throws {
    var recording = try KeyedRecording(name)
    let whole = try recording.report(with: KeyedRecording.ring()).proof()
    let index = try #require(recording.frames.indices.filter { recording.frames[$0].payloadLength > 60 && recording.frames[$0].bytes[70] == 0xfd }.dropFirst(4).first)
    recording.frames[index].bytes[70 + 60] ^= 1
    let report = try recording.report(with: KeyedRecording.ring())
    let proof = try report.proof()
    #expect([proof.decrypted, proof.sealed, proof.firstSealedFrame] as [Int?] == [whole.decrypted - 1, 1, index + 1])
    #expect(!report.findings.contains { $0.severity > .info && $0.rule.phase == .signing })
  }

  /// Whatever a stranger writes: no trap, and no more than the message.
  @Test(arguments: ["signed-aes-gmac", "sealed-aes-128-ccm", "sealed-aes-256-gcm", "healthy-2.1", "smbprotocol"])
  func survivesAnything(name: String) throws {
    let recording = try KeyedRecording(name)
    let ring = try KeyedRecording.ring(searchBudget: 100_000)
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<40 {
      var changed = recording
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 3..<changed.frames.count, using: &generator)
        let count = changed.frames[index].bytes.count
        guard count > 80 else { continue }
        let offset = Int.random(in: 66..<min(count, 320), using: &generator)
        changed.frames[index].bytes[offset] = UInt8.random(in: 0 ... .max, using: &generator)
      }
      #expect(changed.report(with: ring).connections.count > 0)
    }
  }
}
