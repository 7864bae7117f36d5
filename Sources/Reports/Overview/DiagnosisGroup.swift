package import Diagnosis
package import Packets
package import Rules
import Transcripts

/// The same diagnosis on the same server, however many connections show it.
package struct DiagnosisGroup: Sendable {
  /// What makes findings one group.
  struct Key: Hashable {
    var rule: String
    /// The decisive status or error, where a rule speaks of many.
    var code: String?
    /// nil for what belongs to no connection, and for what hits many servers alike.
    var server: IPAddress?
    /// The group that explains the same connections, where companions of several have the rest in common.
    private(set) var neighbor: String?

    init(rule: String, code: String? = nil, server: IPAddress? = nil) {
      self.rule = rule
      self.code = code
      self.server = server
    }

    /// `vni-aborted-by-server@10.77.0.20`
    var id: String {
      rule + (code.map { ":\($0)" } ?? "") + (server.map { "@\($0)" } ?? "") + (neighbor.map { " with \($0)" } ?? "")
    }

    /// That of the part that goes with another group.
    func beside(_ leader: Self) -> Self {
      var key = self
      key.neighbor = leader.id
      return key
    }
  }

  let key: Key
  /// Whom it hits, and when.
  private(set) var extent = Extent()
  /// In the order of the report.
  private(set) var findings: [Finding] = []
  private(set) var severity = Severity.info
  private(set) var confidence = Confidence.possible
  /// What the user, or the client, calls the server.
  private(set) var serverName: String?
  /// Cases that it explains.
  private(set) var explains = 0
  /// Groups that are found on the same connections and explain nothing of their own, by their place.
  var companions: [Int] = []
  /// nil unless it is a companion itself.
  var leader: Int?
  private var summaries: Set<String> = []

  /// Connections, and whom they belong to.
  struct Extent {
    private(set) var connections: [Int] = []
    private(set) var clients: Set<IPAddress> = []
    private(set) var servers: Set<IPAddress> = []
    private(set) var users: Set<String> = []
    private(set) var shares: Set<String> = []
    private(set) var times: [Timestamp] = []
    private var known: Set<Int> = []

    mutating func record(_ connection: DiagnosedConnection) {
      guard known.insert(connection.id).inserted else { return }
      connections.append(connection.id)
      clients.insert(connection.client.address)
      servers.insert(connection.server.address)
      if let user = connection.identity?.name { users.insert(user) }
      shares.formUnion(connection.wantedShares)
    }

    mutating func record(_ client: IPAddress) { clients.insert(client) }
    mutating func record(_ time: Timestamp?) { if let time { times.append(time) } }
  }

  init(_ key: Key) { self.key = key }

  mutating func append(_ finding: Finding, _ connections: [DiagnosedConnection], serverName: String?) {
    findings.append(finding)
    severity = max(severity, finding.severity)
    confidence = max(confidence, finding.confidence)
    if finding.isPrimary { explains += 1 }
    if summaries.count < 2 { summaries.insert(finding.summary) }
    self.serverName = self.serverName ?? serverName
    for connection in connections { extent.record(connection) }
    if case .client(let client) = finding.scope { extent.record(client) }
    extent.record(finding.time ?? connections.first?.startTime)
  }
}

extension DiagnosisGroup {
  package var rule: Rule { findings[0].rule }
  package var server: IPAddress? { key.server }
  package var code: String? { key.code }
  package var connections: [Int] { extent.connections }
  package var clients: Set<IPAddress> { extent.clients }
  package var users: [String] { extent.users.sorted() }
  package var shares: [String] { extent.shares.sorted() }
  package var firstTime: Timestamp? { extent.times.min() }
  package var lastTime: Timestamp? { extent.times.max() }

  /// `vni-aborted-by-server@10.77.0.20`: the same for the same capture.
  package var id: String { key.id }

  /// The one that stands for all: one that explains its case before others.
  package var example: Finding { findings.first(where: \.isPrimary) ?? findings[0] }

  /// How many are like ``example``: connections, or findings where there is none.
  package var count: Int { connections.isEmpty ? findings.count : connections.count }

  /// What all of them have in common: their words where they are the same, else what the rule says.
  package var summary: String {
    guard summaries.count > 1 else { return example.summary }
    let text = rule.summary.hasSuffix(".") ? String(rule.summary.dropLast()) : rule.summary
    // A name in capitals stays one.
    let isWord = text.dropFirst().first?.isUppercase != true
    return (isWord ? text.prefix(1).lowercased() + text.dropFirst() : text) + (code.map { " (\($0))" } ?? "")
  }

  /// Users where they are known, else clients.
  var peopleHit: Int { max(extent.users.count, extent.clients.count) }

  /// `10.77.0.20 (fs01)`, `250 servers`
  package var serverText: String? {
    if server == nil, extent.servers.count > 1 { return counted(extent.servers.count, "server") }
    return (server ?? extent.servers.first).map { address in serverName.map { "\(address) (\(Escaping.clipped($0)))" } ?? "\(address)" }
  }
}

extension DiagnosisGroup.Key {
  init(_ finding: Finding, _ server: IPAddress?) { self.init(rule: finding.rule.id, code: finding.code, server: server) }
}

extension Finding {
  private static let beginnings = ["STATUS_", "KDC_ERR_", "KRB_AP_ERR_", "KRB_ERR_", "NT_STATUS_"]

  /// The name of the status or Kerberos error in its decisive frame, for rules that speak of several.
  fileprivate var code: String? {
    guard let note = decisive?.note else { return nil }
    return note.split { !($0.isLetter || $0.isNumber || $0 == "_") }.lazy.map(String.init).first { word in
      Self.beginnings.contains { word.hasPrefix($0) }
    }
  }
}

extension DiagnosedConnection {
  /// Shares that were asked for, other than IPC$, which is asked for on the way.
  var wantedShares: [String] { shares.filter { !$0.uppercased().hasSuffix("\\IPC$") } }

  /// What the user calls the server, else the client.
  var nameOfServer: String? {
    let address = server.address.description
    return serverName ?? brief.hosts.first { $0 != address }
  }
}
