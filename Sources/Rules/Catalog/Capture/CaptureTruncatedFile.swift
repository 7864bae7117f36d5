import Packets
import Transcripts

extension Rule {
  static let captureTruncatedFile = Rule(
    id: "capture-truncated-file",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "The capture file is cut short or damaged.",
    explanation: """
      The file ends inside a packet, or a record in it makes no sense. smbdx read and judged everything before that \
      place. It does not know what happened afterwards.
      """,
    whenBenign: "If the file was copied while the recorder was still writing it.",
    howToVerify: "Compare the file's size with that of the original.",
    causes: ["the recording program was killed, or the disk was full", "the file was copied while it was being written"],
    remedies: [Remedy("Copy the file again after the recording has been stopped.")],
    references: ["pcap-savefile(5)"],
    judge: .capture { facts in
      facts.damage.prefix(8).map { damage in
        let place = [damage.frame.map { "frame \($0)" }, damage.byte.map { "byte \($0)" }].compactMap(\.self)
        let at = place.isEmpty ? "" : " at \(place.joined(separator: ", "))"
        return Observation(.proven, "\(damage.file) is damaged\(at): \(damage.message)", evidence: [])
      }
    })
}
