import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniUnanswered = Rule(
    id: "vni-unanswered",
    severity: .error,
    phase: .validateNegotiate,
    nature: .silence,
    needs: [.serverReplies],
    summary: "The server never answered Validate Negotiate.",
    explanation: """
      The request was sent and nothing came back: the client gave up after ten seconds or more, or the connection was \
      still waiting after a minute. TCP may well have acknowledged the request; that only says that the server's \
      network stack has it.

      Look first for a device that swallows IOCTL requests, then at the server. When the capture ends sooner, or \
      bytes of the server are missing from it, nothing is reported.
      """,
    causes: [
      "a device on the path swallows the request or its answer",
      "the server hangs (storage, antivirus filter)",
    ],
    remedies: [.captureOtherSideOfSilence, .serverLogs, .wanOptimizer],
    references: ["MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    guard let validation = transcript.lastValidation, validation.responseStamp == nil else { return [] }
    let asked = validation.requestStamp.time
    let evidence = transcript.evidence(of: validation)
    if let closing = transcript.ending {
      let waited = closing.stamp.time.since(asked)
      guard transcript.peer(closing.side) == .client, waited >= ValidationAbort.patience,
        !transcript.wasResetByThirdParty
      else { return [] }
      return [
        Observation(
          .likely,
          "no answer to Validate Negotiate came in \(milliseconds(waited)); then the client closed the connection"
            + transcript.noteOnLostAnswer,
          evidence: evidence + [transcript.evidence(of: closing, after: validation.requestStamp)])
      ]
    }
    let waited = transcript.captureEnd.since(asked)
    guard waited >= Transcript.patience else { return [] }
    return [
      Observation(
        .likely, "no answer to Validate Negotiate came in \(milliseconds(waited))" + transcript.noteOnLostAnswer,
        evidence: evidence)
    ]
  }
}
