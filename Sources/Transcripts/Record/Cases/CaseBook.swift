import Algorithms
import Packets
import Protocols

/// Sorts connections into cases.
package enum CaseBook {
  /// The two parties by the identities they claim, whatever their addresses: MS-SMB2 2.2.3, 2.2.4.
  private struct Parties: Hashable {
    var client: GUID
    var server: GUID
  }

  /// A host with IPv4 and IPv6, and the server that it reaches over both.
  private struct DualStack: Hashable {
    var client: IPAddress
    var server: GUID
  }

  /// A session as its server knows it; a server without a ServerGuid is identified by its address.
  private enum SessionKey: Hashable {
    case ofServer(GUID, id: UInt64)
    case ofAddress(IPAddress, id: UInt64)
  }

  /// Cases that a further connection may belong to.
  private struct OpenCases {
    var byPair: [HostPair: Int] = [:]
    var byParties: [Parties: Int] = [:]
    var byHost: [DualStack: Int] = [:]
    var bySession: [SessionKey: Int] = [:]

    mutating func recordSessions(of brief: ConnectionBrief, _ index: Int) {
      for place in brief.sessions.indices where brief.sessions[place].id != 0 {
        let id = brief.sessions[place].id
        if let server = brief.serverGUID { bySession[.ofServer(server, id: id)] = index }
        bySession[.ofAddress(brief.server.address, id: id)] = index
      }
    }

    /// The case of the session that a further channel names; the server's own name for it is the better one.
    func ofChannel(_ brief: ConnectionBrief) -> Int? {
      for session in brief.sessions where session.isBinding && session.id != 0 {
        if let server = brief.serverGUID, let known = bySession[.ofServer(server, id: session.id)] { return known }
        if let known = bySession[.ofAddress(brief.server.address, id: session.id)] { return known }
      }
      return nil
    }
  }

  /// The cases in the order in which they began.
  ///
  /// - Returns: the cases, and what belongs to none.
  package static func cases(
    of briefs: [ConnectionBrief], joining lookups: Lookups
  ) -> (cases: [Case], others: Lookups) {
    var cases: [Case] = []
    var open = OpenCases()
    for index in briefs.indices.sorted(by: { briefs[$0].order < briefs[$1].order }) {
      let brief = briefs[index]
      let pair = HostPair(client: brief.client.address, server: brief.server.address)
      let parties = brief.parties.map { Parties(client: $0, server: $1) }
      let addresses = lookups.hardware.addresses(of: brief.client.address)
      let host = addresses.count > 1 ? brief.serverGUID.flatMap { guid in addresses.min().map { DualStack(client: $0, server: guid) } } : nil
      // MS-SMB2 3.3.5.5: a channel joins the session it names, from whatever address and with whatever ClientGuid.
      let channel = brief.sessions.contains(where: \.isBinding) ? open.ofChannel(brief) : nil
      let known = channel ?? open.byPair[pair] ?? parties.flatMap { open.byParties[$0] } ?? host.flatMap { open.byHost[$0] }
      var index = cases.count
      if let known, brief.firstFrame.time.since(cases[known].end) <= Case.timeout {
        index = known
        cases[index].append(brief)
      } else {
        cases.append(Case(id: index + 1, brief))
      }
      open.byPair[pair] = index
      if let parties { open.byParties[parties] = index }
      if let host { open.byHost[host] = index }
      // UserIds of SMB1 are no SessionIds.
      guard brief.dialect != nil else { continue }
      open.recordSessions(of: brief, index)
    }
    for index in cases.indices { cases[index].seal() }
    cases.recordAnswersFromElsewhere()
    let twins = TwinAddresses(cases, lookups)
    var (joined, others) = cases.joined(with: lookups, twins)
    joined.recordNextAddresses(twins)
    joined.joinReferrals(twins)
    joined.recordFurtherInterfaces()
    return (joined, others)
  }
}

extension [Case] {
  /// Of all cases that have one.
  var connectionsThatNameOthers: [ConnectionBrief] {
    indices.filter { self[$0].namesOthers }.flatMap { self[$0].connections.filter(\.namesOthers) }
  }

  /// Tells each case that failed which DFS referrals had named its server.
  fileprivate mutating func joinReferrals(_ twins: TwinAddresses) {
    var byClient: [IPAddress: [Substring: [CaseReferral]]] = [:]
    for connection in connectionsThatNameOthers {
      for referral in connection.referrals {
        guard let reply = referral.replyStamp else { continue }
        for target in referral.targets {
          guard let host = target.targetHost else { continue }
          byClient[twins.host(connection.client.address), default: [:]][HostNames.label(of: host.lowercased()), default: []].append(
            CaseReferral(
              path: referral.path, target: target, server: connection.server.address, frame: reply.frame, time: reply.time,
              others: referral.targets.filter { $0 != target }))
        }
      }
    }
    recordLastReferrals()
    guard !byClient.isEmpty else { return }
    for index in indices where self[index].outcome == .failed {
      guard let ofClient = byClient[twins.host(self[index].client)] else { continue }
      let one = self[index]
      let last = one.connections[one.connections.count - 1].lastFrame.number
      let named = one.referralKeys.flatMap { ofClient[$0] ?? [] }
      self[index].referrals = named.filter { $0.frame <= last && one.isServer(of: $0.target) }.sorted { $0.frame < $1.frame }
    }
    joinUnnamedTargets(byClient, twins)
    recordOtherTargets(twins)
    recordUncontactedTargets(twins)
  }

  /// A client goes to the target of a referral at once; how it found the address need not be in the recording.
  private mutating func joinUnnamedTargets(_ byClient: [IPAddress: [Substring: [CaseReferral]]], _ twins: TwinAddresses) {
    let nameless = indices.filter { self[$0].outcome == .failed && self[$0].referrals.isEmpty && self[$0].referralKeys.count == 1 }
    guard !nameless.isEmpty else { return }
    var named: [IPAddress: Set<Substring>] = [:]
    for one in self { named[twins.host(one.client), default: []].formUnion(one.referralKeys) }
    var open: [IPAddress: [CaseReferral]] = [:]
    for (client, referrals) in byClient {
      open[client] = referrals.lazy.filter { !named[client, default: []].contains($0.key) }.flatMap(\.value).sorted { $0.frame < $1.frame }
    }
    for index in nameless {
      let first = self[index].connections[0].firstFrame
      guard let ofClient = open[twins.host(self[index].client)] else { continue }
      let place = ofClient.partitioningIndex { $0.frame > first.number }
      guard place > 0, first.time.since(ofClient[place - 1].time) <= Self.step else { continue }
      var referral = ofClient[place - 1]
      referral.isNamed = false
      self[index].referrals = [referral]
    }
  }

  /// From a referral to the SYN that follows it.
  private static var step: TimeSpan { .seconds(1) }

  /// Where one target of a referral is dead, or has no such share, clients go on to the next.
  private mutating func recordOtherTargets(_ twins: TwinAddresses) {
    let failed = indices.filter { self[$0].referrals.contains { !$0.others.isEmpty } }
    guard !failed.isEmpty else { return }
    var working: [TargetOfClient: WorkingTimes] = [:]
    for one in self where one.connections.contains(where: { $0.outcome == .established }) {
      for label in one.referralKeys {
        working[TargetOfClient(client: twins.host(one.client), label: label), default: WorkingTimes()].append(from: one.start, to: one.end)
      }
    }
    for index in failed {
      let others = self[index].referrals.flatMap(\.others).compactMap(\.targetHost)
      let keys = others.map { TargetOfClient(client: twins.host(self[index].client), label: HostNames.label(of: $0.lowercased())) }
      if keys.contains(where: { working[$0]?.include(near: self[index]) ?? false }) { self[index].worksAtOtherTarget = true }
    }
  }
}

extension [Case] {
  /// Clients ask a namespace server on a different connection than the one with the referral, or another server.
  private mutating func recordLastReferrals() {
    var last: [IPAddress: Int] = [:]
    for connection in connectionsThatNameOthers {
      guard let frame = connection.lastReferralFrame else { continue }
      last[connection.client.address] = Swift.max(last[connection.client.address] ?? frame, frame)
    }
    guard !last.isEmpty else { return }
    for index in indices { self[index].lastReferralFrame = last[self[index].client] }
  }
}

extension Case {
  /// By its address, or by a name the client calls it or has looked up.
  fileprivate func isServer(of target: String) -> Bool {
    guard let host = target.targetHost else { return false }
    return host == server.description || names.contains(host)
      || lookups.names.contains { isSameHost($0.name, host) && $0.addresses.contains(server) }
  }
}

extension ConnectionBrief {
  fileprivate var order: (Int, Int) { (firstFrame.number, id) }

  fileprivate var parties: (GUID, GUID)? {
    guard let clientGUID, let serverGUID else { return nil }
    return (clientGUID, serverGUID)
  }
}
