import Packets
import Transcripts

extension Rule {
  static let captureOneDirectional = Rule(
    id: "capture-one-directional",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Only one direction was recorded.",
    explanation: """
      For these connections the recording has only what one side sent, although acknowledgments show that the other \
      side sent something too. A request without an answer then proves nothing and is not reported, unless the client's \
      later acknowledgments show that nothing came back to it.
      """,
    whenBenign: "Always. This says nothing about the connections themselves.",
    howToVerify: "Check whether the other direction takes another path or another interface.",
    remedies: [
      Remedy("Record on one of the two hosts, or let the mirror port copy both directions of all links that the traffic may use."),
      .captureWhole,
    ],
    references: ["RFC 9293 3.4"],
    judge: .capture { facts in
      guard facts.oneDirectional.count > 0 else { return [] }
      return [
        Observation(
          .proven, "only one direction was recorded of \(counted(facts.oneDirectional.count, "SMB connection"))",
          evidence: facts.oneDirectional.examples.map {
            Evidence($0.ends, $0.ends.firstFrame, "nothing sent by the \($0.unseen.rawValue) was recorded")
          })
      ]
    })
}
