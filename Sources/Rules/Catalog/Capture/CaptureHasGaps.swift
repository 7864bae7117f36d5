import Packets
import Transcripts

extension Rule {
  static let captureHasGaps = Rule(
    id: "capture-has-gaps",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "Bytes of SMB messages are missing from the recording.",
    explanation: """
      The hosts exchanged bytes that are missing from the recording: the other side acknowledged them, or sent what \
      comes after them. smbdx could not read messages in such a gap and did not judge what depends on them. Gaps \
      inside file contents do no harm and are not counted.

      Some recorders write into the file how many packets they lost. An answer may be among those packets, and over \
      UDP its loss leaves no trace. Findings that rest on silence are then only “possible”.
      """,
    whenBenign: "Always. This says nothing about the connections: the hosts received the bytes.",
    howToVerify: "Look at the connections under “not checked”. capinfos shows what the recorder lost on each interface.",
    causes: [
      "the recording program or the mirror port could not keep up",
      "traffic takes several paths and only one was recorded",
    ],
    remedies: [
      .captureWithLargerBuffer,
      .captureWhole,
    ],
    references: ["RFC 9293 3.4"],
    judge: .capture { facts in
      let hasGaps = facts.gaps.count > 0
      let losses = facts.lostPackets.map {
        Observation(
          .proven, "the recorder of \($0.file) lost \(counted($0.count, "packet"))", evidence: [],
          severity: hasGaps ? nil : .info)
      }
      guard hasGaps else { return losses }
      return [
        Observation(
          .proven, "bytes of SMB messages are missing from \(counted(facts.gaps.count, "connection"))",
          evidence: facts.gaps.examples.map {
            Evidence($0.ends, $0.lost, "\(counted($0.lost.count, "byte")) of the \($0.lost.sender.rawValue) missing before this frame")
          })
      ] + losses
    })
}
