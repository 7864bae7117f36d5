import Packets
import Transcripts

extension Rule {
  static let notACapture = Rule(
    id: "not-a-capture",
    severity: .critical,
    phase: .capture,
    nature: .note,
    summary: "The input is not a packet capture.",
    explanation: """
      The input does not match any format that smbdx reads: pcap, pcapng, Network Monitor, snoop, AIX iptrace, \
      Windows event traces (.etl), and text with the bytes of packets, also compressed with gzip, zstd, lz4 or xz. \
      The message says what it is, or what it begins with.
      """,
    whenBenign: "Always. It says nothing about SMB.",
    howToVerify: "“file NAME” shows what kind of file it is.",
    causes: ["a file of another kind", "the beginning of the file is lost or overwritten"],
    remedies: [.captureWhole, .captureWholeWindows],
    references: ["pcap-savefile(5)", "draft-ietf-opsawg-pcapng"],
    // Without frames there are no facts; whoever opens the input says so.
    judge: .capture { _ in [] })
}
