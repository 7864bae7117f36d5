package import Packets

/// A SYN-ACK to a client's port from another address than the one that the client asked from there.
package struct StrayAnswer: Sendable {
  /// The one whose SYN has no answer.
  package var connection: Int
  package var asked: Int
  package var address: IPAddress
  package var frame: Int
}

extension [Case] {
  /// More of one client say nothing new.
  private static var limit: Int { 8 }

  /// Joins the answers that no SYN belongs to with the SYNs that have none.
  mutating func recordAnswersFromElsewhere() {
    var strays: [Endpoint: (server: IPAddress, stamp: FrameStamp, wasReset: Bool)] = [:]
    for index in indices where self[index].hasStrayAnswer {
      for connection in self[index].connections {
        guard let answer = connection.strayAnswerFrame else { continue }
        strays[connection.client] = (connection.server.address, FrameStamp(number: answer, time: connection.firstFrame.time), connection.endedBy == .client)
      }
    }
    guard !strays.isEmpty else { return }
    for index in indices {
      for connection in self[index].connections where self[index].answersFromElsewhere.count < Self.limit {
        guard let stray = strays[connection.client], connection.hasNoAnswer(but: stray.wasReset), stray.server != connection.server.address,
          (.zero ... Case.timeout).contains(stray.stamp.time.since(connection.firstFrame.time))
        else { continue }
        self[index].answersFromElsewhere.append(
          StrayAnswer(connection: connection.id, asked: connection.firstFrame.number, address: stray.server, frame: stray.stamp.number))
      }
    }
  }
}

extension ConnectionBrief {
  /// Nothing came back to its SYN, for as long as clients wait; or a second SYN, or the reset of the stray answer, shows that the client
  /// had no use for it.
  fileprivate func hasNoAnswer(but isStrayReset: Bool) -> Bool {
    if case .noAnswer? = openingFailure { return true }
    return openingFailure == nil && (silentSYNs > 1 || silentSYNs == 1 && isStrayReset)
  }
}
