import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosNotPossibleIPLiteral = Rule(
    id: "kerberos-not-possible-ip-literal", severity: .info, phase: .kerberos, nature: .note,
    summary: "The client uses the server's address instead of its name, so Kerberos is not possible.",
    explanation: """
      Kerberos needs the name of the service. Windows asks for a ticket for an address only if this is enabled \
      (TryIPSPN) and such a name is registered. Otherwise the logon uses NTLM.
      """,
    whenBenign: "If Kerberos is not needed here. NTLM works with an address.",
    howToVerify: "Open the same share by the server's full DNS name; the logon then uses Kerberos.",
    remedies: [.useKerberos], references: ["RFC 4120 6.2.1"],
    judge: .attempt { one in
      guard one.isByAddress else { return [] }
      return one.domainLogonsWithNTLM().map { connection, session in
        Observation(
          .proven, "\(session.who) opens \(one.hosts[0]) by its address, so only NTLM is possible",
          evidence: session.ntlmEvidence, connections: [connection.id])
      }
    })
}
