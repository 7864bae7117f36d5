import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmMICWrong = Rule(
    id: "ntlm-mic-wrong",
    severity: .error,
    phase: .sessionSetup,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "A message of an NTLM logon was altered on its way.",
    explanation: """
      Needs --keys with the user's password or NT hash. The client signs the three messages of an NTLM logon with a MIC. The \
      client's response fits the password in your key file, so smbdx knows the key, and the MIC does not fit the messages \
      that were recorded: NEGOTIATE, CHALLENGE or AUTHENTICATE was changed after it was sent. Servers refuse such a logon \
      as if the password were wrong. The password is right.
      """,
    whenBenign: "When the server does not check the MIC. The finding is then a warning.",
    howToVerify: "Record on both hosts. The messages of the logon differ between the two captures.",
    causes: [
      "a device on the path changes the flags or names in NTLM messages",
      "someone relays the logon of another connection and changes it on the way",
      "a fault of the client's software, which computes the MIC wrongly",
    ],
    remedies: [.wanOptimizer, .captureOtherSide, .patchClient],
    references: ["MS-NLMP 3.1.5.1.2", "MS-NLMP 3.2.5.1.2"]
  ) { transcript in
    transcript.proofs.compactMap { proof in
      guard proof.password == .fits, proof.hasRightMIC == false, let session = transcript.session(of: proof) else { return nil }
      let isRefused = session.refusal != nil
      return Observation(
        .proven,
        "the logon of \(session.who) \(isRefused ? "was refused" : "succeeded"): the client's response fits the password in your key file, but its MIC does not fit the messages that were recorded",
        evidence: transcript.evidence(of: session), severity: isRefused ? nil : .warning)
    }
  }
}
