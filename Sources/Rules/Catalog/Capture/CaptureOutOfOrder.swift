import Packets
import Transcripts

extension Rule {
  static let captureOutOfOrder = Rule(
    id: "capture-out-of-order",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "The packets are not in the order of their times.",
    explanation: """
      Some packets carry an earlier time than the packet before them. smbdx puts streams in order by their sequence \
      numbers, so nothing is lost. For two packets close together it is uncertain which came first.
      """,
    whenBenign: "Always. Network cards with several queues and captures on several interfaces do this all the time.",
    howToVerify: "Sort the file by time and compare.",
    remedies: [Remedy("Sort the file before looking at it elsewhere:", command: "reordercap in.pcapng out.pcapng")],
    references: ["draft-ietf-opsawg-pcapng"],
    judge: .capture { facts in
      guard facts.counts.misorderedFrames > 0 else { return [] }
      return [
        Observation(
          .proven,
          "\(counted(facts.counts.misorderedFrames, "packet")) out of order, by \(facts.counts.largestStepBack.nanoseconds < 100_000 ? "less than 0.1 ms" : "up to \(facts.counts.largestStepBack)")",
          evidence: [Evidence(facts.counts.firstMisorderedFrame, nil, "the first packet with an earlier time than the one before it")].compactMap(\.self))
      ]
    })
}
