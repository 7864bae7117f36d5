import Protocols
import Transcripts

extension Rule {
  static let authNoCommonMechanism = Rule(
    id: "auth-no-common-mechanism",
    severity: .error,
    phase: .sessionSetup,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    supersededBySuccess: true,
    summary: "Client and server have no logon mechanism in common.",
    explanation: """
      The server lists the mechanisms that it accepts (Kerberos, NTLM) in its NEGOTIATE response. The client lists \
      its own in the first SESSION_SETUP. Here the two lists have nothing in common, and the logon failed. Usually \
      the client is set to Kerberos only, and the server offers only NTLM, because it is not in a domain or has no \
      keytab.
      """,
    whenBenign: "When the server sends no list and accepts any mechanism. smbdx does not report that.",
    howToVerify: "Compare the two lists in the evidence. Let the client use NTLM once: if that works, this is the reason.",
    causes: [
      "the client uses Kerberos only (sec=krb5, “Block NTLM”, Protected Users), and the server does not offer it: it is not in a domain or has no keytab",
      "the name leads to a server other than the one in the domain",
    ],
    remedies: [.giveServerDomain, .serverKeytab, .allowNTLMClient],
    references: ["RFC 4178 4.2.1", "MS-SMB2 3.3.5.5"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard transcript.hasNoCommonMechanism(session) else { return nil }
      let (ours, theirs) = (session.offeredMechanisms, transcript.negotiation?.mechanisms ?? [])
      var observation = transcript.refusal(
        of: session, status, note: ": the client offers only \(ours), the server only \(theirs), and they have nothing in common")
      observation.evidence = [
        Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: the server offers \(theirs)"),
        Evidence(session.requestStamp.frame, .client, "SESSION_SETUP request: the client offers \(ours), \(session.who)"),
        Evidence(session.replyStamp?.frame, .server, "SESSION_SETUP response: \(status)"),
      ].compactMap(\.self) + transcript.endEvidence
      if ours == .ntlm {
        observation.causes = [
          "the server accepts no NTLM and offers only \(theirs); the client uses NTLM only: it is not in a domain, uses the server's address, or is set to NTLM"
        ]
        observation.remedies = [.useKerberos, .restrictNTLM]
      }
      return observation
    }
  }
}

extension Transcript {
  /// Both lists are known and disjoint.
  func hasNoCommonMechanism(_ session: Session) -> Bool {
    guard let theirs = negotiation?.mechanisms, !theirs.isEmpty else { return false }
    let ours = session.offeredMechanisms
    return !ours.isEmpty && ours.isDisjoint(with: theirs)
  }
}

extension Session {
  /// What the client offers: its list, or the one mechanism that it sends without a list.
  var offeredMechanisms: SecurityMechanisms {
    guard identity.offered.isEmpty else { return identity.offered }
    switch identity.mechanism {
    case .ntlm: return .ntlm
    case .kerberos: return .kerberos
    case .other, nil: return []
    }
  }
}
