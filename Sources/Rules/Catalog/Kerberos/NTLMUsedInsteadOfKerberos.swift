import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmUsedInsteadOfKerberos = Rule(
    id: "ntlm-used-instead-of-kerberos", severity: .warning, phase: .sessionSetup, nature: .note,
    summary: "Client and server both offered Kerberos, and the logon used NTLM.",
    explanation: """
      The client lists Kerberos among its mechanisms, the server is in a domain and offers it, and the client uses \
      the server's name. The capture does not show why the logon used NTLM.
      """,
    whenBenign: "If the client uses an address instead of a name, or the server is outside the domain. Only NTLM is then possible, and smbdx reports nothing.",
    howToVerify: "Record from the start of the client's session, with ports 88 and 53. The answers of the KDC and DNS then show the reason.",
    causes: [
      "no service principal name for the name in use", "no domain controller that the client can reach", "a policy that prefers NTLM",
    ],
    remedies: [.findSPN, .useKerberos], references: ["RFC 4178 4.1", "MS-SPNG 3.1.5"],
    judge: .attempt { one in
      let hosts = one.hosts
      guard let host = hosts.first, !hosts.contains(where: \.isAddressLiteral) else { return [] }
      let logons = one.domainLogonsWithNTLM { $0.identity.offered.contains(.kerberos) }
      guard !logons.isEmpty else { return [] }
      let failures = KerberosFailures(one)
      return logons.compactMap { connection, session in
        guard failures.last(before: session.requestStamp.frame, since: connection.firstFrame.time, of: session.identity.user) == nil
        else { return nil }
        return Observation(
          .possible, "\(session.who) logs on to \(host) with NTLM, although client and server offer Kerberos",
          evidence: [
            Evidence(connection.negotiateFrame, .server, "NEGOTIATE response offers \(connection.mechanisms)")
          ].compactMap(\.self) + session.ntlmEvidence, connections: [connection.id])
      }
    })
}
