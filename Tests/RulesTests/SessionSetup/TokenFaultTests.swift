import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Tokens that nobody can use, of either side.
@Suite struct TokenFaultTests {
  private static func finding(_ id: String, of judged: Judged) throws -> Finding {
    try #require((judged.findings + judged.ofCases).first { $0.rule.id == id }, "\(judged.fired())")
  }

  /// SPNEGO's NegTokenResp with negState reject, and one that chooses Kerberos.
  private static let reject: [UInt8] = [0xa1, 0x07, 0x30, 0x05, 0xa0, 0x03, 0x0a, 0x01, 0x02]
  private static let kerberos: [UInt8] = [
    0xa1, 0x14, 0x30, 0x12, 0xa0, 0x03, 0x0a, 0x01, 0x01, 0xa1, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02,
  ]
  /// NegTokenInit that offers NTLMSSP alone, without its token.
  private static let offersNTLM: [UInt8] = [
    0x60, 0x1c, 0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02, 0xa0, 0x12, 0x30, 0x10, 0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 0x06,
    0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a,
  ]

  /// The first leg is refused.
  private static func refused(_ token: [UInt8], status: UInt32) -> Judged {
    Judged {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: token)))
      $0.response(.response(1, 1, status: status, SMB2BodyBytes.error()))
      $0.send(.client, flags: [.fin, .ack])
    }
  }

  @Test(arguments: [([0xde, 0xad, 0xbe, 0xef], SMB2Bytes.logonFailure, "neither SPNEGO nor NTLM"), ([], 0xC000_000D, "has no token")])
  func ofTheClient(token: [UInt8], status: UInt32, words: String) throws {
    let finding = try Self.finding("auth-protocol-error", of: Self.refused(token, status: status))
    #expect(finding.summary.contains(words), "\(finding.summary)")
    #expect(finding.causes.first?.hasPrefix("a fault in the client's software") == true)
    #expect(finding.frames == [5, 6, 7, 8].filter(finding.frames.contains))
  }

  /// A token that is cut off in the recording is none of these.
  @Test func aTokenOfNTLMIsNoFault() {
    let judged = Self.refused(NTLMLogon().negotiate, status: SMB2Bytes.logonFailure)
    #expect(!(judged.findings + judged.ofCases).contains { $0.summary.contains("token") })
  }

  /// The client leaves behind the answer to its first leg.
  private static func left(offer: [UInt8], answer: [UInt8]) -> Judged {
    Judged {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: offer)))
      $0.response(
        .response(1, 1, status: SMB2Bytes.moreProcessingRequired, session: Conversation.session, SMB2BodyBytes.sessionSetupResponse(token: answer)))
      $0.send(.client, flags: [.fin, .ack])
    }
  }

  @Test func ofTheServer() throws {
    let logon = NTLMLogon()
    for (answer, words) in [
      (Self.reject, "its SPNEGO says “reject”"), (Self.kerberos, "it chooses Kerberos"), (logon.negotiate, "no CHALLENGE"),
      (Array(logon.challenge.prefix(20)), "it is malformed"),
    ] {
      let finding = try Self.finding("session-setup-reset-by-client", of: Self.left(offer: Self.offersNTLM, answer: answer))
      #expect(finding.summary.contains(words), "\(finding.summary)")
      #expect(finding.causes.first == "a fault in the server's software")
    }
    let healthy = try Self.finding("session-setup-reset-by-client", of: Self.left(offer: logon.negotiate, answer: logon.challenge))
    #expect(healthy.causes.first?.hasPrefix("the client could not continue") == true, "\(healthy.causes)")
  }
}
