import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosFirstTicketUnused = Rule(
    id: "kerberos-first-ticket-unused", severity: .error, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic],
    supersededBySuccess: true,
    summary: "The KDC issued a first ticket, and the client did not use it.",
    explanation: """
      A client that logs on with Kerberos gets a first ticket for its password, asks with it for the ticket of the file \
      server, and shows that one in SESSION_SETUP. Here it has the first ticket, asks for nothing more, and leaves the \
      file server after NEGOTIATE. It may have failed to store the ticket, or to find it.

      If the KDC demands no pre-authentication of this account, it answers everybody who asks, with an answer that is \
      encrypted with the key of the account. A client with a wrong password cannot decrypt it: the recording then shows \
      no error, only a client that does not log on.
      """,
    whenBenign: "When the ticket is meant for another program, and the connection to the file server only looked for its version. Or when the client asks for the server's ticket later.",
    howToVerify: "Request both tickets by hand on the client, with kinit and kvno, and look at the program's own messages. With a wrong password kinit says “Password incorrect”, although the KDC answered.",
    causes: causesWithProof,
    remedies: [.askForTicket, .demandPreauthentication, .ticketBeforeMount], references: ["RFC 4120 3.1.3", "RFC 4120 3.1.5"],
    judge: .lookups { lookups, one in
      let left = (one?.connections ?? []).filter(\.leavesAfterNegotiate)
      return lookups.exchanges.compactMap { exchange in
        guard exchange.firstTicket != nil, !exchange.isFollowed, let request = exchange.request, let reply = exchange.reply,
          let connection = left.first(where: { $0.id == exchange.connection })
        else { return nil }
        let without = exchange.isUnproven ? " without a proof of the password" : ""
        return Observation(
          .possible,
          "the KDC gave \(request.cname ?? "the client") a ticket\(without); the client asked for no ticket for the server, and left",
          evidence: [
            Evidence(request.stamp.number, .client, "AS-REQ for \(request.sname), \(exchange.isUnproven ? "without" : "with") pre-authentication"),
            Evidence(reply.number, .server, "AS-REP; no TGS-REQ follows"),
            Evidence(connection.lastFrame.number, nil, "the connection ends without SESSION_SETUP"),
          ].compactMap(\.self), causes: exchange.isUnproven ? [wrongPassword] + causesWithProof : nil,
          remedies: exchange.isUnproven ? nil : [.askForTicket, .ticketBeforeMount, .clientLogs], goal: Goal(), connections: [connection.id])
      }
    })

  private static let wrongPassword =
    "the password is wrong (or the keytab is old): the KDC did not check it, and the client could not decrypt the answer"
  private static let causesWithProof = [
    "the client could not store the ticket, or does not find it: it is in the cache of another user, or KRB5CCNAME names another cache",
    "the request for the server's ticket was not recorded",
    "the ticket is meant for another program, and the connection only tested the server",
  ]
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
