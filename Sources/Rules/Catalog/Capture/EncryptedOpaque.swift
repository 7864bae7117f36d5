import Packets
import Transcripts

extension Rule {
  static let encryptedOpaque = Rule(
    id: "encrypted-opaque",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Connections are encrypted before shares are connected.",
    explanation: """
      From the given frame on, SMB encryption hides everything. The recording shows that a logon succeeded, but not \
      which shares were connected and with what result.
      """,
    whenBenign: "Always. The server or the client is set to encrypt.",
    howToVerify: "The server's log shows which shares were connected and what was refused.",
    remedies: [
      .serverLogs,
      Remedy(
        "Give smbdx the user's password or NT hash, or the session key, in a key file (a Samba server logs session keys with “debug encryption = yes”). If the user logged on with Kerberos, give it the server's keytab instead, with --keytab. It then reads the encrypted messages:",
        command: "smbdx --keys keys.toml FILE"),
      Remedy("Wireshark can decrypt a recording if you give it the same keys."),
    ],
    references: ["MS-SMB2 2.2.41", "MS-SMB2 3.1.4.3"],
    judge: .capture { facts in
      guard facts.encrypted.count > 0 else { return [] }
      return [
        Observation(
          .proven, "\(counted(facts.encrypted.count, "connection is", "connections are")) encrypted before shares are connected",
          evidence: facts.encrypted.examples.map { Evidence($0.ends, $0.frame, "the first encrypted message") })
      ]
    })
}
