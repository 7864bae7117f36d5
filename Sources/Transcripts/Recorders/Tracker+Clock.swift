package import Packets

/// What a capture that is still going on needs beside the frames.
extension Tracker {
  /// Time of the last frame, or the later one given to ``advance(to:)``.
  package var now: Timestamp { adopter.now.time }

  /// Connections of which something is remembered.
  package var openConnections: Int { table.openCount }

  /// The clock goes on although no frame comes. Never goes back.
  package mutating func advance(to now: Timestamp) {
    adopter.now.time = max(adopter.now.time, now)
    table.advance(to: adopter.now.time)
  }

  /// Lets go what has been silent for very long.
  package mutating func expire() { table.expire(at: adopter.now.time) }

  /// Transcripts of open SMB connections, as they would be reported if the recording ended now.
  ///
  /// - Parameter isWanted: by `tcpStream` and the time of the last frame.
  package func forEachOpenTranscript(
    where isWanted: (_ tcpStream: Int, _ lastFrame: Timestamp) -> Bool, _ body: (Transcript) -> Void
  ) {
    table.forEachOpen(where: isWanted) { connection, consumer in
      if let transcript = adopter.snapshot(connection, consumer) { body(transcript) }
    }
  }

  /// What clients have asked of KDCs and resolvers since a moment, as it would be reported if the recording ended now.
  package func lookups(since start: Timestamp) -> Lookups {
    var recent = lookups(adopter.kerberos.snapshot(at: now, clientsWithSMB: adopter.clientsWithSMB).filter { $0.start.time >= start })
    recent.names.removeAll { $0.start.time < start }
    recent.neighbors.removeAll { $0.last.time < start }
    return recent
  }
}
