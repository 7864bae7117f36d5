import Packets
import Transcripts

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
    judge: .capture { mayHideSMB($0, .quic, "QUIC on UDP 443") })
}
