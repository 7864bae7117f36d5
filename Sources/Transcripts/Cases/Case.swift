package import Packets

/// One client's attempt to reach one server: its connections, and what the client asked of KDCs and resolvers for them.
package struct Case: Sendable {
  /// From 1, in the order in which the cases began.
  package var id: Int
  /// By their first frame.
  package private(set) var connections: [ConnectionBrief] = []
  /// Those that reached something, which may make up for failures.
  private var successes: [Int] = []
  /// Those with a logon that did not succeed.
  private var refusals: [Int] = []
  package private(set) var start: Timestamp
  package private(set) var end: Timestamp
  /// Exchanges with KDCs, each with the connection it served, and look-ups of the server's name.
  package var inquiries = Inquiries()
  /// DFS referrals that sent the client to this server.
  package var referrals: [CaseReferral] = []

  /// An attempt that starts later than this behind the end of another is a new one.
  package static let patience: Int64 = 60_000_000_000

  package init(id: Int, _ first: ConnectionBrief) {
    self.id = id
    start = first.firstFrame.time
    end = start
    append(first)
  }

  mutating func append(_ connection: ConnectionBrief) {
    if connection.hasAnswer || connection.outcome == .established || connection.sessions.contains(where: \.isEstablished) {
      successes.append(connections.count)
    }
    if connection.sessions.contains(where: { !$0.isEstablished }) { refusals.append(connections.count) }
    connections.append(connection)
    end = max(end, connection.lastFrame.time)
  }
}

extension Case {
  package var client: IPAddress { connections[0].client.address }
  package var server: IPAddress { connections[0].server.address }

  /// The connections with a logon that did not succeed: none in nearly all cases.
  package var refusedConnections: [ConnectionBrief] { refusals.map { connections[$0] } }

  /// What the client calls the server; when the messages do not tell, the names it looked up that led there.
  package var hosts: [String] {
    let names = connections.count == 1 ? connections[0].hosts : connections.flatMap(\.hosts).withoutRepetitionOfNames
    guard names.isEmpty else { return names }
    return inquiries.lookups.filter { $0.addresses.contains(server) }.map(\.name).withoutRepetitionOfNames
  }

  /// Whether a later connection, or a later step of the same one, reached what this one failed at.
  package func isOvercome(_ goal: Goal, on failed: ConnectionBrief, at frame: Int) -> Bool {
    successes.lazy.map { connections[$0] }.contains { other in
      if other.id == failed.id { return goal.reach == .session && other.reaches(goal, after: frame) }
      let wait = other.firstFrame.time.since(failed.lastFrame.time)
      let isLater =
        other.firstFrame.number > failed.firstFrame.number
        // What stood before on the same port does not help the one that is turned away beside it.
        || goal.isOfOpening && other.lastFrame.number > failed.firstFrame.number 
          && (failed.outcome != .failed || other.server.port != failed.server.port)
      return isLater && wait <= Self.patience && other.reaches(goal)
    }
  }

  /// The connections that failed for good.
  package var unovercome: [ConnectionBrief] {
    connections.filter {
      $0.outcome == .failed && !isNeedless($0) && !isOvercome($0.goal, on: $0, at: $0.lastFrame.number)
    }
  }

  /// Port 139 is tried beside 445, and may well be closed.
  private func isNeedless(_ failed: ConnectionBrief) -> Bool {
    failed.server.port == 139 && failed.openingFailure != nil && connections.contains { $0.server.port != 139 }
  }

  package var outcome: ConnectionOutcome {
    if unreachable != nil { return .failed }
    if connections.contains(where: { $0.outcome == .failed }), !unovercome.isEmpty { return .failed }
    for outcome in [ConnectionOutcome.established, .inconclusive] where connections.contains(where: { $0.outcome == outcome }) {
      return outcome
    }
    return connections.contains { $0.outcome == .failed } ? .established : .notSMB
  }
}

/// A DFS referral, as the case of its target sees it.
package struct CaseReferral: Sendable {
  /// What the client asked about.
  package var path: String
  /// `\\server\share`
  package var target: String
  /// The server that answered, and the frame.
  package var server: IPAddress
  package var frame: Int
}
