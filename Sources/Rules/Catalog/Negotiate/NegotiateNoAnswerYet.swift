import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateNoAnswerYet = Rule(
    id: "negotiate-no-answer-yet",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    needs: [.end],
    summary: "The recording ended before an answer to NEGOTIATE.",
    explanation: """
      The client sent NEGOTIATE, and the recording ends before an answer. It also ends before the minute after which \
      a Windows client gives up. So it does not show whether the server would have answered.
      """,
    whenBenign: "If the recording was just stopped too early. A healthy server then looks the same.",
    howToVerify: "Record again, until at least a minute after the request.",
    remedies: [.captureWhole],
    references: ["MS-SMB2 3.2.6.1"]
  ) { transcript in
    // In a recording whose times step back the end is unknown.
    guard transcript.end.diagnosis == .notYet(.negotiate), transcript.captureEnd >= transcript.lastFrame.time else { return [] }
    return [
      Observation(
        .proven, "no answer to NEGOTIATE before the recording ends, \(transcript.end.waited) later",
        evidence: transcript.evidence(ofUnanswered: transcript.end.last))
    ]
  }
}
