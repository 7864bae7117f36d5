import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosPreauthNotFollowed = Rule(
    id: "kerberos-preauth-not-followed", severity: .warning, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The KDC asked for a proof of the password, but the client did not continue.",
    explanation: """
      “Pre-authentication required” is the normal first answer of a KDC. The client then sends its request again at \
      once, with a proof. Here nothing follows.
      """,
    whenBenign: """
      When a user takes some time to enter a password or insert a card. In every healthy logon this answer comes \
      first and the next request follows at once. The same is true for “answer too big for UDP” and “use another \
      realm”. smbdx reports none of the three then.
      """,
    howToVerify: "Try the logon again and watch for a prompt. A recording at the KDC shows whether a second request arrives.",
    causes: [
      "the client has no password or card, or waits for the user", "the second request is lost on the way to this capture point",
    ],
    remedies: [.ticketBeforeMount, .storedKerberosCredentials, .captureOtherSideOfSilence], references: ["RFC 4120 3.1.1", "RFC 4120 5.2.7"],
    judge: .lookups { lookups, one in
      // Who ends the connection for which the ticket was meant does not go on.
      let left = Set((one?.connections ?? []).lazy.filter(\.leavesAfterNegotiate).map(\.id))
      return lookups.exchanges.compactMap { step in
        guard step.error?.errorCode == .preauthRequired, !step.isFollowed, !step.succeededLater, !step.isKeyless, !step.isAnsweredLate,
          let request = step.request, let reply = step.reply,
          step.waited >= preauthTimeout || step.connection.map(left.contains) == true
        else { return nil }
        return Observation(
          .possible, "the KDC asks \(request.cname ?? "the client") for a proof of the password, but none follows",
          evidence: [
            Evidence(request.stamp.number, .client, "AS-REQ for \(request.sname)"),
            Evidence(reply.number, .server, "KRB-ERROR \(KerberosErrorCode.preauthRequired); nothing follows for \(step.waited)"),
          ].compactMap(\.self), severity: step.connection.map(left.contains) == true ? .error : nil, goal: Goal(),
          connections: step.connection.map { [$0] } ?? [])
      }
    })

  /// How long a program takes to answer by itself.
  private static let preauthTimeout = TimeSpan.seconds(5)
}
