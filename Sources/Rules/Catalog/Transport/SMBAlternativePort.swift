import Packets
import Transcripts

extension Rule {
  static let smbAlternativePort = Rule(
    id: "smb-alternative-port",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "SMB is spoken on a port that is not its own.",
    explanation: """
      SMB was recognised by its bytes on a port other than 445 and 139. Everything else is judged as usual. Firewall \
      rules, WAN optimizers and other tools that go by the port do not see it.
      """,
    harmless: "Current Windows versions can be told to use another port, and SMB is often sent through SSH tunnels.",
    confirmation: "Ask who set up the port or the tunnel.",
    remedies: [
      Remedy(
        "Nothing, when the port is meant: name it in .smbdx.toml, under [ports]. When other tools are to see this traffic, tell them the port too.")
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
        .proven, "SMB is spoken on port \(transcript.server.port)",
        evidence: [
          Evidence(
            transcript.negotiation?.requestStamp?.frame ?? transcript.smb1?.requestFrame ?? transcript.traffic.lastRequestFrame,
            .client, "SMB request to port \(transcript.server.port)")
        ].compactMap(\.self))
    ]
  }
}
