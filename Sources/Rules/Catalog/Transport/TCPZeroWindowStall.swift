import Packets
import Transcripts

extension Rule {
  static let tcpZeroWindowStall = Rule(
    id: "tcp-zero-window-stall",
    severity: .warning,
    phase: .transport,
    // It explains the silence and the close that follow.
    nature: .reset,
    summary: "One side accepted no data for more than five seconds while the connection was being set up.",
    explanation: """
      A host advertises a receive window of zero if its application does not read the data that has arrived. With \
      the few small messages that set up a connection this does not happen on a healthy host: the process or a \
      driver in front of it hangs. The finding is an error if the host took no data any more and the connection was never \
      established. Some devices keep unwanted clients waiting in this way (tarpits).
      """,
    whenBenign: "When it is short and happens under load, in the middle of large transfers. That is normal, and smbdx does not report it.",
    howToVerify: "Look at the load of that host at this moment: memory, disk queues, security software.",
    causes: ["the server process or the client's redirector hangs"] + causesOfFullWindow,
    remedies: [.serverLogs, .clientLogs],
    references: ["RFC 9293 3.8.6"]
  ) { transcript in
    guard !transcript.visibility.startsMidstream else { return [] }
    if let closed = transcript.closedFromTheStart { return [closed] }
    return [Peer.client, .server].compactMap { peer in
      guard let window = transcript.trace(of: peer).zeroWindow,
        window.since.number <= transcript.establishmentEnd || transcript.isOnTheWay
      else { return nil }
      let end = transcript.ending?.stamp.time ?? transcript.captureEnd
      let duration = window.isOver ? window.duration : end.since(window.since.time)
      guard duration > ZeroWindow.notable else { return nil }
      // The other side could not even ask.
      let isEnd = !window.isOver && duration >= End.timeout && transcript.outcome != .established
      return Observation(
        .proven, "the \(peer.rawValue) accepted no data for \(duration)" + (isEnd ? ", until the connection ended or the recording did" : ""),
        evidence: [Evidence(window.since.number, peer, "window 0")] + (isEnd ? transcript.endEvidence : []), severity: isEnd ? .error : nil,
        causes: [peer == .server ? "the file service of the server hangs, and does not read what arrives" : "the program or the redirector of the client hangs"] + causesOfFullWindow,
        firstRemedies: [peer == .server ? .serverLogs : .clientLogs])
    }
  }
}

private let causesOfFullWindow = ["a driver in front of it hangs (antivirus, storage filter)", "the host is out of memory"]

extension Transcript {
  /// The server opened the connection without a window, and the client never sent anything.
  fileprivate var closedFromTheStart: Observation? {
    guard handshake.isWindowClosed, let synAck = handshake.synAck, !visibility.hasPayload, visibility.unseenPeer == nil else { return nil }
    let waited = (ending?.stamp.time ?? captureEnd).since(synAck.time)
    guard waited >= End.timeout else { return nil }
    return Observation(
      .proven, "the server accepts the connection, but no data on it in \(waited)",
      evidence: [Evidence(synAck.number, .server, "SYN-ACK with window 0")] + endEvidence, severity: .error,
      causes: [
        "a device or program that keeps unwanted clients waiting (tarpit), in front of the server or on it",
        "a load balancer or SYN proxy whose server does not answer", "the server has no memory for new connections",
      ])
  }
}
