import Packets
import Transcripts

/// SMB that may be there and cannot be read.
extension Rule {
  static let smbOverQUICNotVisible = Rule(
    id: "smb-over-quic-not-visible",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The client uses QUIC with the server; SMB may be inside.",
    explanation: """
      Windows clients can reach file servers by SMB over QUIC, on UDP port 443. It is encrypted like any HTTPS \
      connection, so the capture does not show whether it is SMB. smbdx mentions it only if no SMB over TCP with \
      that server works in this recording, or if the recording has no SMB at all.
      """,
    whenBenign: "Usually. Web browsers use QUIC on the same port, and most of it is not SMB.",
    howToVerify: """
      Find out whether SMB over QUIC is set up on this server: it has to be switched on there. Windows clients try \
      it only if TCP fails, or if they are set to use it.
      """,
    remedies: [
      Remedy("If SMB should use TCP, find out why TCP 445 fails: see the other findings of this report.")
    ],
    references: ["RFC 9000 17.2.2", "MS-SMB2 2.1"],
    judge: .capture { hidden($0, .quic, "QUIC on UDP 443") })

  static let smbOverQUICRefused = Rule(
    id: "smb-over-quic-refused",
    severity: .warning,
    phase: .transport,
    nature: .status,
    summary: "The server's UDP port 443 is closed or unreachable, so SMB over QUIC is not possible.",
    explanation: """
      ICMP answers the client's first QUIC packet: the port is closed, or the host is unreachable. Clients that may \
      also use TCP continue with port 445. Clients that are set to use only QUIC fail here.
      """,
    whenBenign: """
      When it is a web browser: they try QUIC with every server and continue with TCP. If SMB over TCP works between \
      the two hosts in this recording, smbdx reports nothing.
      """,
    howToVerify: "Find out whether the client is set to use SMB over QUIC (net use with /transport:quic, or “client smb transports” of Samba).",
    causes: [
      "SMB over QUIC is not set up on this server, or its certificate is not mapped", "the server's firewall rejects UDP 443",
      "the name leads to a host without SMB over QUIC",
    ],
    remedies: [
      Remedy(
        "On the Windows server check whether SMB over QUIC is enabled and has a certificate:",
        command: "Get-SmbServerConfiguration | select EnableSMBQUIC; Get-SmbServerCertificateMapping", fits: [.windowsServer]),
      Remedy(
        "On Samba (from 4.23) look at “server smb transports” in smb.conf, which has to name quic; the kernel needs its QUIC module:",
        command: #"testparm -sv 2>/dev/null | grep "smb transports""#, fits: [.samba]),
      Remedy("Or let the client use TCP port 445, where that is allowed."),
    ],
    references: ["RFC 9000 17.2.2", "RFC 792"],
    judge: .capture { facts in
      facts.hidden.filter { transport in
        transport.kind == .quic && transport.refusal != nil && transport.mayBeSMB(facts)
      }.prefix(5).compactMap { transport in
        guard let refusal = transport.refusal else { return nil }
        return Observation(
          .proven,
          refusal.isOfPort
            ? "UDP port 443 of \(transport.server) is closed: ICMP port unreachable answers the first QUIC packet"
            : "QUIC does not reach \(transport.server): \(refusal.reporter) answers the first packet with ICMP unreachable",
          evidence: [
            Evidence(transport.frame, .client, "QUIC on UDP 443, \(transport.client) → \(transport.server)"),
            Evidence(refusal.frame, nil, "ICMP unreachable from \(refusal.reporter)"),
          ].compactMap(\.self))
      }
    })

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
    judge: .capture { hidden($0, .rdma, "RDMA") })

  private static func hidden(
    _ facts: RecordingFacts, _ kind: HiddenTransport.Kind, _ name: String
  ) -> [Observation] {
    let fitting = facts.hidden.filter { transport in
      transport.kind == kind && transport.refusal == nil && transport.mayBeSMB(facts)
    }
    guard let first = fitting.first else { return [] }
    let more = fitting.count > 1 ? " and \(fitting.count - 1) more" : ""
    return [
      Observation(
        .possible, "\(first.client) and \(first.server)\(more) use \(name), which may hide SMB",
        evidence: fitting.prefix(5).map { Evidence($0.frame, nil, "\(name), \($0.client) → \($0.server)") })
    ]
  }
}

extension HiddenTransport {
  /// RDMA follows a working connection; QUIC stands in for one that does not work.
  fileprivate func mayBeSMB(_ facts: RecordingFacts) -> Bool {
    guard let sibling else { return facts.connections == 0 }
    return kind == .rdma || sibling != .established
  }
}
