import Packets
import Protocols
import Transcripts

/// The realms through which a client is sent on its way to one service: RFC 6806 8.
private struct ReferralChain {
  var service: String
  /// The realms that were asked, and the last one that the client was sent to.
  var realms: [String]
  var hops: [KerberosExchange]
  var isCircle = false

  /// Those of services for which no ticket was had in the end.
  static func all(_ inquiries: Inquiries) -> [ReferralChain] {
    var open: [String: ReferralChain] = [:]
    var done: [ReferralChain] = []
    for exchange in inquiries.exchanges {
      guard let request = exchange.request, !request.isInitial else { continue }
      let service = request.sname.lowercased()
      guard let next = exchange.referral?.lowercased() else {
        // The ticket itself, or a refusal: the way is over.
        if exchange.isGranted { open[service] = nil }
        continue
      }
      let realm = request.realm.lowercased()
      // RFC 6806 6: a short name is answered with the full one of the same realm, which leads nowhere else.
      guard next != realm, !isSameHost(next, realm) else { continue }
      var chain = open[service] ?? ReferralChain(service: request.sname, realms: [realm], hops: [])
      if chain.realms.last != realm { chain = ReferralChain(service: request.sname, realms: [realm], hops: []) }
      chain.isCircle = chain.isCircle || chain.realms.contains(next)
      chain.realms.append(next)
      chain.hops.append(exchange)
      open[service] = chain
      if chain.isCircle || chain.hops.count == 64 {
        done.append(chain)
        open[service] = nil
      }
    }
    let granted = Set(inquiries.exchanges.lazy.compactMap { $0.grant?.sname.lowercased() })
    return (done + open.values).filter { !granted.contains($0.service.lowercased()) }
      .sorted { ($0.hops.first?.start.number ?? 0) < ($1.hops.first?.start.number ?? 0) }
  }
}

// Answers that tell a client how to go on, after which it does not.

extension Rule {
  /// How long a program takes to answer by itself.
  private static let preauthPatience = TimeSpan.seconds(5)
  private static let realmPatience = TimeSpan.seconds(10)
  /// RFC 6806 8: a client follows few referrals; more go in circles.
  private static let maximumReferrals = 8

  static let kerberosPreauthNotFollowed = Rule(
    id: "kerberos-preauth-not-followed", severity: .warning, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic], yieldsToSuccess: true,
    summary: "The KDC asked for a proof of the password, and the client did not go on.",
    explanation: """
      “Pre-authentication required” is the normal first answer of a KDC; the client sends its request again at once, \
      with a proof. Here nothing follows.
      """,
    harmless: """
      A person who is asked for a password or a card takes some time. In every healthy logon this answer comes first and \
      is followed at once; so are “answer too big for UDP” and “use another realm”. None of the three is reported then.
      """,
    confirmation: "Try the logon again and watch for a prompt; a recording at the KDC shows whether a second request arrives.",
    causes: [
      "the client has no password or card to give, or waits for a person", "the second request is lost on the way to this capture point",
    ],
    remedies: [.ticketBeforeMount, .storedKerberosCredentials, .captureOtherSideOfSilence], references: ["RFC 4120 3.1.1", "RFC 4120 5.2.7"],
    judge: .inquiries { inquiries, one in
      // Who ends the connection for which the ticket was meant does not go on.
      let left = Set((one?.connections ?? []).lazy.filter(\.leavesAfterNegotiate).map(\.id))
      return inquiries.exchanges.compactMap { step in
        guard step.error?.errorCode == .preauthRequired, !step.isFollowed, !step.succeededLater, !step.isKeyless,
          let request = step.request, let reply = step.reply,
          step.waited >= preauthPatience || step.connection.map(left.contains) == true
        else { return nil }
        return Observation(
          .possible, "\(request.cname ?? "the client") is asked for a proof of the password and sends none",
          evidence: [
            Evidence(request.stamp.number, .client, "AS-REQ for \(request.sname)"),
            Evidence(reply.number, .server, "KRB-ERROR \(KerberosErrorCode.preauthRequired); nothing follows for \(step.waited)"),
          ].compactMap(\.self), severity: step.connection.map(left.contains) == true ? .error : nil, goal: Goal(),
          connections: step.connection.map { [$0] } ?? [])
      }
    })

  static let kerberosWrongRealmUnresolved = Rule(
    id: "kerberos-wrong-realm-unresolved", severity: .error, phase: .kerberos, nature: .silence, yieldsToSuccess: true,
    summary: "The KDC sent the client to another realm, and the client never asked there.",
    explanation: "The account belongs to another realm, whose name is in the answer. The client should ask a KDC of that realm next; no request to it follows.",
    harmless: "When the client asks the other realm later, outside of this recording.",
    confirmation: "Look up the KDC of the realm in the answer from the client: nslookup -type=srv _kerberos._tcp.REALM.",
    causes: ["the client finds no KDC of that realm: DNS has no _kerberos records for it, or cannot be reached", "no trust between the realms"],
    remedies: [.findDomainController, .trusts], references: ["RFC 6806 7", "RFC 4120 7.5.9"],
    judge: .inquiries { inquiries, one in
      let left = Set((one?.connections ?? []).lazy.filter(\.leavesAfterNegotiate).map(\.id))
      return inquiries.exchanges.compactMap { step in
        guard step.error?.errorCode == .wrongRealm, !step.isFollowed, !step.succeededLater, let request = step.request,
          let reply = step.reply, step.waited >= realmPatience || step.connection.map(left.contains) == true
        else { return nil }
        let realm = step.error?.crealm ?? "another realm"
        return Observation(
          .likely, "the KDC \(step.kdc.address) sends \(request.cname ?? "the client") to \(realm), where it never asks",
          evidence: [
            Evidence(request.stamp.number, .client, "request to \(request.realm)"),
            Evidence(reply.number, .server, "KRB-ERROR \(KerberosErrorCode.wrongRealm): \(realm)"),
          ].compactMap(\.self), goal: Goal(), connections: step.connection.map { [$0] } ?? [])
      }
    })

  static let kerberosReferralLoop = Rule(
    id: "kerberos-referral-loop", severity: .error, phase: .kerberos, nature: .status, yieldsToSuccess: true,
    summary: "KDCs send the client from realm to realm in circles.",
    explanation: """
      In place of the service's ticket each KDC issues one for the KDC of another realm. That is how trusts work; but \
      here a realm comes up again, or there is no end to it.
      """,
    harmless: "A few referrals, from realm to realm, are how trusts work; only a loop or a very long chain is reported.",
    confirmation: "Follow the realms in the evidence; the one that occurs twice points to the wrong trust or name suffix.",
    causes: ["a trust that is broken on one side", "a DNS suffix that is routed to the wrong domain"],
    remedies: [.trusts], references: ["RFC 6806 8"],
    judge: .inquiries { inquiries, _ in
      ReferralChain.all(inquiries).filter { $0.isCircle || $0.hops.count > maximumReferrals }.map { chain in
        Observation(
          .proven,
          chain.isCircle
            ? "asking for \(chain.service), the client is sent back to \(chain.realms.last ?? ""), where it has been"
            : "asking for \(chain.service), the client is sent on \(chain.hops.count) times",
          evidence: chain.hops.prefix(10).compactMap {
            Evidence($0.reply?.number, .server, "TGS-REP: a ticket for the KDC of \($0.referral ?? "")")
          }, goal: Goal(), connections: chain.hops.first?.connection.map { [$0] } ?? [])
      }
    })

  static let kerberosErrorHiddenByFAST = Rule(
    id: "kerberos-error-hidden-by-fast", severity: .info, phase: .kerberos, nature: .note,
    summary: "The reason of a KDC's error is inside an encrypted armor.",
    explanation: "Request and answer are armored (FAST). What can be read of the error may be less than the client was told.",
    harmless: "By itself always: armoring is a protection.",
    confirmation: "The log of the domain controller shows the error that the armor hides (events 4768 and 4769).",
    remedies: [.kdcSecurityLog], references: ["RFC 6113 5.4.4"],
    judge: .inquiries { inquiries, _ in
      KerberosFault.all(inquiries, nil).compactMap { fault in
        guard fault.error.eData?.isArmored == true, let exchange = fault.exchange else { return nil }
        return Observation(
          .proven, "the KDC \(exchange.kdc.address) answers \(fault.error.errorCode), and hides the details in a FAST armor",
          evidence: [
            Evidence(fault.requestFrame, .client, "armored request"),
            Evidence(fault.frame, .server, "KRB-ERROR \(fault.error.errorCode), armored"),
          ].compactMap(\.self), connections: exchange.connection.map { [$0] } ?? [])
      }
    })
}
