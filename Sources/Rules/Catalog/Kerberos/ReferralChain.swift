import Packets
import Protocols
import Transcripts

/// The realms through which a client is sent on its way to one service: RFC 6806 8.
struct ReferralChain {
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
