import Proof

/// The user's keys, and the state about them that all connections of a recording share.
final class ProofContext {
  enum Limit {
    /// Sessions whose keys other connections may use: channels of one session.
    static let sessions = 4096
    /// Tickets that no key opens, and that come again.
    static let closedTickets = 1024
    /// GUIDs of clients and servers: some of each, to be tried in the place of others.
    static let guids = 64
  }

  let ring: KeyRing
  var use = KeyUse()
  /// By SessionId.
  private var sessions: [UInt64: SessionKeys] = [:]
  var searchBudget: Int
  var limitsReached = 0
  private var tries = 0
  /// By fingerprint; nil for those that no keytab means.
  private var closedTickets: [UInt64: KerberosLogon.Judgement?] = [:]

  init(_ ring: KeyRing) {
    self.ring = ring
    searchBudget = ring.searchBudget
    tries = ring.keytabs?.tries ?? 0
  }

  /// That clients and servers have named in NEGOTIATE.
  private(set) var guids: [[UInt8]] = []

  /// More of them do no harm: they are only tried first.
  func note(guid: [UInt8]) {
    if guids.count < Limit.guids, !guids.contains(guid) { guids.append(guid) }
  }

  func keys(ofSession id: UInt64) -> SessionKeys? { sessions[id] }

  func share(_ keys: SessionKeys, ofSession id: UInt64) {
    guard sessions.count < Limit.sessions || sessions[id] != nil else {
      limitsReached += 1
      return
    }
    sessions[id] = keys
  }

  /// What keytabs say of the ticket of a logon; nil when they mean another service, or there is no ticket.
  func judge(_ logon: KerberosLogon) -> KerberosLogon.Judgement? {
    guard let keytabs = ring.keytabs, logon.hasTicket else { return nil }
    if let known = closedTickets[logon.fingerprint] { return known }
    guard tries > 0 else {
      limitsReached += 1
      return nil
    }
    let judgement = logon.judge(keytabs, tries: &tries)
    if judgement?.verdict.opened == nil, closedTickets.count < Limit.closedTickets {
      closedTickets[logon.fingerprint] = .some(judgement)
    }
    return judgement
  }
}
