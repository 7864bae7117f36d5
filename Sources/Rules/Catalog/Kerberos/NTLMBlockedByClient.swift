import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmBlockedByClient = Rule(
    id: "ntlm-blocked-by-client", severity: .error, phase: .sessionSetup, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The client got no Kerberos ticket, may not use NTLM, and left.",
    explanation: """
      The server answered NEGOTIATE, the KDC gave no ticket, and the client ended the connection without a logon. It is \
      set to use Kerberos only, or its policy blocks NTLM.
      """,
    whenBenign: "When the client gets a ticket at its next try, or the user cancelled.",
    howToVerify: "If a Windows client blocks NTLM, its log Microsoft-Windows-SmbClient/Connectivity shows it.",
    causes: ["see the Kerberos finding that is shown with this one", "Kerberos was required by an option or policy"],
    remedies: [.findSPN, .useKerberos, .blockNTLMExceptions], references: ["MS-SMB2 3.2.4.2.3"],
    judge: .attempt { one in
      guard !one.lookups.exchanges.isEmpty else { return [] }
      let failures = KerberosFailures(one)
      return one.connections.compactMap { connection in
        guard connection.leavesAfterNegotiate,
          // An unknown user or a wrong password is not a reason to try NTLM.
          let reason = failures.last(before: connection.lastFrame.number, since: connection.firstFrame.time, of: nil), !reason.isOfUser
        else { return nil }
        var observation = Observation(
          reason.isJoinedByTime ? .possible : .likely, "the client leaves without a logon and does not try NTLM: \(reason.text)",
          evidence: reason.evidence
            + [
              Evidence(connection.negotiateFrame, .server, "NEGOTIATE response"),
              Evidence(connection.lastFrame.number, nil, "the connection ends without SESSION_SETUP"),
            ].compactMap(\.self), goal: Goal(), connections: [connection.id])
        observation.remedies = reason.remedies.map { $0 + [.blockNTLMExceptions] }
        return observation
      }
    })
}
