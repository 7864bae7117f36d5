import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateSlow = Rule(
    id: "negotiate-slow",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    summary: "The server took more than five seconds to answer NEGOTIATE.",
    explanation: """
      NEGOTIATE requests nothing that takes time: a healthy server answers within milliseconds plus the round trip. \
      A server that takes seconds is overloaded, or something in front of its file service delays the request.
      """,
    whenBenign: "When it happens once, right after the server has started.",
    howToVerify: "Compare with the time that the server's TCP takes to acknowledge the request.",
    remedies: [.antivirus, .serverLogs],
    references: ["MS-SMB2 3.3.5.4"],
    threshold: .seconds(5)
  ) { limit in
    .connection { transcript in
      guard let asked = transcript.negotiation?.requestStamp, let answer = transcript.negotiation?.responseStamp,
        answer.time.since(asked.time) > limit
      else { return [] }
      return [
        Observation(
          .proven, "the server answered NEGOTIATE after \(answer.time.since(asked.time))",
          evidence: [Evidence(asked.frame, .client, "NEGOTIATE request"), Evidence(answer.frame, .server, "NEGOTIATE response")])
      ]
    }
  }
}
