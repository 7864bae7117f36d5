/// The two ends of a connection in a fixed order, so that both directions have one key.
struct ConnectionKey: Equatable {
  let first: IPAddress
  let second: IPAddress
  let firstPort: UInt16
  let secondPort: UInt16

  /// - Returns: the key, and the side that sent the packet.
  static func of(_ packet: borrowing Packet) -> (key: ConnectionKey, sender: Side) {
    of(source: packet.source, destination: packet.destination)
  }

  /// - Returns: the key, and the side that `source` is.
  static func of(source: Endpoint, destination: Endpoint) -> (key: ConnectionKey, sender: Side) {
    let isOrdered =
      source.address == destination.address
      ? source.port <= destination.port : source.address < destination.address
    return isOrdered
      ? (
        ConnectionKey(
          first: source.address, second: destination.address, firstPort: source.port, secondPort: destination.port),
        .first
      )
      : (
        ConnectionKey(
          first: destination.address, second: source.address, firstPort: destination.port, secondPort: source.port),
        .second
      )
  }

  var endpoints: (Endpoint, Endpoint) {
    (Endpoint(address: first, port: firstPort), Endpoint(address: second, port: secondPort))
  }

  /// A hash that a sender of packets cannot predict: `seed` is random in each run.
  func hash(seed: UInt64) -> UInt64 {
    var state = seed
    func mix(_ word: UInt64) {
      let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
      state = product.high ^ product.low
    }
    mix(first.high)
    mix(first.low)
    mix(second.high)
    mix(second.low &+ UInt64(firstPort) << 48 &+ seed)
    mix(UInt64(secondPort) << 16 | UInt64(firstPort))
    return state
  }
}
