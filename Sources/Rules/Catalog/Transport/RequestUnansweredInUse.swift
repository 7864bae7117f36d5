import Packets
import Transcripts

extension Rule {
  static let requestUnansweredInUse = Rule(
    id: "request-unanswered-in-use",
    severity: .warning,
    phase: .transport,
    nature: .silence,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The server stopped answering in the middle of the work.",
    explanation: """
      The connection was established, and then a request got no answer: the client turned away after ten seconds or more, \
      or was still waiting after a minute. TCP may well have acknowledged the request; that only says that the server's \
      network stack has it. It is an error when it was the first request on the share, because then the user got nothing.
      """,
    harmless: "When the server says that it is at work (STATUS_PENDING), or the capture ends sooner, nothing is reported.",
    confirmation: "Open the same file or folder on the server itself; a capture there shows whether the request arrived.",
    causes: [
      "the storage behind the share hangs", "security software or another file system filter on the server",
      "the server waits for another client that holds the file", "a device on the path swallows the request or its answer",
    ],
    remedies: [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence],
    references: ["MS-SMB2 3.2.6.1", "MS-SMB2 3.3.5.9"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.request), !transcript.visibility.startsMidstream || transcript.traffic.responses > 0
    else { return [] }
    let end = transcript.end
    let isFirst = end.step <= .onShare && transcript.traffic.isFirstOnShare(end.last.number)
    return [
      Observation(
        end.delivery == .confirmed ? .likely : .possible,
        "\(transcript.serverName) does not answer \(isFirst ? "the first request on the share" : "a request")\(transcript.noteOnWaiting)",
        evidence: [Evidence(end.last.number, .client, "the request")] + transcript.evidenceOfEnd,
        severity: isFirst ? .error : nil, goal: Goal(.established))
    ]
  }
}

extension Traffic {
  /// Whether the request is the first by which somebody works with a share.
  func isFirstOnShare(_ frame: Int) -> Bool { firstTreeUseFrame == 0 || frame <= firstTreeUseFrame }
}
