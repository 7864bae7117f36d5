import Packets
import Transcripts

extension Rule {
  static let connectionResetInUse = Rule(
    id: "connection-reset-in-use",
    severity: .warning,
    phase: .transport,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The connection was closed while the client waited for an answer.",
    explanation: """
      A session was set up, and one side closed the connection with a request of the client still unanswered. Clients \
      connect again on their own; programs may notice an error. It is an error when it was the first request on the \
      share, and only a note when the client closed. How a reset looks tells whether the host really sent it: see \
      rst-injected-by-third-party.
      """,
    harmless: """
      Closes after LOGOFF, of an idle connection, or by a client that has all its answers are ordinary and not \
      reported. A client that has gone without a word, so that the server ends the connection, is a note.
      """,
    confirmation: "Look at the log of the side that closed it, for this moment.",
    causes: [
      "the file service crashed or was stopped, or an administrator closed the session",
      "security software on the server or on the path that objects to this request", "the server ran out of resources",
    ],
    remedies: [.serverLogs, .clientLogs, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.2.7.1"]
  ) { transcript in
    switch transcript.end.diagnosis {
    case .cutOff(.request, let peer): transcript.cutOffRequest(by: peer)
    case .left(.request), .closedBehind(.share), .leftOpen(.share): transcript.vanishedClient
    default: []
    }
  }
}

extension Transcript {
  fileprivate func cutOffRequest(by peer: Peer) -> [Observation] {
    guard let closing = ending else { return [] }
    // Programs leave with questions open; only a reset says that something was wrong.
    if peer == .client, closing.kind == .fin || wasLeftOrderly { return [] }
    let evidence = [Evidence(end.last.number, .client, "the request")] + evidenceOfEnd
    if peer == .server, let unasked = compressedUnasked, unasked.number >= end.last.number {
      return [
        Observation(
          .likely, "the server closed the connection over a compressed message, although compression was not agreed",
          evidence: [
            Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response without COMPRESSION_CAPABILITIES"),
            Evidence(unasked.number, .client, "a compressed message"),
          ].compactMap(\.self) + evidenceOfEnd,
          severity: .error,
          causes: [
            "an error in the client: it compresses although the server did not agree to it (MS-SMB2 3.3.5.2.13)",
            "a device on the path that removed the compression context from NEGOTIATE",
          ])
      ]
    }
    let isFirst = end.step == .onShare && traffic.isFirstOnShare(end.last.number)
    return [
      Observation(
        suspiciousReset == nil ? .proven : .possible, "\(closer(peer)) while a request was unanswered, \(end.waited) after it",
        evidence: evidence, severity: peer == .client ? .info : isFirst ? .error : nil, goal: Goal(.established))
    ]
  }

  /// The client's last word is long ago, and the server, which had something to say or to ask, ended the connection.
  fileprivate var vanishedClient: [Observation] {
    guard let closing = ending, closing.kind == .rst, peer(closing.side) == .server, !closing.isUnseen, !wasLeftOrderly,
      let silent = trace(of: .client).lastTime, let spoke = trace(of: .server).lastTime,
      spoke.since(silent) >= End.patience, !closings.contains(where: { self.peer($0.side) == .client })
    else { return [] }
    return [
      Observation(
        .likely, "the client said nothing more for \(closing.stamp.time.since(silent)), not even to the server's keep-alives, and the server ended the connection",
        evidence: [Evidence(traffic.lastRequestFrame, .client, "the client's last request")].filter { $0.frame > 0 } + endEvidence,
        severity: .info,
        causes: ["the client was switched off, went to sleep or left the network", "the path to the client broke"])
    ]
  }
}
