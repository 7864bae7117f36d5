package import Packets
import Protocols

/// Sorts connections into cases, and finds the Kerberos exchanges that served them.
package struct CaseBook: Sendable {
  private struct Pair: Hashable {
    var client: IPAddress
    var server: IPAddress
  }

  /// The two parties by the identities they claim, whatever their addresses: MS-SMB2 2.2.3, 2.2.4.
  private struct Parties: Hashable {
    var client: GUID
    var server: GUID
  }

  enum Limit {
    /// Failures of one pair of hosts that a connection may make up for which is not listed itself: the last ones.
    static let failures = 256
  }

  private var briefs: [ConnectionBrief] = []
  /// Failed connections, to be told of successes that are not kept.
  private var failures: [Pair: [Int]] = [:]

  package init() {}

  /// - Parameter isKept: the report lists it; otherwise it only makes up for earlier failures.
  ///
  /// - Returns: failed connections that it makes up for, when it is not kept.
  package mutating func add(_ brief: ConnectionBrief, isKept: Bool) -> [Int] {
    let pair = Pair(client: brief.client.address, server: brief.server.address)
    guard isKept else {
      guard brief.outcome == .established, let candidates = failures[pair] else { return [] }
      let overcome = candidates.filter { isOvercome(briefs[$0], by: brief) }
      if !overcome.isEmpty { failures[pair] = candidates.filter { !overcome.contains($0) } }
      return overcome.map { briefs[$0].id }
    }
    if brief.outcome == .failed {
      if failures[pair, default: []].count == Limit.failures { failures[pair]?.removeFirst() }
      failures[pair, default: []].append(briefs.count)
    }
    briefs.append(brief)
    return []
  }

  private func isOvercome(_ failed: ConnectionBrief, by brief: ConnectionBrief) -> Bool {
    var both = Case(id: 0, failed)
    both.append(brief)
    return both.isOvercome(failed.goal, on: failed, at: failed.lastFrame.number)
  }

  /// The cases in the order in which they began.
  ///
  /// - Parameter exchanges: those with KDCs, in order.
  /// - Returns: the cases, and the exchanges that belong to none.
  package func cases(joining exchanges: [KerberosExchange]) -> (cases: [Case], others: [KerberosExchange]) {
    var cases: [Case] = []
    var open: (byPair: [Pair: Int], byParties: [Parties: Int]) = ([:], [:])
    for brief in briefs.sorted(by: { ($0.firstFrame.number, $0.id) < ($1.firstFrame.number, $1.id) }) {
      let pair = Pair(client: brief.client.address, server: brief.server.address)
      let parties = brief.parties.map { Parties(client: $0, server: $1) }
      let known = open.byPair[pair] ?? parties.flatMap { open.byParties[$0] }
      var index = cases.count
      if let known, brief.firstFrame.time.since(cases[known].end) <= Case.patience {
        index = known
        cases[index].append(brief)
      } else {
        cases.append(Case(id: index + 1, brief))
      }
      open.byPair[pair] = index
      if let parties { open.byParties[parties] = index }
    }
    return join(exchanges, to: cases)
  }

  // MARK: Kerberos

  private func join(_ exchanges: [KerberosExchange], to cases: [Case]) -> ([Case], [KerberosExchange]) {
    var cases = cases
    var others: [KerberosExchange] = []
    var casesByClient: [IPAddress: [Int]] = [:]
    var ownersByTicket: [UInt64: (caseIndex: Int, connection: Int)] = [:]
    for (index, one) in cases.enumerated() {
      for client in Set(one.connections.map(\.client.address)) { casesByClient[client, default: []].append(index) }
      for connection in one.connections {
        for case let ticket? in connection.sessions.map(\.identity.ticketFingerprint) {
          ownersByTicket[ticket] = ownersByTicket[ticket] ?? (index, connection.id)
        }
      }
    }
    for exchange in exchanges {
      let owner =
        exchange.ticketFingerprint.flatMap { ownersByTicket[$0] }
        ?? Self.owner(of: exchange, among: casesByClient[exchange.client] ?? [], of: cases)
      if let owner {
        cases[owner.caseIndex].exchanges.append(
          Case.JoinedExchange(exchange: exchange, connection: owner.connection))
      } else {
        others.append(exchange)
      }
    }
    return (cases, others)
  }

  /// By the service's host, else by the user; both near in time, and only when no other case fits as well.
  private static func owner(
    of exchange: KerberosExchange, among candidates: [Int], of cases: [Case]
  ) -> (caseIndex: Int, connection: Int)? {
    guard let time = exchange.time else { return nil }
    let near = candidates.filter {
      cases[$0].start.since(time) <= Case.patience && time.since(cases[$0].end) <= Case.patience
        && cases[$0].connections.contains(where: \.hasSMB)
    }
    let fitting = near.filter { fits(exchange, cases[$0]) }
    guard fitting.count == 1, let index = fitting.first else { return nil }
    // The ticket is fetched before the session is set up.
    let served = cases[index].connections.first { $0.hasSMB && $0.lastFrame.time >= time }
    return (index, (served ?? cases[index].connections[cases[index].connections.count - 1]).id)
  }

  private static func fits(_ exchange: KerberosExchange, _ one: Case) -> Bool {
    guard let request = exchange.request else { return false }
    if let host = serviceHost(request.sname), !request.sname.lowercased().hasPrefix("krbtgt/") {
      return one.hosts.contains { isSameHost($0, host) }
    }
    let users = one.connections.flatMap { $0.sessions.compactMap(\.identity.user) }.filter { !$0.isEmpty }
    guard let user = request.cname, !users.isEmpty else { return true }
    return users.contains { $0.lowercased() == user.lowercased() }
  }
}

extension ConnectionBrief {
  fileprivate var parties: (GUID, GUID)? {
    guard let clientGUID, let serverGUID else { return nil }
    return (clientGUID, serverGUID)
  }
}

extension KerberosExchange {
  /// When it was asked, or answered when the question is not in the capture.
  package var time: Timestamp? { request?.stamp.time ?? reply?.time }
}
