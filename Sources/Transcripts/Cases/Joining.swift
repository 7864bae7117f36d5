import Algorithms
import Packets
import Protocols

extension [Case] {
  /// Gives each case the look-ups of its server's name and the exchanges with KDCs that served it.
  ///
  /// - Returns: the cases, and what belongs to none.
  func joined(with inquiries: Inquiries) -> (cases: [Case], others: Inquiries) {
    guard !inquiries.isEmpty else { return (self, inquiries) }
    var cases = self
    var others = Inquiries()
    let index = CaseIndex(self)
    for lookup in inquiries.lookups {
      let ours = index.cases(servedBy: lookup)
      for number in ours { cases[number].inquiries.lookups.append(lookup) }
      if ours.isEmpty { others.lookups.append(lookup) }
    }
    let aliases = AliasTable(inquiries.lookups)
    for exchange in inquiries.exchanges {
      var exchange = exchange
      exchange.alias = aliases.alias(in: exchange)
      guard let owner = index.owner(of: exchange, in: cases) else {
        others.exchanges.append(exchange)
        continue
      }
      cases[owner.caseIndex].take(exchange, for: owner.connection)
    }
    for index in cases.indices { cases[index].inquiries.markRepetitions() }
    others.markRepetitions()
    return (cases, others)
  }
}

/// Finds the cases that something asked of a KDC or a resolver may belong to.
private struct CaseIndex {
  typealias Owner = (caseIndex: Int, connection: Int)

  /// The cases of one client, by when they began.
  fileprivate struct Client {
    var cases: [(index: Int, start: Timestamp, end: Timestamp)] = []
    /// The latest end of each and those before it.
    var latestEnd: [Timestamp] = []
    var byAddress: [IPAddress: [Int]] = [:]
    var byLabel: [Substring: [Int]] = [:]
    /// Cases whose server the messages call by a name.
    var named: Set<Int> = []
  }

  private let cases: [Case]
  private var clients: [IPAddress: Client] = [:]
  /// The connection on which each ticket was presented first.
  private var ticketOwners: [UInt64: Owner] = [:]
  /// By case: its connections with SMB, and the latest time up to each at which one of them still was there.
  private var served: [Int: (ids: [Int], latestEnd: [Timestamp])] = [:]

  init(_ cases: [Case]) {
    self.cases = cases
    for (index, one) in cases.enumerated() {
      for address in Set(one.connections.map(\.client.address)) {
        clients[address, default: Client()].cases.append((index, one.start, one.end))
        for server in one.addresses { clients[address]?.byAddress[server, default: []].append(index) }
        for label in one.names.labels { clients[address]?.byLabel[label, default: []].append(index) }
        if !one.names.all.isEmpty { clients[address]?.named.insert(index) }
      }
      var ids: [Int] = []
      var latestEnd: [Timestamp] = []
      for connection in one.connections {
        for case let ticket? in connection.sessions.map(\.identity.ticketFingerprint) {
          ticketOwners[ticket] = ticketOwners[ticket] ?? (index, connection.id)
        }
        guard connection.hasSMB else { continue }
        ids.append(connection.id)
        latestEnd.append(latestEnd.last.map { Swift.max($0, connection.lastFrame.time) } ?? connection.lastFrame.time)
      }
      served[index] = (ids, latestEnd)
    }
    for address in clients.keys { clients[address]?.seal() }
  }

  /// Those to whose server a look-up led, or whose server is called by its name.
  func cases(servedBy lookup: NameLookup) -> [Int] {
    guard let client = clients[lookup.client] else { return [] }
    let named = client.byLabel[HostNames.label(of: lookup.name.lowercased())] ?? []
    let candidates = Set(lookup.addresses.flatMap { client.byAddress[$0] ?? [] }).union(
      named.filter { cases[$0].names.contains(lookup.name) })
    return candidates.filter { cases[$0].isNear(lookup.start.time) }.sorted()
  }

  /// By its ticket; else by the service's host, else by the user; both near in time, and only when no other case fits as
  /// well.
  func owner(of exchange: KerberosExchange, in current: [Case]) -> Owner? {
    if let ticket = exchange.ticketFingerprint, let owner = ticketOwners[ticket] { return owner }
    let time = exchange.start.time
    var fitting: Int?
    for index in clients[exchange.client]?.near(time, orNamed: exchange) ?? [] {
      guard cases[index].hasSMB, cases[index].isNear(time), current[index].fits(exchange) else { continue }
      guard fitting == nil else { return nil }
      fitting = index
    }
    guard let fitting else { return cases.asked(exchange, clients[exchange.client]?.nearby(time) ?? []) }
    guard let (ids, latestEnd) = served[fitting] else { return nil }
    // The ticket is fetched before the session is set up.
    let place = latestEnd.partitioningIndex { $0 >= time }
    return (fitting, place < ids.count ? ids[place] : cases[fitting].connections[cases[fitting].connections.count - 1].id)
  }
}

extension CaseIndex.Client {
  fileprivate mutating func seal() {
    cases.sort { ($0.start, $0.index) < ($1.start, $1.index) }
    for one in cases { latestEnd.append(latestEnd.last.map { max($0, one.end) } ?? one.end) }
  }

  /// Cases that may be near a time; of a service's host those that are called like it.
  fileprivate func near(_ time: Timestamp, orNamed exchange: KerberosExchange) -> [Int] {
    if let request = exchange.request, let host = exchange.serviceHost(of: request) {
      // A case without a name of its own goes by what the client looked up.
      return (byLabel[HostNames.label(of: host.lowercased())] ?? []) + nearby(time).filter { !named.contains($0) }
    }
    return nearby(time)
  }

  fileprivate func nearby(_ time: Timestamp) -> [Int] {
    let until = cases.partitioningIndex { $0.start.since(time) > Case.patience }
    var found: [Int] = []
    var place = until - 1
    while place >= 0, time.since(latestEnd[place]) <= Case.patience {
      if time.since(cases[place].end) <= Case.patience { found.append(cases[place].index) }
      place -= 1
    }
    return found
  }
}

extension KerberosExchange {
  /// The host of the service asked for, unless that is the KDC's own.
  fileprivate func serviceHost(of request: KerberosRequestFacts) -> String? {
    request.sname.lowercased().hasPrefix("krbtgt/") ? nil : Transcripts.serviceHost(request.sname)
  }
}

extension Case {
  fileprivate func isNear(_ time: Timestamp) -> Bool {
    start.since(time) <= Self.patience && time.since(end) <= Self.patience
  }

  fileprivate func fits(_ exchange: KerberosExchange) -> Bool {
    guard let request = exchange.request else { return exchange.silence != nil }
    if let host = exchange.serviceHost(of: request) {
      return names.all.isEmpty ? hosts.contains { isSameHost($0, host) } : names.contains(host)
    }
    guard let user = request.cname, !users.isEmpty else { return true }
    return users.contains(user.withoutRealm)
  }

  fileprivate mutating func take(_ exchange: KerberosExchange, for connection: Int) {
    var exchange = exchange
    exchange.connection = connection
    exchange.serverClockOffset = self.connection(connection)?.serverClockOffset
    exchange.alias = exchange.alias ?? exchange.fileServer.flatMap(nameOfItsOwn)
    inquiries.exchanges.append(exchange)
  }
}

extension Case {
  /// What the server calls itself in an NTLM logon, when that is not what it is called.
  private func nameOfItsOwn(_ host: String) -> HostAlias? {
    for session in connections.flatMap(\.sessions) {
      guard let ntlm = session.ntlm, ntlm.isDomainMember, let name = ntlm.dnsComputerName, name.contains("."),
        ![name, ntlm.nbComputerName ?? name, ntlm.dnsDomainName ?? name].contains(where: { isSameHost($0, host) }),
        Set(host).isDisjoint(with: ":") && host.contains(where: \.isLetter)
      else { continue }
      return HostAlias(
        name: host.lowercased(), hostName: name.lowercased(), frame: session.requestStamp.frame, witness: .server)
    }
    return nil
  }
}

extension String {
  /// `alice` of `alice@LAB.EXAMPLE`, in lower case.
  var withoutRealm: String { split(separator: "@").first.map { $0.lowercased() } ?? "" }
}

/// Names that resolvers called aliases, by client.
private struct AliasTable {
  private struct Key: Hashable {
    var client: IPAddress
    var name: String
  }

  private var aliases: [Key: HostAlias] = [:]

  init(_ lookups: [NameLookup]) {
    for lookup in lookups {
      guard let hostName = lookup.canonicalName, let answer = lookup.answer else { continue }
      let key = Key(client: lookup.client, name: lookup.name)
      aliases[key] = aliases[key]
        ?? HostAlias(name: lookup.name, hostName: hostName, frame: answer.number, witness: .resolver)
    }
  }

  /// The service asked for bears a name that the client was told to be an alias.
  func alias(in exchange: KerberosExchange) -> HostAlias? {
    exchange.fileServer.flatMap { aliases[Key(client: exchange.client, name: $0.lowercased())] }
  }
}
