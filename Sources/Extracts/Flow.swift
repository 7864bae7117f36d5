import Packets

/// The two ends of TCP or UDP traffic, whichever of them sent a packet.
struct Flow: Hashable {
  let first: Endpoint
  let second: Endpoint

  init(_ one: Endpoint, _ other: Endpoint) {
    let isOrdered = one.address == other.address ? one.port <= other.port : one.address < other.address
    (first, second) = isOrdered ? (one, other) : (other, one)
  }

  /// The end that asks, when the other one has this port.
  func client(ofPort port: UInt16) -> IPAddress? {
    if second.port == port { return first.address }
    return first.port == port ? second.address : nil
  }

  func hasPort(_ ports: Set<UInt16>) -> Bool { ports.contains(first.port) || ports.contains(second.port) }
}
