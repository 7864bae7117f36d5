import Packets
import Transcripts

extension Rule {
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
        evidence: [Evidence(transcript.handshake.synAck?.number, .server, "SYN-ACK, \(roundTrip) after the SYN")].compactMap(\.self)
          + zip(exchanges, times).prefix(5).map { Evidence($0.reply.frame, .server, "answer after \($1)") })
    ]
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
