package import Transcripts

/// Which software one end of a connection runs, as far as the bytes tell. It chooses and orders remedies and never decides
/// what failed: every sign can be imitated.
package struct PeerIdentity: Hashable, Sendable {
  package var side: PeerSide
  package var implementation: Implementation
  /// Such as `4.18 or later` or `Windows Server 2019`.
  package var version: String?
  /// Never proven.
  package var confidence: Confidence
  /// What speaks for it, the strongest first.
  package var signs: [String]

  package init(
    side: PeerSide, implementation: Implementation, version: String? = nil, confidence: Confidence, signs: [String]
  ) {
    self.side = side
    self.implementation = implementation
    self.version = version
    self.confidence = confidence
    self.signs = signs
  }

  package var name: String { implementation.name(side) }
  package var system: System? { implementation.system(side) }
}

extension PeerIdentity: CustomStringConvertible {
  /// `Samba 4.x (likely)`
  package var description: String { "\(name)\(version.map { " \($0)" } ?? "") (\(confidence.rawValue))" }
}

extension PeerIdentity {
  /// From here on two signs agree, or there is one that no other software has.
  static let possible = 3
  static let likely = 4
  /// What another must stay behind.
  static let lead = 2

  /// nil when the signs are too few, or fit several.
  init?(_ side: PeerSide, _ traits: PeerTraits) {
    var ranking: (best: Int, weight: Int, second: Int?)?
    for place in Signature.all.indices where Signature.all[place].side == side {
      let weight = Signature.all[place].weight(in: traits)
      if let known = ranking, weight <= known.weight {
        ranking?.second = max(known.second ?? weight, weight)
      } else {
        ranking = (place, weight, ranking?.weight)
      }
    }
    guard let (place, weight, next) = ranking, weight >= Self.possible else { return nil }
    let (best, second) = (Signature.all[place], next ?? 0)
    guard weight > second else { return nil }
    self.side = side
    implementation = best.implementation
    version = best.version(traits)
    confidence = weight >= Self.likely && weight - second >= Self.lead ? .likely : .possible
    signs = best.signs.filter { $0.weight.rawValue > 0 && $0.holds(traits) }
      .sorted { $0.weight.rawValue > $1.weight.rawValue }.map(\.text)
  }
}

extension Transcript {
  /// The client's software, for the order of causes.
  var clientSoftware: Implementation? { likely(.client) }
  /// The server's.
  var serverSoftware: Implementation? { likely(.server) }

  private func likely(_ side: PeerSide) -> Implementation? {
    PeerIdentity(side, peerTraits).flatMap { $0.confidence >= .likely ? $0.implementation : nil }
  }
}

/// The software of both ends.
package struct Peers: Hashable, Sendable {
  package var client: PeerIdentity?
  package var server: PeerIdentity?

  package init(client: PeerIdentity? = nil, server: PeerIdentity? = nil) {
    (self.client, self.server) = (client, server)
  }

  package init(_ traits: PeerTraits) {
    client = PeerIdentity(.client, traits)
    server = PeerIdentity(.server, traits)
  }

  package subscript(side: PeerSide) -> PeerIdentity? { side == .client ? client : server }

  /// `client: Linux cifs.ko 6.12 (likely)`, `server: Samba 4.x (likely)`; nothing for what is not known.
  package var lines: [String] {
    [client, server].compactMap(\.self).map { "\($0.side.rawValue): \($0)" }
  }
}

extension Peers {
  /// Of several connections of one client to one server: the surest word about each.
  package init(_ connections: some Sequence<ConnectionBrief>) {
    for connection in connections {
      let peers = Peers(connection.peerTraits)
      client = Self.surer(client, peers.client)
      server = Self.surer(server, peers.server)
    }
  }

  private static func surer(_ left: PeerIdentity?, _ right: PeerIdentity?) -> PeerIdentity? {
    guard let left, let right else { return left ?? right }
    return right.confidence > left.confidence || right.signs.count > left.signs.count && right.confidence == left.confidence
      ? right : left
  }
}
