import Packets
import Protocols
import Transcripts

extension Rule {
  static let multiProtocolUpgradeIncomplete = Rule(
    id: "multi-protocol-upgrade-incomplete",
    severity: .error,
    phase: .negotiate,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server offered SMB2, but the client did not continue with it.",
    explanation: """
      The client's first message was an SMB1 NEGOTIATE that also asks for SMB2, and the server answered with the \
      dialect 0x02FF. This means: negotiate again, in SMB2. The client did not, and the connection ended there.
      """,
    whenBenign: """
      When a modern client leaves at this point on port 139: it returns on port 445. A scanner that only asks for \
      the server's version also leaves here.
      """,
    howToVerify: "Check whether the same client connects again, and look at its log for this moment.",
    causes: [
      "a client that cannot speak the SMB2 it asked for (SMB2 switched off, or an old implementation)",
      "a device on the path that adds SMB2 to the client's list",
    ],
    remedies: [.clientLogs, .captureOtherSide, .alignDialectsWindows],
    references: ["MS-SMB2 3.3.5.3.1", "MS-SMB2 3.2.5.2"]
  ) { transcript in
    let diagnosis = transcript.end.diagnosis
    guard [.rejected(.upgrade), .closedBehind(.upgrade), .leftOpen(.upgrade)].contains(diagnosis), let smb1 = transcript.smb1,
      !transcript.isNetBIOS
    else { return [] }
    return [
      Observation(
        .possible, "the server offered SMB2 (0x02FF), and the connection ended without another NEGOTIATE",
        evidence: [
          Evidence(smb1.requestStamp?.number, .client, "SMB1 NEGOTIATE: \(smb1.request?.list ?? "")"),
          Evidence(smb1.upgradeFrame, .server, "NEGOTIATE response, DialectRevision 0x02FF"),
        ].compactMap(\.self) + transcript.evidenceOfEnd)
    ]
  }
}
