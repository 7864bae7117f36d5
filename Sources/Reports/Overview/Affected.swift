import Diagnosis
import Packets
import Transcripts

/// Who is hit: how many of whose connections failed for good.
struct Affected {
  /// What is counted: a server, a network of clients, a share, a user.
  struct Tally {
    var name: String
    var failed: Int
    var all: Int
  }

  /// Most hit first.
  let servers: [Tally]
  let clients: [Tally]
  let users: [Tally]
  let shares: [Tally]

  /// Clients that are named one by one; more of them by their networks.
  private static let fewClients = 6

  init(_ report: Report) {
    var servers = Counter(), clients = Counter(), networks = Counter(), users = Counter(), shares = Counter()
    let names = Self.serverNames(report.connections)
    for connection in report.connections where connection.outcome != .notSMB {
      let isFailed = connection.outcome == .failed && !connection.isSuperseded
      servers.record(names[connection.server.address] ?? "\(connection.server.address)", isFailed)
      let client = connection.client.address
      clients.record(connection.clientName.map { "\(client) (\(Escaping.clipped($0)))" } ?? "\(client)", isFailed)
      networks.record("\(Network.usual(of: client))", isFailed)
      if let user = connection.identity?.name { users.record(Escaping.clipped(user), isFailed) }
      for share in connection.wantedShares { shares.record(Escaping.clipped(share), isFailed) }
    }
    self.servers = servers.hit
    self.clients = clients.hit.count > Self.fewClients ? networks.hit : clients.hit
    self.users = users.hit
    self.shares = shares.hit
  }

  /// `10.77.0.20 (fs01)`, by whatever connection tells its name first.
  private static func serverNames(_ connections: [DiagnosedConnection]) -> [IPAddress: String] {
    var names: [IPAddress: String] = [:]
    for connection in connections where names[connection.server.address] == nil {
      names[connection.server.address] = connection.nameOfServer.map { "\(connection.server.address) (\(Escaping.clipped($0)))" }
    }
    return names
  }

  private struct Counter {
    private var counts: [String: (failed: Int, all: Int)] = [:]

    mutating func record(_ name: String, _ isFailed: Bool) {
      counts[name, default: (0, 0)].all += 1
      if isFailed { counts[name]?.failed += 1 }
    }

    var hit: [Tally] {
      counts.filter { $0.value.failed > 0 }.map { Tally(name: $0.key, failed: $0.value.failed, all: $0.value.all) }
        .sorted { ($1.failed, $0.name) < ($0.failed, $1.name) }
    }
  }

  var lists: [(title: String, tallies: [Tally])] {
    [("servers", servers), ("clients", clients), ("shares", shares), ("users", users)].filter { !$0.1.isEmpty }
  }
}
