import Algorithms
import Packets

/// A client may ask resolvers and KDCs over IPv4 and reach its servers over IPv6, or the other way round. Two addresses are
/// taken for one host when their hardware address says so, or where a recording has one client of each kind and nothing
/// tells them apart.
struct TwinAddresses {
  private var pair: [IPAddress] = []
  private let hardware: HostHardware

  init(_ cases: [Case], _ lookups: Lookups) {
    hardware = lookups.hardware
    var clients = Set(cases.lazy.flatMap(\.connections).map(\.client.address))
    clients.formUnion(lookups.exchanges.lazy.map(\.client))
    clients.formUnion(lookups.names.lazy.map(\.client))
    // A server asks too.
    clients.subtract(cases.lazy.flatMap(\.connections).map(\.server.address))
    guard clients.count == 2, clients.count(where: \.isIPv4) == 1 else { return }
    let both = clients.sorted()
    if !hardware.distinguishes(both[0], both[1]) { pair = both }
  }

  func addresses(of client: IPAddress) -> [IPAddress] { pair.contains(client) ? pair : hardware.addresses(of: client) }

  /// One address for all of them.
  func host(_ client: IPAddress) -> IPAddress { addresses(of: client).min() ?? client }

  /// Their packets come from different hardware addresses.
  func distinguishes(_ one: IPAddress, _ other: IPAddress) -> Bool { hardware.distinguishes(one, other) }
}

extension [Case] {
  /// Marks the cases that got no connection to an address of a server while the client works at another address of the
  /// same name: where IPv6 is closed and IPv4 is not, say, clients try both.
  mutating func recordOtherAddresses(_ twins: TwinAddresses) {
    var working: [NameOfClient: WorkingTimes] = [:]
    // By their places: a case is large, and looking at it copies it.
    for index in indices where self[index].hasSessions {
      for key in self[index].namesByLookup(twins) { working[key, default: WorkingTimes()].append(from: self[index].start, to: self[index].end) }
    }
    guard !working.isEmpty else { return }
    for index in indices where self[index].connections.allSatisfy({ $0.openingFailure != nil }) {
      let one = self[index]
      let isElsewhere = one.namesByLookup(twins).contains { working[$0]?.include(near: one) ?? false }
      if isElsewhere { self[index].worksAtOtherAddress = true }
    }
  }

  /// Marks the cases that got no connection, and whose client reaches SMB over the other version of IP within a second, where
  /// the recording does not show how it found either server. Clients try the addresses of one name one right after the other:
  /// RFC 8305 5.
  mutating func recordNextAddresses(_ twins: TwinAddresses) {
    var working: [StackOfClient: [(start: Timestamp, server: IPAddress)]] = [:]
    for index in indices where self[index].isFoundUnseen && self[index].hasSessions {
      let server = self[index].server
      working[StackOfClient(client: twins.host(self[index].client), isIPv4: server.isIPv4), default: []].append((self[index].start, server))
    }
    guard !working.isEmpty else { return }
    for index in indices where self[index].isFoundUnseen && self[index].connections.allSatisfy({ $0.openingFailure != nil }) {
      let one = self[index]
      guard let others = working[StackOfClient(client: twins.host(one.client), isIPv4: !one.server.isIPv4)] else { continue }
      let next = others.partitioningIndex { $0.start >= one.start }
      guard next < others.count, others[next].start.since(one.start) <= .seconds(1),
        one.connections.contains(where: \.isOpeningUnanswered) || others[next].start.since(one.end) <= retryTime
      else { continue }
      if !twins.distinguishes(one.server, others[next].server) { self[index].worksAtOtherAddress = true }
    }
  }
}

/// A client whose SYN is refused tries the next address at once. What comes later is another attempt.
private let retryTime = TimeSpan.milliseconds(50)

/// A client with one of the versions of IP.
private struct StackOfClient: Hashable {
  var client: IPAddress
  var isIPv4: Bool
}

/// A name of a server, as one client looks it up.
private struct NameOfClient: Hashable {
  var client: IPAddress
  var name: String
}

/// When something worked, in the order of the beginnings.
typealias WorkingTimes = Spans<Timestamp>

/// From where to where something lasted, in the order of the beginnings.
struct Spans<Point: Comparable & Sendable>: Sendable {
  private var starts: [Point] = []
  /// The latest end of each and those before it.
  private var latestEnds: [Point] = []

  mutating func append(from start: Point, to end: Point) {
    starts.append(start)
    latestEnds.append(latestEnds.last.map { max($0, end) } ?? end)
  }

  /// The latest end of what had begun by then.
  func latestEnd(begunBy point: Point) -> Point? {
    let count = starts.partitioningIndex { $0 > point }
    return count > 0 ? latestEnds[count - 1] : nil
  }
}

extension Spans<Timestamp> {
  /// One of them belongs to the same attempt.
  func include(near one: Case) -> Bool {
    latestEnd(begunBy: one.end + Case.timeout).map { one.start.since($0) <= Case.timeout } ?? false
  }
}

extension ConnectionBrief {
  fileprivate var isOpeningUnanswered: Bool { if case .noAnswer? = openingFailure { true } else { false } }
}

extension Case {
  fileprivate var hasSessions: Bool { connections.indices.contains { !connections[$0].sessions.isEmpty } }

  /// The recording does not show which name led to this server.
  fileprivate var isFoundUnseen: Bool { !lookups.names.contains { $0.addresses.contains(server) } }

  /// The names that the client looked up and that led to this server.
  fileprivate func namesByLookup(_ twins: TwinAddresses) -> [NameOfClient] {
    let names = Set(lookups.names.lazy.filter { $0.addresses.contains(server) }.map(\.name))
    return names.flatMap { name in twins.addresses(of: client).map { NameOfClient(client: $0, name: name) } }
  }
}
