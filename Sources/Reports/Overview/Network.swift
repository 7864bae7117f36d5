package import Packets
import Rules

/// A prefix of addresses, as in `10.20.30.0/24`.
package struct Network: Hashable, Sendable, CustomStringConvertible {
  package let address: IPAddress
  /// Of the 128 bits that both kinds of addresses have here.
  private let bits: Int

  /// - Parameter bits: of 32 or 128.
  package init(_ address: IPAddress, bits: Int) {
    self.bits = address.isIPv4 ? bits + 96 : bits
    self.address = address.masked(to: self.bits)
  }

  package func contains(_ other: IPAddress) -> Bool {
    other.isIPv4 == address.isIPv4 && other.masked(to: bits) == address
  }

  package var description: String { "\(address)/\(address.isIPv4 ? bits - 96 : bits)" }

  /// What most networks of one place have: 24 of IPv4, 64 of IPv6.
  static func usual(of address: IPAddress) -> Network { Network(address, bits: address.isIPv4 ? 24 : 64) }
}

extension IPAddress {
  fileprivate func masked(to bits: Int) -> IPAddress {
    IPAddress(high: high & mask(min(bits, 64)), low: low & mask(max(bits - 64, 0)))
  }

  private func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : ~0 << UInt64(64 - bits) }

  /// Bits that both begin with.
  fileprivate func commonBits(with other: IPAddress) -> Int {
    let (first, second) = (high ^ other.high, low ^ other.low)
    return first != 0 ? first.leadingZeroBitCount : 64 + second.leadingZeroBitCount
  }
}

/// How some addresses are called together.
///
/// `60 clients in 10.20.30.0/24`, `56 of 60 clients in 10.20.30.0/24`, `10.20.30.17`, `4 clients`
func summary(of clients: Set<IPAddress>) -> String {
  guard clients.count > 1 else { return clients.first.map { "client \($0)" } ?? "no client" }
  let all = counted(clients.count, "client")
  if let network = commonNetwork(of: clients) { return "\(all) in \(network)" }
  let counts = clients.reduce(into: [Network: Int]()) { $0[.usual(of: $1), default: 0] += 1 }
  if let most = counts.max(by: { ($0.value, $1.key.description) < ($1.value, $0.key.description) }),
    most.value >= 3, most.value * 10 >= clients.count * 7
  {
    return "\(grouped(most.value)) of \(all) in \(most.key)"
  }
  return all
}

/// The prefix that all have; nil where it is too short to mean a place.
func commonNetwork(of clients: Set<IPAddress>) -> Network? {
  guard let first = clients.first, clients.count > 1 else { return nil }
  guard clients.allSatisfy({ $0.isIPv4 == first.isIPv4 }) else { return nil }
  let common = clients.reduce(128) { min($0, first.commonBits(with: $1)) } - (first.isIPv4 ? 96 : 0)
  let (shortest, usual) = first.isIPv4 ? (16, 24) : (48, 64)
  return common < shortest ? nil : Network(first, bits: min(common, usual))
}
