import Packets
import Transcripts

extension Rule {
  static let captureTruncated = Rule(
    id: "capture-truncated",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "Packets were recorded only in part.",
    explanation: """
      The recording kept only the first bytes of each packet (snapshot length). If this cut off SMB messages that \
      set up a connection, smbdx could not read them and did not judge what depends on them. If it cut off only file \
      contents, this is only a note.
      """,
    whenBenign: "If you used a short snapshot length to keep file contents out of the recording. 512 bytes are usually enough, but Kerberos tickets need more.",
    howToVerify: "Look at the connections under “not checked”.",
    causes: ["the recording program was set to keep only the beginning of each packet"],
    remedies: [.captureWhole, .captureWholeWindows],
    references: ["pcap-savefile(5)"],
    judge: .capture { facts in
      guard facts.counts.truncatedFrames > 0 else { return [] }
      let what = "\(counted(facts.counts.truncatedFrames, "packet")) recorded only in part, with at most \(facts.counts.snapshotLength) bytes"
      guard facts.cut.count > 0 else { return [Observation(.proven, what, evidence: [], severity: .info)] }
      return [
        Observation(
          .proven, "\(what), which hides messages of \(counted(facts.cut.count, "SMB connection"))",
          evidence: facts.cut.examples.map {
            Evidence($0.ends, $0.lost, "\(counted($0.lost.count, "byte")) of the \($0.lost.sender.rawValue) not recorded")
          })
      ]
    })
}
