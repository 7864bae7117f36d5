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
    for lookup in inquiries.lookups {
      let ours = (casesByClient[lookup.client] ?? []).filter { cases[$0].isServed(by: lookup) }
      for index in ours { cases[index].inquiries.lookups.append(lookup) }
      if ours.isEmpty { others.lookups.append(lookup) }
    }
    let aliases = AliasTable(inquiries.lookups)
    let owners = ticketOwners
    for exchange in inquiries.exchanges {
      var exchange = exchange
      exchange.alias = aliases.alias(in: exchange)
      var owner: Owner?
      if let ticket = exchange.ticketFingerprint { owner = owners[ticket] }
      guard let owner = owner ?? cases.owner(of: exchange, among: casesByClient[exchange.client] ?? []) else {
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
    of exchange: KerberosExchange, among candidates: [Int]
  ) -> (caseIndex: Int, connection: Int)? {
    let time = exchange.start.time
    let near = candidates.filter {
      self[$0].isNear(time) && self[$0].connections.contains(where: \.hasSMB)
    }
    let fitting = near.filter { self[$0].fits(exchange) }
    guard fitting.count == 1, let index = fitting.first else { return fitting.isEmpty ? asked(exchange, near) : nil }
    // The ticket is fetched before the session is set up.
    let connections = self[index].connections
    let served = connections.first { $0.hasSMB && $0.lastFrame.time >= time } ?? connections[connections.count - 1]
    return (index, served.id)
  }
}

extension Case {
  fileprivate func isNear(_ time: Timestamp) -> Bool {
    start.since(time) <= Self.patience && time.since(end) <= Self.patience
  }

  /// A look-up that led to the server, or of a name by which the client calls it.
  fileprivate func isServed(by lookup: NameLookup) -> Bool {
    guard isNear(lookup.start.time) else { return false }
    if lookup.addresses.contains(where: { address in connections.contains { $0.server.address == address } }) { return true }
    return connections.flatMap(\.hosts).contains { isSameHost($0, lookup.name) }
  }

  fileprivate func fits(_ exchange: KerberosExchange) -> Bool {
    guard let request = exchange.request else { return exchange.silence != nil }
    if let host = serviceHost(request.sname), !request.sname.lowercased().hasPrefix("krbtgt/") {
      return hosts.contains { isSameHost($0, host) }
    }
    let users = connections.flatMap { $0.sessions.compactMap(\.identity.user) }.filter { !$0.isEmpty }
    guard let user = request.cname, !users.isEmpty else { return true }
    return users.contains { $0.withoutRealm == user.withoutRealm }
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

extension String {
  /// `alice` of `alice@LAB.EXAMPLE`, in lower case.
  fileprivate var withoutRealm: String { split(separator: "@").first.map { $0.lowercased() } ?? "" }
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
