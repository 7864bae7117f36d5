import Packets
import Protocols
import Transcripts

extension Rule {
  static let authSPNHardening = Rule(
    id: "auth-spn-hardening",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the logon because the client uses a name that is not the server's.",
    explanation: """
      A Windows server with “Server SPN target name validation” compares the service name in the client's proof with \
      its own names and addresses. If none matches, it answers STATUS_ACCESS_DENIED to the last message of the \
      logon. Level 1 checks the name if the client sends one. Level 2 also refuses clients that send none.

      The finding shows this name and the names that the server uses for itself. Aliases, addresses, load balancers \
      and destination NAT are the usual reasons. The status alone is no proof; events 551 and 5168 on the server \
      are.
      """,
    whenBenign: "When the same user gets in soon afterwards by another name. The finding is then only a note.",
    howToVerify: "Look at events 551 and 5168 on the server: they show the service name that it refused. Try the server's own name: the logon should work.",
    causes: [
      "the client uses an alias (CNAME) that the server does not know as its own name",
      "the client uses an address that a load balancer or NAT translates",
      "the client sends no service name, but the server demands one",
      "not the name: the user lacks the right to log on, or NTLM is restricted",
    ],
    remedies: [.allowedServerNames, .nameHardeningOff, .userRights, .serverLogs],
    references: ["MS-SMB2 3.3.5.5.3", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .name(let mismatch) = transcript.denial(of: session) else { return nil }
      var causes = mismatch.causes
      if case .missing = mismatch, transcript.mayLackEncryption { causes.insert("the server demands encryption, and the connection cannot encrypt", at: 1) }
      return transcript.refusal(
        of: session, status, confidence: mismatch.confidence, note: ": \(mismatch.note)", causes: causes, remedies: mismatch.remedies)
    }
  }
}
