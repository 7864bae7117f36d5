import Packets
import Transcripts

extension Rule {
  static let hostDroppedPacket = Rule(
    id: "host-dropped-packet",
    severity: .critical,
    phase: .transport,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The Windows host that made the recording dropped the client's attempt to connect, and says why.",
    explanation: """
      pktmon records which packets Windows throws away, where in its network stack, and for what reason. The client's \
      TCP SYN is one of them, and no answer went out: the client sees silence, as from a host that is down.

      The reason tells who dropped it. An inspection is the Windows Defender Firewall or another program that filters at \
      the same places (antivirus, endpoint protection, VPN client). Reasons of IPsec are connection security rules; \
      reasons of the virtual switch are policies and port filters of Hyper-V or Azure.
      """,
    harmless: """
      A SYN that is dropped once and gets through on the next try is no failure and is not reported. What nobody listens \
      for is answered with a reset, which has a rule of its own.
      """,
    confirmation: """
      Try again while Windows logs which filter drops: run “auditpol /set /subcategory:"Filtering Platform Packet Drop" \
      /failure:enable”, and look for event 5152 with port 445 in the Security log.
      """,
    causes: HostDrop.Cause.firewall.causes,
    remedies: HostDrop.Cause.firewall.remedies,
    references: ["RFC 9293 3.5"]
  ) { transcript in
    guard case .dropped(let segment)? = transcript.openingFailure, !transcript.isNetBIOS else { return [] }
    let (drop, handshake) = (segment.drop, transcript.handshake)
    let tries = handshake.synCount > 1 ? "; the client tried \(handshake.synCount) times" : ""
    let last = Int(handshake.lastTryFrame)
    return [
      Observation(
        .proven,
        "\(drop.dropper(transcript)) dropped the TCP SYN to \(transcript.server): \(drop.reasonName) (\(drop.reason))\(drop.cause.meaning)\(tries)",
        evidence: [
          Evidence(segment.stamp.number, .client, "SYN, dropped with reason \(drop.reasonName) at \(drop.locationName)"),
          last > segment.stamp.number ? Evidence(last, .client, "SYN number \(handshake.synCount)") : nil,
        ].compactMap(\.self),
        causes: drop.cause.causes, remedies: drop.cause.remedies)
    ]
  }
}

extension HostDrop {
  /// Whose Windows it was.
  fileprivate func dropper(_ transcript: Transcript) -> String {
    switch way {
    case .received: "the server \(transcript.server.address)"
    case .sent: "the client \(transcript.client.address)"
    case .unknown: "the recording host"
    }
  }
}

extension HostDrop.Cause {
  fileprivate var meaning: String {
    switch self {
    case .firewall: ", the Windows firewall or a program that filters like it"
    case .ipsec: ", IPsec or a connection security rule"
    case .virtualSwitch: ", a policy or filter of the virtual switch"
    case .nobodyListens: ", no program listens on the port"
    case .other: ""
    }
  }

  fileprivate var causes: [String] {
    switch self {
    case .firewall:
      [
        "no inbound rule of the Windows Defender Firewall allows TCP 445 in this network profile",
        "a rule that blocks, of this host or of a group policy",
        "another program that filters packets: endpoint protection, a VPN client",
      ]
    case .ipsec: ["a connection security rule asks for IPsec, and the client sends in clear", "the IPsec policies of the two hosts differ"]
    case .virtualSwitch: ["a port ACL, VLAN or isolation of the virtual switch", "a network security group or another policy of the cloud"]
    case .nobodyListens: ["the service “Server” is stopped, or not bound to this adapter", "the wrong host or port"]
    case .other: ["the reason in the evidence"]
    }
  }

  fileprivate var remedies: [Remedy] {
    switch self {
    case .firewall: [.allowSMBIn, .checkProfile, .findDroppingFilter]
    case .ipsec: [.checkConnectionSecurity, .findDroppingFilter]
    case .virtualSwitch: [.checkVirtualSwitch]
    case .nobodyListens: [.checkServerService, .checkAddress]
    case .other: [.findDroppingFilter, .checkPath]
    }
  }
}
