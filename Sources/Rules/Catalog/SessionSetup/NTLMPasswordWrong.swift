import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmPasswordWrong = Rule(
    id: "ntlm-password-wrong",
    severity: .error,
    phase: .sessionSetup,
    nature: .wrongValue,
    yieldsToSuccess: true,
    summary: "A logon with NTLM was refused, and the password that was given says on which side the wrong one is.",
    explanation: """
      Needs --keys with the user's password or NT hash. The response of an NTLM logon is made of the password. If it is \
      made of another one than the one given, the client has used a wrong password. If it is made of this one, the client is \
      right, and the server or its domain controller has another password for the account, or no such account.
      """,
    harmless: "It never is, as long as the password given is the one that the account should have.",
    confirmation: "The same user logs on elsewhere with the password that was given.",
    causes: ["the client uses another password than the one given, typed or stored"],
    remedies: [.storedWindowsCredentials, .credentialsLinux],
    references: ["MS-NLMP 3.3.1", "MS-NLMP 3.3.2", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    transcript.proofs.compactMap { proof in
      guard proof.password != .unknown, let session = transcript.session(of: proof), let status = session.refusal,
        status == .logonFailure || status == .wrongPassword
      else { return nil }
      let evidence = transcript.evidence(of: session)
      guard proof.password == .fits else {
        return Observation(
          .proven,
          "the logon of \(session.who) was refused, and the client's response is not made with the password given: the client used another one",
          evidence: evidence)
      }
      // Those are refused whatever the password.
      guard session.ntlm?.isVersion1 != true, session.foreignDomain == nil else { return nil }
      return Observation(
        .likely,
        "the logon of \(session.who) was refused, and the client's response is made with the password given: the server has another one, or no such account",
        evidence: evidence, causes: serverCauses, remedies: [.accountWindows, .accountSamba, .changePassword])
    }
  }

  private static let serverCauses = [
    "the account has another password on the server, or on the domain controller that it asked",
    "the server does not know the account, or looks for it in another domain",
    "the account exists twice, on the server and in the domain, with different passwords",
    "the password was changed a moment ago, and has not reached this domain controller",
  ]
}
