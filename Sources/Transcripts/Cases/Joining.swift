import Packets
import Protocols

extension [Case] {
  /// Gives each case the look-ups of its server's name and the exchanges with KDCs that served it.
  ///
  /// - Returns: the cases, and what belongs to none.
  func joined(with inquiries: Inquiries) -> (cases: [Case], others: Inquiries) {
    var cases = self
    var others = Inquiries()
    var casesByClient: [IPAddress: [Int]] = [:]
    for (index, one) in cases.enumerated() {
      for client in Set(one.connections.map(\.client.address)) { casesByClient[client, default: []].append(index) }
    }
    // The names of a server may come from its look-ups: those first.
    let names = cases.map(CaseClaims.init)
    for lookup in inquiries.lookups {
      let ours = (casesByClient[lookup.client] ?? []).filter { names[$0].isServed(by: lookup) }
      for index in ours { cases[index].inquiries.lookups.append(lookup) }
      if ours.isEmpty { others.lookups.append(lookup) }
    }
    let aliases = AliasTable(inquiries.lookups)
    let owners = ticketOwners
    let claims = cases.map(CaseClaims.init)
    for exchange in inquiries.exchanges {
      var exchange = exchange
      exchange.alias = aliases.alias(in: exchange)
      var owner: Owner?
      if let ticket = exchange.ticketFingerprint { owner = owners[ticket] }
      if owner == nil, let found = cases.owner(of: exchange, among: casesByClient[exchange.client] ?? [], claims) {
        owner = (found.caseIndex, found.connection)
        exchange.isJoinedByTime = found.claim == .time
      }
      guard let owner else {
        others.exchanges.append(exchange)
        continue
      }
      cases[owner.caseIndex].take(exchange, for: owner.connection)
    }
    for index in cases.indices { cases[index].inquiries.markRepetitions() }
    others.markRepetitions()
    return (cases, others)
  }

  private typealias Owner = (caseIndex: Int, connection: Int)

  /// The connection on which each ticket was presented first.
  private var ticketOwners: [UInt64: (caseIndex: Int, connection: Int)] {
    var owners: [UInt64: (caseIndex: Int, connection: Int)] = [:]
    for (index, one) in enumerated() {
      for connection in one.connections {
        for case let ticket? in connection.sessions.map(\.identity.ticketFingerprint) {
          owners[ticket] = owners[ticket] ?? (index, connection.id)
        }
      }
    }
    return owners
  }

  /// By the service's host, else by the user; both near in time, and only when no other case fits as well.
  private func owner(
    of exchange: KerberosExchange, among candidates: [Int], _ claims: [CaseClaims]
  ) -> (caseIndex: Int, connection: Int, claim: CaseClaims.Claim)? {
    let time = exchange.start.time
    let near = candidates.filter {
      self[$0].isNear(time) && self[$0].connections.contains(where: \.hasSMB)
    }
    let claimed = near.compactMap { index in claims[index].claim(on: exchange).map { (index: index, claim: $0) } }
    guard let best = claimed.map(\.claim).min() else { return nil }
    let fitting = claimed.filter { $0.claim == best }
    guard fitting.count == 1, let index = fitting.first?.index else { return nil }
    if let idle = claims[index].pause(at: exchange.start.number) { return (index, idle, best) }
    // The ticket is fetched before the session is set up.
    let connections = self[index].connections
    let served = connections.first { $0.hasSMB && $0.lastFrame.time >= time } ?? connections[connections.count - 1]
    return (index, served.id, best)
  }
}

extension Case {
  fileprivate func isNear(_ time: Timestamp) -> Bool {
    start.since(time) <= Self.patience && time.since(end) <= Self.patience
  }

  fileprivate mutating func take(_ exchange: KerberosExchange, for connection: Int) {
    var exchange = exchange
    exchange.connection = connection
    exchange.serverClockOffset = connections.first { $0.id == connection }?.serverClockOffset
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
