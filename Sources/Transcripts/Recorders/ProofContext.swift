import Proof

/// Keys, and what the connections of a recording have in common about them.
final class ProofContext {
  enum Limit {
    /// Sessions whose keys other connections may use: channels of one session.
    static let sessions = 4096
  }

  let ring: KeyRing
  var use = KeyUse()
  /// By SessionId.
  private var sessions: [UInt64: SessionKeys] = [:]
  var searchBudget: Int
  var limitsReached = 0

  init(_ ring: KeyRing) {
    self.ring = ring
    searchBudget = ring.searchBudget
  }

  func keys(ofSession id: UInt64) -> SessionKeys? { sessions[id] }

  func share(_ keys: SessionKeys, ofSession id: UInt64) {
    guard sessions.count < Limit.sessions || sessions[id] != nil else {
      limitsReached += 1
      return
    }
    sessions[id] = keys
  }
}
