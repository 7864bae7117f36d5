import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmFlagsContradict = Rule(
    id: "ntlm-flags-contradict",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The client's last NTLM message contradicts the agreed encoding.",
    explanation: """
      Client and server agree in CHALLENGE that names are Unicode. The flags of the AUTHENTICATE message say \
      otherwise, although its names are Unicode. Servers use the agreed encoding, and so does this report.
      """,
    whenBenign: "Usually. Most servers ignore these flags.",
    howToVerify: "Compare the flags with those of another client.",
    causes: ["a fault in the client's library"],
    remedies: [.patchClient],
    references: ["MS-NLMP 2.2.2.5", "MS-NLMP 2.2.1.3"]
  ) { transcript in
    transcript.sessions.compactMap { session in
      guard let ntlm = session.ntlm, let flags = ntlm.contradictingFlags else { return nil }
      return Observation(
        .proven, "the AUTHENTICATE message of \(session.who) has the flags \(hexadecimal(flags.rawValue)), which contradict the agreement on Unicode in CHALLENGE",
        evidence: [
          Evidence(session.requestStamp.frame, .client, "SESSION_SETUP request: AUTHENTICATE, flags \(hexadecimal(flags.rawValue)); CHALLENGE: \(hexadecimal(ntlm.serverFlags.rawValue))")
        ])
    }.prefix(1).map(\.self)
  }
}
