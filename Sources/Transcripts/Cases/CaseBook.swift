import Packets
import Protocols

/// Sorts connections into cases.
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

  /// A session as its server knows it; a server without a ServerGuid is told by its address.
  private enum SessionKey: Hashable {
    case ofServer(GUID, id: UInt64)
    case ofAddress(IPAddress, id: UInt64)
  }

  /// Cases that a further connection may belong to.
  private struct OpenCases {
    var byPair: [Pair: Int] = [:]
    var byParties: [Parties: Int] = [:]
    var bySession: [SessionKey: Int] = [:]
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
  /// - Returns: the cases, and what belongs to none.
  package func cases(joining inquiries: Inquiries) -> (cases: [Case], others: Inquiries) {
    var cases: [Case] = []
    var open = OpenCases()
    for index in briefs.indices.sorted(by: { briefs[$0].order < briefs[$1].order }) {
      let brief = briefs[index]
      let pair = Pair(client: brief.client.address, server: brief.server.address)
      let parties = brief.parties.map { Parties(client: $0, server: $1) }
      // MS-SMB2 3.3.5.5: a channel joins the session it names, from whatever address and with whatever ClientGuid.
      let channel = brief.sessions.lazy.filter(\.isBinding).flatMap { Self.keys(of: $0, on: brief) }
        .compactMap { open.bySession[$0] }.first
      let known = channel ?? open.byPair[pair] ?? parties.flatMap { open.byParties[$0] }
      var index = cases.count
      if let known, brief.firstFrame.time.since(cases[known].end) <= Case.patience {
        index = known
        cases[index].append(brief)
      } else {
        cases.append(Case(id: index + 1, brief))
      }
      open.byPair[pair] = index
      if let parties { open.byParties[parties] = index }
      // UserIds of SMB1 are no SessionIds.
      guard brief.dialect != nil else { continue }
      for key in brief.sessions.flatMap({ Self.keys(of: $0, on: brief) }) { open.bySession[key] = index }
    }
    var (joined, others) = cases.joined(with: inquiries)
    joined.joinReferrals()
    return (joined, others)
  }
}

extension CaseBook {
  /// The better one first.
  private static func keys(of session: Session, on brief: ConnectionBrief) -> [SessionKey] {
    guard session.id != 0 else { return [] }
    let byAddress = SessionKey.ofAddress(brief.server.address, id: session.id)
    return [brief.serverGUID.map { .ofServer($0, id: session.id) }, byAddress].compactMap(\.self)
  }
}

extension [Case] {
  /// Tells each case that failed which DFS referrals had named its server.
  fileprivate mutating func joinReferrals() {
    var byClient: [IPAddress: [CaseReferral]] = [:]
    for connection in lazy.flatMap(\.connections) {
      for referral in connection.referrals {
        guard let frame = referral.replyStamp?.frame else { continue }
        byClient[connection.client.address, default: []] += referral.targets.map {
          CaseReferral(path: referral.path, target: $0, server: connection.server.address, frame: frame)
        }
      }
    }
    guard !byClient.isEmpty else { return }
    for index in indices where self[index].outcome == .failed {
      let one = self[index]
      self[index].referrals = (byClient[one.client] ?? []).filter {
        $0.frame <= one.connections[one.connections.count - 1].lastFrame.number && one.isServer(of: $0.target)
      }
    }
  }
}

extension Case {
  /// By its address, or by a name the client calls it or has looked up.
  fileprivate func isServer(of target: String) -> Bool {
    guard let host = target.split(separator: "\\").first.map(String.init) else { return false }
    return host == server.description || hosts.contains { isSameHost($0, host) }
      || inquiries.lookups.contains { isSameHost($0.name, host) && $0.addresses.contains(server) }
  }
}

extension ConnectionBrief {
  fileprivate var order: (Int, Int) { (firstFrame.number, id) }

  fileprivate var parties: (GUID, GUID)? {
    guard let clientGUID, let serverGUID else { return nil }
    return (clientGUID, serverGUID)
  }
}
