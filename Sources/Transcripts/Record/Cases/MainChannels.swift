import Packets
import Protocols

/// The connections of a case that work and are no further channels, by what a further channel has in common with them.
struct MainChannels: Sendable {
  /// What a failed connection did not come to tell is nil, and fits all.
  private struct Kind: Hashable {
    var port: UInt16
    var client: GUID?
    var dialect: SMB2Dialect?
  }

  /// By the numbers of their first and last frames.
  private var spans: [Kind: Spans<Int>] = [:]

  /// - Parameter connections: by their first frame.
  init(_ connections: [ConnectionBrief]) {
    for main in connections where main.outcome == .established && !main.isAdditionalChannel {
      for client in Set([nil, main.clientGUID]) {
        for dialect in Set([nil, main.dialect]) {
          spans[Kind(port: main.server.port, client: client, dialect: dialect), default: Spans()].append(
            from: main.firstFrame.number, to: main.lastFrame.number)
        }
      }
    }
  }

  /// One of them had begun before a connection, and was not over when that began.
  func includes(beside failed: ConnectionBrief) -> Bool {
    let kind = Kind(port: failed.server.port, client: failed.clientGUID, dialect: failed.dialect)
    return spans[kind]?.latestEnd(begunBy: failed.firstFrame.number).map { $0 > failed.firstFrame.number } ?? false
  }
}
