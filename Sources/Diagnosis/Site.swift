package import Packets

/// The user's settings for a network: names of hosts, and accepted findings.
package struct Site: Sendable, Codable, Equatable {
  package var names: [IPAddress: String]
  package var acceptances: [Acceptance]

  package init(names: [IPAddress: String] = [:], acceptances: [Acceptance] = []) {
    self.names = names
    self.acceptances = acceptances
  }
}
