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
  static func all(_ lookups: Lookups) -> [ReferralChain] {
    var open: [String: ReferralChain] = [:]
    var done: [ReferralChain] = []
    for exchange in lookups.exchanges {
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
    let granted = Set(lookups.exchanges.lazy.compactMap { $0.grant?.sname.lowercased() })
    return (done + open.values).filter { !granted.contains($0.service.lowercased()) }
      .sorted { ($0.hops.first?.start.number ?? 0) < ($1.hops.first?.start.number ?? 0) }
  }
}

// Answers that tell a client how to go on, after which it does not.

extension Rule {
  /// How long a program takes to answer by itself.
  private static let preauthTimeout = TimeSpan.seconds(5)
  private static let realmTimeout = TimeSpan.seconds(10)
  /// RFC 6806 8: a client follows few referrals; more form a circle.
  private static let maximumReferrals = 8

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

  static let kerberosWrongRealmUnresolved = Rule(
    id: "kerberos-wrong-realm-unresolved", severity: .error, phase: .kerberos, nature: .silence, supersededBySuccess: true,
    summary: "The KDC referred the client to another realm, but the client never asked there.",
    explanation: "The account or the service belongs to another realm. The answer contains the realm's name. The client should now ask a KDC of that realm, but no request follows.",
    whenBenign: "When the client asks the other realm later, after this recording.",
    howToVerify: "Look up the KDC of the realm in the answer from the client: nslookup -type=srv _kerberos._tcp.REALM.",
    causes: ["the client finds no KDC of that realm: DNS has no _kerberos records for it, or cannot be reached", "no trust between the realms"],
    remedies: [.findDomainController, .trusts], references: ["RFC 6806 7", "RFC 4120 7.5.9"],
    judge: .lookups { lookups, one in
      let left = Set((one?.connections ?? []).lazy.filter(\.leavesAfterNegotiate).map(\.id))
      return lookups.exchanges.compactMap { step in
        guard step.error?.errorCode == .wrongRealm, !step.isFollowed, !step.succeededLater, let request = step.request,
          let reply = step.reply, step.waited >= realmTimeout || step.connection.map(left.contains) == true
        else { return nil }
        let realm = step.error?.crealm ?? "another realm"
        return Observation(
          .likely, "the KDC \(step.kdc.address) refers \(request.cname ?? "the client") to \(realm), but the client never asks there",
          evidence: [
            Evidence(request.stamp.number, .client, "request to \(request.realm)"),
            Evidence(reply.number, .server, "KRB-ERROR \(KerberosErrorCode.wrongRealm): \(realm)"),
          ].compactMap(\.self), goal: Goal(), connections: step.connection.map { [$0] } ?? [])
      } + unfollowedReferrals(lookups, left)
    })

  /// A ticket for the KDC of another realm, which the client never asks.
  private static func unfollowedReferrals(_ lookups: Lookups, _ left: Set<Int>) -> [Observation] {
    var lastAsked: [String: Int] = [:]
    for request in lookups.exchanges.lazy.compactMap(\.request) { lastAsked[request.realm.lowercased()] = request.stamp.number }
    // A KDC to which no connection came about was asked all the same.
    let lastUnseen = lookups.exchanges.last { $0.request == nil }?.start.number ?? 0
    return ReferralChain.all(lookups).compactMap { chain in
      guard !chain.isCircle, let step = chain.hops.last, let realm = step.referral, let request = step.request, let reply = step.reply,
        lastAsked[realm.lowercased()] ?? 0 < reply.number, lastUnseen < reply.number, step.connection.map(left.contains) == true
      else { return nil }
      return Observation(
        .likely, "the KDC \(step.kdc.address) refers the client to \(realm) for a ticket for \(chain.service), but the client never asks there",
        evidence: [
          Evidence(request.stamp.number, .client, "TGS-REQ for \(request.sname)"),
          Evidence(reply.number, .server, "TGS-REP: a ticket for the KDC of \(realm)"),
        ].compactMap(\.self), goal: Goal(), connections: step.connection.map { [$0] } ?? [])
    }
  }

  static let kerberosReferralLoop = Rule(
    id: "kerberos-referral-loop", severity: .error, phase: .kerberos, nature: .status, supersededBySuccess: true,
    summary: "KDCs refer the client from realm to realm in a circle.",
    explanation: """
      Each KDC issues a ticket for the KDC of another realm instead of the service's ticket. That is how trusts \
      work, but here a realm occurs twice, or the chain does not end.
      """,
    whenBenign: "When there are only a few referrals from realm to realm. That is how trusts work, and smbdx reports only a loop or a very long chain.",
    howToVerify: "Follow the realms in the evidence; the one that occurs twice points to the wrong trust or name suffix.",
    causes: ["a trust that is broken on one side", "a DNS suffix that is routed to the wrong domain"],
    remedies: [.trusts], references: ["RFC 6806 8"],
    judge: .lookups { lookups, _ in
      ReferralChain.all(lookups).filter { $0.isCircle || $0.hops.count > maximumReferrals }.map { chain in
        Observation(
          .proven,
          chain.isCircle
            ? "the client asks for \(chain.service) and is referred back to \(chain.realms.last ?? ""), where it already asked"
            : "the client asks for \(chain.service) and is referred on \(chain.hops.count) times",
          evidence: chain.hops.prefix(10).compactMap {
            Evidence($0.reply?.number, .server, "TGS-REP: a ticket for the KDC of \($0.referral ?? "")")
          }, goal: Goal(), connections: chain.hops.first?.connection.map { [$0] } ?? [])
      }
    })

  static let kerberosErrorHiddenByFAST = Rule(
    id: "kerberos-error-hidden-by-fast", severity: .info, phase: .kerberos, nature: .note,
    summary: "Encrypted armor hides the reason of a KDC's error.",
    explanation: "Request and answer are armored (FAST). The client may have received more details of the error than the recording shows.",
    whenBenign: "Always. Armoring is a protection.",
    howToVerify: "The log of the domain controller shows the error that the armor hides (events 4768 and 4769).",
    remedies: [.kdcSecurityLog], references: ["RFC 6113 5.4.4"],
    judge: .lookups { lookups, _ in
      KerberosFault.all(lookups, nil).compactMap { fault in
        guard fault.error.eData?.isArmored == true, let exchange = fault.exchange else { return nil }
        return Observation(
          .proven, "the KDC \(exchange.kdc.address) answers \(fault.error.errorCode), and FAST armor hides the details",
          evidence: [
            Evidence(fault.requestFrame, .client, "armored request"),
            Evidence(fault.frame, .server, "KRB-ERROR \(fault.error.errorCode), armored"),
          ].compactMap(\.self), connections: exchange.connection.map { [$0] } ?? [])
      }
    })
}
