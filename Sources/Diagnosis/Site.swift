package import Packets

/// What the user says of a network: what hosts are called, and what is accepted.
package struct Site: Sendable, Codable, Equatable {
  package var names: [IPAddress: String]
  package var acceptances: [Acceptance]

  package init(names: [IPAddress: String] = [:], acceptances: [Acceptance] = []) {
    self.names = names
    self.acceptances = acceptances
  }
}
