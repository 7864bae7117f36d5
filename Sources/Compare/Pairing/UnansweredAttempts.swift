import Packets

/// Connections that a device accepts in the name of a server it does not reach: at the far point its own attempt gets no
/// connection, so that nothing of the client's messages is there.
struct UnansweredAttempts {
  private enum Limit {
    /// What two clocks are apart, as a rule, where nothing shows it.
    static let ofClocks = TimeSpan.seconds(10)
    /// What a device may wait before it opens its own connection.
    static let ofDevice = TimeSpan.seconds(1)
  }

  /// What speaks for an attempt being that of a device which accepted a connection; more is better.
  private enum Likeness: Int {
    /// They are at the same time, and nothing else is.
    case time
    /// The device has the address that the client calls.
    case device
    /// The device calls the address that the client calls.
    case server
  }

  private let near: [PointConnection]
  private let far: [PointConnection]
  private let clock: ClockRelation?

  /// - Parameter clock: as far as connections with content in common show it.
  init(near: [PointConnection], far: [PointConnection], clock: ClockRelation?) {
    (self.near, self.far, self.clock) = (near, far, clock)
  }

  /// - Parameters:
  ///   - freeNear: places of connections that are not paired.
  ///   - freeFar: the same at the far point.
  func pairs(_ freeNear: [Int], _ freeFar: [Int]) -> [ConnectionPair] {
    let accepted = freeNear.filter { near[$0].isAcceptedInVain }
    var attempts = accepted.isEmpty ? [] : freeFar.filter { far[$0].isAttempt }
    let isOnly = accepted.count == 1 && attempts.count == 1
    return accepted.compactMap { place in
      let found = attempts.indices.compactMap { index in
        likeness(near[place], far[attempts[index]], isOnly: isOnly).map { (index: index, likeness: $0.rawValue) }
      }
      // The first of equal ones: both lists are in the order of their beginnings.
      guard let best = found.max(by: { ($0.likeness, $1.index) < ($1.likeness, $0.index) }) else { return nil }
      return ConnectionPair(near: place, far: attempts.remove(at: best.index), common: [.attempt])
    }
  }

  private func likeness(_ one: PointConnection, _ attempt: PointConnection, isOnly: Bool) -> Likeness? {
    guard isAtOneTime(one, attempt) else { return nil }
    if one.server.address == attempt.server.address { return .server }
    if one.server.address == attempt.client.address { return .device }
    // Any host may fail to reach another one at the same time.
    return isOnly && one.server.port == attempt.server.port ? .time : nil
  }

  /// The attempt falls into the time in which the client waits.
  private func isAtOneTime(_ one: PointConnection, _ attempt: PointConnection) -> Bool {
    guard let asked = one.handshake.syn, let attempted = attempt.handshake.syn else { return false }
    let slack = clock.map { $0.error + Limit.ofDevice } ?? Limit.ofClocks
    let (start, end) = clock.map { ($0.far(asked.time), $0.far(one.lastFrame.time)) } ?? (asked.time, one.lastFrame.time)
    return start - slack <= attempted.time && attempted.time <= end + slack
  }
}

extension PointConnection {
  /// It is open, and the client asks, but gets not one byte.
  fileprivate var isAcceptedInVain: Bool {
    handshake.syn != nil && !isEmptyOfServer && serverStream.end == 0 && clientStream.end > 0
  }

  /// Nobody accepts it.
  var isAttempt: Bool { handshake.syn != nil && isEmptyOfServer && clientStream.end == 0 }
  /// What the server does with it.
  var fateOfAttempt: String { "\(server.address) \(terminations.contains(where: \.isRefusal) ? "refuses" : "does not answer") its SYN" }

  /// The server answers here, and the client asks again, as if there were no answer; and at the other point there is none.
  func getsNoAnswer(from other: PointConnection) -> Bool {
    handshake.synAckCount > 1 && !isAcceptedByClient && other.isAttempt && other.handshake.synCount > 1 && other.terminations.isEmpty
  }
}
