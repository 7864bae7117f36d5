package import Packets
import Rules

/// Findings that the user knows of and accepts: they are reported as notes, with the reason.
package struct Acceptance: Sendable, Codable, Equatable {
  /// An identifier of a rule; `vni-*` means all that begin so.
  package var rule: String
  /// Only what concerns one of these hosts, as client or server; any when empty.
  package var hosts: [IPAddress]
  package var reason: String

  package init(rule: String, hosts: [IPAddress] = [], reason: String) {
    self.rule = rule
    self.hosts = hosts
    self.reason = reason
  }

  func covers(_ finding: Finding, between ends: [IPAddress]) -> Bool {
    finding.rule.matches(rule) && (hosts.isEmpty || !Set(hosts).isDisjoint(with: ends))
  }
}
