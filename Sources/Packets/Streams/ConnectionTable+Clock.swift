/// Connections end by time while no frames come. Only live captures need this.
extension ConnectionTable {
  /// How long connections that say nothing are remembered.
  private enum Timeout {
    /// Undecided connections: TCP does not keep trying for so long.
    static let undecided = TimeSpan.minutes(5)
    /// Others without a reader, or with a reader for another protocol than SMB: two hours is when keep-alives begin, RFC 9293 3.8.4.
    static let foreign = TimeSpan.hours(3)
    /// SMB at rest over a day and night.
    static let read = TimeSpan.hours(36)
  }

  /// Connections that have a reader and are not reported.
  package var openCount: Int { readings.count { $0 != nil } }

  /// The clock goes on: reports connections whose end is long enough ago.
  package mutating func advance(to now: Timestamp) { endLingering(now: now) }

  /// Reports connections that have said nothing for very long, and makes their slots free.
  package mutating func expire(at now: Timestamp) {
    for slot in slots.indices where slots[slot].state != .ended || !slots[slot].hasEnding {
      let timeout =
        switch slots[slot].state {
        case .undecided: Timeout.undecided
        case .foreign, .ended: Timeout.foreign
        case .consumed, .lingering: Timeout.read
        }
      guard now.since(slots[slot].lastFrame.time) > timeout else { continue }
      end(slot)
      slots[slot].state = .ended
      slots[slot].hasEnding = true
      queue(slot)
    }
  }

  /// Lends connections that are not reported yet, in their present state, with their reader. Those with bytes that
  /// wait behind a hole are left out: what they say is not known yet.
  ///
  /// - Parameter isWanted: by number and last frame.
  package func forEachOpen(
    where isWanted: (_ tcpStream: Int, _ lastFrame: Timestamp) -> Bool,
    _ body: (TCPConnection, any StreamConsumer) -> Void
  ) {
    for slot in slots {
      guard isWanted(slot.tcpStream, slot.lastFrame.time) else { continue }
      let state: TCPState
      let consumer: any StreamConsumer
      if slot.isRead, let reading = readings[Int(slot.reading)] {
        guard reading.state.heldByteCount == 0 else { continue }
        (state, consumer) = (reading.state, reading.consumer)
      } else if slot.state == .undecided, let reader = observer.consumerWithoutPayload(endpoints: slot.key.endpoints) {
        (state, consumer) = (TCPState(handshake: slot.handshake), reader)
      } else {
        continue
      }
      var connection = connection(of: slot, state)
      connection.notices = notices[slot.tcpStream] ?? []
      connection.drops = drops[slot.tcpStream] ?? []
      if !slot.isRead { observer.connectionStarted(connection, consumer: consumer) }
      body(connection, consumer)
    }
  }
}
