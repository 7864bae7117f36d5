import Packets
import Transcripts

extension Rule {
  private static let otherCauses = [
    "a firewall, access list or Internet provider drops TCP 445",
    "the server is down, or the address is wrong (an old DNS record)",
    "no route, or a VPN that is not up",
    "the way back is blocked (asymmetric routing)",
  ]

  /// The port was open before.
  private static let causesAfterSuccess = [
    "the server went down or was restarted, or the path to it broke, after it had answered this client",
    "a firewall, or the server itself, blocks this client since then, for example after too many attempts",
    "the server is overloaded, and accepts no further connections",
  ]

  /// The host answers elsewhere.
  private static let causesOfFilter = [
    "a firewall, access list or Internet provider drops TCP 445", "the server's own firewall drops it",
    "the way back is blocked (asymmetric routing)",
  ]

  /// The port is open for others.
  private static let causesBesideSuccess = [
    "a firewall, an intrusion prevention system or the server itself blocks this client, or has a limit of connections for each client",
    "the way between this client and the server is broken, or its VPN is not up", "the server is overloaded, and drops further connections",
  ]

  static func loop(at router: IPAddress) -> String {
    "packets to the server run in a loop between routers, or take too many hops: \(router) reports that their time to live ran out"
  }

  static let tcpSynTimeout = Rule(
    id: "tcp-syn-timeout",
    severity: .critical,
    phase: .transport,
    nature: .silence,
    needs: [.answerToSYN],
    supersededBySuccess: true,
    summary: "The server does not answer the client's attempt to connect.",
    explanation: """
      The client sent its TCP SYN several times and nothing came back: no SYN-ACK, no refusal, no ICMP error. Either \
      the SYN does not arrive, or the answer does not come back. Usually a firewall drops the packets silently. A \
      host that is down looks the same.

      First check whether other hosts reach this port of the server, and whether this client reaches another port.
      """,
    whenBenign: """
      When the client then connects, on this port or on 139. smbdx also reports nothing while the client may still \
      be trying, if its later segments show that an answer came, or if the recording has only one direction.
      """,
    howToVerify: """
      Capture on the server at the same time. If the SYN arrives and the server does not answer it, the server's own \
      firewall drops it. If the SYN does not arrive, the path drops it. If the SYN-ACK leaves but does not reach the \
      client, the way back drops it.
      """,
    causes: otherCauses,
    remedies: [.testPort445, .openPort445, .checkAddress, .captureOtherSideOfSilence],
    references: ["RFC 9293 3.5", "RFC 6298 2"]
  ) { transcript in
    // Clients try 139 beside 445: its silence alone says nothing.
    let handshake = transcript.handshake
    guard case .noAnswer? = transcript.openingFailure, !transcript.isNetBIOS, let syn = handshake.syn, let last = handshake.lastTry else { return [] }
    let span = last.time.since(syn.time)
    let (before, meanwhile) = (transcript.answeredBefore, transcript.answersOthers)
    let host = transcript.hostAnswers
    let expired = transcript.notices.first { $0.error.isTimeExceeded }
    return [
      Observation(
        .likely,
        "no answer to \(handshake.synCount) TCP SYNs to \(transcript.server) in \(span)"
          + (meanwhile.map { ", while another connection to it works (frame \($0.number))" }
            ?? before.map { ", although it answered this client before (frame \($0.number))" }
            ?? host.map { ", although this host is up (frame \($0.number))" } ?? ""),
        evidence: [
          Evidence(syn.number, .client, "SYN to \(transcript.server)"),
          expired.map { Evidence($0.stamp.number, nil, "ICMP from \($0.error.reporter): the packet's time to live ran out") } ?? nil,
          Evidence(last.number, .client, "SYN number \(handshake.synCount), \(span) later"),
        ].compactMap(\.self).sorted { $0.frame < $1.frame },
        causes: expired.map { [loop(at: $0.error.reporter)] + otherCauses } ?? (meanwhile != nil ? causesBesideSuccess : before != nil ? causesAfterSuccess : host != nil ? causesOfFilter : nil))
    ]
  }.alsoJudging { one in
    guard let tries = one.unreachable else { return [] }
    return [
      Observation(
        .likely,
        "no packet came back to \(tries.syns) TCP SYNs of \(counted(one.connections.count, "try", "tries")) to \(one.server) in \(tries.last.time.since(tries.first.time))",
        evidence: [
          Evidence(tries.first.number, .client, "the first SYN to \(one.server)"),
          Evidence(tries.last.number, .client, "the last SYN"),
        ])
    ]
  }
}
