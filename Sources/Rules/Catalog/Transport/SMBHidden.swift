import Packets
import Transcripts

/// SMB that may be there and cannot be read.
extension Rule {
  static let smbOverQUICNotVisible = Rule(
    id: "smb-over-quic-not-visible",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The client speaks QUIC with the server; SMB may be inside.",
    explanation: """
      Windows clients can reach file servers by SMB over QUIC, on UDP port 443. It is encrypted like any HTTPS \
      connection, so this capture cannot tell whether it is SMB. It is mentioned only when no SMB over TCP with that \
      server works in this recording, or when there is none at all.
      """,
    harmless: "Web browsers use QUIC on the same port: most of it is no SMB.",
    confirmation: """
      Ask whether SMB over QUIC is set up on this server: it has to be switched on there, and Windows clients try it \
      only when TCP fails, or when they are told to.
      """,
    remedies: [
      Remedy("When SMB should go over TCP, find out why TCP 445 fails; the other findings of this report say what was seen of it.")
    ],
    references: ["RFC 9000 17.2.2", "MS-SMB2 2.1"],
    judge: .capture { hidden($0, .quic, "QUIC on UDP 443") })

  static let smbOverRDMANotVisible = Rule(
    id: "smb-over-rdma-not-visible",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The hosts use RDMA; SMB Direct may be inside.",
    explanation: """
      SMB Direct carries SMB over RDMA: iWARP on TCP port 5445, or RoCE on UDP port 4791. It is not decoded here. A \
      session that was set up over TCP may go on over RDMA, where this capture shows nothing of it. Network cards \
      mostly hide RDMA from a capture on the host altogether.
      """,
    harmless: "Other storage protocols use RDMA too.",
    confirmation: "On the Windows client compare with what it says of its connections:",
    remedies: [
      Remedy("On the Windows client see which connections use RDMA:", command: "Get-SmbMultichannelConnection", fits: [.windowsClient])
    ],
    references: ["MS-SMBD 2.1", "RFC 5044 7.1"],
    judge: .capture { hidden($0, .rdma, "RDMA") })

  private static func hidden(
    _ facts: RecordingFacts, _ kind: HiddenTransport.Kind, _ name: String
  ) -> [Observation] {
    let fitting = facts.hidden.filter { transport in
      guard transport.kind == kind else { return false }
      guard let sibling = transport.sibling else { return facts.connections == 0 }
      // RDMA follows a working connection; QUIC stands in for one that does not work.
      return kind == .rdma || sibling != .established
    }
    guard let first = fitting.first else { return [] }
    let more = fitting.count > 1 ? " and \(fitting.count - 1) more" : ""
    return [
      Observation(
        .possible, "\(first.client) and \(first.server)\(more) use \(name), in which SMB may be hidden",
        evidence: fitting.prefix(5).map { Evidence($0.frame, nil, "\(name), \($0.client) → \($0.server)") })
    ]
  }
}
