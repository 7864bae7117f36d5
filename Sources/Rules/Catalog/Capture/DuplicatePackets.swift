import Packets
import Transcripts

extension Rule {
  static let duplicatePackets = Rule(
    id: "duplicate-packets",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Packets were recorded more than once.",
    explanation: """
      The recording has the same segments, with the same IP identification, twice: it was made on several \
      interfaces, or a mirror port copies both the way in and the way out. smbdx counts them once. Other tools may \
      show them as retransmissions.
      """,
    whenBenign: "Always. It does not change the diagnosis.",
    howToVerify: "Compare hop limits and hardware addresses of the copies: they differ from interface to interface.",
    remedies: [Remedy("Remove the copies before counting anything in another tool:", command: "editcap -d in.pcapng out.pcapng")],
    references: ["RFC 6864 4"],
    judge: .capture { facts in
      // A few may have been made by the network itself.
      guard facts.copiedSegments >= 5, facts.copiedSegments * 20 >= facts.segments else { return [] }
      return [
        Observation(
          .likely, "\(facts.copiedSegments) of \(counted(facts.segments, "TCP segment")) with SMB recorded more than once",
          evidence: [])
      ]
    })
}
