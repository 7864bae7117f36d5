import Packets

extension [Case] {
  /// The connection that waited between NEGOTIATE and its end, without a logon, while its client asked the KDC: nobody else
  /// was served by that. None when there are several.
  func asked(_ exchange: KerberosExchange, _ candidates: [Int]) -> (caseIndex: Int, connection: Int)? {
    var found: (caseIndex: Int, connection: Int)?
    for index in candidates {
      for connection in self[index].unusedConnections where connection.isWaiting(at: exchange.start.number) {
        guard found == nil else { return nil }
        found = (index, connection.id)
      }
    }
    return found
  }
}

extension ConnectionBrief {
  /// The dialect was chosen, the client never logged on, and the frame lies between that and its end.
  fileprivate func isWaiting(at frame: Int) -> Bool {
    guard let negotiateFrame, sessions.isEmpty, endedBy == .client else { return false }
    return frame > negotiateFrame && frame < lastFrame.number
  }
}
