package import Packets
import Rules
package import Transcripts

/// A case, and what explains it.
package struct DiagnosedCase: Sendable {
  package internal(set) var id: Int
  package let client: IPAddress
  package let server: IPAddress
  /// What the user calls the two hosts.
  package let clientName: String?
  package let serverName: String?
  /// What the client calls the server, each once.
  package let serverNames: [String]
  /// By their first frame.
  package let connections: [Int]
  /// The first connections to servers to which DFS referrals of this one sent the client.
  package let targetConnections: [Int]
  /// Failed connections whose goal was reached soon after by one that did not fail, or that were not needed (port 139
  /// beside 445).
  package let superseded: [Int]
  package let outcome: ConnectionOutcome
  /// The rule that explains it.
  package let primary: String?

  /// - Parameters:
  ///   - failed: connections that failed for good.
  ///   - madeUpFor: failed ones whose goal was reached by one that is not listed.
  ///   - names: what the user calls hosts.
  init(_ one: borrowing Case, failed: Set<Int>, madeUpFor: Set<Int>, primary: Finding?, names: [IPAddress: String]) {
    id = one.id
    client = one.client
    server = one.server
    clientName = names[client]
    serverName = names[server]
    let hosts = one.hosts
    // To write an address takes long, and few names look like one.
    let address = hosts.contains(where: \.isAddress) ? one.server.description : nil
    serverNames = Array(hosts.lazy.filter { $0 != address }.prefix(DiagnosedConnection.Limit.shares))
    connections = one.connections.map(\.id)
    targetConnections = one.targetConnections
    let others = one.isUneventful ? [] : one.connections.filter { $0.outcome == .failed && !failed.contains($0.id) }
    outcome = !failed.isEmpty ? .failed : !others.isEmpty && one.outcome == .failed ? .established : one.outcome
    superseded = others.filter { failed.isEmpty || madeUpFor.contains($0.id) || one.isMadeUpFor($0) }.map(\.id)
    self.primary = primary?.rule.id
  }
}
