import Algorithms
import Packets
import Protocols

extension [Case] {
  /// Gives each case the look-ups of its server's name and the exchanges with KDCs that served it.
  ///
  /// - Returns: the cases, and what belongs to none.
  func joined(with lookups: Lookups, _ twins: TwinAddresses) -> (cases: [Case], others: Lookups) {
    guard !lookups.isEmpty else { return (self, lookups) }
    var cases = self
    var others = Lookups()
    others.hardware = lookups.hardware
    // The names of a server may come from its look-ups: those first.
    let names = CaseIndex(self, twins)
    let deaf = clientsWithoutAnswers(twins)
    let found = Set(lookups.names.lazy.filter { !$0.addresses.isEmpty }.map(LookedUpName.init))
    for lookup in lookups.names {
      if !lookup.isAnswered, lookup.refusal == nil, deaf.contains(twins.host(lookup.client)) { continue }
      var lookup = lookup
      lookup.hasOtherAddress = lookup.addresses.isEmpty && found.contains(LookedUpName(lookup))
      let ours = names.cases(servedBy: lookup)
      for number in ours { cases[number].lookups.names.append(lookup) }
      guard ours.isEmpty else { continue }
      if let waiting = names.caseWaiting(for: lookup) { cases[waiting].lookups.waits.append(lookup) } else { others.names.append(lookup) }
    }
    let aliases = AliasTable(lookups.names, twins)
    let index = CaseIndex(cases, twins)
    let attempts = lookups.exchanges.attemptsOverTCP
    for (place, exchange) in lookups.exchanges.enumerated() {
      var exchange = exchange
      if exchange.silence == .unanswered || exchange.silence == .unreachable, deaf.contains(twins.host(exchange.client)) { exchange.silence = .notCaptured }
      exchange.alias = aliases.alias(in: exchange)
      exchange.isForOwnName = aliases.isOwnName(in: exchange)
      guard let owner = index.owner(of: exchange) ?? attempts[place].flatMap({ index.owner(of: lookups.exchanges[$0]) }) else {
        exchange.isOfAbsentUser = index.isOfAbsentUser(exchange)
        others.exchanges.append(exchange)
        continue
      }
      exchange.isJoinedByTime = owner.claim == .time
      cases[owner.caseIndex].take(exchange, for: owner.connection)
    }
    for search in lookups.neighbors {
      let ours = index.cases(servedBy: search)
      for number in ours { cases[number].lookups.neighbors.append(search) }
      if ours.isEmpty { others.neighbors.append(search) }
    }
    for index in cases.indices { cases[index].lookups.markRepetitions() }
    others.markRepetitions()
    cases.recordOtherAddresses(twins)
    return (cases, others)
  }

  /// The clients of which the capture has no packet that was sent to them, although servers answered. What KDCs and resolvers
  /// answered is not known either.
  private func clientsWithoutAnswers(_ twins: TwinAddresses) -> Set<IPAddress> {
    let connections = lazy.flatMap(\.connections)
    let deaf = Set(connections.filter(\.isServerUnseen).map { twins.host($0.client.address) })
    return deaf.isEmpty ? deaf : deaf.subtracting(connections.filter(\.hasAnswer).filter { !$0.isServerUnseen }.map { twins.host($0.client.address) })
  }
}

/// A name that a client looked up, for whichever version of IP.
private struct LookedUpName: Hashable {
  var client: IPAddress
  var name: String

  init(_ lookup: NameLookup) { (client, name) = (lookup.client, lookup.name) }
}

extension [KerberosExchange] {
  /// By the places of answers that are too big for UDP: those of the SYNs with which the client then tries in vain to ask over TCP.
  fileprivate var attemptsOverTCP: [Int: Int] {
    guard contains(where: { $0.error?.errorCode == .responseTooBig }) else { return [:] }
    var attempts: [Int: Int] = [:]
    var next: [IPAddress: [IPAddress: Int]] = [:]
    for place in indices.reversed() {
      let exchange = self[place]
      if exchange.transport != .udp {
        next[exchange.client, default: [:]][exchange.kdc.address] = place
      } else if exchange.error?.errorCode == .responseTooBig, let attempt = next[exchange.client]?[exchange.kdc.address],
        self[attempt].request == nil, self[attempt].start.time.since(exchange.start.time) <= Case.timeout
      {
        attempts[place] = attempt
      }
    }
    return attempts
  }
}

/// Finds the cases that something asked of a KDC or a resolver may belong to.
private struct CaseIndex {
  typealias Owner = (caseIndex: Int, connection: Int, claim: CaseClaims.Claim)

  /// The cases of one client, by when they began.
  fileprivate struct Client {
    /// Who logs on in them.
    var users: Set<String> = []
    var cases: [(index: Int, start: Timestamp, end: Timestamp)] = []
    /// The latest end of each and those before it.
    var latestEnd: [Timestamp] = []
    var byAddress: [IPAddress: [Int]] = [:]
    var byLabel: [Substring: [Int]] = [:]
    /// By the addresses of servers that the client is sent to.
    var byTarget: [IPAddress: [Int]] = [:]
  }

  private let claims: [CaseClaims]
  private var clients: [IPAddress: Client] = [:]
  /// The connection on which each ticket was presented first.
  private var ticketOwners: [UInt64: Owner] = [:]
  /// By case: its connections with SMB, and the latest time up to each at which one of them still was there.
  private var served: [(ids: [Int], latestEnd: [Timestamp])] = []

  init(_ cases: [Case], _ twins: TwinAddresses) {
    claims = cases.map(CaseClaims.init)
    for (index, one) in cases.enumerated() {
      for address in Set(one.connections.lazy.map(\.client.address).flatMap(twins.addresses)) {
        clients[address, default: Client()].cases.append((index, one.start, one.end))
        clients[address]?.users.formUnion(claims[index].users)
        for server in claims[index].addresses { clients[address]?.byAddress[server, default: []].append(index) }
        for target in one.addressesOfTargets(claims[index].targets) { clients[address]?.byTarget[target, default: []].append(index) }
        for label in Set(claims[index].hosts.labels).union(claims[index].targets.labels).union(claims[index].ownNames.labels) {
          clients[address]?.byLabel[label, default: []].append(index)
        }
      }
      var ids: [Int] = []
      var latestEnd: [Timestamp] = []
      for connection in one.connections {
        for case let ticket? in connection.sessions.map(\.identity.ticketFingerprint) {
          ticketOwners[ticket] = ticketOwners[ticket] ?? (index, connection.id, .service)
        }
        guard connection.hasSMB else { continue }
        ids.append(connection.id)
        latestEnd.append(latestEnd.last.map { Swift.max($0, connection.lastFrame.time) } ?? connection.lastFrame.time)
      }
      served.append((ids, latestEnd))
    }
    for address in clients.keys { clients[address]?.seal() }
  }

  /// Those to whose server a look-up led, or whose server is called by its name.
  func cases(servedBy lookup: NameLookup) -> [Int] {
    guard let client = clients[lookup.client] else { return [] }
    let candidates = Set(client.byLabel[HostNames.label(of: lookup.name.lowercased())] ?? [])
      .union(lookup.addresses.flatMap { client.byAddress[$0] ?? [] })
    return candidates.filter { claims[$0].isServed(by: lookup) }.sorted()
  }

  /// The one that waits for a logon when a client asks for a name that is not its server's.
  func caseWaiting(for lookup: NameLookup) -> Int? {
    clients[lookup.client]?.nearby(lookup.start.time).first { claims[$0].pause(at: lookup.start.number) != nil }
  }

  /// Those whose server, or whose next one, the client looked for in vain; else the one that waits for a logon meanwhile.
  func cases(servedBy search: NeighborSearch) -> [Int] {
    guard let client = clients[search.client] else { return [] }
    var candidates = Set((client.byAddress[search.target] ?? []) + (client.byTarget[search.target] ?? []))
    for label in [HostNames.label(of: search.target.description)] { candidates.formUnion(client.byLabel[label] ?? []) }
    let near = candidates.filter { claims[$0].isNear(search) }.sorted()
    guard near.isEmpty else { return near }
    return client.nearby(search.last.time).filter { claims[$0].pause(during: search) != nil }.prefix(1).map(\.self)
  }

  /// It asks for the first ticket of a person, and not of a computer, who appears in no case of this client.
  func isOfAbsentUser(_ exchange: KerberosExchange) -> Bool {
    guard let request = exchange.request, request.isInitial, let user = request.cname?.withoutRealm, !user.hasSuffix("$") else { return false }
    return clients[exchange.client]?.users.contains(user) != true
  }

  /// By its ticket; else by the service's host, else by the user, else by the time: and only when no other case has as good
  /// a claim.
  func owner(of exchange: KerberosExchange) -> Owner? {
    if let ticket = exchange.ticketFingerprint, let owner = ticketOwners[ticket] { return owner }
    let time = exchange.start.time
    var best: (index: Int, claim: CaseClaims.Claim, isWaiting: Bool)?
    var isAlone = true
    for index in clients[exchange.client]?.nearby(time) ?? [] {
      guard !served[index].ids.isEmpty, let claim = claims[index].claim(on: exchange) else { continue }
      // One name may stand for several servers: the client asks for the one that waits for its logon.
      let isWaiting = claims[index].pause(at: exchange.start.number) != nil
      if let known = best, known.claim < claim || known.claim == claim && (known.isWaiting || !isWaiting) {
        if known.claim == claim, known.isWaiting == isWaiting { isAlone = false }
      } else {
        (best, isAlone) = ((index, claim, isWaiting), true)
      }
    }
    guard let best, isAlone else { return nil }
    if let idle = claims[best.index].pause(at: exchange.start.number) { return (best.index, idle, best.claim) }
    // The ticket is fetched before the session is set up.
    let (ids, latestEnd) = served[best.index]
    let place = latestEnd.partitioningIndex { $0 >= time }
    return (best.index, ids[Swift.min(place, ids.count - 1)], best.claim)
  }
}

extension CaseIndex.Client {
  fileprivate mutating func seal() {
    cases.sort { ($0.start, $0.index) < ($1.start, $1.index) }
    for one in cases { latestEnd.append(latestEnd.last.map { max($0, one.end) } ?? one.end) }
  }

  fileprivate func nearby(_ time: Timestamp) -> [Int] {
    let until = cases.partitioningIndex { $0.start.since(time) > Case.timeout }
    var found: [Int] = []
    var place = until - 1
    while place >= 0, time.since(latestEnd[place]) <= Case.timeout {
      if time.since(cases[place].end) <= Case.timeout { found.append(cases[place].index) }
      place -= 1
    }
    return found
  }
}

extension Case {
  /// Of servers that DFS referrals name, as far as the client looked them up.
  fileprivate func addressesOfTargets(_ targets: HostNames) -> Set<IPAddress> {
    targets.isEmpty ? [] : Set(lookups.names.lazy.filter { targets.contains($0.name) }.flatMap(\.addresses))
  }

  fileprivate mutating func take(_ exchange: KerberosExchange, for connection: Int) {
    var exchange = exchange
    exchange.connection = connection
    exchange.serverClockOffset = self.connection(connection)?.serverClockOffset
    exchange.alias = exchange.alias ?? exchange.fileServer.flatMap(nameOfItsOwn)
    lookups.exchanges.append(exchange)
    if let user = exchange.user { record(asker: Account(user, realm: exchange.request?.realm), on: connection) }
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

/// Names that resolvers called aliases, by client.
private struct AliasTable {
  private struct Key: Hashable {
    var client: IPAddress
    var name: String
  }

  private var aliases: [Key: HostAlias] = [:]
  private var ownNames: Set<Key> = []
  /// A client may ask a resolver from one of its addresses, and a KDC from another.
  private let twins: TwinAddresses

  init(_ lookups: [NameLookup], _ twins: TwinAddresses) {
    self.twins = twins
    for lookup in lookups {
      let key = Key(client: twins.host(lookup.client), name: lookup.name)
      if lookup.canonicalName == nil, lookup.isAnswered, !lookup.addresses.isEmpty { ownNames.insert(key) }
      guard let hostName = lookup.canonicalName, let answer = lookup.answer else { continue }
      aliases[key] = aliases[key]
        ?? HostAlias(name: lookup.name, hostName: hostName, frame: answer.number, witness: .resolver)
    }
  }

  /// The requested service has a name that the client knows as an alias.
  func alias(in exchange: KerberosExchange) -> HostAlias? {
    exchange.fileServer.flatMap { aliases[Key(client: twins.host(exchange.client), name: $0.lowercased())] }
  }

  /// It has a name that resolvers gave an address for, and never called an alias.
  func isOwnName(in exchange: KerberosExchange) -> Bool {
    guard let host = exchange.fileServer?.lowercased() else { return false }
    let key = Key(client: twins.host(exchange.client), name: host)
    return ownNames.contains(key) && aliases[key] == nil
  }
}
