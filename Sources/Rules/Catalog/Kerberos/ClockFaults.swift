extension [KerberosFault] {
  /// A client that overcomes a wrong clock for its first ticket, and has the next one refused as expired or not yet valid, has
  /// overcome nothing.
  mutating func blameClockForTickets() {
    guard let skew = firstIndex(where: { $0.isSuperseded && $0.code == 37 && $0.exchange != nil }) else { return }
    for index in indices where [32, 33].contains(self[index].code) && self[index].connection == self[skew].connection {
      guard self[index].frame > self[skew].frame, !self[index].isSuperseded else { continue }
      self[skew].isSuperseded = false
      self[index].isSecondary = true
    }
  }

  /// The next request may succeed, and its ticket be of no use to a client with a wrong clock.
  ///
  /// - Parameter connections: those that the client left without a logon.
  mutating func blameClockForLeaving(_ connections: Set<Int>) {
    guard !connections.isEmpty else { return }
    let explained = Set(lazy.filter { !$0.isSuperseded }.compactMap(\.connection))
    for index in indices where self[index].isSuperseded {
      guard let connection = self[index].connection, connections.contains(connection) else { continue }
      self[index].hasGotIn = false
      if !explained.contains(connection) { self[index].isSuperseded = false }
    }
  }
}
