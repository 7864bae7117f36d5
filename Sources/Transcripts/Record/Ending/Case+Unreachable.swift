package import Packets

extension Transcript {
  /// SYNs to which not one packet came back, and that is all there is; 0 for any other connection.
  var silentSYNs: Int {
    guard handshake.syn != nil, handshake.synAck == nil, !visibility.hasPayload, visibility.unseenPeer == nil,
      !handshake.isAnsweredUnseen, trace(of: .server).segments == 0, terminations.isEmpty, notices.allSatisfy(\.error.isTimeExceeded), drops.isEmpty
    else { return 0 }
    return Int(handshake.synCount)
  }
}

extension Case {
  /// Fewer, or within less time, are nothing to go by.
  private static let silentSYNs = 4
  private static let silentTime = TimeSpan.seconds(3)

  /// Many tries to connect, each too short to tell, and not one packet back in all the time.
  package var unreachable: (syns: Int, first: FrameStamp, last: FrameStamp)? {
    // Port 139 is tried beside 445, and may well be closed.
    guard connections.count > 1, connections.allSatisfy({ $0.server.port == 139 || $0.silentSYNs > 0 && $0.openingFailure == nil })
    else { return nil }
    let tries = connections.filter { $0.server.port != 139 }
    guard tries.count > 1 else { return nil }
    let syns = tries.reduce(0) { $0 + $1.silentSYNs }
    guard let first = tries.map(\.firstFrame).min(by: { $0.number < $1.number }),
      let last = tries.map(\.lastFrame).max(by: { $0.number < $1.number }), syns >= Self.silentSYNs,
      last.time.since(first.time) >= Self.silentTime
    else { return nil }
    return (syns, first, last)
  }
}
