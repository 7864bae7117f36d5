package import Packets
import Rules
package import Transcripts

/// What a report says of one case.
package struct CaseRecord: Sendable {
  package var id: Int
  package var client: IPAddress
  package var server: IPAddress
  /// What the user calls the two hosts.
  package var clientName: String?
  package var serverName: String?
  /// What the client calls the server, each once.
  package var serverNames: [String]
  /// By their first frame.
  package var connections: [Int]
  /// Failed connections whose goal was reached soon after, or that nobody needed (port 139 beside 445).
  package var overcome: [Int]
  package var outcome: ConnectionOutcome
  /// The rule that explains it.
  package var primary: String?

  /// - Parameters:
  ///   - overcome: those made up for by connections that are not listed.
  ///   - names: what the user calls hosts.
  init(_ one: Case, overcome: Set<Int>, primary: Finding?, names: [IPAddress: String]) {
    id = one.id
    client = one.client
    server = one.server
    clientName = names[client]
    serverName = names[server]
    let address = one.server.description
    serverNames = Array(one.hosts.filter { $0 != address }.prefix(ConnectionRecord.Limit.shares))
    connections = one.connections.map(\.id)
    let failed = one.unovercome.map(\.id).filter { !overcome.contains($0) }
    self.overcome = one.connections.filter { $0.outcome == .failed && !failed.contains($0.id) }.map(\.id)
    outcome = !failed.isEmpty ? .failed : one.outcome == .failed ? .established : one.outcome
    // Whoever gets no ticket gives up without a word to the server, or tries another way, which may be under way still.
    if outcome == .inconclusive, let primary, [.kerberos, .sessionSetup].contains(primary.rule.phase),
      primary.severity >= .error, !one.connections.contains(where: \.isLoggingOn)
    {
      outcome = .failed
    }
    self.primary = primary?.rule.id
  }
}
