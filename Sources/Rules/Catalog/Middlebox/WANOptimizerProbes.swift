import Packets
import Transcripts

/// Options in SYN or SYN-ACK by which WAN optimizers find each other.
extension Rule {
  static func optimizer(
    id: String, product: String, kinds: TCPOptions.Kinds, options: String, more: String, references: [String]
  ) -> Rule {
    Rule(
      id: id, severity: .info, phase: .middlebox, nature: .note,
      summary: "A WAN optimizer is on the path: \(product).",
      explanation: """
        The SYN or the SYN-ACK carries TCP \(options). Devices of this product find each other by it. So at least \
        one is on the path, and it may split this connection and answer instead of the other host.

        \(more)
        """,
      whenBenign: "If the device only looks for others and finds none. It then does not touch the connection.",
      howToVerify: "Compare with a recording on the other side of the device. Hosts do not send this option themselves.",
      remedies: [.wanOptimizer], references: references
    ) { transcript in
      let handshake = transcript.handshake
      let isAsked = !handshake.synOptions.kinds.isDisjoint(with: kinds)
      let isAnswered = !handshake.synAckOptions.kinds.isDisjoint(with: kinds)
      guard isAsked || isAnswered else { return [] }
      let evidence = [
        isAsked ? Evidence(handshake.syn?.number, .client, "SYN with TCP \(options)") : nil,
        isAnswered ? Evidence(handshake.synAck?.number, .server, "SYN-ACK with TCP \(options)") : nil,
      ].compactMap(\.self)
      guard !evidence.isEmpty else { return [] }
      return [
        Observation(.likely, "a \(product) WAN optimizer is on the path, as TCP \(options) shows", evidence: evidence)
      ]
    }
  }
}
