import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosRC4InUse = Rule(
    id: "kerberos-rc4-in-use", severity: .info, phase: .kerberos, nature: .note,
    summary: "A ticket is encrypted with RC4, which is being switched off.",
    explanation: """
      The ticket for the file server is encrypted with RC4, and works today. Domain controllers with the updates of \
      2026 (CVE-2026-20833) issue such tickets only for accounts that are explicitly set to RC4. This client then \
      gets no ticket, and falls back to NTLM or fails.
      """,
    whenBenign: "Until the domain controllers are updated and demand AES.",
    howToVerify: "klist on the client shows the encryption of each ticket. The events of the domain controller show the account.",
    causes: [
      "msDS-SupportedEncryptionTypes of the server's account is empty or names RC4 only",
      "the account has no AES keys: its password is older than AES in the domain, or its keytab was made without them",
      "a client that offers only RC4",
    ],
    remedies: [.rc4Events, .accountEncryptionTypes, .accountEncryptionTypesElsewhere, .serverKeys],
    references: ["RFC 8429", "MS-KILE 2.2.7"],
    judge: .lookups { lookups, one in
      let issued = lookups.exchanges.compactMap { exchange -> WeakTicket? in
        guard let grant = exchange.grant, exchange.fileServer != nil, exchange.referral == nil, let reply = exchange.reply else { return nil }
        return WeakTicket(grant.sname, grant.ticketEtype, Evidence(reply.number, .server, "TGS-REP: ticket for \(grant.sname), encrypted with \(grant.ticketEtype)"))
      }
      let shown = (one?.sessions { $0.identity.service != nil } ?? []).compactMap { session -> WeakTicket? in
        guard let service = session.identity.service, let etype = session.identity.ticketEncryption else { return nil }
        return WeakTicket(service, etype, Evidence(session.requestStamp.frame, .client, "SESSION_SETUP with a ticket for \(service), encrypted with \(etype)"))
      }
      var seen: Set<String> = []
      let tickets = (issued + shown).filter { seen.insert($0.service.lowercased()).inserted }
      guard let first = tickets.first else { return [] }
      return [
        Observation(
          .proven, "the ticket for \(first.service) is encrypted with \(first.etype), which is being switched off in 2026",
          evidence: tickets.prefix(5).map(\.evidence))
      ]
    })
}

/// A ticket in RC4 or an older type.
private struct WeakTicket {
  var service: String
  var etype: KerberosEncryptionType
  var evidence: Evidence

  init?(_ service: String, _ etype: KerberosEncryptionType, _ evidence: Evidence?) {
    guard etype.isWeak, let evidence else { return nil }
    (self.service, self.etype, self.evidence) = (service, etype, evidence)
  }
}
