import Packets
import Transcripts

extension Rule {
  static let smbAlternativePort = Rule(
    id: "smb-alternative-port",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "A connection uses SMB on a non-standard port.",
    explanation: """
      smbdx recognised SMB by its bytes on a port other than 445 and 139, and judges everything else as usual. \
      Firewall rules, WAN optimizers and other tools that rely on the port do not recognise it.
      """,
    whenBenign: "When the port is intended. Current Windows versions can use another port, and SMB often runs through SSH tunnels.",
    howToVerify: "Find out who set up the port or the tunnel.",
    remedies: [
      Remedy(
        "If the port is intended, do nothing, or add it to .smbdx.toml under [ports]. If other tools should see this traffic, configure the port there too.")
    ],
    references: ["MS-SMB2 2.1"]
  ) { transcript in
    guard transcript.isOnOtherPort, transcript.traffic.isSMB || transcript.smb1?.request != nil,
      transcript.negotiation != nil || transcript.smb1 != nil || transcript.traffic.requests > 1,
      // What answers in another protocol is no server of SMB.
      !transcript.isKnock
    else { return [] }
    return [
      Observation(
        .proven, "SMB on port \(transcript.server.port)",
        evidence: [
          Evidence(
            transcript.negotiation?.requestStamp?.frame ?? transcript.smb1?.requestStamp?.number ?? transcript.traffic.lastRequestFrame,
            .client, "SMB request to port \(transcript.server.port)")
        ].compactMap(\.self))
    ]
  }
}
