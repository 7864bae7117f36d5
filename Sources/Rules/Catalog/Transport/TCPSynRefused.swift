import Packets
import Transcripts

extension Rule {
  static let tcpSynRefused = Rule(
    id: "tcp-syn-refused",
    severity: .critical,
    phase: .transport,
    nature: .reset,
    supersededBySuccess: true,
    summary: "The server refuses the connection: its answer to the SYN is a reset.",
    explanation: """
      A host answers a SYN with a reset if no program listens on that port. So the address is reachable, but it has \
      no SMB server on this port. A firewall that rejects instead of dropping looks the same, but its TTL differs \
      from that of the host's other packets.
      """,
    whenBenign: """
      When the server refuses port 139: that is normal on current systems, and smbdx does not report it here. Also \
      for a port scan: every host without SMB refuses it.
      """,
    howToVerify: "Capture on the server. If the reset is not there, a firewall in between sent it.",
    causes: [
      "the file service is stopped",
      "it listens on another address or port, or is not installed on this host",
      "the wrong host: an old DNS record, or an address that now belongs to another machine",
      "a firewall that rejects TCP 445",
    ],
    remedies: [.checkServerService, .checkAddress, .openPort445],
    references: ["RFC 9293 3.5.2"]
  ) { transcript in
    guard case .refused(let reset)? = transcript.openingFailure, !transcript.isNetBIOS else { return [] }
    let handshake = transcript.handshake
    let nextTry = handshake.lastTry.flatMap { $0.number > reset.stamp.number ? $0 : nil }
    let asked = (nextTry == nil ? handshake.lastTry : nil) ?? handshake.syn
    let others = transcript.answersOthers
    let answer = handshake.synAck.flatMap { $0.number > reset.stamp.number ? $0 : nil }
    let isAnsweredTwice = answer != nil
    return [
      Observation(
        .proven,
        "\(transcript.server) refuses the connection"
          + (isAnsweredTwice ? ", and a SYN-ACK comes behind its reset: two hosts answer" : others.map { ", although it answers on another connection (frame \($0.number))" } ?? "")
          + (handshake.synCount > 1 ? "; the client tried \(handshake.synCount) times" : ""),
        evidence: [
          Evidence(handshake.syn?.number, .client, "SYN"),
          Evidence(
            reset.stamp.number, .server, "RST, \(asked.map { "\(reset.stamp.time.since($0.time)) later, " } ?? "")TTL \(reset.hopLimit)"),
          Evidence(answer?.number, .server, "SYN-ACK, too late for the client"),
          Evidence(nextTry?.number, .client, "SYN number \(handshake.synCount)"),
        ].compactMap(\.self),
        causes: isAnsweredTwice ? twoAnswers : others.isBehind(reset.stamp) ? causesBesideSuccess + ["the service was just being started"] : others != nil ? causesBesideSuccess : nil,
        firstRemedies: isAnsweredTwice ? [.compareSenders] : others != nil ? [.openPort445] : [])
    ]
  }

  /// The service runs.
  private static let causesBesideSuccess = [
    "a firewall, the list of allowed hosts of the server, or a limit of connections refuses this client or this connection",
    "several hosts answer for this address (a load balancer or a cluster), and on one of them the file service is stopped",
  ]
}
