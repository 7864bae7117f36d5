import Packets
import Transcripts

extension Rule {
  static let connectionResetInUse = Rule(
    id: "connection-reset-in-use",
    severity: .info,
    phase: .transport,
    nature: .note,
    needs: [.serverReplies],
    summary: "The connection was reset while the client waited for an answer.",
    explanation: """
      A session was set up and shares were in use when one side reset the connection, with a request of the client \
      still unanswered. Clients connect again on their own; programs may notice an error. How the reset looks tells \
      whether the host really sent it: see rst-injected-by-third-party.
      """,
    harmless: """
      Resets after LOGOFF, of an idle connection, or by a client that has all its answers are ordinary and not \
      reported.
      """,
    confirmation: "Look at the log of the side that reset it, for this moment.",
    remedies: [.serverLogs, .clientLogs, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.2.7.1"]
  ) { transcript in
    guard let closing = transcript.ending, closing.kind == .rst, transcript.traffic.isAwaitingAnswer,
      transcript.outcome == .established, !transcript.wasLeftOrderly, transcript.forgedReset == nil,
      transcript.validationAbort == nil
    else { return [] }
    return [
      Observation(
        .proven, "the \(transcript.peer(closing.side).rawValue) reset the connection while a request was unanswered",
        evidence: [
          Evidence(transcript.traffic.lastRequestFrame, .client, "the last request"), transcript.evidence(of: closing),
        ].compactMap(\.self))
    ]
  }
}
