package import Packets

/// A client that probes many hosts and uses SMB with few of them: a network scan, not a user with a problem.
package struct HostSweep: Sendable, Codable {
  private enum Limit {
    /// From this number of hosts on it is a sweep; no user opens shares on so many missing servers.
    static let hosts = 16
    /// Connections of a scanner to one host: two ports, each tried twice. A client that returns more often wants to use the host.
    static let tries = 4
  }

  /// A connection without SMB.
  package struct Knock: Sendable, Codable {
    package var server: Endpoint
    package var frame: FrameStamp
  }

  package let client: IPAddress
  /// Counted by the result of the first connection to each host.
  package private(set) var silent = 0
  package private(set) var refusing = 0
  /// Open, unreachable, or closed at once.
  package private(set) var others = 0
  package private(set) var first: Knock
  package private(set) var last: Knock
  /// Its connections without SMB.
  package private(set) var connections: [Int] = []

  package var hosts: Int { silent + refusing + others }

  private init(_ knocks: [[ConnectionBrief]]) {
    let all = knocks.joined()
    let first = all.min { $0.firstFrame.number < $1.firstFrame.number } ?? knocks[0][0]
    let last = all.max { $0.firstFrame.number < $1.firstFrame.number } ?? first
    client = first.client.address
    self.first = Knock(server: first.server, frame: first.firstFrame)
    self.last = Knock(server: last.server, frame: last.firstFrame)
    connections = all.map(\.id).sorted()
    for host in knocks {
      switch host[0].openingFailure {
      case .refused?: refusing += 1
      case .noAnswer?, .dropped?, .challenged?: silent += 1
      case nil where host[0].silentSYNs > 0: silent += 1
      default: others += 1
      }
    }
  }
}

extension HostSweep {
  /// By the client's address.
  ///
  /// - Parameter lookups: names that clients asked for: who calls a server by its name means that server.
  package static func sweeps(
    among briefs: some Sequence<ConnectionBrief>, _ lookups: [NameLookup]
  ) -> [HostSweep] {
    var knocks: [IPAddress: [IPAddress: [ConnectionBrief]]] = [:]
    for brief in briefs where brief.isKnock {
      knocks[brief.client.address, default: [:]][brief.server.address, default: []].append(brief)
    }
    knocks = knocks.filter { $0.value.count >= Limit.hosts }
    guard !knocks.isEmpty else { return [] }
    var spokenWith: [IPAddress: Set<IPAddress>] = [:]
    for brief in briefs where brief.hasSMB && knocks[brief.client.address] != nil {
      spokenWith[brief.client.address, default: []].insert(brief.server.address)
      knocks[brief.client.address]?[brief.server.address] = nil
    }
    for lookup in lookups {
      for address in lookup.addresses { knocks[lookup.client]?[address] = nil }
    }
    return knocks.compactMap { client, hosts in
      let strangers = hosts.values.filter { $0.count <= Limit.tries }
      guard strangers.count >= Limit.hosts, strangers.count > spokenWith[client]?.count ?? 0 else { return nil }
      return HostSweep(strangers)
    }.sorted { $0.first.frame.number < $1.first.frame.number }
  }
}

extension ConnectionBrief {
  /// A client connects, or tries to, and says nothing.
  package var isKnock: Bool { !hasSMB && sessionPackets.isEmpty && [.failed, .inconclusive, .notSMB].contains(outcome) }

  /// No user was kept out.
  package mutating func setAside() {
    outcome = .notSMB
    failedStage = nil
    silentSYNs = 0
  }
}
