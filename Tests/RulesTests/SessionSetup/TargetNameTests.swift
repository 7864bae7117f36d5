import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// STATUS_ACCESS_DENIED to a logon, by what the client calls the server.
@Suite struct TargetNameTests {
  static let cases: [StoryCase] = [
    story("no name", nil, "auth-spn-hardening error possible", cause: "the server checks the target name (SPN validation), and the client's software sends none"),
    story("without the service", "fs01", "auth-spn-hardening error possible", cause: "the server checks the target name (SPN validation), and the client's software writes it without the service"),
    story("a placeholder", "host/unspecified", "auth-spn-hardening error likely", cause: "the server checks the target name (SPN validation), and the client's program does not set it"),
    story("with a realm", "cifs/fs01@LAB.EXAMPLE", "auth-spn-hardening error possible", cause: "the server checks the target name (SPN validation), and the client's software writes it as cifs/host@realm"),
    StoryCase(
      "its own name", "auth-access-denied error proven", cause: "the user right to access this computer from the network",
      remedy: "On a Windows server look at Local Policies"
    ) { $0.refuse("cifs/fs01") },
  ]

  private static func story(_ description: String, _ service: String?, _ rule: String, cause: String) -> StoryCase {
    StoryCase(description, rule, cause: cause, remedy: "Let the client's program send the target name as cifs/HOST") { $0.refuse(service) }
  }

  @Test(arguments: cases)
  func tellsWhatIsWrongWithTheName(_ example: StoryCase) throws { example.expect(of: try example.finding) }

  /// The same user got in by another name before, so that neither rights nor NTLM are at fault; by the same name, the name is not.
  @Test(arguments: [("cifs/fs01.lab.example", "auth-spn-hardening", "the server checks the target name"), ("cifs/fs01", "auth-access-denied", "a limit of sessions")])
  func holdsTheNameAgainstTheOneThatWorked(before: String, rule: String, cause: String) throws {
    var worked = Conversation(client: Endpoint(address: Endpoint.testClient.address, port: 50_300))
    worked.open()
    worked.negotiate()
    worked.setUpSession(logon: NTLMLogon().with { $0.service = before })
    worked.connectTree()
    worked.create(4)
    worked.send(.client, flags: [.fin, .ack])
    var refused = Conversation()
    refused.wait(seconds: 5)
    refused.open()
    refused.refuse("cifs/fs01")
    refused.send(.client, flags: [.fin, .ack])
    let judged = Judged(worked.frames + refused.frames)
    let finding = try #require(judged.findings.first { $0.rule.id == rule }, "\(judged.fired())")
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }
}

extension Conversation {
  fileprivate mutating func refuse(_ service: String?) {
    negotiate()
    setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = service })
  }
}
