package import Packets
import Protocols

/// The names of hosts, from look-ups, paths of shares, tickets and logons.
package struct HostDirectory: Sendable, Codable {
  enum Limit {
    /// Hosts with a name; more than clients and servers of one network.
    static let hosts = 16_384
    /// Names of one host; usually a short one, a full one and a few aliases.
    static let names = 32
  }

  private var names: [IPAddress: [String]] = [:]
  /// Names that found no room.
  package private(set) var limitsReached = 0

  package init() {}

  /// Each once, as they were written.
  package func names(of host: IPAddress) -> [String] { names[host] ?? [] }

  mutating func record(_ name: String, of host: IPAddress) {
    let known = names[host] ?? []
    // A fast path: this runs for every connection, and nearly always the name is known.
    guard !known.contains(name), !name.isEmpty, !name.isAddress else { return }
    let key = known.isEmpty ? "" : name.lowercased()
    guard !known.contains(where: { $0.lowercased() == key }) else { return }
    guard known.count < Limit.names, !known.isEmpty || names.count < Limit.hosts else { return limitsReached += 1 }
    names[host, default: []].append(name)
  }

  /// Takes the answers of resolvers, and the names of computers that asked KDCs for themselves.
  package mutating func record(_ lookups: Lookups) {
    for lookup in lookups.names {
      for address in lookup.addresses {
        for name in [lookup.name] + lookup.aliases { record(name, of: address) }
      }
    }
    for exchange in lookups.exchanges {
      if let name = exchange.user.flatMap(Self.computer) { record(name, of: exchange.client) }
    }
  }

  /// Takes what both ends of a connection are called on it.
  package mutating func record(_ connection: ConnectionBrief) {
    let (client, server) = (connection.client.address, connection.server.address)
    // Nearly always they are known: one look for all of them.
    let (ofServer, ofClient) = (names(of: server), names(of: client))
    for name in connection.hosts where !ofServer.contains(name) { record(name, of: server) }
    for index in connection.sessions.indices {
      let identity = connection.sessions[index].identity
      connection.sessions[index].ntlm?.server.read { own in
        if let name = own.nbComputerName, !ofServer.contains(name) { record(name, of: server) }
        if let name = own.dnsComputerName, !ofServer.contains(name) { record(name, of: server) }
      }
      if let name = identity.workstation, !ofClient.contains(name) { record(name, of: client) }
      if let name = identity.user.flatMap(Self.computer) { record(name, of: client) }
    }
    for names in connection.sessionPackets.compactMap(\.names) {
      // RFC 1002 4.3.2 asks for the server's name; who does not know it writes this one.
      if names.called != "*SMBSERVER" { record(names.called, of: server) }
      record(names.calling, of: client)
    }
  }

  /// `PC01` of the account `PC01$@LAB.EXAMPLE`.
  private static func computer(_ account: String) -> String? {
    guard account.utf8.contains(UInt8(ascii: "$")) else { return nil }
    let name = account.prefix { $0 != "@" }
    return name.hasSuffix("$") && name.count > 1 ? String(name.dropLast()) : nil
  }
}
