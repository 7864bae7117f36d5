import Diagnosis
import Packets
import Proof
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

@testable import smbdx

/// Healthy sessions of real peers: with the password each signature is right, and each message can be read.
@Suite struct HealthyKeysTests {
  /// Each dialect, way to sign and cipher. tshark 4.0 decrypts as many messages, and calls as many signatures good, but for
  /// the answer that ends a logon, which it does not check, and for AES-GMAC and the client without a SIGNING context, whose
  /// signatures it calls bad although the peers took them.
  static let recordings: [ExpectedProof] = [
    ExpectedProof(name: "healthy-2.0.2", client: 4, server: 5, decrypted: 0),
    ExpectedProof(name: "healthy-2.1", client: 4, server: 5, decrypted: 0),
    ExpectedProof(name: "healthy-3.0", client: 4, server: 5, decrypted: 0),
    ExpectedProof(name: "healthy-3.0.2", client: 4, server: 5, decrypted: 0),
    ExpectedProof(name: "healthy-3.1.1", client: 2, server: 3, decrypted: 0),
    ExpectedProof(name: "healthy-3.0-encrypted", client: 0, server: 1, decrypted: 23),
    ExpectedProof(name: "healthy-3.1.1-encrypted", client: 0, server: 1, decrypted: 18),
    ExpectedProof(name: "signed-hmac-sha256", client: 11, server: 12, decrypted: 0),
    ExpectedProof(name: "signed-aes-cmac", client: 11, server: 12, decrypted: 0),
    ExpectedProof(name: "signed-aes-gmac", client: 11, server: 12, decrypted: 0),
    ExpectedProof(name: "sealed-aes-128-ccm", client: 0, server: 1, decrypted: 23),
    ExpectedProof(name: "sealed-aes-128-gcm", client: 0, server: 1, decrypted: 22),
    ExpectedProof(name: "sealed-aes-256-ccm", client: 0, server: 1, decrypted: 22),
    ExpectedProof(name: "sealed-aes-256-gcm", client: 0, server: 1, decrypted: 23),
    ExpectedProof(name: "smbprotocol", client: 5, server: 6, decrypted: 0),
    ExpectedProof(name: "impacket", client: 7, server: 8, decrypted: 0),
    ExpectedProof(name: "smbprotocol-sealed", client: 0, server: 1, decrypted: 10),
    // Samba 4.22, server and client.
    ExpectedProof(name: "trixie-signed-2.0.2", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "trixie-signed-2.1", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "trixie-signed-3.0", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "trixie-signed-3.0.2", client: 18, server: 19, decrypted: 0),
    ExpectedProof(name: "trixie-signed-hmac-sha256", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "trixie-signed-aes-cmac", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "trixie-signed-aes-gmac", client: 16, server: 17, decrypted: 0),
    ExpectedProof(name: "trixie-sealed-3.0.2", client: 0, server: 1, decrypted: 37),
    ExpectedProof(name: "trixie-sealed-aes-128-ccm", client: 0, server: 1, decrypted: 32),
    ExpectedProof(name: "trixie-sealed-aes-128-gcm", client: 0, server: 1, decrypted: 33),
    ExpectedProof(name: "trixie-sealed-aes-256-ccm", client: 0, server: 1, decrypted: 33),
    ExpectedProof(name: "trixie-sealed-aes-256-gcm", client: 0, server: 1, decrypted: 32),
  ]

  /// impacket ends with a message that is encrypted for no session: that one stays closed.
  @Test func readsWhatImpacketEncrypts() throws {
    let report = try KeyedRecording("impacket-sealed").report(with: KeyedRecording.ring())
    let proof = try report.proof()
    #expect([proof.server.right, proof.server.wrong, proof.decrypted, proof.sealed] == [1, 0, 14, 0])
    #expect(report.connections.map(\.outcome) == [.established])
  }

  /// The second channel signs with a key of its own.
  @Test(arguments: [("channel", 15), ("channel-3.0.2", 17)])
  func knowsTheKeysOfChannels(name: String, right: Int) throws {
    let report = try KeyedRecording(name).report(with: KeyedRecording.ring())
    let proofs = report.connections.flatMap(\.proofs)
    #expect(proofs.map { $0.client.right + $0.server.right } == [right, 1])
    #expect(proofs.allSatisfy { $0.client.wrong + $0.server.wrong + $0.client.unverified + $0.server.unverified == 0 })
    #expect(report.findings.filter { $0.severity > .info && $0.rule.phase == .signing }.isEmpty)
  }

  @Test(arguments: recordings)
  func everySignatureIsRight(expected: ExpectedProof) throws {
    let (report, use) = try KeyedRecording(expected.name).judged(with: KeyedRecording.ring())
    let proof = try report.proof()
    expected.check(proof, in: report)
    #expect(proof.password == .fits)
    #expect(proof.hasRightMIC != false)
    #expect(use?.fittingUsers == [0])
  }

  /// Without keys nothing is said of them, and what is found is the same as before.
  @Test(arguments: recordings)
  func saysNothingWithoutKeys(expected: ExpectedProof) throws {
    let (report, use) = try KeyedRecording(expected.name).judged(with: nil)
    #expect(use == nil)
    #expect(report.connections.flatMap(\.proofs).count == 0)
  }

  /// However TCP cuts the messages.
  @Test(arguments: ["healthy-3.0.2", "signed-aes-cmac", "sealed-aes-256-gcm"], [1, 7, 61])
  func signaturesSpanSegments(name: String, length: Int) throws {
    let recording = try KeyedRecording(name)
    let (whole, cut) = (try recording.report(with: KeyedRecording.ring()).proof(), try recording.cut(length).report(with: KeyedRecording.ring()).proof())
    #expect([cut.client.right, cut.server.right, cut.decrypted] == [whole.client.right, whole.server.right, whole.decrypted])
    #expect(cut.client.wrong + cut.server.wrong + cut.sealed == 0)
  }

  /// Bytes that only a signature needs may be missing: what is read without keys is read with them, and nothing is proven.
  @Test(arguments: ["healthy-3.0.2", "signed-hmac-sha256", "sealed-aes-128-gcm"], [160, 200, 260])
  func missesNothingOfCutFrames(name: String, length: Int) throws {
    let recording = try KeyedRecording(name)
    let (plain, keyed) = (recording.judged(with: nil, cutAt: length).report, recording.judged(with: try KeyedRecording.ring(), cutAt: length).report)
    let wrong = keyed.connections.flatMap(\.proofs).map { $0.client.wrong + $0.server.wrong }
    #expect(wrong.allSatisfy { $0 == 0 })
    let closed = ["encrypted-opaque", "vni-hidden-by-encryption"]
    #expect(keyed.gist.filter { $0.contains(" ") } == plain.gist.filter { $0.contains(" ") })
    #expect(name.hasPrefix("sealed") || keyed.findings.map(\.rule.id).filter { !closed.contains($0) } == plain.findings.map(\.rule.id))
  }

  /// A lost segment makes no signature wrong, wherever it is.
  @Test(arguments: ["signed-aes-cmac", "sealed-aes-128-ccm"])
  func losesNoMoreThanIsLost(name: String) throws {
    let recording = try KeyedRecording(name).cut(97)
    let ring = try KeyedRecording.ring(searchBudget: 0)
    for index in stride(from: 4, to: recording.frames.count, by: 5) {
      var lossy = recording
      lossy.frames.remove(at: index)
      for proof in lossy.report(with: ring).connections.flatMap(\.proofs) {
        #expect(proof.client.wrong + proof.server.wrong + proof.sealed == 0, "without frame \(index + 1)")
      }
    }
  }

  /// The key of the session is as good as the password, and one that fits nothing is told.
  @Test(arguments: ["signed-aes-gmac", "sealed-aes-256-ccm"])
  func takesTheKeyOfASession(name: String) throws {
    let recording = try KeyedRecording(name)
    let byPassword = try recording.report(with: KeyedRecording.ring()).proof()
    let key = try recording.sessionKey()
    let (report, use) = recording.judged(with: try KeyedRecording.ring(session: byPassword.sessionID, key: key))
    let proof = try report.proof()
    #expect([proof.client.right, proof.server.right, proof.decrypted] == [byPassword.client.right, byPassword.server.right, byPassword.decrypted])
    #expect(use?.fittingSessions == [0])
    let other = try KeyedRecording.ring(session: byPassword.sessionID, key: .counting(16))
    let (unfit, unfitUse) = recording.judged(with: other)
    #expect(unfitUse?.fittingSessions == [])
    #expect(other.remarks(try #require(unfitUse), file: "k").map { $0.contains("line 7: unused") } == [true])
    #expect(unfit.findings.filter { $0.severity > .info }.map(\.rule.id) == [], "a key that does not fit proves nothing")
    let elsewhere = recording.judged(with: try KeyedRecording.ring(session: 1, key: key))
    #expect(elsewhere.report.connections.flatMap(\.proofs).count == 0)
    #expect(elsewhere.use?.fittingSessions == [])
  }

  /// A password that is not the one of the logon is a remark, and no fault of the connection.
  @Test func anotherPasswordProvesNothingOfAHealthyLogon() throws {
    let ring = try KeyedRecording.ring(password: "other")
    let (report, use) = try KeyedRecording("signed-aes-cmac").judged(with: ring)
    #expect(try report.proof().password == .differs)
    #expect(report.findings.filter { $0.severity > .info }.isEmpty)
    #expect(ring.remarks(try #require(use), file: "k").map { $0.contains("another password") } == [true])
    let unused = try KeyedRecording.ring(user: "bob")
    let (silent, unusedUse) = try KeyedRecording("signed-aes-cmac").judged(with: unused)
    #expect(silent.connections.flatMap(\.proofs).count == 0)
    #expect(unused.remarks(try #require(unusedUse), file: "k").map { $0.contains("unused") } == [true])
  }

  @Test func meansTheDomainThatTheFileNames() throws {
    let recording = try KeyedRecording("signed-aes-cmac")
    let meant = recording.report(with: try KeyedRecording.ring(domain: "lab"))
    #expect(try meant.proof().password == .fits)
    let other = recording.report(with: try KeyedRecording.ring(domain: "OTHER"))
    #expect(other.connections.flatMap(\.proofs).count == 0)
  }
}

extension KeyedRecording {
  /// With payloads cut into segments of at most this length.
  func cut(_ length: Int) -> KeyedRecording {
    var copy = self
    copy.frames = frames.flatMap { frame -> [RecordedFrame] in
      let start = 34 + Int(frame.bytes[46] >> 4) * 4
      let count = frame.payloadLength
      guard count > length, frame.flags.isDisjoint(with: [.syn, .fin, .rst]) else { return [frame] }
      return stride(from: 0, to: count, by: length).map { offset in
        let end = min(count, offset + length)
        var piece = frame
        piece.bytes = Array(frame.bytes[..<start] + frame.bytes[(start + offset)..<(start + end)])
        piece.bytes = piece.bytes.settingBigEndian(UInt16(piece.bytes.count - 14), at: 16)
        piece.sequence = frame.sequence &+ UInt32(offset)
        return piece
      }
    }
    return copy
  }

  /// From the logon, as the user's own tools would tell it.
  func sessionKey() throws -> [UInt8] {
    var logon = Proof.NTLMLogon()
    for (request, response) in zip(places(1, isResponse: false), places(1, isResponse: true)) {
      logon.read(try token(at: request, 12))
      logon.read(try token(at: response, 4))
    }
    let ring = try Self.ring()
    guard case .fits(let key, _)? = ring.judge(logon).first?.verdict else { throw NoKey() }
    return key
  }

  struct NoKey: Error {}

  /// The security buffer that a pair of offset and length in the body names.
  private func token(at place: Place, _ field: Int) throws -> [UInt8] {
    let pair = bytes(at: place, 64 + field, 4)
    return bytes(at: place, Int(pair[0]) | Int(pair[1]) << 8, Int(pair[2]) | Int(pair[3]) << 8)
  }
}
