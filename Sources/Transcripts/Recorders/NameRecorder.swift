import DequeModule
import Packets
import Protocols

/// Pairs DNS queries and answers, over UDP and TCP.
final class NameRecorder {
  enum Limit {
    /// Look-ups that are kept; a connection needs only those shortly before it.
    static let lookups = 4096
    /// Queries waiting for an answer.
    static let openQueries = 1024
    /// Aliases kept from one answer.
    static let aliases = 8
    /// Addresses kept from one answer.
    static let addresses = 16
    /// Services kept from one answer.
    static let services = 16
  }

  /// The same packet captured twice comes within this time.
  private static let copyInterval = TimeSpan.milliseconds(100)
  /// A query that is repeated later than this is another look-up.
  private static let timeout = TimeSpan.seconds(30)

  fileprivate struct Query: Hashable {
    var client: Endpoint
    var resolver: Endpoint
    var id: UInt16
  }

  /// Two queries with the same goal are tries of one look-up, whatever their ids and ports.
  fileprivate struct Goal: Hashable {
    var client: IPAddress
    var resolver: IPAddress
    var name: String
    var type: DNSRecordType
  }

  private var lookups = Recent<NameLookup>(limit: Limit.lookups)
  private var open: [Query: (number: Int, goal: Goal, lastTry: Timestamp)] = [:]
  private var openOrder: Deque<Query> = []
  /// Look-ups without an answer.
  private var waiting: [Goal: Int] = [:]
  private var queriesNotKept = 0
  private let ports: [UInt16]
  private let observer: (any MessageObserver)?

  /// - Parameter ports: those of resolvers.
  init(ports: [UInt16], observer: (any MessageObserver)?) {
    self.ports = ports
    self.observer = observer
  }

  var limitsReached: Int { lookups.forgotten + queriesNotKept }

  /// Takes one datagram or record between a client and a resolver; anything but a DNS message is ignored.
  func take(
    _ bytes: borrowing ByteView, from source: Endpoint, to destination: Endpoint, tcpStream: Int?, origin: MessageOrigin
  ) {
    let stamp = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
    guard let message = try? DNSMessage(bytes) else {
      if ports.contains(source.port) { recordUnread(from: source, to: destination, stamp) }
      return
    }
    guard message.matters else { return }
    if message.isResponse {
      observer?.observe(ObservedMessage(content: .dns(message), origin: origin, tcpStream: tcpStream))
      answer(message, Query(client: destination, resolver: source, id: message.id), stamp)
    } else {
      record(message, Query(client: source, resolver: destination, id: message.id), stamp)
    }
  }

  /// An answer that is cut, or that cannot be read.
  func recordUnread(from source: Endpoint, to destination: Endpoint, _ stamp: FrameStamp) {
    for query in open.keys where query.client == destination && query.resolver == source {
      guard let number = open[query]?.number else { continue }
      lookups.change(number) {
        $0.answer = $0.answer ?? stamp
        $0.isIncomplete = true
      }
    }
  }

  /// The resolver's host or a router reports by ICMP that a query did not arrive.
  func recordUndelivered(from source: Endpoint, to destination: Endpoint, _ stamp: FrameStamp) {
    for query in open.keys where query.client == source && query.resolver == destination {
      if let number = open[query]?.number { lookups.change(number) { $0.refusal = $0.refusal ?? stamp } }
    }
  }

  private func record(_ message: DNSMessage, _ query: Query, _ stamp: FrameStamp) {
    let goal = Goal(query, message)
    let isCopy = open[query].map { stamp.time.since($0.lastTry) <= Self.copyInterval } ?? false
    var number = waiting[goal]
    if let known = number {
      let isSame = lookups[known].map { !$0.isAnswered && stamp.time.since($0.start.time) <= Self.timeout } ?? false
      if !isSame {
        number = nil
      } else if !isCopy {
        lookups.change(known) { $0.tries += 1 }
      }
    }
    let lookup = number ?? lookups.append(NameLookup(goal, resolver: query.resolver, start: stamp))
    waiting[goal] = lookup
    if let former = open.updateValue((lookup, goal, stamp.time), forKey: query) {
      if former.number != lookup { stopWaiting(for: former.goal, former.number) }
    } else {
      openOrder.append(query)
    }
    while openOrder.count > Limit.openQueries, let oldest = openOrder.popFirst() { giveUp(oldest) }
  }

  private func giveUp(_ query: Query) {
    guard let (number, goal, _) = open.removeValue(forKey: query) else { return }
    if lookups[number]?.isAnswered == false { queriesNotKept += 1 }
    stopWaiting(for: goal, number)
  }

  private func stopWaiting(for goal: Goal, _ number: Int) {
    if waiting[goal] == number { waiting[goal] = nil }
  }

  private func answer(_ message: DNSMessage, _ query: Query, _ stamp: FrameStamp) {
    let goal = Goal(query, message)
    // An answer to another question leaves this one open.
    let known = open[query].flatMap { $0.goal == goal ? $0.number : nil }
    if let known {
      open[query] = nil
      stopWaiting(for: goal, known)
    }
    let number: Int
    if let known, let lookup = lookups[known] {
      number = known
      // A late answer to an earlier try says nothing new.
      if lookup.isAnswered, !lookup.isIncomplete { return }
    } else {
      number = lookups.append(NameLookup(goal, resolver: query.resolver, start: stamp))
    }
    lookups.change(number) { $0.record(message, stamp) }
  }

  /// A client was left without an address.
  var hasFailures: Bool {
    lookups.all.contains { $0.type.isAddress && ($0.foundNothing || $0.isServerError || $0.refusal != nil || !$0.isAnswered && $0.tries > 1) }
  }

  /// The recording is over.
  func finish(at captureEnd: Timestamp, clientsWithSMB: Set<IPAddress>) -> [NameLookup] {
    lookups.all.map {
      var lookup = $0
      lookup.isBesideSMB = clientsWithSMB.contains(lookup.client)
      if !lookup.isAnswered { lookup.waited = captureEnd.since(lookup.start.time) }
      return lookup
    }
  }
}

extension NameRecorder: RecordReader {
  var lengthWidth: Int { 2 }
  var maximumRecord: Int { Int(UInt16.max) }

  func take(_ record: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin) {
    take(ByteView(record.span), from: source, to: destination, tcpStream: tcpStream, origin: origin)
  }

  func lost(after beginning: [UInt8], from source: Endpoint, to destination: Endpoint, tcpStream: Int, origin: MessageOrigin) {
    for query in open.keys where query.client == destination && query.resolver == source {
      if let number = open[query]?.number { lookups.change(number) { $0.isIncomplete = true } }
    }
  }

  func ended(_ connection: TCPConnection) {}
}

extension NameRecorder.Goal {
  fileprivate init(_ query: NameRecorder.Query, _ message: DNSMessage) {
    self.init(
      client: query.client.address, resolver: query.resolver.address, name: message.question.name.lowercased(),
      type: message.question.type)
  }
}

extension DNSMessage {
  /// Asks for an address, or for a service of a domain.
  fileprivate var matters: Bool {
    guard question.isInternet else { return false }
    return question.type.isAddress || question.type == .cname
      || question.type == .srv && ["_kerberos", "_ldap"].contains { question.name.lowercased().hasPrefix($0) }
  }
}

extension NameLookup {
  fileprivate init(_ goal: NameRecorder.Goal, resolver: Endpoint, start: FrameStamp) {
    self.init(client: goal.client, resolver: resolver, name: goal.name, type: goal.type, start: start)
  }

  fileprivate mutating func record(_ message: DNSMessage, _ stamp: FrameStamp) {
    answer = stamp
    responseCode = message.responseCode
    hasNoData = message.hasNoData
    isEmpty =
      message.responseCode == .noError && message.authorityCount == 0 && (message.question.type.isAddress || message.answers.isEmpty)
      && message.answers.allSatisfy { $0.type == .cname }
    isIncomplete = message.isTruncated || message.answersCutShort != nil
    followAliases(in: message.answers)
    for record in message.answers {
      switch record.content {
      case .address(let address) where addresses.count < NameRecorder.Limit.addresses: addresses.append(address)
      case .service(_, let port, let target) where services.count < NameRecorder.Limit.services:
        services.append(Service(host: target.lowercased(), port: port))
      default: break
      }
    }
  }

  private mutating func followAliases(in records: [DNSRecord]) {
    var current = name
    while aliases.count < NameRecorder.Limit.aliases {
      let next = records.lazy.compactMap { record -> String? in
        guard case .alias(let target) = record.content, record.name.lowercased() == current else { return nil }
        return target.lowercased()
      }.first
      guard let next, next != name, !aliases.contains(next) else { return }
      aliases.append(next)
      current = next
    }
  }
}
