import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmPasswordWrong = Rule(
    id: "ntlm-password-wrong",
    severity: .error,
    phase: .sessionSetup,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "An NTLM logon was refused, and your key file shows which side has the wrong password.",
    explanation: """
      Needs --keys with the user's password or NT hash. The client computes the response of an NTLM logon from the \
      password. If the response does not fit the password in your key file, the client used another password. If it fits, \
      the client is right: the server or its domain controller has another password for the account, or no such account.
      """,
    whenBenign: "Never, if the password in your key file is the right one.",
    howToVerify: "Log on as the same user elsewhere, with the password from your key file.",
    causes: ["the client uses another password, typed or stored"],
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
          "the logon of \(session.who) was refused, and the client's response does not fit the password in your key file: the client used another one",
          evidence: evidence)
      }
      // Those are refused whatever the password.
      guard proof.hasRightMIC != false, session.ntlm?.isVersion1 != true, session.foreignDomain == nil else { return nil }
      return Observation(
        .likely,
        "the logon of \(session.who) was refused, although the client's response fits the password in your key file: the server has another password, or no such account",
        evidence: evidence, causes: serverCauses, remedies: [.accountWindows, .accountSamba, .changePassword])
    }
  }

  private static let serverCauses = [
    "the account has another password on the server, or on its domain controller",
    "the server does not know the account, or looks for it in another domain",
    "the account exists twice, on the server and in the domain, with different passwords",
    "the password was changed recently, and this domain controller does not have it yet",
  ]
}
