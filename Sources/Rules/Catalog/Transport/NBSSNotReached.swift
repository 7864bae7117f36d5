import Packets
import Transcripts

extension Rule {
  static let nbssNotReached = Rule(
    id: "nbss-not-reached",
    severity: .error,
    phase: .transport,
    nature: .silence,
    supersededBySuccess: true,
    summary: "The client tries only port 139 and gets no NetBIOS session there.",
    explanation: """
      TCP 139 is the NetBIOS session service. SMB used it before it had its own port. The client does not get as far \
      as SMB: the port is closed or silent, or the server does not answer the session request. The recording has no \
      attempt on port 445, which current systems use.
      """,
    whenBenign: """
      When the client also tries 445. It continues with the port that answers first, and smbdx then reports nothing. \
      A recording made with a filter that leaves out port 445 shows only half of this.
      """,
    howToVerify: "Try port 445 from the client: Test-NetConnection SERVER -Port 445, or “nc -vz SERVER 445”.",
    causes: [
      "the server has NetBIOS over TCP/IP switched off, which is usual, and the client does not use port 445",
      "a firewall lets port 139 through only in part", "the file service hangs, or has reached its limit of clients",
    ],
    remedies: [.useDirectSMB, .testPort445, .checkServerService],
    references: ["RFC 1002 4.3", "MS-SMB2 2.1"],
    judge: .attempt { one in
      guard one.connections.allSatisfy({ $0.server.port == 139 }), let last = one.connections.last, let failure = last.openingFailure,
        let (what, evidence) = failure.onPort139
      else { return [] }
      let first = Evidence(last.firstFrame.number, .client, "the first packet to port 139")
      return [
        Observation(
          .likely, "\(one.server) \(what), and \(Claim.oldPortOnly)", evidence: [first] + evidence,
          connections: [last.id])
      ]
    })
}

extension OpeningFailure {
  /// What the server does, and what shows it; nil for what has a rule of its own.
  fileprivate var onPort139: (String, [Evidence])? {
    switch self {
    case .sessionRefused: nil
    case .noAnswer: ("does not answer on port 139", [])
    case .refused(let reset): ("refuses port 139", [Evidence(reset.stamp.number, .server, "RST")])
    case .unreachable(let notice): ("cannot be reached on port 139", [Evidence(notice.stamp.number, nil, "ICMP: unreachable")])
    case .dropped(let segment):
      ("drops the SYN to port 139 (\(segment.drop.reasonName))", [Evidence(segment.stamp.number, .client, "SYN, dropped by the host")])
    case .challenged: ("answers the SYN to port 139 with an ACK of an older connection", [])
    case .incomplete: ("answers on port 139, but the handshake is not completed", [])
    case .closedUnused(let termination):
      ("closes the connection to port 139 before any data was sent", [Evidence(termination.stamp.number, nil, termination.kind == .rst ? "RST" : "FIN")])
    case .sessionUnanswered(let asked, let termination):
      (
        "does not answer the NetBIOS session request on port 139",
        [Evidence(asked.frame, .client, "session request")]
          + (termination.map { [Evidence($0.stamp.number, nil, "\($0.kind == .rst ? "RST" : "FIN"), \($0.stamp.time.since(asked.time)) later")] } ?? [])
      )
    }
  }
}
