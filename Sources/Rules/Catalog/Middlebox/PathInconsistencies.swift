import Packets
import Transcripts

/// Signs that two ends of one connection are not two hosts.
extension Rule {
  static let mbxTTLAsymmetry = Rule(
    id: "mbx-ttl-asymmetry",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "The SYN-ACK travelled over a different number of hops than the server's other packets.",
    explanation: """
      Routers count the TTL down, so packets of one host arrive with the same value. Here the SYN-ACK has another \
      value than the packets after it. So a device nearer or farther than the server accepted the connection, such \
      as a firewall's SYN proxy, a load balancer or a WAN optimizer.
      """,
    whenBenign: "If the route changed in the middle of the connection, or a load balancer is there on purpose. Both look the same.",
    howToVerify: "Record on the server and check whether the SYN arrives there.",
    remedies: [.knowThePath],
    references: ["RFC 791 3.2"]
  ) { transcript in
    let trace = transcript.trace(of: .server)
    let first = transcript.handshake.synAckHopLimit
    guard transcript.handshake.synAckFrame > 0, trace.segments >= 3, trace.lowestHopLimit == first || trace.highestHopLimit == first
    else { return [] }
    let later = trace.lowestHopLimit == first ? trace.highestHopLimit : trace.lowestHopLimit
    guard max(first, later) - min(first, later) > 2 else { return [] }
    return [
      Observation(
        .possible, "the SYN-ACK has TTL \(first), later packets of the server have \(later)",
        evidence: [Evidence(transcript.handshake.synAckFrame, .server, "SYN-ACK, TTL \(first)")].compactMap(\.self))
    ]
  }

  static let mbxACKLatencySplit = Rule(
    id: "mbx-ack-latency-split",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "TCP answers come from nearby, SMB answers from far away.",
    explanation: """
      The handshake took a few milliseconds at most, but every SMB answer took much longer, and always about the \
      same time. So the connection may end at a device close to the client that gets the answers from a distant \
      server. WAN optimizers and proxies work this way.
      """,
    whenBenign: "If the server is in the same network but slow. That looks the same.",
    howToVerify: "Ping the server from the client: does the ping take as long as TCP, or as long as SMB?",
    remedies: [.knowThePath],
    references: ["RFC 9293 3.5"]
  ) { transcript in
    guard let roundTrip = transcript.handshake.roundTripTime, roundTrip < .milliseconds(5) else { return [] }
    // Nearly always the first answer settles it.
    if let asked = transcript.negotiation?.requestStamp, let answered = transcript.negotiation?.responseStamp,
      answered.frame > asked.frame, answered.time.since(asked.time) < .milliseconds(20)
    {
      return []
    }
    let exchanges = transcript.exchanges
    let times = exchanges.map { $0.reply.time.since($0.request.time) }
    guard times.count >= 3, let least = times.min(), let most = times.max(), least >= .milliseconds(20),
      least >= roundTrip * 10, most <= least + least / 4
    else { return [] }
    return [
      Observation(
        .possible,
        "TCP connected in \(roundTrip), but each of \(times.count) answers took \(least) to \(most)",
        evidence: [Evidence(transcript.handshake.synAckFrame, .server, "SYN-ACK, \(roundTrip) after the SYN")].compactMap(\.self)
          + zip(exchanges, times).prefix(5).map { Evidence($0.reply.frame, .server, "answer after \($1)") })
    ]
  }

  static let mbxWindowOrTimestampInconsistent = Rule(
    id: "mbx-window-or-timestamp-inconsistent",
    severity: .info,
    phase: .middlebox,
    nature: .note,
    summary: "TCP timestamps of one host contradict each other.",
    explanation: """
      A host that uses TCP timestamps puts one into every segment, and they only grow. Here a segment with newer \
      data carries a much older timestamp, or none. So another TCP stack made this segment.
      """,
    whenBenign: "If a load balancer hands the connection over to another server. Some do it this way.",
    howToVerify: "Record on the host that seems to send these segments, and compare.",
    remedies: [.knowThePath],
    references: ["RFC 7323 3.2", "RFC 7323 5.4"]
  ) { transcript in
    let handshake = transcript.handshake
    guard handshake.synOptions.hasTimestamps, handshake.synAckOptions.hasTimestamps else { return [] }
    return [Peer.client, .server].compactMap { peer in
      let trace = transcript.trace(of: peer)
      guard trace.oldTimestampFrame != nil || trace.noTimestampFrame != nil else { return nil }
      return Observation(
        .possible, "a segment in the name of the \(peer.rawValue) has a wrong TCP timestamp, or none",
        evidence: [
          Evidence(trace.oldTimestampFrame, peer, "newer data, much older timestamp"),
          Evidence(trace.noTimestampFrame, peer, "data without a timestamp, although both sides agreed to use them"),
        ].compactMap(\.self))
    }
  }
}

extension Transcript {
  /// The exchanges by which the connection was set up, each with its answer.
  fileprivate var exchanges: [(request: MessageStamp, reply: MessageStamp)] {
    let first = [(negotiation?.requestStamp, negotiation?.responseStamp)]
    let others =
      sessions.map { (Optional($0.requestStamp), $0.replyStamp) } + trees.map { ($0.requestStamp, $0.replyStamp) }
      + validations.map { ($0.requestStamp, $0.responseStamp) }
    return (first + others).compactMap { request, reply in
      guard let request, let reply, reply.frame > request.frame else { return nil }
      return (request, reply)
    }
  }
}
