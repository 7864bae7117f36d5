import Packets
import Transcripts

extension Rule {
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
}
