import Algorithms
package import Packets

/// A DFS referral that was answered, while the recording shows no attempt of the client to reach any of its targets.
package struct UncontactedReferral: Sendable {
  package var connection: Int
  package var server: IPAddress
  package var path: String
  package var targets: [String]
  package var frame: Int
  /// The targets that the client looked for on its network in vain.
  package var searches: [NeighborSearch] = []
}

extension [Case] {
  /// Clients ask for referrals of links that they never follow, so the client must have wanted this one: the server had told
  /// it that the data are elsewhere, or it connects no share at all from then on.
  mutating func recordUncontactedTargets(_ twins: TwinAddresses) {
    let contacts = TargetContacts(self, twins)
    for index in indices where self[index].connections.contains(where: { !$0.referrals.isEmpty }) {
      let one = self[index]
      let host = twins.host(one.client)
      let targets = Set(one.connections.lazy.flatMap(\.referrals).flatMap(\.labels).compactMap { contacts.first[TargetOfClient(client: host, label: $0)] })
      self[index].targetConnections = targets.subtracting(one.connections.map(\.id)).sorted()
      self[index].uncontacted = one.connections.flatMap { connection in
        connection.referrals.compactMap { contacts.uncontacted($0, of: connection, in: one, host) }
      }
    }
  }
}

/// Which servers clients turned to.
private struct TargetContacts {
  /// By what they may be called, the first connection to each.
  var first: [TargetOfClient: Int] = [:]
  /// When a client began to use IPv4 or IPv6 to reach one: it may be the same client.
  private var starts: [Bool: [Substring: [Timestamp]]] = [:]
  private var firstUncovered: [IPAddress: Int] = [:]
  private var lastShare: [IPAddress: Int] = [:]
  /// Servers that the recording does not name: each may be the target.
  private var nameless: [IPAddress: Set<IPAddress>] = [:]

  init(_ cases: [Case], _ twins: TwinAddresses) {
    for one in cases {
      let host = twins.host(one.client)
      if one.referralKeys.count == 1 { nameless[host, default: []].insert(one.server) }
      for label in one.referralKeys {
        first[TargetOfClient(client: host, label: label)] = one.connections[0].id
        starts[one.client.isIPv4, default: [:]][label, default: []].append(one.start)
      }
      for connection in one.connections {
        if let frame = connection.uncoveredPaths.first?.frame { firstUncovered[host] = Swift.min(firstUncovered[host] ?? frame, frame) }
        for tree in connection.trees where tree.isConnected && !tree.isPipeShare {
          lastShare[host] = Swift.max(lastShare[host] ?? 0, tree.replyStamp?.frame ?? 0)
        }
      }
    }
  }

  /// nil when the client turned to a target, or need not have wanted to.
  func uncontacted(_ referral: Referral, of connection: ConnectionBrief, in one: Case, _ host: IPAddress) -> UncontactedReferral? {
    let labels = referral.labels
    guard let reply = referral.replyStamp, referral.path.split(separator: "\\").count > 1, !labels.isEmpty,
      !labels.contains(where: { first[TargetOfClient(client: host, label: $0)] != nil })
    else { return nil }
    let searches = one.searches(for: labels, behind: reply.frame)
    guard !searches.isEmpty || isWanted(reply, of: connection, in: one, host) && !labels.contains(where: { isContacted($0, behind: reply.time, one.client) })
    else { return nil }
    return UncontactedReferral(
      connection: connection.id, server: connection.server.address, path: referral.path, targets: referral.targets, frame: reply.frame,
      searches: searches)
  }

  private func isWanted(_ reply: MessageStamp, of connection: ConnectionBrief, in one: Case, _ host: IPAddress) -> Bool {
    let others = nameless[host].map { $0.count - ($0.contains(one.server) ? 1 : 0) } ?? 0
    guard others == 0, firstUncovered[host].map({ $0 < reply.frame }) ?? (lastShare[host] ?? 0 < reply.frame) else { return false }
    return one.end.since(reply.time) >= Self.timeToConnect || connection.endedBy == .client
  }

  /// Where nothing else tells that two addresses are one client's, the time may.
  private func isContacted(_ label: Substring, behind reply: Timestamp, _ client: IPAddress) -> Bool {
    guard let times = starts[!client.isIPv4]?[label] else { return false }
    let next = times.partitioningIndex { $0 >= reply }
    return next < times.count && times[next].since(reply) <= Self.timeToConnect
  }

  /// A client that has an address connects at once.
  private static let timeToConnect = TimeSpan.seconds(10)
}

/// A server, by the first part of a name that a client may call it.
struct TargetOfClient: Hashable {
  var client: IPAddress
  var label: Substring
}

extension Case {
  /// By what a referral may call the server.
  var referralKeys: Set<Substring> {
    Set(names.labels).union(lookups.names.lazy.filter { $0.addresses.contains(server) }.map { HostNames.label(of: $0.name) })
      .union([HostNames.label(of: server.description)])
  }
}

extension Case {
  /// For the hosts that a referral names, after it.
  fileprivate func searches(for labels: [Substring], behind frame: Int) -> [NeighborSearch] {
    guard !lookups.neighbors.isEmpty else { return [] }
    let addresses = Set(lookups.names.lazy.filter { labels.contains(HostNames.label(of: $0.name)) }.flatMap(\.addresses))
    return lookups.neighbors.filter { search in
      search.last.number > frame && (addresses.contains(search.target) || labels.contains { $0 == search.target.description })
    }
  }
}

extension Referral {
  /// Of its targets' hosts.
  fileprivate var labels: [Substring] { targets.compactMap(\.targetHost).map { HostNames.label(of: $0.lowercased()) } }
}
