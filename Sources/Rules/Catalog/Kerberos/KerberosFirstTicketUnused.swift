import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosFirstTicketUnused = Rule(
    id: "kerberos-first-ticket-unused", severity: .error, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic],
    supersededBySuccess: true,
    summary: "The KDC issued a first ticket without a proof of the password, and the client did not use it.",
    explanation: """
      The KDC demands no pre-authentication of this account, so it answers everybody who asks. The answer is encrypted \
      with the key of the account. A client with a wrong password cannot decrypt it, and asks for nothing more: the \
      recording then shows no error, only a client that does not log on.
      """,
    whenBenign: "When the ticket is meant for another program, or the client asks for the server's ticket later.",
    howToVerify: "Request a ticket by hand on the client. With a wrong password kinit says “Password incorrect”, although the KDC answered.",
    causes: [
      "the password is wrong (or the keytab is old): the KDC did not check it, and the client could not decrypt the answer",
      "the client does not find the ticket: it is in the cache of another user, or KRB5CCNAME names another cache",
      "the request for the server's ticket was not recorded",
    ],
    remedies: [.askForTicket, .demandPreauthentication, .ticketBeforeMount], references: ["RFC 4120 3.1.3", "RFC 4120 3.1.5"],
    judge: .lookups { lookups, one in
      let left = (one?.connections ?? []).filter(\.leavesAfterNegotiate)
      return lookups.exchanges.compactMap { exchange in
        guard exchange.unprovenTicket != nil, !exchange.isFollowed, let request = exchange.request, let reply = exchange.reply,
          let connection = left.first(where: { $0.id == exchange.connection })
        else { return nil }
        return Observation(
          .possible,
          "the KDC gave \(request.cname ?? "the client") a ticket without a proof of the password; the client asked for no ticket for the server, and left",
          evidence: [
            Evidence(request.stamp.number, .client, "AS-REQ for \(request.sname), without pre-authentication"),
            Evidence(reply.number, .server, "AS-REP; no TGS-REQ follows"),
            Evidence(connection.lastFrame.number, nil, "the connection ends without SESSION_SETUP"),
          ].compactMap(\.self), goal: Goal(), connections: [connection.id])
      }
    })
}

extension Remedy {
  fileprivate static let demandPreauthentication = Remedy(
    "Let the KDC demand pre-authentication of the account. It then refuses a wrong password, and its answers are no longer of use for guessing the password. On a Windows domain controller:",
    command: "Set-ADAccountControl USER -DoesNotRequirePreAuth $false", fits: .activeDirectory,
    variants: [
      Remedy(
        "Let the KDC demand pre-authentication of the principal. It then refuses a wrong password, and its answers are no longer of use for guessing the password. On an MIT KDC:",
        command: "kadmin.local -q 'modprinc +requires_preauth USER@REALM'")
    ])
}
