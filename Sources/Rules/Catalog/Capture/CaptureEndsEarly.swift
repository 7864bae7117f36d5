import Packets
import Transcripts

extension Rule {
  static let captureEndsEarly = Rule(
    id: "capture-ends-early",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "The recording ends while a client waits for an answer.",
    explanation: """
      A client had sent a request and had no answer yet when the recording ended. It had not waited long enough to \
      call this a failure: the answer may have come right afterwards.

      A healthy server answers within a second or two. If the client had waited ten seconds or more, this is a \
      warning: something is probably wrong, and a longer recording would prove it.
      """,
    whenBenign: "Usually. Every recording ends somewhere.",
    howToVerify: "Record for at least a minute after the failure: Windows waits that long.",
    remedies: [.captureWhole],
    references: ["MS-SMB2 3.2.6.1"],
    judge: .capture { facts in
      guard facts.openQuestions.count > 0 else { return [] }
      return [
        Observation(
          .proven,
          "the recording ends while \(counted(facts.openQuestions.count, "connection waits", "connections wait")) for an answer"
            + (facts.overdueQuestions == 0
              ? "" : facts.openQuestions.count == 1 ? ", which is long overdue" : ", which is long overdue for \(grouped(facts.overdueQuestions))"),
          evidence: facts.openQuestions.examples.map {
            Evidence(
              $0.ends, $0.asked.number,
              "\($0.question), unanswered \((facts.counts.lastTime ?? $0.asked.time).since($0.asked.time)) later at the end")
          }, severity: facts.overdueQuestions > 0 ? .warning : nil,
          causes: facts.overdueQuestions > 0 ? overdueCauses : nil)
      ]
    })

  private static let overdueCauses = [
    "the server waits for something itself: a domain controller, a name server, a disk, security software",
    "a device on the path drops the request or its answer", "the server hangs",
  ]
}
