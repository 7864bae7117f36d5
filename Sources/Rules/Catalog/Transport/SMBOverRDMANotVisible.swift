import Packets
import Transcripts

extension Rule {
  static let smbOverRDMANotVisible = Rule(
    id: "smb-over-rdma-not-visible",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The hosts use RDMA; SMB Direct may be inside.",
    explanation: """
      SMB Direct carries SMB over RDMA: iWARP on TCP port 5445, or RoCE on UDP port 4791. smbdx does not decode it. \
      A session that was set up over TCP may continue over RDMA, and the capture then shows nothing of it. Network \
      cards usually hide RDMA from a capture on the host.
      """,
    whenBenign: "Usually. Other storage protocols use RDMA too.",
    howToVerify: "Compare with the connections that the Windows client lists:",
    remedies: [
      Remedy("On the Windows client list which connections use RDMA:", command: "Get-SmbMultichannelConnection", fits: [.windowsClient])
    ],
    references: ["MS-SMBD 2.1", "RFC 5044 7.1"],
    judge: .capture { mayHideSMB($0, .rdma, "RDMA") })
}
