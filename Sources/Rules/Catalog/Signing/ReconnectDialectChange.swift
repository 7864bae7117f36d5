import Protocols
import Transcripts

extension Rule {
  static let reconnectDialectChange = Rule(
    id: "reconnect-dialect-change",
    severity: .warning,
    phase: .signing,
    nature: .status,
    supersededBySuccess: true,
    summary: "A reconnect in another dialect failed.",
    explanation: """
      The client returned to an earlier session (PreviousSessionId) but negotiated a different dialect than the \
      first time. This happens after an upgrade of the server. Old clients cannot carry over their session and fail \
      with signature or validation errors.
      """,
    whenBenign: "When the client succeeds at its next try.",
    howToVerify: "Compare the dialects of the two NEGOTIATE responses in the evidence.",
    causes: ["the server was upgraded or set to other dialects while the client held a session"],
    remedies: [.disconnectAndWait],
    references: ["MS-SMB2 2.2.5", "MS-SMB2 3.2.4.2.3"],
    judge: .attempt { one in
      let returns = one.connections.indices.filter { one.connections[$0].returnsInVain }
      guard !returns.isEmpty else { return [] }
      let holders = one.holdersOfSessions
      return returns.compactMap { place in
        let connection = one.connections[place]
        guard let dialect = connection.dialect, let session = connection.sessions.first(where: { $0.previousID != 0 }),
          let holder = holders[session.previousID, default: []].first(where: { $0 != place }),
          let former = one.connections[holder].dialect, former != dialect
        else { return nil }
        return Observation(
          .likely, "the client returns with SMB \(dialect) to a session that it had with SMB \(former), and fails",
          evidence: [
            Evidence(one.connections[holder].negotiateFrame, .server, "NEGOTIATE response, SMB \(former)"),
            Evidence(connection.negotiateFrame, .server, "NEGOTIATE response, SMB \(dialect)"),
            Evidence(session.requestStamp.frame, .client, "SESSION_SETUP with the former session's identifier"),
          ].compactMap(\.self), connections: [connection.id])
      }
    })
}

extension ConnectionBrief {
  fileprivate var returnsInVain: Bool { outcome == .failed && dialect != nil && sessions.contains { $0.previousID != 0 } }
}

extension Case {
  /// For each established session the places of the first two connections that have it: one may be the connection that asks.
  fileprivate var holdersOfSessions: [UInt64: [Int]] {
    var holders: [UInt64: [Int]] = [:]
    for place in connections.indices {
      for session in connections[place].sessions where session.isEstablished {
        let known = holders[session.id, default: []]
        if known.count < 2, known.last != place { holders[session.id, default: []].append(place) }
      }
    }
    return holders
  }
}

extension Remedy {
  fileprivate static let disconnectAndWait = Remedy(
    "On the client disconnect the drive, wait half a minute, and connect it again (DRIVE is its letter):",
    command: "net use DRIVE: /delete", fits: [.windowsClient],
    variants: [
      Remedy("On the client unmount the share and mount it again.", fits: .unixClients + [.macOSClient, .otherClient])
    ])
}
