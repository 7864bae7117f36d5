package import Packets

/// A DFS referral that was answered, while the recording shows no attempt of the client to reach any of its targets.
package struct UncontactedReferral: Sendable {
  package var connection: Int
  package var server: IPAddress
  package var path: String
  package var targets: [String]
  package var frame: Int
}

extension [Case] {
  /// Clients ask for referrals of links that they never follow, so the client must have wanted this one: the server had told
  /// it that the data are elsewhere, or it connects no share at all from then on.
  mutating func recordUncontactedTargets() {
    // By what they may be called, with the first connection to each.
    var contacted: [TargetOfClient: Int] = [:]
    var firstUncovered: [IPAddress: Int] = [:]
    var lastShare: [IPAddress: Int] = [:]
    // Servers that the recording does not name: each may be the target.
    var nameless: [IPAddress: Set<IPAddress>] = [:]
    for one in self {
      if one.referralKeys.count == 1 { nameless[one.client, default: []].insert(one.server) }
      for label in one.referralKeys { contacted[TargetOfClient(client: one.client, label: label)] = one.connections[0].id }
      for connection in one.connections {
        if let frame = connection.uncoveredPaths.first?.frame { firstUncovered[one.client] = Swift.min(firstUncovered[one.client] ?? frame, frame) }
        for tree in connection.trees where tree.isConnected && !tree.isPipeShare {
          lastShare[one.client] = Swift.max(lastShare[one.client] ?? 0, tree.replyStamp?.frame ?? 0)
        }
      }
    }
    for index in indices where self[index].connections.contains(where: { !$0.referrals.isEmpty }) {
      let one = self[index]
      let hosts = one.connections.lazy.flatMap(\.referrals).flatMap(\.targets).compactMap(\.targetHost)
      let targets = Set(hosts.compactMap { contacted[TargetOfClient(client: one.client, label: HostNames.label(of: $0.lowercased()))] })
      self[index].targetConnections = targets.subtracting(one.connections.map(\.id)).sorted()
      let others = nameless[one.client].map { $0.count - ($0.contains(one.server) ? 1 : 0) } ?? 0
      guard others == 0 else { continue }
      self[index].uncontacted = one.connections.flatMap { connection in
        connection.referrals.compactMap { referral -> UncontactedReferral? in
          guard let reply = referral.replyStamp, !referral.targets.isEmpty, referral.path.split(separator: "\\").count > 1,
            firstUncovered[one.client].map({ $0 < reply.frame }) ?? (lastShare[one.client] ?? 0 < reply.frame),
            one.end.since(reply.time) >= Self.timeToConnect || connection.endedBy == .client
          else { return nil }
          let labels = referral.targets.compactMap(\.targetHost).map { HostNames.label(of: $0.lowercased()) }
          guard !labels.isEmpty, !labels.contains(where: { contacted[TargetOfClient(client: one.client, label: $0)] != nil }) else { return nil }
          return UncontactedReferral(
            connection: connection.id, server: connection.server.address, path: referral.path, targets: referral.targets, frame: reply.frame)
        }
      }
    }
  }

  /// A client that has an address connects at once.
  private static var timeToConnect: TimeSpan { .seconds(10) }
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
