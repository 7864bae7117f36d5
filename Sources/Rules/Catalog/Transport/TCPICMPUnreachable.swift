package import Packets
import Transcripts

extension Rule {
  static let tcpICMPUnreachable = Rule(
    id: "tcp-icmp-unreachable",
    severity: .critical,
    phase: .transport,
    nature: .status,
    supersededBySuccess: true,
    summary: "A router or firewall reports that the server cannot be reached.",
    explanation: """
      An ICMP error answered the client's SYN. “Time to live exceeded” means a loop between routers. Its code gives the reason, and its source address shows the sender: \
      the server's own address means its firewall, any other address a router or firewall on the way. \
      “Administratively prohibited” always means a firewall rule.
      """,
    whenBenign: "When the connection succeeds anyway, for example after a route change. smbdx then reports nothing.",
    howToVerify: "Log in to the device with the source address of the ICMP error, and look at its log for this moment.",
    causes: [
      "a firewall or access list that rejects TCP 445",
      "no route to the server's network, or a VPN that is not up",
      "the server is down: the last router finds no host with this address",
    ],
    remedies: [.openPort445, .checkAddress, .testPort445],
    references: ["RFC 792", "RFC 1122 3.2.2.1", "RFC 4443 3.1"]
  ) { transcript in
    guard case .unreachable(let notice)? = transcript.openingFailure, !transcript.isNetBIOS, let syn = transcript.handshake.syn else { return [] }
    let error = notice.error
    let isOwn = error.reporter == transcript.client.address
    // To find no host takes a router seconds.
    let isSearch = error.reason != .host || notice.stamp.time.since(syn.time) >= .milliseconds(900)
    let reason = isSearch ? error.reason : .route
    let who = error.reporter == transcript.server.address ? "the server itself" : isOwn ? "the client's own system" : "\(error.reporter)"
    return [
      Observation(
        .proven, "\(who) reports that \(transcript.server) cannot be reached: \(error.meaning)",
        evidence: [
          Evidence(syn.number, .client, "SYN"),
          Evidence(
            notice.stamp.number, nil,
            "ICMP\(error.isVersion6 ? "v6" : "") type \(error.type) code \(error.code) (\(error.meaning)) from \(error.reporter)"),
        ].compactMap(\.self), causes: error.isTimeExceeded ? [loop(at: error.reporter)] : isOwn ? unresolvedCauses : error.reporter == transcript.server.address ? ownFirewallCauses : causes(of: reason),
        firstRemedies: isOwn ? [.checkAddress] : error.reporter == transcript.server.address ? [.openPort445] : reason.firstRemedies)
    ]
  }

  /// What the code names comes first.
  private static func causes(of reason: ICMPError.Reason) -> [String]? {
    let causes = tcpICMPUnreachable.causes
    return switch reason {
    case .prohibition: Array(causes.prefix(1))
    case .filter: [causes[0], "nothing listens on this port of the server, or of the host to which a router forwards it"]
    case .route: [causes[1], causes[0]]
    case .host: ["the server is down, or has another address: the last router finds no host with this one (ARP, neighbour discovery)", causes[0]]
    }
  }
}

extension Rule {
  private static let ownFirewallCauses = ["the server's own firewall rejects TCP 445 from this client"]
  /// A host says so itself when nothing on its network answers for the address.
  private static let unresolvedCauses = [
    "the server is down, or has another address: nothing on the client's network answers for this one (ARP, neighbour discovery)",
    "no route from the client to the server's network",
  ]
}

extension ICMPError {
  /// What the sender says is missing.
  fileprivate enum Reason {
    case route, host, filter, prohibition

    var firstRemedies: [Remedy] {
      switch self {
      case .route: [.checkRoute]
      case .host: [.checkAddress]
      case .filter, .prohibition: []
      }
    }
  }

  fileprivate var reason: Reason {
    switch (isVersion6, code) {
    case (false, 0), (false, 6), (false, 11), (true, 0): .route
    case (false, 1), (false, 7), (false, 12), (true, 3): .host
    case (false, 9), (false, 10), (false, 13), (true, 1), (true, 5), (true, 6): .prohibition
    default: .filter
    }
  }

  /// What the code of an "unreachable" says: RFC 792, RFC 1122 3.2.2.1, RFC 4443 3.1.
  package var meaning: String {
    if isTimeExceeded { return "time to live exceeded in transit" }
    return switch (isVersion6, code) {
    case (false, 0): "net unreachable"
    case (false, 1): "host unreachable"
    case (false, 3): "port unreachable"
    case (false, 9): "network administratively prohibited"
    case (false, 10): "host administratively prohibited"
    case (false, 13): "communication administratively prohibited"
    case (true, 0): "no route to destination"
    case (true, 1): "communication administratively prohibited"
    case (true, 2): "beyond scope of source address"
    case (true, 3): "address unreachable"
    case (true, 4): "port unreachable"
    default: "code \(code)"
    }
  }
}
