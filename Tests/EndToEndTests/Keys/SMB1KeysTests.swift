import Diagnosis
import Packets
import Proof
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// Signatures of SMB1: MD5 over a key and a number that counts messages.
@Suite struct SMB1KeysTests {
  private static let signed = "smb1-signed"

  @Test func everySignatureIsRight() throws {
    let (report, use) = try KeyedRecording(Self.signed).judged(with: KeyedRecording.ring())
    let proof = try report.proof()
    #expect([proof.client.right, proof.server.right] == [11, 12])
    #expect([proof.client.wrong, proof.server.wrong, proof.client.unverified, proof.server.unverified] == [0, 0, 0, 0])
    #expect(proof.password == .fits)
    #expect(proof.hasRightMIC != false)
    #expect(use?.fittingUsers == [0])
    #expect(!report.findings.contains { $0.rule.phase == .signing && $0.severity > .info })
  }

  /// The password fits responses without a token too. Samba's server does not sign after these: its signature is a placeholder.
  @Test(arguments: ["smb1-signed-ntlmv1", "smb1-signed-ntlmv2"])
  func knowsLogonsWithoutTokens(name: String) throws {
    let proof = try KeyedRecording(name).report(with: KeyedRecording.ring()).proof()
    #expect(proof.password == .fits)
    #expect([proof.server.right, proof.server.wrong] == [0, 0])
    let other = try KeyedRecording(name).report(with: KeyedRecording.ring(password: "other")).proof()
    #expect(other.password == .differs)
    #expect(other.server.checked == 0)
  }

  @Test(arguments: [1, 7, 61])
  func signaturesSpanSegments(length: Int) throws {
    let proof = try KeyedRecording(Self.signed).cut(length).report(with: KeyedRecording.ring()).proof()
    #expect([proof.client.right, proof.server.right, proof.client.wrong, proof.server.wrong] == [11, 12, 0, 0])
  }

  /// Numbers go on behind what is lost.
  @Test func losesNoMoreThanIsLost() throws {
    let recording = try KeyedRecording(Self.signed).cut(97)
    let ring = try KeyedRecording.ring()
    for index in stride(from: 4, to: recording.frames.count, by: 3) {
      var lossy = recording
      lossy.frames.remove(at: index)
      for proof in lossy.report(with: ring).connections.flatMap(\.proofs) {
        #expect(proof.client.wrong + proof.server.wrong == 0, "without frame \(index + 1)")
        #expect(proof.client.right + proof.server.right >= 20 || proof.password != .fits || proof.client.checked == 0, "without frame \(index + 1)")
      }
    }
  }

  /// Of the answers and requests behind the logon, each in turn.
  @Test(arguments: [true, false])
  func namesWhatWasAltered(isResponse: Bool) throws {
    var recording = try KeyedRecording(Self.signed)
    // TREE_CONNECT_ANDX: the status of the answer, and TID of the request.
    let place = try #require(recording.smb1Places(0x75, isResponse: isResponse).last)
    recording.set(isResponse ? [0x22, 0, 0, 0xc0] : [0x55], at: place, isResponse ? 5 : 24)
    let report = try recording.report(with: KeyedRecording.ring())
    let finding = try report.finding("signature-wrong")
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.evidence.first?.frame == place.frame)
    let words = isResponse
      ? "the SMB_COM_TREE_CONNECT_ANDX response of the server was altered after it was signed: Status was STATUS_SUCCESS (0x00000000), and is STATUS_ACCESS_DENIED (0xC0000022) here"
      : "the SMB_COM_TREE_CONNECT_ANDX request of the client was altered after it was signed: TID was "
    #expect(finding.observation.summary.hasPrefix(words), "\(finding.observation.summary)")
  }

  /// The UID stands for the session.
  @Test func takesTheKeyOfASession() throws {
    let recording = try KeyedRecording(Self.signed)
    let key = try recording.smb1SessionKey()
    let id = UInt64(try recording.report(with: KeyedRecording.ring()).proof().sessionID)
    let (report, use) = recording.judged(with: try KeyedRecording.ring(session: id, key: key))
    #expect([try report.proof().client.right, try report.proof().server.right] == [11, 12])
    #expect(use?.fittingSessions == [0])
    let (unfit, unfitUse) = recording.judged(with: try KeyedRecording.ring(session: id, key: .counting(16)))
    #expect(unfitUse?.fittingSessions == [])
    #expect(!unfit.findings.contains { $0.rule.phase == .signing && $0.severity > .info })
  }

  @Test func survivesAnything() throws {
    let recording = try KeyedRecording(Self.signed)
    let ring = try KeyedRecording.ring(searchBudget: 100_000)
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<60 {
      var changed = recording
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 3..<changed.frames.count, using: &generator)
        guard changed.frames[index].bytes.count > 80 else { continue }
        let offset = Int.random(in: 66..<min(changed.frames[index].bytes.count, 320), using: &generator)
        changed.frames[index].bytes[offset] = UInt8.random(in: 0 ... .max, using: &generator)
      }
      #expect(changed.report(with: ring).connections.count > 0)
    }
  }
}

extension KeyedRecording {
  fileprivate func smb1Places(_ command: UInt8, isResponse: Bool) -> [Place] {
    frames.indices.compactMap { index in
      let bytes = frames[index].bytes
      let header = 34 + Int(bytes[46] >> 4) * 4 + 4
      guard bytes.count >= header + 32, bytes[header..<(header + 4)] == [0xff, 0x53, 0x4d, 0x42], bytes[header + 4] == command,
        (bytes[header + 9] & 0x80 != 0) == isResponse
      else { return nil }
      return Place(frame: index + 1, header: header)
    }
  }

  /// From the tokens of the logon: behind 12 words in a request, behind 4 in an answer.
  fileprivate func smb1SessionKey() throws -> [UInt8] {
    var logon = Proof.NTLMLogon()
    for (request, answer) in zip(smb1Places(0x73, isResponse: false), smb1Places(0x73, isResponse: true)) {
      for (place, count, start) in [(request, 33 + 14, 33 + 26), (answer, 33 + 6, 33 + 10)] {
        let size = bytes(at: place, count, 2)
        logon.read(bytes(at: place, start, Int(size[0]) | Int(size[1]) << 8))
      }
    }
    guard case .fits(let key, _)? = try Self.ring().judge(logon).first?.verdict else { throw NoKey() }
    return key
  }
}
