import Packets
import Transcripts

extension Rule {
  static let captureStartsMidstream = Rule(
    id: "capture-starts-midstream",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Connections were already open when the recording began.",
    explanation: """
      The recording lacks their TCP handshake, and often NEGOTIATE, the logon and TREE_CONNECT as well. smbdx could \
      judge only what came later. Clients keep connections open for minutes after their last use.
      """,
    whenBenign: "Always. The recording shows nothing wrong with these connections.",
    howToVerify: "Look at the connections under “not checked”.",
    remedies: [
      Remedy("Close the client's connections before recording, so that it has to open new ones (on Windows, as administrator):", command: "net use * /delete", caution: "Programs that have files open on the shares lose them."),
      .captureWhole,
    ],
    references: ["RFC 9293 3.5"],
    judge: .capture { facts in
      guard facts.startedBefore.count > 0 else { return [] }
      return [
        Observation(
          .proven, "the recording starts in the middle of \(counted(facts.startedBefore.count, "SMB connection"))",
          evidence: facts.startedBefore.examples.map { Evidence($0, $0.firstFrame, "first packet recorded") })
      ]
    })
}
