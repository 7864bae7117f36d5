import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosWrongRealmUnresolved = Rule(
    id: "kerberos-wrong-realm-unresolved", severity: .error, phase: .kerberos, nature: .silence, supersededBySuccess: true,
    summary: "The KDC referred the client to another realm, but the client never asked there.",
    explanation: "The account or the service belongs to another realm. The answer contains the realm's name. The client should now ask a KDC of that realm, but no request follows.",
    whenBenign: "When the client asks the other realm later, after this recording.",
    howToVerify: "Look up the KDC of the realm in the answer from the client: nslookup -type=srv _kerberos._tcp.REALM.",
    causes: ["the client finds no KDC of that realm: DNS has no _kerberos records for it, or cannot be reached", "no trust between the realms"],
    remedies: [.findDomainController, .trusts], references: ["RFC 6806 7", "RFC 4120 7.5.9"],
    judge: .lookups { lookups, one in
      let left = Set((one?.connections ?? []).lazy.filter { $0.leavesAfterNegotiate || $0.hasRefusedPassword }.map(\.id))
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

  private static let realmTimeout = TimeSpan.seconds(10)

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
}

extension ConnectionBrief {
  /// The client fell back to NTLM, in vain.
  fileprivate var hasRefusedPassword: Bool { sessions.contains { $0.identity.mechanism == .ntlm && $0.refusal != nil } }
}
