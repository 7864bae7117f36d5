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
  /// Failed connections whose goal was reached soon after, or that were not needed (port 139 beside 445).
  package let superseded: [Int]
  package let outcome: ConnectionOutcome
  /// The rule that explains it.
  package let primary: String?

  /// - Parameters:
  ///   - failed: connections that failed for good.
  ///   - names: what the user calls hosts.
  init(_ one: Case, failed: Set<Int>, primary: Finding?, names: [IPAddress: String]) {
    id = one.id
    client = one.client
    server = one.server
    clientName = names[client]
    serverName = names[server]
    let address = one.server.description
    serverNames = Array(one.hosts.lazy.filter { $0 != address }.prefix(DiagnosedConnection.Limit.shares))
    connections = one.connections.map(\.id)
    superseded = one.connections.filter { $0.outcome == .failed && !failed.contains($0.id) }.map(\.id)
    outcome = !failed.isEmpty ? .failed : !superseded.isEmpty && one.outcome == .failed ? .established : one.outcome
    self.primary = primary?.rule.id
  }
}
