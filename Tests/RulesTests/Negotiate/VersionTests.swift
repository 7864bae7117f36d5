import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Clients that want a newer version than the server has, and programs that only look for versions.
@Suite struct VersionTests {
  /// - Parameter seconds: from the handshake to the client's first message.
  private static func judged(_ dialects: [String], after seconds: Int64 = 0, _ build: (inout Conversation) -> Void) -> Judged {
    Judged {
      $0.wait(seconds: seconds)
      $0.send(.client, nbss(smb1Negotiate(dialects)))
      build(&$0)
    }
  }

  /// “SMB 2.???” stands for every version above 2.0.2.
  @Test(arguments: [
    (["NT LM 0.12", "SMB 2.002", "SMB 2.???"], "negotiate-reset-by-client error possible", ConnectionOutcome.failed),
    (["NT LM 0.12", "SMB 2.002"], "negotiate-reset-by-client info possible", .inconclusive),
  ])
  func theServerHasOnlyTheOldest(dialects: [String], expected: String, outcome: ConnectionOutcome) {
    let judged = Self.judged(dialects) {
      $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x0202)))
      $0.send(.client, flags: [.rst, .ack])
    }
    #expect(judged.fired(in: [.negotiate]) == [expected])
    #expect(judged.transcripts.map(\.outcome) == [outcome])
    let finding = judged.findings.first { $0.rule.id == "negotiate-reset-by-client" }
    #expect(finding?.causes.first?.contains("Smb2DialectMin") == (outcome == .failed))
  }

  private static let nmap = [
    "PC NETWORK PROGRAM 1.0", "MICROSOFT NETWORKS 1.03", "MICROSOFT NETWORKS 3.0", "LANMAN1.0", "LM1.2X002", "Samba", "NT LANMAN 1.0", "NT LM 0.12",
  ]

  /// nmap waits for a greeting before it sends its list; an old device does not wait, and has another list.
  @Test(arguments: [
    (nmap, Int64(6), ["smb1-only-client info"], ConnectionOutcome.inconclusive), (nmap, 0, ["smb1-only-client error"], .failed),
    (["NT LM 0.12"], 6, ["smb1-only-client error"], .failed),
  ])
  func aProgramThatLooksForVersions(dialects: [String], seconds: Int64, expected: [String], outcome: ConnectionOutcome) {
    let judged = Self.judged(dialects, after: seconds) { $0.send(.server, flags: [.fin, .ack]) }
    #expect(judged.fired().filter { $0.hasPrefix("smb1-only") } == expected, "\(judged.fired())")
    #expect(judged.transcripts.map(\.outcome) == [outcome])
    let others = judged.findings.filter { $0.severity > .info }
    #expect(others.isEmpty == (outcome == .inconclusive), "\(judged.fired())")
  }
}
