import Algorithms
import Packets

/// One connection at two capture points, by their places in the lists of those.
package struct ConnectionPair: Sendable, Equatable {
  package var near: Int
  package var far: Int
  private var kinds: UInt16

  init(near: Int, far: Int, common: [ContentKey.Kind]) {
    (self.near, self.far) = (near, far)
    kinds = common.reduce(0) { $0 | 1 << UInt16($1.rawValue) }
  }

  /// What the two have in common, the strongest first; empty when only their addresses and ports do.
  package var common: [ContentKey.Kind] {
    ContentKey.Kind.allCases.filter { kinds & 1 << UInt16($0.rawValue) != 0 }
      .sorted { ($1.weight, $0.rawValue) < ($0.weight, $1.rawValue) }
  }

  func has(_ kind: ContentKey.Kind) -> Bool { kinds & 1 << UInt16(kind.rawValue) != 0 }
}

/// Contents and the connections that have them, in order: the places of a content lie side by side.
private struct ContentIndex {
  private let entries: [(key: UInt64, place: UInt32)]

  init(_ connections: [PointConnection]) {
    var entries: [(key: UInt64, place: UInt32)] = []
    entries.reserveCapacity(connections.reduce(0) { $0 + $1.keys.count })
    for (place, one) in connections.enumerated() { for key in one.keys { entries.append((key.digest, UInt32(clamping: place))) } }
    entries.sort { $0 < $1 }
    self.entries = entries
  }

  /// - Parameter most: nothing when there are more.
  func places(of key: ContentKey, most: Int) -> [Int] {
    let first = entries.partitioningIndex { $0.key >= key.digest }
    let found = entries[first...].prefix(most + 1).prefix { $0.key == key.digest }
    return found.count > most ? [] : found.map { Int($0.place) }
  }
}

/// Which connection at one point is which at another: by content, for addresses and ports may be rewritten on the way.
package struct Pairing: Sendable {
  package private(set) var pairs: [ConnectionPair] = []
  package private(set) var onlyNear: [Int] = []
  package private(set) var onlyFar: [Int] = []

  private enum Limit {
    /// Connections that share one content. If more share it, a server or device causes it, and it identifies nothing.
    static let shared = 16
    /// Messages of a session that two recordings of one connection have in common at least.
    static let messages = 4
    /// This much evidence for the same connection is enough.
    static let enough = 4
    /// This much evidence is enough even if other content contradicts it: a device may have changed that.
    static let sure = 8
  }

  private struct Candidate {
    var pair: ConnectionPair
    var weight: Int
    /// By the same addresses and ports, or at least the same port of the client.
    var likeness: Int

    var rank: Int { weight + likeness }
  }

  package init(near: [PointConnection], far: [PointConnection]) {
    var freeNear = Set(near.indices)
    var freeFar = Set(far.indices)
    func take(_ pair: ConnectionPair) {
      guard freeNear.contains(pair.near), freeFar.contains(pair.far) else { return }
      freeNear.remove(pair.near)
      freeFar.remove(pair.far)
      pairs.append(pair)
    }
    let candidates = Self.candidates(near, far)
    let ends = (near: Set(near.lazy.map(\.ends.hashValue)), far: Set(far.lazy.map(\.ends.hashValue)))
    for one in candidates where one.weight >= Limit.enough {
      let (ours, theirs) = (near[one.pair.near], far[one.pair.far])
      if one.weight < Limit.sure, Self.contradicts(ours, theirs) || Self.areStrangers(ours, theirs) { continue }
      // Clones of a connection share a signature: each has a partner of its own addresses and ports.
      if one.likeness < Limit.sure, one.weight < 2 * Limit.sure, ends.far.contains(ours.ends.hashValue), ends.near.contains(theirs.ends.hashValue) { continue }
      take(one.pair)
    }
    // A SYN that got no answer has nothing but its number, which hardly any other connection has.
    for one in candidates where one.weight < Limit.enough && one.pair.has(.syn) {
      if !Self.contradicts(near[one.pair.near], far[one.pair.far]) { take(one.pair) }
    }
    let byEnds: (PointConnection) -> [Endpoint]? = { $0.ends }
    for pair in Self.inOrder(near, far, freeNear, freeFar, by: byEnds) { take(pair) }
    for pair in Self.byMessages(near, far, freeNear, freeFar) { take(pair) }
    // Behind a device that rewrites addresses and sequence numbers: the only ones that begin alike.
    let beginning: (PointConnection) -> UInt64? = { $0.first.first?.digest }
    for pair in Self.inOrder(near, far, freeNear, freeFar, most: 1, by: beginning) { take(pair) }
    pairs.sort { $0.near < $1.near }
    onlyNear = freeNear.sorted()
    onlyFar = freeFar.sorted()
  }

  /// Adds pairs of connections that had none.
  mutating func add(_ more: [ConnectionPair]) {
    guard !more.isEmpty else { return }
    pairs = (pairs + more).sorted { $0.near < $1.near }
    let (ours, theirs) = (Set(more.map(\.near)), Set(more.map(\.far)))
    onlyNear.removeAll(where: ours.contains)
    onlyFar.removeAll(where: theirs.contains)
  }

  /// Recordings of which one begins in the middle of the connection: by messages that no other connection has.
  private static func byMessages(
    _ near: [PointConnection], _ far: [PointConnection], _ freeNear: Set<Int>, _ freeFar: Set<Int>
  ) -> [ConnectionPair] {
    var places: [UInt64: [Int]] = [:]
    for place in freeFar.sorted() {
      for digest in far[place].digestsOfSession where places[digest, default: []].count <= Limit.shared {
        places[digest, default: []].append(place)
      }
    }
    return freeNear.sorted().compactMap { place in
      var counts: [Int: Int] = [:]
      for digest in near[place].digestsOfSession {
        for other in places[digest] ?? [] where !(near[place].isFromStart && far[other].isFromStart) { counts[other, default: 0] += 1 }
      }
      guard let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.value >= Limit.messages
      else { return nil }
      return ConnectionPair(near: place, far: best.key, common: [.messages])
    }
  }

  /// Pairs with something in common, the surest first.
  private static func candidates(_ near: [PointConnection], _ far: [PointConnection]) -> [Candidate] {
    let contents = ContentIndex(far)
    var candidates: [Candidate] = []
    for (index, one) in near.enumerated() {
      var common: [Int: [ContentKey.Kind]] = [:]
      for key in one.keys {
        for other in contents.places(of: key, most: Limit.shared) where common[other]?.contains(key.kind) != true { common[other, default: []].append(key.kind) }
      }
      for (other, kinds) in common {
        candidates.append(
          Candidate(
            pair: ConnectionPair(near: index, far: other, common: kinds), weight: kinds.reduce(0) { $0 + $1.weight },
            likeness: likeness(one, far[other])))
      }
    }
    return candidates.sorted {
      ($1.rank, $0.pair.near, $0.pair.far) < ($0.rank, $1.pair.near, $1.pair.far)
    }
  }

  /// Where nothing is translated, the same addresses and ports say more than what clones of a connection share.
  private static func likeness(_ one: PointConnection, _ other: PointConnection) -> Int {
    if one.client == other.client, one.server == other.server { return Limit.sure * 2 }
    return one.client.port == other.client.port ? 1 : 0
  }

  /// Connections that are alike, where both points have as many of them: in their order.
  private static func inOrder(
    _ near: [PointConnection], _ far: [PointConnection], _ freeNear: Set<Int>, _ freeFar: Set<Int>,
    most: Int = .max, by likeness: (PointConnection) -> (some Hashable)?
  ) -> [ConnectionPair] {
    func groups(_ connections: [PointConnection], _ free: Set<Int>) -> [AnyHashable: [Int]] {
      var groups: [AnyHashable: [Int]] = [:]
      for place in free.sorted() {
        if let key = likeness(connections[place]) { groups[AnyHashable(key), default: []].append(place) }
      }
      return groups
    }
    let theirs = groups(far, freeFar)
    return groups(near, freeNear).flatMap { key, places -> [ConnectionPair] in
      guard let others = theirs[key], others.count == places.count, places.count <= most else { return [] }
      return zip(places, others).filter { !contradicts(near[$0], far[$1]) }
        .map { ConnectionPair(near: $0, far: $1, common: []) }
    }
  }

  /// Each has a SYN of its own, and another client: servers have been seen to give the same clock and the same SessionId twice.
  private static func areStrangers(_ one: PointConnection, _ other: PointConnection) -> Bool {
    let ours = one.keys.first { $0.kind == .syn }
    let theirs = other.keys.first { $0.kind == .syn }
    return ours != nil && theirs != nil && ours != theirs && one.client != other.client
  }

  /// Both have what no other connection has, and it is not the same. A device may give a connection other sequence numbers,
  /// which leaves its messages as they are.
  private static func contradicts(_ one: PointConnection, _ other: PointConnection) -> Bool {
    let (ours, theirs) = (Set(one.keys), Set(other.keys))
    let shared = Set(ours.intersection(theirs).map(\.kind))
    let kinds = Set(ours.map(\.kind)).intersection(theirs.map(\.kind)).subtracting(shared)
    guard kinds.isSubset(of: [.syn, .handshake]) else { return true }
    guard kinds.contains(.syn), one.messageCount + other.messageCount > 0 else { return false }
    let digests = Set(one.first.map(\.digest))
    return !other.first.contains { digests.contains($0.digest) }
  }
}

extension PointConnection {
  fileprivate var ends: [Endpoint] { [client, server] }

  /// Of the messages that belong to a session: MessageId and SessionId make each of them the only one.
  fileprivate var digestsOfSession: Set<UInt64> {
    Set(
      stored.compactMap { message in
        message.digestOfSession
      })
  }
}
