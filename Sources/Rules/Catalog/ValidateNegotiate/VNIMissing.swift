import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniMissing = Rule(
    id: "vni-missing",
    severity: .info,
    phase: .validateNegotiate,
    nature: .note,
    needs: [.negotiate, .validateNegotiate],
    summary: "The client uses a share but did not validate the negotiation.",
    explanation: """
      The client offered SMB 3.0 or higher, an older dialect than 3.1.1 was chosen, and the client began to use the \
      share without Validate Negotiate. It would not notice tampering with NEGOTIATE.

      This alone is no fault. Many clients never send it (libraries, older Linux kernels). No client sends it for \
      guest and anonymous sessions, over SMB 3.1.1, or on additional channels.
      """,
    whenBenign: "When the client never sends it, like impacket, libsmb2 and older Linux kernels.",
    howToVerify: "Look at the settings of this client: RequireSecureNegotiate on old Windows, the kernel version on Linux.",
    causes: [
      "a client that does not implement Validate Negotiate",
      "RequireSecureNegotiate is switched off on a Windows client",
    ],
    remedies: [
      Remedy(
        "On an old Windows client, switch it on again:",
        command:
          #"Set-ItemProperty -Path "HKLM:\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters" RequireSecureNegotiate -Value 1 -Force"#,
        fits: [.windowsClient]),
      .requireSigningClient,
    ],
    references: ["MS-SMB2 3.2.5.5"]
  ) { transcript in
    guard let dialect = transcript.dialect, dialect < .smb311, dialect != .wildcard,
      transcript.negotiation?.offered.contains(where: { $0 >= .smb300 }) == true,
      transcript.validations.isEmpty, transcript.settledValidations == 0,
      let first = transcript.traffic.firstTreeUse, !transcript.isAdditionalChannel,
      let session = transcript.mainSession, session.isEstablished, !session.hasNoKey,
      let tree = transcript.trees.first(where: \.isConnected)
    else { return [] }
    return [
      Observation(
        .possible, "the client uses the share without Validate Negotiate, although SMB \(dialect) supports it",
        evidence: [
          Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response, SMB \(dialect)"),
          Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response, success"),
          Evidence(first.number, .client, "first use of the share"),
        ].compactMap(\.self))
    ]
  }
}
