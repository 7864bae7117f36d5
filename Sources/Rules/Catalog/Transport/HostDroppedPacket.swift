import Packets
import Transcripts

extension Rule {
  static let hostDroppedPacket = Rule(
    id: "host-dropped-packet",
    severity: .critical,
    phase: .transport,
    nature: .status,
    supersededBySuccess: true,
    summary: "The Windows host that made the recording dropped the client's attempt to connect and gives the reason.",
    explanation: """
      pktmon records which packets Windows drops, where in its network stack, and for what reason. Windows dropped \
      the client's TCP SYN and sent no answer. For the client this looks like a host that is down.

      The reason shows which component dropped it. “Inspection” means the Windows Defender Firewall or another \
      program that filters at the same places (antivirus, endpoint protection, VPN client). IPsec reasons come from \
      connection security rules. Reasons of the virtual switch come from policies and port filters of Hyper-V or \
      Azure.
      """,
    whenBenign: """
      When Windows drops a SYN once and the next try gets through. smbdx then reports nothing. If no program listens \
      on the port, Windows answers with a reset, and tcp-syn-refused reports that.
      """,
    howToVerify: """
      Try again while Windows logs which filter drops packets: run “auditpol /set /subcategory:"Filtering Platform Packet Drop" \
      /failure:enable”, and look for event 5152 with port 445 in the Security log.
      """,
    causes: HostDrop.Cause.firewall.causes,
    remedies: HostDrop.Cause.firewall.remedies,
    references: ["RFC 9293 3.5"]
  ) { transcript in
    guard case .dropped(let segment)? = transcript.openingFailure, !transcript.isNetBIOS else { return [] }
    let (drop, handshake) = (segment.drop, transcript.handshake)
    let tries = handshake.synCount > 1 ? "; the client tried \(handshake.synCount) times" : ""
    let last = handshake.lastTry.flatMap { $0.number > segment.stamp.number ? $0 : nil }
    return [
      Observation(
        .proven,
        "\(drop.dropper(transcript)) dropped the TCP SYN to \(transcript.server): \(drop.reasonName) (\(drop.reason))\(drop.cause.meaning)\(tries)",
        evidence: [
          Evidence(segment.stamp.number, .client, "SYN, dropped with reason \(drop.reasonName) at \(drop.locationName)"),
          Evidence(last?.number, .client, "SYN number \(handshake.synCount)"),
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
    case .firewall: ", by the Windows firewall or a program that filters like it"
    case .ipsec: ", by IPsec or a connection security rule"
    case .virtualSwitch: ", by a policy or filter of the virtual switch"
    case .noListener: ", because no program listens on the port"
    case .other: ""
    }
  }

  fileprivate var causes: [String] {
    switch self {
    case .firewall:
      [
        "no inbound rule of the Windows Defender Firewall allows TCP 445 in this network profile",
        "a blocking rule on this host or from a group policy",
        "another program that filters packets: endpoint protection, a VPN client",
      ]
    case .ipsec: ["a connection security rule requires IPsec, but the client does not use it", "the IPsec policies of the two hosts differ"]
    case .virtualSwitch: ["a port ACL, VLAN or isolation of the virtual switch", "a network security group or another policy of the cloud"]
    case .noListener: ["the service “Server” is stopped, or not bound to this adapter", "the wrong host or port"]
    case .other: ["see the reason in the evidence"]
    }
  }

  fileprivate var remedies: [Remedy] {
    switch self {
    case .firewall: [.allowSMBIn, .checkProfile, .findDroppingFilter]
    case .ipsec: [.checkConnectionSecurity, .findDroppingFilter]
    case .virtualSwitch: [.checkVirtualSwitch]
    case .noListener: [.checkServerService, .checkAddress]
    case .other: [.findDroppingFilter, .checkPath]
    }
  }
}
