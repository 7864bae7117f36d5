package import Packets

/// The addresses of each host of the network, found by its hardware address.
package struct HostHardware: Sendable, Codable {
  private enum Limit {
    /// Hosts that are remembered.
    static let hosts = 4096
    /// Addresses of one host; IPv6 gives it several. Behind a router that has more there are other hosts.
    static let addresses = 6
  }

  private var byAddress: [IPAddress: UInt64] = [:]
  private var byHardware: [UInt64: [IPAddress]] = [:]
  private(set) var limitsReached = 0

  package init() {}

  /// Takes the sender of a packet.
  mutating func record(_ hardware: UInt64, of host: IPAddress) {
    guard hardware != 0, byAddress[host] == nil, !host.isLinkLocal else { return }
    guard byAddress.count < Limit.hosts else { return limitsReached += 1 }
    byAddress[host] = hardware
    byHardware[hardware, default: []].append(host)
  }

  /// All addresses of a host. Only one that has both IPv4 and IPv6 has several: a router sends in the name of many hosts.
  package func addresses(of host: IPAddress) -> [IPAddress] {
    guard let hardware = byAddress[host], let all = byHardware[hardware], all.count > 1, all.count <= Limit.addresses,
      all.count(where: \.isIPv4) == 1
    else { return [host] }
    return all
  }

  /// Their packets come from different hardware addresses.
  func distinguishes(_ one: IPAddress, _ other: IPAddress) -> Bool {
    guard let first = byAddress[one], let second = byAddress[other] else { return false }
    return first != second
  }

  /// With the other addresses of the same hosts.
  func completed(_ hosts: Set<IPAddress>) -> Set<IPAddress> {
    byHardware.isEmpty ? hosts : Set(hosts.lazy.flatMap(addresses))
  }
}

extension IPAddress {
  /// RFC 4291 2.5.6: `fe80::/10`.
  fileprivate var isLinkLocal: Bool { high >> 54 == 0x3fa }
}
