import Transcripts

/// How an implementation is known at one end of a connection.
struct Signature: Sendable {
  var implementation: Implementation
  var side: PeerSide
  /// The versions whose bytes the signs were taken from.
  var measured: String
  var signs: [PeerSign]
  /// The version, where the bytes tell it.
  var version: @Sendable (PeerTraits) -> String? = { _ in nil }

  /// What the signs that hold weigh together.
  func weight(in traits: PeerTraits) -> Int { signs.reduce(0) { $0 + ($1.holds(traits) ? $1.weight.rawValue : 0) } }
}

/// Something that an implementation does and few others do.
struct PeerSign: Sendable {
  enum Weight: Int, Sendable {
    /// Many do so, but not all.
    case weak = 1
    /// A few do so.
    case medium = 2
    /// No other is known to do so.
    case strong = 4
    /// It is what the name says, whatever the bytes look like.
    case decisive = 20
    /// It never does so.
    case against = -6
  }

  var weight: Weight
  /// Completes “server: Samba, because …”.
  var text: String
  var holds: @Sendable (PeerTraits) -> Bool

  init(_ weight: Weight, _ text: String, _ holds: @escaping @Sendable (PeerTraits) -> Bool) {
    self.weight = weight
    self.text = text
    self.holds = holds
  }

  static func client(_ weight: Weight, _ text: String, _ holds: @escaping @Sendable (PeerTraits.Client) -> Bool) -> Self {
    Self(weight, text) { holds($0.client) }
  }

  static func server(_ weight: Weight, _ text: String, _ holds: @escaping @Sendable (PeerTraits.Server) -> Bool) -> Self {
    Self(weight, text) { holds($0.server) }
  }
}
