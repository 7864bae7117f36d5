import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// What the lab's middlebox changed between real peers is named from one capture.
@Suite struct TamperedRecordingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var rule = "preauth-hash-differs"
    var words: String
    var testDescription: String { name }
  }

  private static func request(_ field: String, _ values: String) -> String {
    "a device changed \(field) in the NEGOTIATE request: the server received \(values) was recorded here"
  }

  private static func response(_ field: String, _ values: String) -> String {
    "a device changed \(field) in the NEGOTIATE response: the server sent \(values) was recorded here"
  }

  static let cases: [Case] = [
    Case(name: "request-security-mode", words: request("SecurityMode", "0x0001, and 0x0003")),
    Case(name: "request-reserved", words: request("Reserved", "0x4d42, and 0x0000")),
    Case(name: "request-capabilities", words: request("Capabilities", "0x0000003f, and 0x0000007f")),
    Case(name: "request-guid", words: "a device changed ClientGuid in the NEGOTIATE request: the server received 00000000000000000000000000000000, and"),
    Case(name: "request-dialects", words: request("Dialects", "0x0300, and 0x0210")),
    Case(name: "request-credits", words: request("CreditRequest, CreditResponse", "0x0001, and 0x001f")),
    Case(name: "response-security-mode", words: response("SecurityMode", "0x0003, and 0x0001")),
    // Samba's is its name: fs01.
    Case(name: "response-guid", words: response("ServerGuid", "66733031000000000000000000000000, and 00000000000000000000000000000000")),
    Case(name: "response-capabilities", words: response("Capabilities", "0x0000000f, and 0x00000005")),
    Case(name: "response-max-transact", words: response("MaxTransactSize", "0x00800000, and 0x00010000")),
    Case(name: "response-max-read", words: response("MaxReadSize", "0x00800000, and 0x00010000")),
    Case(name: "response-max-write", words: response("MaxWriteSize", "0x00800000, and 0x00010000")),
    Case(name: "response-system-time", words: "a device changed SystemTime in the NEGOTIATE response: the server sent 0x"),
    Case(name: "response-start-time", words: response("ServerStartTime", "0x0000000000000000, and 0x0000000000000001")),
    Case(
      name: "session-setup-security-mode",
      words: "a device changed SecurityMode in the SESSION_SETUP request: the server received 0x01, and 0x03 was recorded here"),
    Case(
      name: "session-setup-capabilities",
      words: "a device changed Capabilities in the SESSION_SETUP request: the server received 0x00000000, and 0x00000001 was recorded here"),
    Case(
      name: "signed-request", rule: "signature-wrong",
      words: "the TREE_CONNECT request of the client was altered after it was signed: Flags was 0x0000, and is 0x0004 here"),
    Case(
      name: "signed-request-3.0.2", rule: "signature-wrong",
      words: "the TREE_CONNECT request of the client was altered after it was signed: Flags was 0x0000, and is 0x0004 here"),
    Case(
      name: "signed-response", rule: "signature-wrong",
      words: "the TREE_CONNECT response of the server was altered after it was signed: MaximalAccess was 0x001f00a9, and is 0x001f01ff here"),
    Case(
      name: "signed-response-2.1", rule: "signature-wrong",
      words: "the TREE_CONNECT response of the server was altered after it was signed: MaximalAccess was 0x001f00a9, and is 0x001f01ff here"),
  ]

  @Test(arguments: cases)
  func namesWhatWasChanged(one: Case) throws {
    let report = try KeyedRecording("tampered-\(one.name)").report(with: KeyedRecording.ring())
    let finding = try report.finding(one.rule)
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.hasPrefix(one.words), "\(finding.observation.summary)")
    #expect(finding.isPrimary)
    #expect(report.connections.map(\.outcome) == [.failed])
  }

  /// What the client or the server did about it is proven too.
  @Test(arguments: [
    ("request-capabilities", "session-rejected-by-client"), ("signed-request", "tree-access-denied"),
    ("signed-response", "tree-rejected-by-client"),
  ])
  func provesWhyTheOtherSideLeft(name: String, rule: String) throws {
    let report = try KeyedRecording("tampered-\(name)").report(with: KeyedRecording.ring())
    let found = report.findings.filter { $0.rule.id == rule }
    #expect(!found.isEmpty && found.allSatisfy { $0.observation.confidence == .proven && $0.observation.summary.contains("signature") })
    #expect(found.allSatisfy { !$0.observation.summary.contains("perhaps") })
    let plain = try KeyedRecording("tampered-\(name)").judged(with: nil).report
    #expect(plain.findings.contains { $0.rule.id == rule })
  }
}
