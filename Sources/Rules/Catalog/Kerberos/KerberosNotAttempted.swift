import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosNotAttempted = Rule(
    id: "kerberos-not-attempted", severity: .info, phase: .kerberos, nature: .note,
    summary: "The client offered only NTLM to a server in a domain.",
    explanation: """
      The server offers Kerberos, but the client did not ask for it: it is not a member of a domain, was set to use \
      NTLM, or cannot derive the domain from a name without dots.
      """,
    whenBenign: "If the client is outside a domain, or uses an address instead of a name. Only NTLM is then possible.",
    howToVerify: "Check whether the client is a member of a domain, and which name was used to open the share.",
    remedies: [.useKerberos], references: ["RFC 4178 4.1"],
    judge: .attempt { one in
      let hosts = one.hosts
      guard one.lookups.exchanges.isEmpty, let host = hosts.first,
        !hosts.contains(where: { $0.utf8.contains(UInt8(ascii: ".")) || $0.isAddressLiteral })
      else { return [] }
      return one.domainLogonsWithNTLM { $0.identity.offered == .ntlm }.map { connection, session in
        Observation(
          .proven, "\(session.who) offers only NTLM to \(host), a server in a domain", evidence: session.ntlmEvidence,
          connections: [connection.id])
      }
    })
}
